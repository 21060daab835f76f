"""The life of a review: planned, opened, closed."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError, NotFound
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.surveys import tables
from services.surveys.clients import Programs
from services.surveys.problems import (
    AlreadyExists,
    FixedField,
    QuestionnaireNotPublished,
    UnknownQuestionnaire,
    UnknownRegion,
    WrongStatus,
)  # fmt: skip
from services.surveys.questionnaires import service as questionnaires
from services.surveys.questionnaires.schemas import Questionnaire
from services.surveys.reviews import domain, repository
from services.surveys.reviews.schemas import Review, ReviewBody


def present(row: Row[Any]) -> Review:
    """A row as the API shows it."""
    return Review.model_validate({
        **row._mapping,
        "region": row.region_code,
        "period": {"start": row.starts_on, "end": row.ends_on},
        "questionnaire": row.questionnaire_id,
    })  # fmt: skip


async def find(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Review:
    """The review. Raises NotFound."""
    row = await repository.get(reading, id, scope, lock=lock)
    if row is None:
        raise NotFound("There is no such review.")
    return present(row)


async def require_region(programs: Programs, body: ReviewBody, access: Access) -> None:
    """Asks the registry, before anything is stored. Raises NotFound outside the caller's rows, or UnknownRegion."""
    if not access.scope.covers(region=body.region):
        raise NotFound("There is no such region in your rows.")
    if not await programs.has_region(body.region, access.caller):
        raise UnknownRegion(
            f"The registry has no region {body.region}.", errors=[FieldError("/region", "unknown", "No such region.")]
        )


async def plan(write: Transaction, body: ReviewBody, access: Access) -> Review:
    """Store a new review of a region that was checked. Raises AlreadyExists, or what the questionnaire lacks."""
    id = body.id or uuid4()
    if await repository.get(write, id, EVERYTHING) is not None:
        raise AlreadyExists(f"There is a review {id} already.", errors=[FieldError("/id", "taken", "Taken.")])
    instrument = await _published(write, body)
    await repository.insert(write, {"id": id, "region_code": body.region, **_values(body, instrument)}, access.scope)
    return await _announced(write, id, "created")


async def revise(write: Transaction, id: UUID, body: ReviewBody, if_match: str | None, access: Access) -> Review:
    """Change a review. Raises WrongStatus once it is closed, FixedField for what answers depend on."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status == "closed":
        raise WrongStatus("A closed review does not change; open it again first.")
    touched = domain.fixed(current.model_dump(), body.model_dump())
    if touched:
        raise FixedField(
            f"Of a review that is {current.status}, {', '.join(touched)} cannot be changed.",
            errors=[FieldError(f"/{name}", "fixed", "Leave it as it is.") for name in touched],
        )
    instrument = (
        await _published(write, body)
        if body.questionnaire != current.questionnaire
        else await questionnaires.find(write, body.questionnaire, EVERYTHING)
    )
    await repository.change(write, id, _values(body, instrument), access.scope)
    return await _announced(write, id, "updated")


async def move(write: Transaction, id: UUID, target: str, if_match: str | None, access: Access) -> Review:
    """Open or close a review. Raises WrongStatus when it cannot go there from where it is."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if not domain.may_move(current.status, target):
        raise WrongStatus(f"The review is {current.status} and cannot be made {target}.")
    await repository.change(write, id, {"status": target}, access.scope)
    return await _announced(write, id, "updated")


async def _published(write: Transaction, body: ReviewBody) -> Questionnaire:
    row = await questionnaires.peek(write, body.questionnaire)
    if row is None or not domain.within(body.region, row.region):
        raise UnknownQuestionnaire(
            "There is no such questionnaire for this region.",
            errors=[FieldError("/questionnaire", "unknown", "Not known here.")],
        )
    if row.status != "published":
        raise QuestionnaireNotPublished(
            f"The questionnaire is {row.status}.",
            errors=[FieldError("/questionnaire", row.status, "Publish it, or take another one.")],
        )
    return row


async def _announced(write: Transaction, id: UUID, action: str) -> Review:
    review = await find(write, id, EVERYTHING)
    await changes.record(write, tables.changes, "review", action, review, bound={"region_code": review.region})
    return review


def _values(body: ReviewBody, instrument: Questionnaire) -> dict[str, Any]:
    content = body.model_dump(mode="json", include={"title", "note", "source", "simulated"})
    return content | {
        "starts_on": body.period.start,
        "ends_on": body.period.end,
        "questionnaire_id": body.questionnaire,
        "method": body.method or instrument.method,
    }
