"""Aspirations as people look at them, decide on them and follow them.

Whoever reads one reads it as its response says it now, or as the team left it when it cut personal data out. Only an
accepted one is public.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit import changes
from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Malformed, NotFound
from services.kit.scope import Scope
from services.kit.versions import check
from services.reports import tables
from services.reports.aspirations import repository
from services.reports.aspirations.domain import ACCEPTED, FROM, INTO, TO, WITHDRAWN, likeness
from services.reports.aspirations.repository import Filter
from services.reports.aspirations.schemas import (
    Aspiration,
    Names,
    Suggestion,
    Suggestions,
)  # fmt: skip
from services.reports.moves import service as moves
from services.reports.moves.schemas import History
from services.reports.moves.service import Moved
from services.reports.problems import CannotMerge, WrongState

SUGGESTIONS = 10
LEAST_LIKENESS = 0.2
ENTITY = "aspiration"


def present(row: Mapping[str, Any], followups: Collection[UUID], names: Names | None = None) -> Aspiration:
    """A row as the API shows it."""
    return Aspiration(
        **{name: row[name] for name in SAME},
        response=row["response_id"],
        review=row["review_id"],
        visit=row["visit_id"],
        program=row["program_id"],
        location=row["location_id"],
        region=row["region_code"],
        agency=row["agency_id"],
        public_text=row["text"] if row["state"] == ACCEPTED else None,
        followups=sorted(followups),
        names=names,
    )


SAME = (
    "id", "question", "language", "text", "state", "reason", "merged_into", "personal_data", "rejected", "simulated",
    "received_at", "version", "created_at", "updated_at",
)  # fmt: skip


def announced(row: Mapping[str, Any], followups: Collection[UUID]) -> Aspiration:
    """A row as the change feed shows it."""
    return present({**row, "text": None}, followups)


async def followups_of(reading: Reading, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The follow-ups that are about aspirations, by aspiration."""
    return await repository.followups_of(reading, ids)


async def shown(reading: Reading, rows: Sequence[Any]) -> list[Aspiration]:
    """Rows as the API shows them, with what the things around them are called."""
    names = await _names(reading, rows)
    followups = await followups_of(reading, [row.id for row in rows])
    return [present(row._mapping, followups.get(row.id, ()), names[row.id]) for row in rows]


async def _names(reading: Reading, rows: Sequence[Any]) -> dict[UUID, Names]:
    of = {
        kind: await repository.facts(reading, kind, {getattr(row, column) for row in rows})
        for kind, column in (
            ("agency", "agency_id"), ("location", "location_id"), ("program", "program_id"),
            ("questionnaire", "questionnaire_id"), ("review", "review_id"), ("visit", "visit_id"),
        )
    }  # fmt: skip
    return {row.id: _named(row, of) for row in rows}


def _named(row: Any, of: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Names:
    visit = of["visit"].get(str(row.visit_id), {})
    program, location = of["program"].get(str(row.program_id), {}), of["location"].get(str(row.location_id), {})
    return Names(
        question=question_text(of["questionnaire"].get(str(row.questionnaire_id)), row.question),
        review=of["review"].get(str(row.review_id), {}).get("title"),
        program=program.get("name") or visit.get("program_name"),
        location=location.get("name") or visit.get("location_name"),
        agency=of["agency"].get(row.agency_id or "", {}).get("name"),
    )


def question_text(questionnaire: Mapping[str, Any] | None, key: str) -> Any:
    """The words of a question, if the questionnaire is here."""
    questions = questionnaire["questions"] if questionnaire else ()
    return next((one["text"] for one in questions if one["key"] == key), None)


async def facts(reading: Reading, kind: str, ids: Collection[Any]) -> dict[str, dict[str, Any]]:
    """Copies of agencies, programmes, reviews and the like, by id: what they are called is public."""
    return await repository.facts(reading, kind, ids)


async def page(reading: Reading, scope: Scope, chosen: Filter, *, cursor: str | None, limit: int) -> Page[Aspiration]:
    """Aspirations, the last received first. Raises Malformed for a cursor that is none."""
    rows = await repository.page(reading, scope, chosen, after=_after(cursor), limit=limit)
    kept, following = cut([Listed(row.received_at.isoformat(), str(row.id), row) for row in rows], limit, "at", "id")
    return Page(items=await shown(reading, [one.row for one in kept]), next=following)


async def of_review(
    reading: Reading, review: UUID, program: UUID | None, scope: Scope, *, limit: int
) -> Page[Aspiration]:
    """The accepted ones of a review, or of one programme in it, the last received first."""
    chosen = Filter(review=review, program=program, state=ACCEPTED)
    return await page(reading, scope, chosen, cursor=None, limit=limit)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row in the list, with its sort key as a cursor holds it."""

    at: str
    id: str
    row: Any


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    at, id = decode(cursor, str, str)
    try:
        moment, behind = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        )
    return moment, behind


async def find(reading: Reading, id: UUID, scope: Scope) -> Aspiration:
    """One aspiration. Raises NotFound."""
    return (await shown(reading, [await _there(reading, id, scope)]))[0]


async def _there(reading: Reading, id: UUID, scope: Scope, *, lock: bool = False) -> Any:
    row = await repository.get(reading, id, scope, lock=lock)
    if row is None:
        raise NotFound("There is no such aspiration.")
    return row


async def history(reading: Reading, id: UUID, scope: Scope) -> History:
    """What happened to one since it came in. Raises NotFound."""
    await _there(reading, id, scope)
    return await moves.history(reading, ENTITY, id, scope)


async def similar(reading: Reading, id: UUID, scope: Scope) -> Suggestions:
    """Others of the same programme or review whose letters are alike, the most alike first. Raises NotFound."""
    row = await _there(reading, id, scope)
    if row.state == WITHDRAWN:
        return Suggestions(items=[])
    scored = [(likeness(row.text, one.text), one) for one in await repository.candidates(reading, row, scope)]
    alike = sorted((pair for pair in scored if pair[0] >= LEAST_LIKENESS), key=lambda pair: (-pair[0], str(pair[1].id)))
    found = await shown(reading, [one for _, one in alike[:SUGGESTIONS]])
    return Suggestions(
        items=[
            Suggestion(score=f"{score:.2f}", aspiration=one)
            for (score, _), one in zip(alike, found, strict=False)
        ]
    )  # fmt: skip


async def decide(
    write: Transaction,
    id: UUID,
    action: str,
    if_match: str | None,
    access: Access,
    *,
    reason: str | None = None,
    text: str | None = None,
    into: UUID | None = None,
) -> Aspiration:
    """Do one thing of `domain.FROM` with an aspiration. Raises NotFound, WrongState, CannotMerge, and what the version
    says; all of that before anything is written."""
    if into is not None:
        await repository.hold_merging(write)
    row = await _there(write, id, access.scope, lock=True)
    check(row.version, if_match)
    if row.state not in FROM[action]:
        raise WrongState(f"The aspiration is {row.state}; {action} is for those that are {' or '.join(FROM[action])}.")
    values: dict[str, Any] = {}
    if action == "redact":
        values = {"text": text, "personal_data": True}
    else:
        values = {"state": TO[action], "reason": reason, "merged_into": into}
    if into is not None:
        await _check_merge(write, row, into, access)
    await repository.change(write, id, values, access.scope)
    changed = await find(write, id, access.scope)
    moved = Moved(ENTITY, id, changed.version, action, row.state, changed.state, row.region_code, row.agency_id, reason)
    await moves.note(write, access.caller, [moved])
    told = changed.model_copy(update={"text": None, "public_text": None, "names": None})
    bound = {"region_code": row.region_code, "agency_id": row.agency_id}
    await changes.record(write, tables.changes, ENTITY, DONE[action], told, bound=bound)
    return changed


DONE = {
    "accept": "accepted", "decline": "declined", "merge": "merged", "redact": "redacted", "reconsider": "reconsidered",
}  # fmt: skip


async def _check_merge(write: Transaction, row: Any, into: UUID, access: Access) -> None:
    """Raises CannotMerge unless the other one stands for itself, or leads to one that does, and not to this one."""
    target = await repository.get(write, into, access.scope)
    end = (await repository.ends(write, [into])).get(into) if target else None
    last = await repository.get(write, end, access.scope) if end else None
    fault = None
    if target is None or last is None:
        fault = "There is no such aspiration among your rows."
    elif end == row.id:
        fault = "It leads back to the aspiration itself."
    elif last.state not in INTO:
        fault = f"It is {last.state}; only a new or an accepted one can stand for others."
    elif target.region_code != row.region_code or target.simulated != row.simulated:
        fault = "It is of another region, or one of the two is simulated and the other is not."
    if fault:
        raise CannotMerge(fault, errors=[FieldError("/into", "cannot-merge", fault)])


async def hold_merging(write: Transaction) -> None:
    """Until this transaction ends nobody else merges anything."""
    await repository.hold_merging(write)


async def lock(write: Transaction, ids: Collection[UUID], scope: Scope) -> None:
    """Lock rows in one order, so that two who decide on several do not wait for each other."""
    await repository.several(write, ids, scope, lock=True)
