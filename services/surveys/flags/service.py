"""What people see of flags, and decide on them."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import NotFound
from services.kit.scope import Scope
from services.kit.versions import check
from services.surveys.examinations import rules
from services.surveys.examinations import service as examinations
from services.surveys.examinations.counts import FLAG
from services.surveys.flags import repository
from services.surveys.flags.schemas import Decision, Flag, Rule, Rules
from services.surveys.problems import WrongStatus


def known() -> Rules:
    """The rules."""
    return Rules(items=[Rule.model_validate(rule, from_attributes=True) for rule in rules.every()])


async def of(reading: Reading, responses: Collection[UUID], scope: Scope) -> dict[UUID, list[Flag]]:
    """Flags of responses, of those that have any."""
    found: dict[UUID, list[Flag]] = {}
    for row in await repository.of(reading, responses, scope) if responses else ():
        found.setdefault(row.response_id, []).append(_present(row._asdict()))
    return found


async def decided(reading: Reading, response: UUID, scope: Scope) -> list[Decision]:
    """What was decided on flags of a response, the first decision first."""
    rows = await repository.decisions(reading, response, scope)
    return [Decision.model_validate({**row._mapping, "version": row.rule_version}) for row in rows]


async def dismiss(
    write: Transaction, response: UUID, rule: str, reason: str, if_match: str | None, access: Access
) -> Flag:
    """Say that a flag means nothing. It stays, as dismissed. Raises NotFound, WrongStatus when it was dismissed."""
    flag = await _flag(write, response, rule, if_match, access)
    if flag.dismissed_at is not None:
        raise WrongStatus("The flag was dismissed before.")
    at = datetime.now(UTC)
    values = {"dismissed_at": at, "dismissed_by": access.caller.subject, "dismissal": reason}
    return await _decide(write, flag, "dismissed", values, reason, access)


async def raise_again(
    write: Transaction, response: UUID, rule: str, reason: str, if_match: str | None, access: Access
) -> Flag:
    """Take a dismissal back. Raises NotFound, WrongStatus when it was not dismissed."""
    flag = await _flag(write, response, rule, if_match, access)
    if flag.dismissed_at is None:
        raise WrongStatus("The flag was not dismissed.")
    values = {"dismissed_at": None, "dismissed_by": None, "dismissal": None}
    return await _decide(write, flag, "raised", values, reason, access)


async def _decide(
    write: Transaction, flag: Row[Any], action: str, values: dict[str, Any], reason: str, access: Access
) -> Flag:
    decision = {
        "response_id": flag.response_id, "rule": flag.rule, "action": action, "rule_version": flag.rule_version,
        "detail": flag.detail, "reason": reason, "by": access.caller.subject, "region_code": flag.region_code,
        "agency_id": flag.agency_id,
    }  # fmt: skip
    await repository.decide(write, flag, values, decision, access.scope)
    before = {"dismissed": examinations.RAISED, "raised": examinations.DISMISSED}[action]
    await examinations.count(
        write, flag.visit_id, {(FLAG, flag.rule, before): -1, (FLAG, flag.rule, action): 1}
    )  # fmt: skip
    return _present({**flag._mapping, **values, "version": flag.version + 1})


async def _flag(write: Transaction, response: UUID, rule: str, if_match: str | None, access: Access) -> Row[Any]:
    flag = await repository.get(write, response, rule, access.scope)
    if flag is None:
        raise NotFound("There is no such response, or it has no such flag.")
    check(flag.version, if_match)
    return flag


def _present(row: Any) -> Flag:
    dismissed = row["dismissed_at"] and {
        "by": row["dismissed_by"], "at": row["dismissed_at"], "reason": row["dismissal"],
    }  # fmt: skip
    return Flag(
        rule=row["rule"], version=row["rule_version"], detail=row["detail"], at=row["at"], dismissed=dismissed,
        revision=row["version"],
    )  # fmt: skip
