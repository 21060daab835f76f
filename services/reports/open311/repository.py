"""Accepted aspirations and programmes as Open311 asks for them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.engine import Row

from services.kit.database import Reading
from services.kit.scope import Scope
from services.reports.open311.domain import MOST, Asked
from services.reports.tables import aspirations, current, followup_aspirations, followups, programs


async def accepted(reading: Reading, asked: Asked, scope: Scope) -> Sequence[Row[Any]]:
    """What was accepted and is asked for, the last received first."""
    table = aspirations.c
    conditions: list[ColumnElement[bool]] = [
        table.state == "accepted",
        table.text.is_not(None),
        table.rejected.is_(False),
        table.simulated.is_(asked.simulated),
    ]
    if asked.ids is not None:
        conditions.append(table.id.in_(asked.ids))
    else:
        conditions += [table.received_at >= asked.start, table.received_at <= asked.end]
    if asked.programs is not None:
        named = table.program_id.in_(asked.programs)
        conditions.append(or_(named, table.program_id.is_(None)) if asked.without_program else named)
    if asked.region:
        below = table.region_code.startswith(asked.region + ".", autoescape=True)
        conditions.append(or_(table.region_code == asked.region, below))
    if asked.status:
        conditions.append(_closed() if asked.status == "closed" else ~_closed())
    statement = select(aspirations).where(*conditions).order_by(table.received_at.desc(), table.id.desc()).limit(MOST)
    return await reading.all(statement, scope)


def _closed() -> ColumnElement[bool]:
    """Something was done about it, and all of that was verified."""
    link, done = followup_aspirations.c, followups.c
    about = link.aspiration_id == aspirations.c.id
    unfinished = and_(done.id == link.followup_id, done.state != "verified")
    return exists().where(about) & ~exists().where(about, unfinished)


async def links(reading: Reading, ids: Collection[UUID], scope: Scope) -> dict[UUID, list[UUID]]:
    """The follow-ups about some aspirations, by aspiration."""
    link = followup_aspirations.c
    statement = select(link.aspiration_id, link.followup_id).where(link.aspiration_id.in_(ids))
    found: dict[UUID, list[UUID]] = {}
    for row in await reading.all(statement, scope):
        found.setdefault(row.aspiration_id, []).append(row.followup_id)
    return found


async def every_program(reading: Reading, region: str | None, scope: Scope) -> Sequence[Row[Any]]:
    """The programmes of a region, or all."""
    statement = select(programs.c.id, programs.c.data).join(current, current.c.generation == programs.c.generation)
    if region:
        below = programs.c.region_code.startswith(region + ".", autoescape=True)
        statement = statement.where(or_(programs.c.region_code == region, below))
    return await reading.all(statement.order_by(programs.c.region_code, programs.c.id), scope)
