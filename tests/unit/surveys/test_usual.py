"""What is taken at first sight is what a thorough look would take, with the same digest; all else is left to it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.surveys.responses import usual
from services.surveys.responses.clock import Clock
from services.surveys.responses.domain import Content, envelope, examine
from tests.unit.surveys import bodies
from tests.unit.surveys.test_response_rules import CONTEXT, JSON, required

VISIT = str(CONTEXT.visit)
TEXT = st.text(max_size=50, alphabet=st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-180, 180)
FIELDS = {
    "id": st.uuids().map(str) | st.just(str(uuid4()).upper()) | JSON,
    "visit": st.just(VISIT) | JSON,
    "filled_at": st.sampled_from(
        [None, "2020-03-03T09:30:00+07:00", "2020-03-03T09:30:00.5Z", '2020-03-03"09:30+07:00']
    )
    | JSON,
    "simulated": st.booleans() | JSON,
    "device": st.sampled_from([None, "tablet-7", "ruang tamu", "é"]) | JSON,
    "language": st.sampled_from([None, "id", "jv-Java", "ID"]) | JSON,
    "started_at": st.sampled_from([None, "2020-03-03T09:20:00+07:00", "gestern"]) | JSON,
    "position": st.fixed_dictionaries({"longitude": NUMBERS, "latitude": NUMBERS, "accuracy": NUMBERS}) | JSON,
}
ANSWERS = {
    "requirements": st.integers(0, 5) | JSON,
    "fee": st.integers(1, 4) | st.just("not_applicable") | JSON,
    "facilities": st.integers(1, 4) | st.none() | JSON,
    "sex": st.sampled_from(["f", "m", "F"]) | JSON,
    "service": st.sampled_from(["card", "licence"]) | JSON,
    "aspiration": TEXT | JSON,
    "colour": JSON,
}


@st.composite
def varied(draw: st.DrawFn) -> dict[str, Any]:
    """A sound response with a few things changed."""
    item = bodies.response(VISIT, answers=required({"requirements": 1, "fee": 2}))
    for name in draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=3)):
        item[name] = draw(FIELDS[name])
    if isinstance(item.get("answers"), dict):
        for key in draw(st.sets(st.sampled_from(sorted(ANSWERS)), max_size=3)):
            item["answers"][key] = draw(ANSWERS[key])
    return item


def at_first_sight(raw: bytes, clock: Clock | None = None) -> Content | None:
    sent = usual.read(raw)
    return sent and usual.content(sent, CONTEXT, clock)


def thoroughly(item: Any, clock: Clock | None = None) -> Content | None:
    if envelope(item) or item["visit"].lower() != VISIT:
        return None
    found = examine(item, CONTEXT, clock)
    return found if isinstance(found, Content) else None


def same(one: Content, other: Content | None) -> None:
    assert other is not None
    assert (one.id, one.digest, one.device, one.context) == (other.id, other.digest, other.device, other.context)
    assert orjson.loads(one.body) == orjson.loads(other.body)


@given(varied(), st.sampled_from([None, timedelta(0), timedelta(days=-3), timedelta(days=400)]))
@example(bodies.response(VISIT, answers={"requirements": 1, "fee": True}), None)
@example(bodies.response(VISIT, answers={"requirements": 1.0, "fee": 1}), None)
def test_what_is_taken_at_first_sight_would_be_taken_thoroughly(item: dict[str, Any], offset: timedelta | None) -> None:
    clock = None if offset is None else Clock(datetime.now(UTC), offset)
    raw = json.dumps(item).encode()
    taken = at_first_sight(raw, clock)
    if taken is not None and taken.context.visit_text == str(item["visit"]).lower():
        same(taken, thoroughly(orjson.loads(raw), clock))


@given(
    st.fixed_dictionaries(
        {"requirements": st.integers(1, 4), "fee": st.integers(1, 4) | st.just("not_applicable"), "aspiration": TEXT},
        optional={"facilities": st.integers(1, 4) | st.none(), "sex": st.sampled_from("fm")},
    ),
    st.sampled_from([{}, {"language": "jv"}, {"started_at": "2020-03-03T09:20:00+07:00", "device": "tablet-7"}]),
    st.none() | st.fixed_dictionaries({
        "longitude": st.floats(-180, 180), "latitude": st.floats(-90, 90), "accuracy": st.floats(0, 1e6)
    }),
)  # fmt: skip
def test_sound_responses_are_taken_at_first_sight(answers: Any, other: Any, position: Any) -> None:
    item = bodies.response(VISIT, answers=required(answers), position=position) | other
    taken, thorough = at_first_sight(orjson.dumps(item)), thoroughly(item)
    if thorough is None:
        assert taken is None
    else:
        assert taken is not None
        same(taken, thorough)


@pytest.mark.parametrize("raw", [
    b"", b"{", b"[]", b"null", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"answers":' + b"[" * 100_000,
    b'{"id":"\xff"}', b'{"answers":{"aspiration":"\\ud800"}}',
])  # fmt: skip
def test_what_is_no_response_is_left_to_the_thorough_look(raw: bytes) -> None:
    assert at_first_sight(raw) is None
    assert not usual.items(raw)


@pytest.mark.parametrize(("id", "sound"), [
    ("0F8fad5b-d9cb-469f-a165-70867728950e", True), ("0f8fad5bd9cb469fa16570867728950e", False),
    ("{0f8fad5b-d9cb-469f-a165-70867728950e}", False), ("urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e", False),
    ("0f8fad5b-d9cb-469f-a165-7086772895 0", False), ("0f8fad5b-d9cb-469f-a165-70867728950", False),
    ("0f8fad5b-d9cb-469f-a165-7086772895-e", False), ("0f8fad5-bd9cb-469f-a165-70867728950e", False),
    ("0f8fad5b-d9cb-469f-a165-70867728950g", False), ("0f8fad5b-d9cb-469f-a165-70867728950\n", False),
    ("\uff10f8fad5b-d9cb-469f-a165-70867728950e", False), ("0f8fad5b-d9cb-469f-a165-708677289  e", False),
    ("", False), ("-" * 36, False),
])  # fmt: skip
def test_both_looks_take_the_same_ids(id: str, sound: bool) -> None:
    item = bodies.response(VISIT, answers=required({"requirements": 1, "fee": 2}), id=id)
    assert (at_first_sight(orjson.dumps(item)) is not None) is sound
    assert (thoroughly(item) is not None) is sound


@pytest.mark.parametrize("said", [
    rb'"\ud83d\ude00 \u00e9 \/ \b\f\n\r\t \u001f \u007f \u2028"', b'"\\u0000"', b'"a\x01b"', b'"\xc3\x28"',
    b'"\xed\xa0\x80"', rb'"\ud800"', rb'"\udc00\ud800"', b'"\xf4\x90\x80\x80"', b'"\xc0\xaf"', b"3.0", b"1e0",
    b"-0", b"01", b"NaN", b'"' + b"x" * 51 + b'"', b'"' + "é".encode() * 50 + b'"', b'""', b'" "',
])  # fmt: skip
def test_both_looks_read_the_same(said: bytes) -> None:
    """Of the bytes of an answer, which two readers of JSON could take differently."""
    item = bodies.response(VISIT, answers=required({"requirements": 1, "fee": 2, "aspiration": "@"}))
    for place in (b'"@"', b'"service":"card"'):
        raw = orjson.dumps(item).replace(place, said if place == b'"@"' else b'"service":' + said)
        taken = at_first_sight(raw)
        try:
            thorough = thoroughly(orjson.loads(raw))
        except orjson.JSONDecodeError:
            thorough = None
        assert (taken is None) == (thorough is None)
        if taken:
            same(taken, thorough)


def test_a_field_that_comes_twice_is_read_as_its_last() -> None:
    item = orjson.dumps(bodies.response(VISIT, answers=required({"requirements": 1, "fee": 2})))
    for twice in (
        b',"device":"a","device":"b"}',
        b',"simulated":true,"simulated":false}',
        b',"filled_at":7,"filled_at":null}',
    ):
        raw = item[:-1] + twice
        taken = at_first_sight(raw)
        if taken:
            same(taken, thoroughly(orjson.loads(raw)))
