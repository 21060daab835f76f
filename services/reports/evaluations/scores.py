"""Scores of assessors, the region's own, and what was agreed on; each with who and why."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError, Invalid, NotFound, PreconditionFailed
from services.kit.versions import check
from services.reports.evaluations import methods, outcome, repository, shown, sight
from services.reports.evaluations.domain import consensus_fault
from services.reports.evaluations.results import Evaluation
from services.reports.evaluations.schemas import Assessment, Assessments, ConsensusBody, Scores
from services.reports.evaluations.service import opened
from services.reports.moves import service as moves
from services.reports.moves.service import Moved
from services.reports.problems import AlreadySubmitted, Incomplete, NotAgreeable

OWN, SELF = "assessor", "self"


async def listed(reading: Reading, id: UUID, access: Access) -> Assessments:
    """What the caller may see of everybody's scores. Raises NotFound."""
    row = await repository.get(reading, id, access.scope)
    if row is None:
        raise NotFound("There is no such evaluation.")
    everybody = await repository.assessments_of(reading, id, access.scope)
    return Assessments(items=[_present(one, access) for one in sight.assessments_seen(row, everybody, access)])


async def put(
    write: Transaction, id: UUID, kind: str, body: Scores, if_match: str | None, access: Access
) -> Assessment:
    """Give scores, or replace those given before. Raises NotFound, WrongState, AlreadySubmitted, Invalid for a
    criterion that there is not or a score off the scale."""
    row = await opened(write, id, access)
    await _check(write, row, body, access)
    assessor = access.caller.subject if kind == OWN else ""
    there = await repository.assessment(write, id, kind, assessor, access.scope, lock=True)
    values = body.model_dump(mode="json")
    if there is None:
        if if_match is not None:
            raise PreconditionFailed("There are no scores of yours yet; leave If-Match out.")
        new = {
            "evaluation_id": id, "kind": kind, "assessor": assessor, "region_code": row.region_code, **values,
        }  # fmt: skip
        await repository.insert_assessments(write, [new], access.scope)
    else:
        check(there.version, if_match)
        _still_ours(there)
        await repository.change_assessment(write, id, kind, assessor, values, access.scope)
    return await _noted(write, row, kind, assessor, access, "scored", values)


async def submit(write: Transaction, id: UUID, kind: str, if_match: str | None, access: Access) -> Assessment:
    """Hand scores in; from then on they stay. Raises NotFound, WrongState, AlreadySubmitted, Incomplete."""
    row = await opened(write, id, access)
    assessor = access.caller.subject if kind == OWN else ""
    there = await repository.assessment(write, id, kind, assessor, access.scope, lock=True)
    if there is None:
        raise NotFound("There are no scores of yours in this evaluation.")
    check(there.version, if_match)
    _still_ours(there)
    missing = [one.key for one in await outcome.criteria_of(write, row, access) if one.key not in there.scores]
    if missing:
        faults = [FieldError(f"/scores/{key}", "missing", "Not scored yet.") for key in missing]
        raise Incomplete("Score every criterion before you submit.", errors=faults)
    await repository.change_assessment(write, id, kind, assessor, {"submitted_at": shown.now()}, access.scope)
    return await _noted(write, row, kind, assessor, access, "submitted", None)


async def agree(
    write: Transaction, id: UUID, key: str, body: ConsensusBody, if_match: str | None, access: Access
) -> Evaluation:
    """Record what was agreed on for a criterion or a whole dimension. Raises WrongState, NotFound, NotAgreeable."""
    row = await opened(write, id, access)
    check(row.version, if_match)
    several = await outcome.criteria_of(write, row, access)
    if key not in {one.key for one in several} | {one.dimension for one in several}:
        raise NotFound("There is no such criterion or dimension in this evaluation.")
    fault = consensus_fault(key, several, row.consensus)
    if fault:
        raise NotAgreeable(fault)
    method = methods.exactly(row.method, row.method_version)
    off = method.scale_fault(Fraction(body.score))
    if off:
        raise Invalid(off, errors=[FieldError("/score", "off_scale", off)])
    said = {
        "score": body.score, "reason": body.reason, "by": access.caller.subject, "role": access.caller.role,
        "at": shown.now().isoformat(),
    }  # fmt: skip
    await repository.change(write, id, {"consensus": row.consensus | {key: said}}, access.scope)
    detail = {"key": key, "score": body.score, "before": row.consensus.get(key, {}).get("score")}
    return await shown.announced(write, id, access, "agreed", reason=body.reason, detail=detail)


async def disagree(
    write: Transaction, id: UUID, key: str, reason: str, if_match: str | None, access: Access
) -> Evaluation:
    """Take an agreed score away. Raises WrongState, NotFound."""
    row = await opened(write, id, access)
    check(row.version, if_match)
    if key not in row.consensus:
        raise NotFound("Nothing was agreed on there.")
    rest = {name: said for name, said in row.consensus.items() if name != key}
    await repository.change(write, id, {"consensus": rest}, access.scope)
    detail = {"key": key, "before": row.consensus[key]["score"]}
    return await shown.announced(write, id, access, "disagreed", reason=reason, detail=detail)


async def _check(write: Transaction, row: Row[Any], body: Scores, access: Access) -> None:
    known = {one.key for one in await outcome.criteria_of(write, row, access)}
    method = methods.exactly(row.method, row.method_version)
    faults = []
    for key, one in body.scores.items():
        off = method.scale_fault(Fraction(one.score))
        if key not in known:
            faults.append(FieldError(f"/scores/{key}", "unknown_criterion", "There is no such criterion."))
        elif off:
            faults.append(FieldError(f"/scores/{key}/score", "off_scale", off))
    if faults:
        raise Invalid("Some scores cannot be taken.", errors=faults)


def _still_ours(there: Row[Any]) -> None:
    if there.submitted_at:
        raise AlreadySubmitted("These scores were submitted and do not change any more.")


def _present(row: Row[Any], access: Access) -> Assessment:
    ours = row.assessor == access.caller.subject if row.kind == OWN else access.caller.role == "team"
    return Assessment.model_validate(dict(row._mapping) | {"assessor": row.assessor or None, "own": ours})


async def _noted(
    write: Transaction,
    row: Row[Any],
    kind: str,
    assessor: str,
    access: Access,
    action: str,
    detail: dict[str, Any] | None,
) -> Assessment:
    there = await repository.assessment(write, row.id, kind, assessor, access.scope)
    if there is None:
        raise NotFound("There are no such scores.")
    step = f"self_{action}" if kind == SELF else action
    moved = Moved(shown.ENTITY, row.id, there.version, step, None, row.state, row.region_code, None, None, detail)
    await moves.note(write, access.caller, [moved])
    return _present(there, access)
