"""Aspirations in the database, as the feeds change them. They are of no generation: a rebuild keeps them."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, func, select, tuple_, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction, among
from services.kit.scope import EVERYTHING
from services.reports.aspirations.schemas import Aspiration
from services.reports.tables import aspirations, changes, current, reviews, visits

ARRIVING = 738197
"""Number of the advisory lock under which aspirations arrive: the intake and a rebuild may bring the same ones."""
NEW_COLUMNS = (
    "id", "response_id", "response_version", "question", "questionnaire_id", "review_id", "visit_id", "program_id",
    "location_id", "region_code", "agency_id", "simulated", "rejected", "received_at", "receipt_digest", "language",
    "text", "words", "created_at", "updated_at",
)  # fmt: skip
CHANGE_COLUMNS = ("position", "entity", "entity_id", "action", "version", "region_code", "agency_id", "data")


async def hold_arrivals(write: Transaction) -> None:
    """Until this transaction ends no other one brings aspirations."""
    await write.value(select(func.pg_advisory_xact_lock(ARRIVING)), EVERYTHING)


async def versions(reading: Reading, responses: Collection[UUID]) -> Sequence[Row[Any]]:
    """Which aspirations of these responses there are, and from which version of the response."""
    statement = select(aspirations.c.id, aspirations.c.response_id, aspirations.c.response_version).where(
        among(aspirations.c.response_id, responses)
    )
    return await reading.all(statement, EVERYTHING)


async def locked(write: Transaction, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Stored aspirations, which nobody decides on until this transaction ends."""
    statement = select(aspirations).where(among(aspirations.c.id, ids)).order_by(aspirations.c.id).with_for_update()
    return await write.all(statement, EVERYTHING)


async def places(reading: Reading, ids: Collection[UUID]) -> dict[UUID, Row[Any]]:
    """Where visits lie now, whatever generation is being made: what becomes of an aspiration is decided today."""
    statement = (
        select(
            visits.c.id, visits.c.review_id, visits.c.region_code, visits.c.agency_id, reviews.c.questionnaire_id,
            reviews.c.simulated, *_of_registry(),
        )
        .join(current, current.c.generation == visits.c.generation)
        .join(reviews, (reviews.c.generation == visits.c.generation) & (reviews.c.id == visits.c.review_id))
        .where(among(visits.c.id, ids))
    )  # fmt: skip
    return {row.id: row for row in await reading.all(statement, EVERYTHING)}


async def insert(write: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """New aspirations."""
    await write.copy(aspirations, NEW_COLUMNS, [[row[name] for name in NEW_COLUMNS] for row in rows], EVERYTHING)


async def change(write: Transaction, id: UUID, values: Mapping[str, Any], *, announced: bool) -> None:
    """Change a locked one; its version rises when others hear of it."""
    more = {"version": aspirations.c.version + 1, "updated_at": func.now()} if announced else {}
    await write.run(update(aspirations).where(aspirations.c.id == id).values(**values, **more), EVERYTHING)


def announce(write: Transaction, told: Sequence[tuple[str, Aspiration]]) -> None:
    """Put many changes into the feed when this transaction ends, each as its action and the aspiration after it."""
    rows = [
        ("aspiration", one.id, action, one.version, one.region, str(one.agency) if one.agency else None,
         one.model_dump_json())
        for action, one in told
    ]  # fmt: skip
    if rows:
        write.at_end(partial(_place, write, rows))


async def _place(write: Transaction, rows: Sequence[tuple[Any, ...]]) -> None:
    first = await write.value(select(func.reserve_positions(len(rows))), EVERYTHING)
    await write.copy(changes, CHANGE_COLUMNS, [(first + place, *row) for place, row in enumerate(rows)], EVERYTHING)


async def moved(write: Transaction, ids: Collection[UUID]) -> Sequence[UUID]:
    """The aspirations of visits that do not lie where their visit lies in the current generation."""
    program, location = _of_registry()
    statement = (
        select(aspirations.c.id)
        .join(visits, visits.c.id == aspirations.c.visit_id)
        .join(current, current.c.generation == visits.c.generation)
        .where(
            among(visits.c.id, ids),
            tuple_(
                aspirations.c.region_code, aspirations.c.agency_id, aspirations.c.program_id, aspirations.c.location_id
            ).is_distinct_from(tuple_(visits.c.region_code, visits.c.agency_id, program, location)),
        )
    )
    return [row.id for row in await write.all(statement, EVERYTHING)]


def _of_registry() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The programme and the location of a visit, which its copy holds."""
    program, location = (sql_cast(visits.c.data[name].as_string(), Uuid) for name in ("program", "location"))
    return program.label("program_id"), location.label("location_id")
