"""Language, beginning and place of a response: what is taken, what it does to the digest, and who is told."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.responses import circumstances
from services.surveys.responses.domain import Content, envelope, examine, whole
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys
from tests.unit.surveys.test_response_rules import CONTEXT, required

PLACE = {"longitude": 109.7301, "latitude": -6.9, "accuracy": 12}
NAMED = {"language": "jv-Java", "started_at": "2020-03-03T09:21:00+07:00", "position": PLACE}

# Written down when responses had six fields: whoever kept a digest then finds it again.
KNOWN = {
    "id": "0190d2c1-7c4e-7abc-9def-0123456789ab", "visit": str(CONTEXT.visit), "device": "tablet-1",
    "filled_at": "2020-03-03T09:30:00+07:00", "simulated": False,
    "answers": {"requirements": 4, "fee": 2, "facilities": 1, "sex": "f", "service": "card", "aspiration": "é \\n"},
}  # fmt: skip


def body(**other: Any) -> dict[str, Any]:
    return bodies.response(str(CONTEXT.visit), device=None, answers=required({"requirements": 1, "fee": 2}), **other)


def sound(item: dict[str, Any]) -> Content:
    content = examine(item, CONTEXT)
    assert isinstance(content, Content), content
    return content


def test_the_digest_of_a_response_without_them_is_what_it_was() -> None:
    content = sound(KNOWN)
    assert content.digest.hex() == "01c34f1d9c5e268ed4eee08d224576741c40c713d1598bed74f71f77a52830b4"
    for nothing in circumstances.FIELDS:
        assert sound(KNOWN | {nothing: None}) == content


@given(
    st.fixed_dictionaries({
        "longitude": st.floats(-180, 180) | st.integers(-180, 180), "latitude": st.floats(-90, 90),
        "accuracy": st.floats(0, 1_000_000) | st.floats(0, 0.001),
    })
)  # fmt: skip
def test_the_digest_is_that_of_the_canonical_json_wherever_it_was_filled_in(position: dict[str, float]) -> None:
    item = body(**NAMED | {"position": position})
    assert not envelope(item)
    content = sound(item)
    assert content.digest == sha256(rfc8785.dumps(item)).digest()
    assert whole(content) == rfc8785.dumps(item)
    assert orjson.loads(content.body)["position"] == position


@pytest.mark.parametrize("language", ["id", "jv", "jv-Java", "en-GB", "es-419", "ban", "zh-Hant-TW"])
def test_a_language_is_named_by_its_tag(language: str) -> None:
    assert not envelope(body(language=language))


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        *(("language", value, "/language") for value in ("ID", "indonesia", "id_ID", "en-gb", "id\n", "", 1, ["id"])),
        *(("started_at", value, "/started_at") for value in ("2020-03-03T09:21:00", "2020-03-03", "now", "", 1583)),
        *(("position", value, "/position") for value in ([109.7, -6.9], {"longitude": 109.7}, PLACE | {"height": 3})),
        ("position", PLACE | {"longitude": 180.1}, "/position/longitude"),
        ("position", PLACE | {"latitude": "-6.9"}, "/position/latitude"),
        ("position", PLACE | {"accuracy": -1}, "/position/accuracy"),
        ("position", PLACE | {"accuracy": True}, "/position/accuracy"),
        ("position", PLACE | {"accuracy": 10**30}, "/position/accuracy"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any, pointer: str) -> None:
    assert [(fault[0], fault[1]) for fault in envelope(body(**{field: value}))] == [(pointer, "wrong-type")]


async def test_they_are_stored_once_corrected_whole_and_shown_to_whom_they_concern(surveys: Surveys) -> None:
    visit = await surveys.visit()
    sent = bodies.response(visit["id"], **NAMED)
    first = await surveys.call("POST", "/responses", json=sent)
    again = await surveys.call("POST", "/responses", content=rfc8785.dumps(sent | {"device": None}))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    path, claims = f"/responses/{sent['id']}", {"region": "33.25", "agency": "none"}
    for role, position in (("admin", PLACE), ("team", PLACE), ("ministry", None)):
        shown = (await surveys.call("GET", path, role, claims=claims)).json()
        assert {name: shown[name] for name in NAMED} == NAMED | {"position": position}, role
    corrected = sent | {"language": "id", "position": None, "reason": "The wrong button"}
    answer = await surveys.call("PUT", path, json=corrected, headers={"If-Match": '"1"'})
    assert (answer.json()["language"], answer.json()["position"]) == ("id", None)
    revisions = (await surveys.call("GET", f"{path}/revisions")).json()["items"]
    assert [one["language"] for one in revisions] == ["jv-Java", "id"]
    assert all("position" not in one for one in revisions)


async def test_the_feed_tells_the_language_and_whose_receipt_it_is_but_no_place(surveys: Surveys) -> None:
    visit = await surveys.visit()
    wish = 'It said "language":1,"position":{'
    sent = [
        bodies.response(visit["id"]),
        bodies.response(visit["id"], answers=bodies.answers(aspiration=wish)),
        bodies.response(visit["id"], **NAMED),
    ]
    receipts = [(await surveys.call("POST", "/responses", json=one)).json()["receipt"] for one in sent]
    items = [one["data"] for one in await surveys.changes() if one["entity"] == "response"][-3:]
    assert [one["language"] for one in items] == [None, None, "jv-Java"]
    assert [one["answers"] for one in items] == [one["answers"] for one in sent]
    assert [one["receipt_digest"] for one in items] == [
        sha256(receipt.replace("-", "").upper().encode()).hexdigest() for receipt in receipts
    ]
    assert len({frozenset(one) for one in items}) == 1
    assert not {"position", "started_at", "receipt"} & items[-1].keys()


async def test_an_unknown_id_stays_unknown(surveys: Surveys) -> None:
    assert (await surveys.call("GET", f"/responses/{uuid4()}")).status_code == 404
