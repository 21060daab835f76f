"""The life of an evaluation: opened, scored, concluded, published; and withdrawn, for another edition to follow."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.auth import Access
from services.kit.database import Transaction
from services.kit.problems import FieldError, Invalid, NotFound
from services.kit.versions import check
from services.reports.evaluations import methods, outcome, repository, shown
from services.reports.evaluations.domain import MOVES, Method
from services.reports.evaluations.results import Evaluation
from services.reports.evaluations.schemas import EvaluationBody
from services.reports.instruments import service as instruments
from services.reports.problems import AlreadyRecorded, FixedField, Incomplete, WrongState

ENTITY = shown.ENTITY
FIXED = ("region", "year", "simulated")


async def locked(write: Transaction, id: UUID, access: Access) -> Row[Any]:
    """An evaluation that nobody else changes until this transaction ends. Raises NotFound."""
    row = await repository.get(write, id, access.scope, lock=True)
    if row is None:
        raise NotFound("There is no such evaluation.")
    return row


async def opened(write: Transaction, id: UUID, access: Access) -> Row[Any]:
    """The same, as long as scores are taken. Raises WrongState."""
    row = await locked(write, id, access)
    if row.state != "open":
        raise WrongState(f"The evaluation is {row.state}; only an open one takes scores and evidence.")
    return row


async def create(write: Transaction, body: EvaluationBody, access: Access) -> Evaluation:
    """Open an evaluation. Raises UnknownEvaluationMethod, Invalid for what it refers to, AlreadyRecorded."""
    id = body.id or uuid4()
    values = await _values(write, body, access)
    row = {
        "id": id, "region_code": body.region, "year": body.year, "simulated": body.simulated, "edition": 1,
        "consensus": {}, **values,
    }  # fmt: skip
    try:
        await repository.insert(write, row, access.scope)
    except IntegrityError as error:
        raise AlreadyRecorded("There is an evaluation with this id, or one of this region for this year.") from error
    return await shown.announced(write, id, access, "created", detail=_said(body))


async def revise(
    write: Transaction, id: UUID, body: EvaluationBody, if_match: str | None, access: Access
) -> Evaluation:
    """Replace what is said of an open evaluation. Raises WrongState, FixedField for what it stands on, Invalid."""
    row = await opened(write, id, access)
    check(row.version, if_match)
    stored = {"region": row.region_code, "year": row.year, "simulated": row.simulated}
    touched = [name for name in FIXED if getattr(body, name) != stored[name]]
    if body.id not in {None, id}:
        touched.append("id")
    values = await _values(write, body, access)
    scored = row.consensus or await repository.assessments_of(write, id, access.scope)
    if scored and values["instrument_id"] != row.instrument_id:
        touched.append("instrument")
    if touched:
        faults = [FieldError(f"/{name}", "fixed", "Leave it as it is.") for name in touched]
        raise FixedField(f"{', '.join(touched).capitalize()} cannot be changed any more.", errors=faults)
    await repository.change(write, id, values, access.scope)
    return await shown.announced(write, id, access, "updated", detail=_said(body))


async def move(
    write: Transaction, id: UUID, step: str, if_match: str | None, access: Access, reason: str | None = None
) -> Evaluation:
    """Conclude, reopen, publish or withdraw. Raises WrongState, Incomplete."""
    row = await locked(write, id, access)
    check(row.version, if_match)
    target = MOVES[step].get(row.state)
    if target is None:
        raise WrongState(f"The evaluation is {row.state}; that does not lead on from there.")
    values: dict[str, Any] = {"state": target}
    if step == "conclude":
        await _complete(write, row, access)
    if step == "publish":
        frozen = await outcome.compute(write, await outcome.gather(write, row, access), access)
        values |= {"frozen": frozen.model_dump(mode="json"), "published_at": frozen.computed_at}
    if step == "withdraw":
        values |= {"withdrawn_at": shown.now(), "withdrawn_reason": reason}
    await repository.change(write, id, values, access.scope)
    if step == "withdraw":
        await _follow(write, row, access, reason)
    return await shown.announced(write, id, access, target if step != "reopen" else "reopened", reason=reason)


async def _complete(write: Transaction, row: Row[Any], access: Access) -> None:
    given = await outcome.gather(write, row, access)
    missing = [name for one in given.agreed().values() for name in one.missing]
    if missing:
        faults = [FieldError(f"/consensus/{name}", "missing", "No score was agreed on.") for name in missing]
        raise Incomplete("Agree on a score for each criterion, or for its dimension.", errors=faults)
    if row.source is None and not given.submitted:
        raise Incomplete("Nobody has submitted scores, and no source is named that they were recorded from.")


async def _follow(write: Transaction, row: Row[Any], access: Access, reason: str | None) -> None:
    """Open the next edition with everything that was said in the one that was withdrawn."""
    id = uuid4()
    kept = ("region_code", "year", "simulated", "method", "method_version", "instrument_id", "source", "printed",
            "note", "reviews", "consensus")  # fmt: skip
    next_one = {name: getattr(row, name) for name in kept}
    next_one |= {"id": id, "edition": row.edition + 1, "supersedes": row.id}
    await repository.insert(write, next_one, access.scope)
    scores = ("kind", "assessor", "region_code", "scores", "submitted_at")
    given = await repository.assessments_of(write, row.id, access.scope)
    copied = [{name: getattr(one, name) for name in scores} | {"evaluation_id": id} for one in given]
    await repository.insert_assessments(write, copied, access.scope)
    documents = ("region_code", "criterion", "title", "url", "digest", "added_by", "withdrawn_reason")
    handed = await repository.evidence_of(write, row.id, access.scope)
    copies = [{name: getattr(one, name) for name in documents} | {"id": uuid4(), "evaluation_id": id} for one in handed]
    await repository.insert_evidence(write, copies, access.scope)
    await shown.announced(write, id, access, "created", reason=reason)


async def _values(write: Transaction, body: EvaluationBody, access: Access) -> dict[str, Any]:
    method = methods.find(body.method) if body.method else methods.of_year(body.year)
    if body.instrument:
        await _check_instrument(write, body.instrument, method, access)
    faults = [fault for place, review in enumerate(body.reviews) if (fault := await _fault(write, body, place, review))]
    if faults:
        raise Invalid("Some reviews cannot be linked.", errors=faults)
    return body.model_dump(mode="json", include={"source", "printed", "note", "reviews"}) | {
        "method": method.id,
        "method_version": method.version,
        "instrument_id": body.instrument,
    }


async def _check_instrument(write: Transaction, id: UUID, method: Method, access: Access) -> None:
    try:
        found = await instruments.find(write, id, access.scope)
    except NotFound:
        found = None
    usable = found and found.status == "published" and all(one.dimension in method.keys for one in found.indicators)
    if not usable:
        detail = "Name a published instrument whose dimensions are those of the method."
        raise Invalid(detail, errors=[FieldError("/instrument", "unknown_instrument", detail)])


async def _fault(write: Transaction, body: EvaluationBody, place: int, review: UUID) -> FieldError | None:
    found = await outcome.region_of_review(write, review)
    inside = found is not None and (found[0] == body.region or found[0].startswith(body.region + "."))
    if found is None or not inside:
        return FieldError(f"/reviews/{place}", "unknown_review", "There is no such review of this region.")
    if found[1] != body.simulated:
        return FieldError(f"/reviews/{place}", "simulated", "Real and simulated figures are never mixed.")
    return None


def _said(body: EvaluationBody) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude={"id"})
