"""What a respondent sees by the receipt: the own words, what was decided, and what is done about it.

The receipt is the only key there is to it, so an unknown one costs as much as a known one and tells nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError, NotFound
from services.reports.aspirations import repository, service
from services.reports.aspirations.domain import receipt_digest, written
from services.reports.aspirations.schemas import Objection, Tracked, TrackedFollowUp, Tracking
from services.reports.followups import tracked as followups


async def find(reading: Reading, receipt: str, now: datetime) -> Tracking:
    """What became of what the response with this receipt asks for. Raises NotFound."""
    rows, ends, of = await _known(reading, receipt)
    questionnaires = await repository.facts(reading, "questionnaire", {row.questionnaire_id for row in rows})
    done = await followups.tracked(reading, {id for ids in of.values() for id in ids}, now)
    if not rows:
        raise NotFound("Nothing that was asked for is known under this receipt.")
    return Tracking(
        receipt=written(receipt),
        received_at=rows[0].received_at,
        simulated=rows[0].simulated,
        aspirations=[
            _tracked(row, ends, questionnaires.get(str(row.questionnaire_id)), [done[id] for id in of[row.id]])
            for row in rows
        ],
    )


async def object_to(write: Transaction, receipt: str, body: Objection, now: datetime) -> Tracking:
    """Say by a receipt that a follow-up is not solved, once for each time that it was said to be done. It is reopened.
    Raises NotFound, WrongState, ObjectedAlready."""
    rows, _, of = await _known(write, receipt)
    about = next((row.id for row in rows if body.followup in of[row.id]), None)
    if about is None:
        sentence = "There is no such follow-up under this receipt."
        raise NotFound(sentence, errors=[FieldError("/followup", "unknown", sentence)])
    await followups.object_to(write, body.followup, about, body.text, now)
    return await find(write, receipt, now)


async def _known(reading: Reading, receipt: str) -> tuple[Sequence[Any], dict[UUID, UUID], dict[UUID, list[UUID]]]:
    """The aspirations under a receipt; where their merging ends; and by aspiration the follow-ups, its own and those of
    where its merging ends."""
    rows = await repository.by_receipt(reading, receipt_digest(receipt) or b"")
    ends = await repository.ends(reading, [row.id for row in rows])
    found = await repository.followups_of(reading, {*(row.id for row in rows), *ends.values()})
    of = {row.id: sorted({*found.get(row.id, ()), *found.get(ends.get(row.id, row.id), ())}) for row in rows}
    return rows, ends, of


def _tracked(
    row: Any, ends: Mapping[UUID, UUID], questionnaire: Mapping[str, Any] | None, done: list[TrackedFollowUp]
) -> Tracked:
    return Tracked(
        id=row.id,
        question=row.question,
        question_text=service.question_text(questionnaire, row.question),
        text=row.text,
        state=row.state,
        reason=row.reason,
        merged=ends.get(row.id, row.id) != row.id,
        followups=sorted(done, key=lambda one: (one.due_on, str(one.id))),
    )
