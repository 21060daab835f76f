"""Follow-ups in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    Text,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction, among
from services.kit.scope import EVERYTHING, Scope
from services.reports.followups.domain import OPEN
from services.reports.tables import (
    aspirations,
    followup_aspirations,
    followup_comments,
    followup_evidence,
    followup_objections,
    followups,
    reminders,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which follow-ups; all of them when nothing is named. `today` is needed for `overdue`: the day by province, and
    elsewhere under ''."""

    region: str | None = None
    review: UUID | None = None
    program: UUID | None = None
    agency: UUID | None = None
    state: str | None = None
    overdue: bool | None = None
    element: str | None = None
    simulated: bool | None = None

    def conditions(self, today: Mapping[str, date]) -> list[ColumnElement[bool]]:
        """As SQL."""
        table = followups.c
        pairs: Mapping[str, tuple[ColumnElement[Any], Any]] = {
            "review": (table.review_id, self.review),
            "program": (table.program_id, self.program),
            "agency": (table.agency_id, str(self.agency) if self.agency else None),
            "state": (table.state, self.state),
            "element": (table.element, self.element),
            "simulated": (table.simulated, self.simulated),
        }
        found = [column == value for column, value in pairs.values() if value is not None]
        if self.region:
            below = table.region_code.startswith(self.region + ".", autoescape=True)
            found.append(or_(table.region_code == self.region, below))
        if self.overdue is not None:
            late = table.state.in_(OPEN) & (table.deadline < _today(today))
            found.append(late if self.overdue else ~late)
        return found


async def due(write: Transaction, today: Mapping[str, date], limit: int) -> Sequence[Row[Any]]:
    """Rows about which something has to be said by today, locked; those that somebody else has locked are left to
    them."""
    statement = (
        select(followups)
        .where(followups.c.remind_on <= _today(today), followups.c.state.in_(OPEN))
        .order_by(followups.c.remind_on, followups.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await write.all(statement, EVERYTHING)


async def remind(write: Transaction, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Keep what is said about deadlines; the ids of what had not been said before."""
    new = insert(reminders).values(rows).on_conflict_do_nothing().returning(reminders.c.id)
    return {row.id for row in await write.all(new, EVERYTHING)}


async def of_figures(reading: Reading, chosen: Filter) -> Sequence[Row[Any]]:
    """What figures are made of, of all follow-ups that are chosen: review, region, state, when they were done."""
    table = followups.c
    statement = select(table.review_id, table.region_code, table.state, table.done_at, table.deadline, table.simulated)
    return await reading.all(statement.where(*chosen.conditions({})), EVERYTHING)


def _today(today: Mapping[str, date]) -> ColumnElement[date]:
    """The day that it is in the region of a row."""
    province = func.left(followups.c.region_code, 2)
    days = {day: [code for code, one in today.items() if one == day and code] for day in set(today.values())}
    return case(*((province.in_(codes), literal(day)) for day, codes in days.items() if codes), else_=today[""])


async def get(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Row[Any] | None:
    """One row, locked for a change if asked."""
    statement = select(followups).where(followups.c.id == id)
    return await reading.first(statement.with_for_update() if lock else statement, scope)


async def several(reading: Reading, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Some rows by id."""
    return await reading.all(select(followups).where(among(followups.c.id, ids)), EVERYTHING)


async def page(
    reading: Reading,
    scope: Scope,
    chosen: Filter,
    today: Mapping[str, date],
    *,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` rows, the nearest deadline first, behind a (deadline, id)."""
    key = tuple_(followups.c.deadline, followups.c.id)
    statement = (
        select(followups)
        .where(*chosen.conditions(today))
        .order_by(followups.c.deadline, followups.c.id)
        .limit(limit + 1)
    )
    if after:
        statement = statement.where(key > tuple_(*after))
    return await reading.all(statement, scope)


async def of_review(reading: Reading, review: UUID) -> Sequence[Row[Any]]:
    """All follow-ups of a review: weak elements first, the weakest at the top, then those of aspirations."""
    statement = (
        select(followups)
        .where(followups.c.review_id == review)
        .order_by(followups.c.element_rank.desc().nulls_last(), followups.c.created_at, followups.c.id)
    )
    return await reading.all(statement, EVERYTHING)


async def add(write: Transaction, row: Mapping[str, Any], aspirations: Collection[UUID], scope: Scope) -> None:
    """A new follow-up, and what it is about."""
    await write.insert(followups, row, scope)
    links = [{"followup_id": row["id"], "aspiration_id": id} for id in aspirations]
    if links:
        await write.insert(followup_aspirations, links, EVERYTHING)


async def change(write: Transaction, id: UUID, values: Mapping[str, Any], scope: Scope) -> None:
    """Change a row that was read with `lock`; its version rises."""
    statement = (
        update(followups)
        .where(followups.c.id == id)
        .values(**values, version=followups.c.version + 1, updated_at=func.now())
    )
    await write.run(statement, scope)


async def set_reminder(write: Transaction, id: UUID, day: date | None) -> None:
    """On which day something has to be said about it next."""
    await write.run(update(followups).where(followups.c.id == id).values(remind_on=day), EVERYTHING)


async def links(reading: Reading, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The aspirations that follow-ups are about, by follow-up."""
    link = followup_aspirations.c
    statement = (
        select(followup_aspirations).where(among(link.followup_id, ids)).order_by(link.followup_id, link.aspiration_id)
    )
    found: dict[UUID, list[UUID]] = {}
    for row in await reading.all(statement, EVERYTHING):
        found.setdefault(row.followup_id, []).append(row.aspiration_id)
    return found


async def aspirations_of(reading: Reading, ids: Collection[UUID], scope: Scope, *, lock: bool) -> Sequence[Row[Any]]:
    """Aspirations by id, kept as they are until the transaction ends if asked."""
    statement = select(aspirations).where(among(aspirations.c.id, ids)).order_by(aspirations.c.id)
    return await reading.all(statement.with_for_update(read=True) if lock else statement, scope)


async def evidence(reading: Reading, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """What is shown of follow-ups, the first one first."""
    return await _parts(reading, followup_evidence, ids)


async def comments(reading: Reading, id: UUID) -> Sequence[Row[Any]]:
    """What was said about a follow-up, the first one first."""
    return await _parts(reading, followup_comments, [id])


async def objections(reading: Reading, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Where respondents said that it is not solved, the first one first."""
    return await _parts(reading, followup_objections, ids)


async def _parts(reading: Reading, table: Table, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    statement = select(table).where(among(table.c.followup_id, ids)).order_by(table.c.at)
    return await reading.all(statement, EVERYTHING)


async def comment_counts(reading: Reading, ids: Collection[UUID]) -> dict[UUID, int]:
    """How much was said about follow-ups."""
    statement = (
        select(followup_comments.c.followup_id, cast(func.count(), Integer).label("number"))
        .where(among(followup_comments.c.followup_id, ids))
        .group_by(followup_comments.c.followup_id)
    )
    return {row.followup_id: row.number for row in await reading.all(statement, EVERYTHING)}


async def add_comment(write: Transaction, row: Mapping[str, Any]) -> None:
    """A further comment."""
    await write.insert(followup_comments, row, EVERYTHING)


async def add_objection(write: Transaction, row: Mapping[str, Any]) -> None:
    """A respondent says that it is not solved."""
    await write.insert(followup_objections, row, EVERYTHING)


async def of_element(reading: Reading, review: UUID) -> dict[str, list[UUID]]:
    """The follow-ups of a review's elements, by element."""
    statement = (
        select(followups.c.element, func.array_agg(cast(followups.c.id, Text)).label("ids"))
        .where(followups.c.review_id == review, followups.c.element.is_not(None))
        .group_by(followups.c.element)
    )
    return {row.element: [UUID(id) for id in sorted(row.ids)] for row in await reading.all(statement, EVERYTHING)}
