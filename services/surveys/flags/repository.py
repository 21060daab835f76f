"""Flags in the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import Scope
from services.surveys.tables import flag_decisions, flags


async def of(reading: Reading, responses: Collection[UUID], scope: Scope) -> Sequence[Row[Any]]:
    """Flags of responses, each one's by rule."""
    statement = select(flags).where(flags.c.response_id.in_(responses)).order_by(flags.c.response_id, flags.c.rule)
    return await reading.all(statement, scope)


async def get(write: Transaction, response: UUID, rule: str, scope: Scope) -> Row[Any] | None:
    """One flag, locked for a change."""
    statement = select(flags).where(flags.c.response_id == response, flags.c.rule == rule)
    return await write.first(statement.with_for_update(), scope)


async def decide(
    write: Transaction, flag: Row[Any], values: Mapping[str, Any], decision: Mapping[str, Any], scope: Scope
) -> None:
    """Change a flag that was read with `get`, and keep the decision."""
    statement = (
        update(flags)
        .where(flags.c.response_id == flag.response_id, flags.c.rule == flag.rule)
        .values(**values, version=flags.c.version + 1)
    )
    await write.run(statement, scope)
    await write.insert(flag_decisions, decision, scope)


async def decisions(reading: Reading, response: UUID, scope: Scope) -> Sequence[Row[Any]]:
    """What was decided on flags of a response, the first decision first."""
    statement = select(flag_decisions).where(flag_decisions.c.response_id == response).order_by(flag_decisions.c.id)
    return await reading.all(statement, scope)
