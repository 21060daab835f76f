"""The life of a questionnaire: drafted, published, retired."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.auth import Access, permit
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut
from services.kit.problems import FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.surveys import tables
from services.surveys.permissions import PERMISSIONS
from services.surveys.problems import AlreadyExists, QuestionnaireFixed, WrongStatus
from services.surveys.questionnaires import domain, repository
from services.surveys.questionnaires.schemas import Questionnaire, QuestionnaireDraft


def present(row: Row[Any]) -> Questionnaire:
    """A row as the API shows it."""
    return Questionnaire.model_validate(dict(row._mapping) | {"region": row.region_code})


async def find(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Questionnaire:
    """The questionnaire. Raises NotFound."""
    row = await repository.get(reading, id, scope, lock=lock)
    if row is None:
        raise NotFound("There is no such questionnaire.")
    return present(row)


async def peek(reading: Reading, id: UUID) -> Questionnaire | None:
    """The questionnaire, or None."""
    row = await repository.get(reading, id, EVERYTHING)
    return None if row is None else present(row)


async def read(reading: Reading, id: UUID, access: Access) -> Questionnaire:
    """The questionnaire as this caller may see it: a draft is there only for those who may write it."""
    found = await find(reading, id, access.scope)
    writer = _writer(access)
    if found.status == "draft" and not (writer and writer.covers(region=found.region)):
        raise NotFound("There is no such questionnaire.")
    return found


async def listed(
    reading: Reading,
    access: Access,
    *,
    key: str | None,
    region: str | None,
    status: str | None,
    after: UUID | None,
    limit: int,
) -> Page[Questionnaire]:
    """A page of questionnaires, drafts only for those who may write them."""
    writer = _writer(access)
    drafts_of = writer.claims.get("region", "") if writer else None
    rows = await repository.page(
        reading, access.scope, drafts_of=drafts_of, key=key, region=region, status=status, after=after, limit=limit
    )
    kept, following = cut(rows, limit, "id")
    return Page(items=[present(row) for row in kept], next=following)


def _writer(access: Access) -> Scope | None:
    """The rows in which this caller may write questionnaires; None for none."""
    try:
        return permit(PERMISSIONS, "questionnaires:write", access.caller).scope
    except (Forbidden, Unauthenticated):
        return None


async def draft(write: Transaction, body: QuestionnaireDraft, access: Access) -> Questionnaire:
    """Store a new draft. Raises Invalid, AlreadyExists, or NotFound for a region outside the caller's."""
    id = body.id or uuid4()
    values = _values(body)
    if not access.scope.covers(region=body.region):
        raise NotFound("There is no such region in your rows.")
    if await repository.get(write, id, EVERYTHING) is not None:
        raise AlreadyExists(f"There is a questionnaire {id} already.", errors=[FieldError("/id", "taken", "Taken.")])
    await repository.insert(write, {"id": id, **values}, access.scope)
    return await find(write, id, EVERYTHING)


async def revise(
    write: Transaction, id: UUID, body: QuestionnaireDraft, if_match: str | None, access: Access
) -> Questionnaire:
    """Replace a draft. Raises QuestionnaireFixed once it is published."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status != "draft":
        raise QuestionnaireFixed("Publish a further version under the same key instead.")
    values = _values(body)
    if not access.scope.covers(region=body.region):
        raise NotFound("There is no such region in your rows.")
    await repository.change(write, id, values, access.scope)
    return await find(write, id, EVERYTHING)


async def publish(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Questionnaire:
    """Publish a draft: it gets its version number and never changes again."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status != "draft":
        raise WrongStatus(f"It is {current.status} already.")
    number = await repository.next_number(write, current.key, current.region)
    return await _announce(write, current, {"status": "published", "version_number": number}, access, "created")


async def retire(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Questionnaire:
    """Take a published questionnaire out of use for new reviews; running ones keep it."""
    current = await find(write, id, access.scope, lock=True)
    check(current.version, if_match)
    if current.status != "published":
        raise WrongStatus(f"Only a published questionnaire can be retired; this one is {current.status}.")
    return await _announce(write, current, {"status": "retired"}, access, "updated")


async def _announce(
    write: Transaction, current: Questionnaire, values: dict[str, Any], access: Access, action: str
) -> Questionnaire:
    await repository.change(write, current.id, values, access.scope)
    changed = await find(write, current.id, EVERYTHING)
    await changes.record(write, tables.changes, "questionnaire", action, changed, bound={"region_code": changed.region})
    return changed


def _values(body: QuestionnaireDraft) -> dict[str, Any]:
    content = body.model_dump(mode="json", exclude={"id", "region"})
    faults = domain.faults(content["questions"])
    if faults:
        raise Invalid("The questionnaire is not sound.", errors=[FieldError(*fault) for fault in faults])
    return content | {"region_code": body.region}
