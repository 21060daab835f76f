"""The life of a questionnaire: drafted, published, retired."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError, Invalid, NotFound
from services.kit.scope import EVERYTHING, Scope
from services.kit.versions import check
from services.surveys import tables
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
    await changes.record(
        write, tables.changes, "questionnaire", action, changed, bound={"region_code": changed.region}
    )
    return changed


def _values(body: QuestionnaireDraft) -> dict[str, Any]:
    content = body.model_dump(mode="json", exclude={"id", "region"})
    faults = domain.faults(content["questions"])
    if faults:
        raise Invalid("The questionnaire is not sound.", errors=[FieldError(*fault) for fault in faults])
    return content | {"region_code": body.region}
