"""Evidence: documents that show how far a criterion is met. Their addresses and digests are kept, not the documents:
regulations and inventories lie in a region's own archive, and the digest says whether one is still what it was."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError, Invalid, NotFound
from services.kit.versions import check
from services.reports.evaluations import outcome, repository, shown
from services.reports.evaluations.schemas import Evidence, EvidenceBody, EvidenceList
from services.reports.evaluations.service import opened
from services.reports.moves import service as moves
from services.reports.moves.service import Moved
from services.reports.problems import AlreadyRecorded, WrongState


async def listed(reading: Reading, id: UUID, access: Access) -> EvidenceList:
    """Every document of an evaluation. Raises NotFound."""
    if await repository.get(reading, id, access.scope) is None:
        raise NotFound("There is no such evaluation.")
    return EvidenceList(items=[_present(one) for one in await repository.evidence_of(reading, id, access.scope)])


async def hand_in(write: Transaction, id: UUID, body: EvidenceBody, access: Access) -> Evidence:
    """Name a document. Raises NotFound, WrongState, Invalid for a criterion that there is not, AlreadyRecorded."""
    row = await opened(write, id, access)
    if body.criterion not in {one.key for one in await outcome.criteria_of(write, row, access)}:
        fault = FieldError("/criterion", "unknown_criterion", "There is no such criterion.")
        raise Invalid("The evaluation has no such criterion.", errors=[fault])
    document = body.id or uuid4()
    new = body.model_dump(mode="json") | {
        "id": document, "evaluation_id": id, "region_code": row.region_code, "added_by": access.caller.subject,
    }  # fmt: skip
    try:
        await repository.insert_evidence(write, [new], access.scope)
    except IntegrityError as error:
        taken = FieldError("/id", "taken", "Taken.")
        raise AlreadyRecorded(f"There is a document {document} already.", errors=[taken]) from error
    return await _noted(write, row, document, access, "evidence_added", None)


async def withdraw(
    write: Transaction, id: UUID, document: UUID, reason: str, if_match: str | None, access: Access
) -> Evidence:
    """Let a document no longer count; that it was there stays. Raises NotFound, WrongState."""
    row = await opened(write, id, access)
    there = await repository.evidence(write, id, document, access.scope, lock=True)
    if there is None:
        raise NotFound("There is no such document in this evaluation.")
    check(there.version, if_match)
    if there.withdrawn_reason is not None:
        raise WrongState("It was withdrawn already.")
    await repository.change_evidence(write, document, {"withdrawn_reason": reason}, access.scope)
    return await _noted(write, row, document, access, "evidence_withdrawn", reason)


async def _noted(
    write: Transaction, row: Row[Any], document: UUID, access: Access, action: str, reason: str | None
) -> Evidence:
    there = await repository.evidence(write, row.id, document, access.scope)
    if there is None:
        raise NotFound("There is no such document in this evaluation.")
    found = _present(there)
    detail = found.model_dump(mode="json", include={"id", "criterion", "url", "digest"})
    moved = Moved(shown.ENTITY, row.id, found.version, action, None, row.state, row.region_code, None, reason, detail)
    await moves.note(write, access.caller, [moved])
    return found


def _present(row: Row[Any]) -> Evidence:
    return Evidence.model_validate(dict(row._mapping))
