"""Revisions in order: read the newest, check that it is the one the caller saw, add the next."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.engine import Row

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, NotFound, PreconditionFailed
from services.kit.scope import Scope
from services.kit.versions import check
from services.surveys.problems import FixedField, WrongStatus
from services.surveys.responses import service as responses
from services.surveys.responses.clock import stored
from services.surveys.responses.contexts import Contexts
from services.surveys.responses.domain import Content, Context, envelope, examine, identity
from services.surveys.responses.schemas import Response
from services.surveys.revisions import repository
from services.surveys.revisions.domain import Mark, corrected, following, reason_of
from services.surveys.revisions.schemas import Judgement, Revision


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction whose envelope is sound, and what is known of the visit that it names."""

    item: dict[str, Any]
    context: Context | None
    reason: str


async def read(contexts: Contexts, item: Any) -> Correction:
    """A correction as it was sent. Raises what is wrong with its envelope or its reason."""
    reason = reason_of(item)
    response = {name: value for name, value in item.items() if name != "reason"} if isinstance(item, dict) else item
    faults = envelope(response)
    if isinstance(reason, list):
        raise responses.problem_of([*faults, *reason])
    if faults:
        raise responses.problem_of(faults)
    visit = identity(response["visit"])
    context = await contexts.find(visit) if visit else None
    return Correction(response, context, reason)


async def correct(
    write: Transaction, id: UUID, correction: Correction, if_match: str | None, access: Access
) -> Response:
    """Add a revision with other content. Raises FixedField for another id or visit, and what intake would raise."""
    row = await _there(write, id, if_match, access)
    content = _content(row, correction)
    mark = _mark(access, correction.reason)
    return await _appended(
        write, following(row._asdict(), "updated", mark, **corrected(content, orjson.loads(content.body))), row, access
    )


async def delete(write: Transaction, id: UUID, reason: str, if_match: str | None, access: Access) -> Revision:
    """Add a revision that says that the response is no more."""
    row = await _there(write, id, if_match, access)
    revision = following(row._asdict(), "deleted", _mark(access, reason))
    await _append(write, revision, access)
    return _present(revision)


async def restore(write: Transaction, id: UUID, reason: str, if_match: str | None, access: Access) -> Response:
    """Add a revision with what stood there before the deletion. Raises WrongStatus when it is there."""
    row = await responses.newest(write, id, access.scope)
    check(row.version, if_match)
    if row.action != "deleted":
        raise WrongStatus("The response is there; only a deleted one can be restored.")
    return await _appended(write, following(row._asdict(), "restored", _mark(access, reason)), row, access)


async def judge(write: Transaction, id: UUID, judgement: Judgement, if_match: str | None, access: Access) -> Response:
    """Add a revision with the team's judgement. Raises WrongStatus when that is its state already."""
    row = await _there(write, id, if_match, access)
    if row.state == judgement.state:
        raise WrongStatus(f"The response is {row.state} already.")
    mark = _mark(access, judgement.reason, judgement.note)
    return await _appended(write, following(row._asdict(), "reviewed", mark, state=judgement.state), row, access)


async def listed(reading: Reading, id: UUID, scope: Scope, *, cursor: str | None, limit: int) -> Page[Revision]:
    """A page of a response's revisions, the first one first. Raises NotFound."""
    after = decode(cursor, int)[0] if cursor else 0
    rows = await repository.page(reading, id, scope, after=after, limit=limit)
    if not rows and not cursor:
        raise NotFound("There is no such response.")
    kept, following_page = cut(rows, limit, "version")
    return Page(items=[_present(row._asdict()) for row in kept], next=following_page)


async def _there(write: Transaction, id: UUID, if_match: str | None, access: Access) -> Row[Any]:
    """The newest revision, which is the one that the caller saw. Raises NotFound, ResponseDeleted."""
    row = await responses.newest(write, id, access.scope)
    responses.require_there(row)
    check(row.version, if_match)
    return row


def _content(row: Row[Any], correction: Correction) -> Content:
    item, context = correction.item, correction.context
    touched = [
        name for name, stored in (("id", row.id), ("visit", row.visit_id)) if identity(item[name]) != stored
    ]  # fmt: skip
    if touched or context is None:
        raise FixedField(
            f"Of a response {' and '.join(touched)} cannot be changed.",
            errors=[FieldError(f"/{name}", "fixed", "Leave it as it is.") for name in touched],
        )
    content = examine(item, context, stored(row._asdict()))
    if isinstance(content, list):
        raise responses.problem_of(content)
    return content


def _mark(access: Access, reason: str | None, note: str | None = None) -> Mark:
    return Mark(access.caller.subject, datetime.now(UTC), reason, note)


async def _append(write: Transaction, revision: dict[str, Any], access: Access) -> None:
    if not await responses.append(write, revision, access.scope):
        raise PreconditionFailed("Somebody else changed it at the same moment; read it and try again.")


async def _appended(write: Transaction, revision: dict[str, Any], row: Row[Any], access: Access) -> Response:
    shown = await responses.shown(write, {**row._mapping, **revision}, access)
    await _append(write, revision, access)
    return shown


def _present(row: Any) -> Revision:
    return Revision.model_validate({
        **row, "at": row["changed_at"] or row["received_at"], "by": row["changed_by"] or row["received_by"],
        "filled_at": row["body"]["filled_at"], "language": row["body"].get("language"),
        "started_at": row["body"].get("started_at"), "digest": row["digest"].hex(),
        "answers": None if row["action"] == "deleted" else row["body"]["answers"],
    })  # fmt: skip
