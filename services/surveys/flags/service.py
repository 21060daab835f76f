"""What people see of flags, and decide on them."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Literal
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

Action = Literal["dismissed", "raised"]


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


async def decide(
    write: Transaction, response: UUID, rule: str, action: Action, reason: str, if_match: str | None, access: Access
) -> Flag:
    """Dismiss a flag, which then stays as dismissed, or let it stand again. Raises NotFound, WrongStatus when it was
    decided so before."""
    flag = await _flag(write, response, rule, if_match, access)
    before: Action = "raised" if flag.dismissed_at is None else "dismissed"
    if before == action:
        raise WrongStatus(f"The flag is {action} already.")
    values: dict[str, Any] = dict.fromkeys(("dismissed_at", "dismissed_by", "dismissal"))
    if action == "dismissed":
        values = {"dismissed_at": datetime.now(UTC), "dismissed_by": access.caller.subject, "dismissal": reason}
    decision = {
        "response_id": flag.response_id, "rule": flag.rule, "action": action, "rule_version": flag.rule_version,
        "detail": flag.detail, "reason": reason, "by": access.caller.subject, "region_code": flag.region_code,
        "agency_id": flag.agency_id,
    }  # fmt: skip
    await repository.decide(write, flag, values, decision, access.scope)
    await examinations.count(write, flag.visit_id, {(FLAG, flag.rule, before): -1, (FLAG, flag.rule, action): 1})
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
