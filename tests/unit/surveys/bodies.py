"""Bodies that the surveys service accepts, to be varied by each test."""

from typing import Any
from uuid import uuid4

REGION = "33.25"
ELEMENTS = ("requirements", "fee", "facilities")


def words(text: str) -> dict[str, str]:
    return {"id": text, "en": text}


def score(key: str, **other: Any) -> dict[str, Any]:
    options = [{"value": value, "label": words(f"label {value}")} for value in (1, 2, 3, 4)]
    return {"kind": "score", "key": key, "code": None, "text": words(key), "options": options} | other


def questions() -> list[dict[str, Any]]:
    return [
        score("requirements", code="U1"),
        score("fee", code="U4", not_applicable=True),
        score("facilities", required=False),
        {
            "kind": "choice", "key": "sex", "text": words("Sex"), "group": True,
            "options": [{"value": "f", "label": words("f")}, {"value": "m", "label": words("m")}],
        },
        {"kind": "choice", "key": "service", "text": words("Service"), "group": True, "options_from": "visit"},
        {"kind": "text", "key": "aspiration", "text": words("Wish"), "role": "aspiration", "max_length": 50},
    ]  # fmt: skip


def photo_question(**other: Any) -> dict[str, Any]:
    return {"kind": "attachment", "key": "photo", "text": words("Photo"), "media": "image"} | other


def questionnaire(**other: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "key": f"form-{uuid4().hex[:10]}", "region": None, "title": words("Form"),
        "method": "skm-2017", "questions": questions(),
    } | other  # fmt: skip


def review(questionnaire: str, **other: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "region": REGION, "title": words("Review"), "questionnaire": questionnaire,
        "period": {"start": "2020-03-02", "end": "2020-03-06"},
    } | other  # fmt: skip


def visit(review: str, **other: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "review": review, "name": "Pasar", "target": 50,
        "services": [{"value": "card", "label": words("card")}],
    } | other  # fmt: skip


def answers(**other: Any) -> dict[str, Any]:
    return {"requirements": 3, "fee": "not_applicable", "sex": "f", "service": "card"} | other


def response(visit: str, **other: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "visit": visit, "filled_at": "2020-03-03T09:30:00+07:00", "answers": answers(),
        "simulated": False,
    } | other  # fmt: skip
