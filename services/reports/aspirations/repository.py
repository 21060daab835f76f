"""Aspirations in the database, as people look at them and decide on them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction, among
from services.kit.scope import EVERYTHING, Scope
from services.reports.tables import (
    agencies,
    aspirations,
    current,
    followup_aspirations,
    locations,
    programs,
    questionnaires,
    reviews,
    visits,
)  # fmt: skip

CONFIGURATION = "indonesian"
CANDIDATES = 200
MERGING = 738196
"""Number of the advisory lock under which chains of merging are looked at and made longer."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which aspirations; all of them when nothing is named."""

    review: UUID | None = None
    program: UUID | None = None
    location: UUID | None = None
    region: str | None = None
    agency: UUID | None = None
    state: str | None = None
    q: str | None = None
    language: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        table = aspirations.c
        pairs: Mapping[str, tuple[ColumnElement[Any], Any]] = {
            "review": (table.review_id, self.review),
            "program": (table.program_id, self.program),
            "location": (table.location_id, self.location),
            "agency": (table.agency_id, str(self.agency) if self.agency else None),
            "state": (table.state, self.state),
            "language": (table.language, self.language),
        }
        found = [column == value for column, value in pairs.values() if value is not None]
        if self.region:
            below = table.region_code.startswith(self.region + ".", autoescape=True)
            found.append(or_(table.region_code == self.region, below))
        if self.q:
            found.append(table.search.op("@@")(func.websearch_to_tsquery(CONFIGURATION, self.q)))
        return found


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(aspirations).where(aspirations.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def several(reading: Reading, ids: Collection[UUID], scope: Scope, *, lock: bool = False) -> Sequence[Row[Any]]:
    """Some rows by id, locked in that order if asked."""
    statement = select(aspirations).where(among(aspirations.c.id, ids)).order_by(aspirations.c.id)
    return await reading.all(statement.with_for_update() if lock else statement, scope)


async def page(
    reading: Reading, scope: Scope, chosen: Filter, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows, the last received first, behind a (received_at, id)."""
    key = tuple_(aspirations.c.received_at, aspirations.c.id)
    statement = (
        select(aspirations)
        .where(*chosen.conditions())
        .order_by(aspirations.c.received_at.desc(), aspirations.c.id.desc())
        .limit(limit + 1)
    )
    if after:
        statement = statement.where(key < tuple_(*after))
    return await reading.all(statement, scope)


async def candidates(reading: Reading, row: Row[Any], scope: Scope) -> Sequence[Row[Any]]:
    """Others of the same region and the same programme or review that have words in common with it."""
    lexemes = func.tsvector_to_array(literal(row.search, aspirations.c.search.type))
    words = await reading.value(select(lexemes), scope)
    if not words:
        return []
    query = cast(" | ".join("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words), TSQUERY)
    near = aspirations.c.review_id == row.review_id
    statement = (
        select(aspirations)
        .where(
            aspirations.c.id != row.id,
            aspirations.c.region_code == row.region_code,
            aspirations.c.simulated == row.simulated,
            or_(near, aspirations.c.program_id == row.program_id) if row.program_id else near,
            aspirations.c.state.in_(("new", "accepted", "merged")),
            aspirations.c.search.op("@@")(query),
        )
        .order_by(func.ts_rank(aspirations.c.search, query).desc(), aspirations.c.id)
        .limit(CANDIDATES)
    )
    return await reading.all(statement, scope)


async def change(write: Transaction, id: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(aspirations)
        .where(aspirations.c.id == id)
        .values(**values, version=aspirations.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)


async def hold_merging(write: Transaction) -> None:
    """Until this transaction ends nobody else merges anything."""
    await write.value(select(func.pg_advisory_xact_lock(MERGING)), EVERYTHING)


def _chain(condition: ColumnElement[bool]) -> Any:
    """Each row that meets the condition, with every one that it was merged into, on and on."""
    first: Select[Any] = select(
        aspirations.c.id.label("start"), aspirations.c.id, aspirations.c.merged_into, aspirations.c.state
    ).where(condition)
    chain = first.cte("chain", recursive=True)
    further = select(chain.c.start, aspirations.c.id, aspirations.c.merged_into, aspirations.c.state).join(
        chain, (aspirations.c.id == chain.c.merged_into) & (chain.c.state == "merged")
    )
    return chain.union(further)


async def ends(reading: Reading, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """By id, the aspiration in which its merging ends; its own where it was not merged."""
    chain = _chain(among(aspirations.c.id, ids))
    statement = select(chain.c.start, chain.c.id).where(chain.c.state != "merged")
    return {row.start: row.id for row in await reading.all(statement, EVERYTHING)}


async def by_receipt(reading: Reading, digest: bytes) -> Sequence[Row[Any]]:
    """The aspirations of the response with this receipt."""
    statement = (
        select(aspirations)
        .where(aspirations.c.receipt_digest == digest)
        .order_by(aspirations.c.received_at, aspirations.c.question)
    )
    return await reading.all(statement, EVERYTHING)


async def followups_of(reading: Reading, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The follow-ups that are about aspirations, by aspiration."""
    link = followup_aspirations.c
    found: dict[UUID, list[UUID]] = {}
    statement = select(link.aspiration_id, link.followup_id).where(among(link.aspiration_id, ids))
    for row in await reading.all(statement, EVERYTHING):
        found.setdefault(row.aspiration_id, []).append(row.followup_id)
    return found


async def facts(reading: Reading, kind: str, ids: Collection[Any]) -> dict[str, dict[str, Any]]:
    """Copies of things of the registry and the surveys by id: what they are called is public."""
    tables = {
        "agency": agencies, "location": locations, "program": programs, "questionnaire": questionnaires,
        "review": reviews, "visit": visits,
    }  # fmt: skip
    wanted = {one if isinstance(one, UUID) else UUID(one) for one in ids if one}
    if not wanted:
        return {}
    table = tables[kind]
    statement = (
        select(cast(table.c.id, String).label("id"), table.c.data)
        .join(current, current.c.generation == table.c.generation)
        .where(among(table.c.id, wanted))
    )
    return {row.id: row.data for row in await reading.all(statement, EVERYTHING)}
