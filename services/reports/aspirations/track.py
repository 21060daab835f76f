"""What a respondent sees by the receipt: the own words, what was decided, and what is done about it.

The receipt is the only key there is to it, so an unknown one costs as much as a known one and tells nothing.
"""

from services.kit.database import Reading
from services.kit.problems import NotFound
from services.reports.aspirations import repository, service
from services.reports.aspirations.domain import receipt_digest, written
from services.reports.aspirations.schemas import Tracked, Tracking


async def find(reading: Reading, receipt: str) -> Tracking:
    """What became of what the response with this receipt asks for. Raises NotFound."""
    rows = await repository.by_receipt(reading, receipt_digest(receipt) or b"")
    ends = await repository.ends(reading, [row.id for row in rows])
    questionnaires = await repository.facts(reading, "questionnaire", {row.questionnaire_id for row in rows})
    if not rows:
        raise NotFound("Nothing that was asked for is known under this receipt.")
    return Tracking(
        receipt=written(receipt),
        received_at=rows[0].received_at,
        simulated=rows[0].simulated,
        aspirations=[
            Tracked(
                id=row.id,
                question=row.question,
                question_text=service.question_text(questionnaires.get(str(row.questionnaire_id)), row.question),
                text=row.text,
                state=row.state,
                reason=row.reason,
                merged=ends.get(row.id, row.id) != row.id,
                followups=[],
            )
            for row in rows
        ],
    )
