"""The rules of a response by value: what is stored, its digest, its receipt."""

import re
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.responses.domain import Content, Context, envelope, examine, identity, receipt, whole
from services.surveys.responses.instrument import Instrument
from tests.unit.surveys import bodies

CONTEXT = Context(
    visit=UUID(int=1), review=UUID(int=2), region="33.25", agency=None, open=True, simulated=False,
    start=date(2020, 3, 2), end=date(2020, 3, 6), services=frozenset({"card"}),
    instrument=Instrument([
        {"required": True, "not_applicable": False, "options_from": None, "max_length": 2000, "options": [], **question}
        for question in bodies.questions()
    ]),
)  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
TEXT = st.text(max_size=50, alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
SOUND = st.fixed_dictionaries(
    {"requirements": st.integers(1, 4), "fee": st.integers(1, 4) | st.just("not_applicable")},
    optional={
        "facilities": st.integers(1, 4) | st.none(), "sex": st.sampled_from("fm"), "service": st.just("card"),
        "aspiration": TEXT,
    },
)  # fmt: skip


def required(answers: dict[str, Any]) -> dict[str, Any]:
    """With every required question of these rules answered."""
    return {"facilities": 1, "sex": "f", "service": "card", "aspiration": "x"} | answers


def sound(answers: dict[str, Any], **other: Any) -> Content:
    content = examine(bodies.response(str(CONTEXT.visit), answers=answers, **other), CONTEXT)
    assert isinstance(content, Content), content
    return content


@given(SOUND)
def test_the_digest_is_sha256_of_the_canonical_json(answers: dict[str, Any]) -> None:
    answers = required({key: value for key, value in answers.items() if value is not None})
    item = bodies.response(str(CONTEXT.visit), answers=answers)
    content = examine(item, CONTEXT)
    assert isinstance(content, Content)
    assert content.digest == sha256(rfc8785.dumps(item | {"device": None})).digest()
    assert whole(content) == rfc8785.dumps(item | {"device": None})


@given(JSON)
def test_no_body_is_a_surprise(item: Any) -> None:
    faults = envelope(item)
    assert all(pointer == "" or pointer.startswith("/") for pointer, _, _ in faults)
    if not faults:
        assert not isinstance(examine(item, CONTEXT), Content)


@given(st.dictionaries(st.sampled_from(["requirements", "fee", "sex", "service", "aspiration", "x"]), JSON))
def test_answers_are_either_stored_as_sent_or_refused_by_name(answers: dict[str, Any]) -> None:
    outcome = examine(bodies.response(str(CONTEXT.visit), answers=answers), CONTEXT)
    if isinstance(outcome, list):
        assert {pointer.split("/")[2] for pointer, _, _ in outcome} <= {*answers, *required({}), "requirements", "fee"}


def test_null_is_no_answer() -> None:
    content = examine(
        bodies.response(str(CONTEXT.visit), answers=required({"requirements": 1, "fee": 2, "colour": None})), CONTEXT
    )
    assert isinstance(content, Content)
    assert b"colour" not in content.body


def test_content_that_means_the_same_has_the_same_digest() -> None:
    answers = required({"requirements": 1, "fee": 2})
    id = str(uuid4())
    plain = sound(answers, id=id, device=None)
    assert sound(dict(reversed(answers.items())), id=id).digest == plain.digest
    assert sound(answers | {"extra": None}, id=id.upper()).digest == plain.digest
    assert sound(answers, id=id, device="a").digest != plain.digest
    assert sound(answers, id=id, filled_at=None).digest != plain.digest


def test_the_last_and_first_minute_of_the_review_count_by_the_clock_of_the_place() -> None:
    answers = required({"requirements": 1, "fee": 2})
    for moment in ("2020-03-02T00:00:00+07:00", "2020-03-06T23:59:59.999+07:00", "2020-03-06T23:59:00Z"):
        sound(answers, filled_at=moment)


def test_ids_are_read_in_their_usual_form_only() -> None:
    text = "0190D2C1-7c4e-7abc-9def-0123456789ab"
    assert str(identity(text)) == text.lower()
    for wrong in (f"{{{text}}}", f"urn:uuid:{text}", text.replace("-", ""), text + "\n", text[:-1], 7, None, [text]):
        assert identity(wrong) is None


def test_receipts_can_be_read_aloud_and_differ() -> None:
    codes = {receipt() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code) for code in codes)
