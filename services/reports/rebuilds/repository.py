"""Rebuilds and the change of generations in the database."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Table,
    Text,
    Uuid,
    any_,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING
from services.reports.tables import (
    agencies,
    contributions,
    current,
    feeds,
    locations,
    programs,
    questionnaires,
    rebuilds,
    reviews,
    sums,
    visits,
)  # fmt: skip

OF_A_GENERATION = (sums, contributions, questionnaires, reviews, visits, agencies, programs, locations, feeds)
ROWS_AT_ONCE = 5000
VISITS_AT_ONCE = 50


async def get(reading: Reading, id: UUID) -> Row[Any] | None:
    """One rebuild."""
    return await reading.first(select(rebuilds).where(rebuilds.c.id == id), EVERYTHING)


async def give_up_stale(write: Transaction, silence: timedelta, detail: str) -> None:
    """Mark as failed what says that it runs and has not been heard of for so long."""
    statement = (
        update(rebuilds)
        .where(rebuilds.c.status == "running", rebuilds.c.beat_at < func.now() - silence)
        .values(status="failed", finished_at=func.now(), detail=detail)
    )
    await write.run(statement, EVERYTHING)


async def create(write: Transaction, id: UUID) -> None:
    """A running rebuild with a generation that nobody had. Raises IntegrityError when one runs already."""
    used = func.coalesce(select(func.max(rebuilds.c.generation)).scalar_subquery(), 0)
    now = select(current.c.generation).scalar_subquery()
    generation = await write.value(select(func.greatest(used, now) + 1), EVERYTHING)
    await write.insert(rebuilds, {"id": id, "generation": generation, "status": "running"}, EVERYTHING)


async def change(write: Transaction, id: UUID, values: Mapping[str, Any]) -> bool:
    """Change a rebuild that runs, and note that it was heard of; False when it no longer counts as running."""
    statement = (
        update(rebuilds)
        .where(rebuilds.c.id == id, rebuilds.c.status == "running")
        .values(beat_at=func.clock_timestamp(), **values)
    )
    return await write.run(statement, EVERYTHING) == 1


async def open_feeds(write: Transaction, generation: int, names: Sequence[str]) -> None:
    """Cursors at the start of the feeds."""
    await write.insert(feeds, [{"generation": generation, "name": name} for name in names], EVERYTHING)


async def hold_current(write: Transaction) -> int:
    """The current generation; until this transaction ends nothing is applied to it."""
    return int(await write.value(select(current.c.generation).with_for_update(), EVERYTHING))


async def make_current(write: Transaction, old: int, new: int) -> None:
    """Answer from another generation from now on; what is known of the feeds' answers goes along."""
    before = feeds.alias()
    statement = (
        update(feeds)
        .where(feeds.c.generation == new, before.c.generation == old, before.c.name == feeds.c.name)
        .values({
            name: before.c[name] for name in ("applied_at", "polled_at", "current_at", "error")
        })
    )  # fmt: skip
    await write.run(statement, EVERYTHING)
    await write.run(update(current).values(generation=new), EVERYTHING)


async def clear(write: Transaction, table: Table, *, below: int, keep: int) -> bool:
    """Delete some rows of earlier generations but one; whether there may be more."""
    ctid: ColumnElement[Any] = literal_column("ctid")
    some = (
        select(ctid)
        .select_from(table)
        .where(table.c.generation < below, table.c.generation != keep)
        .limit(ROWS_AT_ONCE)
        .scalar_subquery()
    )
    return await write.run(delete(table).where(ctid == any_(func.array(some))), EVERYTHING) == ROWS_AT_ONCE


async def digest(reading: Reading, generation: int) -> str:
    """Of every sum that is not nothing, in one order and one way of writing."""
    sha = hashlib.sha256()
    statement = select(sums.c.visit_id).where(sums.c.generation == generation).distinct().order_by(sums.c.visit_id)
    ids = [row.visit_id for row in await reading.all(statement, EVERYTHING)]
    for start in range(0, len(ids), VISITS_AT_ONCE):
        for row in await reading.all(_lines(generation, ids[start : start + VISITS_AT_ONCE]), EVERYTHING):
            sha.update(row.line.encode() + b"\n")
    return f"sha256:{sha.hexdigest()}"


def _lines(generation: int, visit_ids: Sequence[UUID]) -> Any:
    content = [column for column in sums.c if column.name != "generation"]
    return (
        select(cast(func.json_build_array(*content), Text).label("line"))
        .where(
            sums.c.generation == generation,
            sums.c.respondents > 0,
            sums.c.visit_id == any_(literal(list(visit_ids), ARRAY(Uuid))),
        )
        .order_by(
            sums.c.visit_id,
            sums.c.questionnaire_id,
            sums.c.group_by.collate("C"),
            sums.c.group_value.collate("C"),
            sums.c.rejected,
        )
    )
