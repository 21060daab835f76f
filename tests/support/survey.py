"""A small survey on a running stack, made and filled through the public door."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.support.stack import RealStack

ELEMENTS = ("requirements", "procedure", "time", "fee", "product", "competence", "conduct", "facilities",
            "complaint_handling")  # fmt: skip
PERIOD = {"start": "2020-03-02", "end": "2020-03-06"}


def words(text: str) -> dict[str, str]:
    return {"id": text, "en": text}


@dataclass(frozen=True)
class Survey:
    """An open review with one visit."""

    review: str
    visit: str

    def response(self, value: int = 3, **other: Any) -> dict[str, Any]:
        """A new response that gives every element the same value."""
        return {
            "id": str(uuid4()), "visit": self.visit, "filled_at": "2020-03-03T09:30:00+07:00",
            "answers": dict.fromkeys(ELEMENTS, value), "simulated": False,
        } | other  # fmt: skip


def open_survey(stack: RealStack, further: Sequence[dict[str, Any]] = (), **of_visit: Any) -> Survey:
    """Publish a questionnaire of nine elements and further questions, plan a review of Batang with a visit, open it."""
    options = [{"value": value, "label": words(str(value))} for value in (1, 2, 3, 4)]
    questions = [{"kind": "score", "key": key, "text": words(key), "options": options} for key in ELEMENTS]
    questionnaire, review, visit = (str(uuid4()) for _ in range(3))
    steps: list[tuple[str, dict[str, Any] | None, str | None]] = [
        ("/questionnaires", {
            "id": questionnaire, "key": f"form-{questionnaire[:8]}", "title": words("Form"), "method": "skm-2017",
            "questions": [*questions, *further],
        }, None),
        (f"/questionnaires/{questionnaire}/publish", None, '"1"'),
        ("/reviews", {
            "id": review, "region": "33.25", "title": words("Review"), "period": PERIOD,
            "questionnaire": questionnaire,
        }, None),
        ("/visits", {"id": visit, "review": review, "name": "Pasar", **of_visit}, None),
        (f"/reviews/{review}/open", None, '"1"'),
    ]  # fmt: skip
    with stack.client() as client:
        for path, body, version in steps:
            answer = client.post(path, json=body, headers={"If-Match": version} if version else {})
            assert answer.status_code in {200, 201}, answer.text
    return Survey(review, visit)


def index(stack: RealStack, survey: Survey, role: str | None = "admin") -> dict[str, Any]:
    """The index of the review now; an empty object while reports has not heard of it."""
    with stack.client(role) as client:
        answer = client.get("/indexes", params={"review": survey.review})
    found: dict[str, Any] = {} if answer.status_code == 404 else answer.json()
    return found


def counted(stack: RealStack, survey: Survey) -> int:
    """Respondents in the index now."""
    return int(index(stack, survey).get("respondents") or 0)
