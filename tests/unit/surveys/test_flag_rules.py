"""The rules behind flags by value: what each finds, and whom it leaves alone."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.examinations import rules
from services.surveys.examinations.domain import (
    OF_ITSELF,
    OFTEN,
    TWICE,
    Facts,
    Form,
    Neighbours,
    Visit,
    distance,
    findings,
    fingerprint,
)  # fmt: skip
from services.surveys.flags.schemas import RuleName
from services.surveys.responses.clock import Clock

CASES = json.loads((Path(__file__).parents[2] / "data" / "skm_cases.json").read_text())
ELEMENTS = CASES["elements"]["sample"]
RULES = rules.on(date(2026, 11, 26))
FORM = Form(frozenset(ELEMENTS), frozenset({"sex", "age"}), frozenset({"aspiration"}))
FILLED = datetime.fromisoformat("2020-03-03T09:30:00+07:00")
PLACE = (109.7301, -6.9078)
VISIT = Visit(FORM, PLACE, {"opens": "08:00", "closes": "15:00", "days": [1, 2, 3, 4, 5]})
MIXED = dict(zip(ELEMENTS, (3, 4, 3, 4, 3, 4, 3, 4, 3), strict=True)) | {"sex": "f", "age": "30-39"}


def facts(**other: Any) -> Facts:
    """A response that no rule finds anything in."""
    return replace(
        Facts(MIXED, FILLED, FILLED - timedelta(minutes=6), None, None, FILLED + timedelta(hours=20)), **other
    )


def found(near: Neighbours = Neighbours(), visit: Visit = VISIT, **other: Any) -> dict[str, Any]:  # noqa: B008
    return dict(findings(facts(**other), visit, near, RULES))


def clock(**behind: float) -> Clock:
    return Clock(FILLED, timedelta(**behind))


def at(time: str) -> dict[str, datetime]:
    """Filled in at a time of the Tuesday, and opened six minutes before."""
    filled = datetime.fromisoformat(f"2020-03-03T{time}+07:00")
    return {"filled": filled, "started": filled - timedelta(minutes=6)}


def test_every_rule_is_known_by_name_says_why_and_what_it_cannot_tell() -> None:
    assert {each.rule for each in rules.every()} == set(get_args(RuleName)) == {*OF_ITSELF, OFTEN, TWICE}
    assert all(len(each.why) > 40 and len(each.can) > 40 and len(each.cannot) > 40 for each in rules.every())
    assert len({(each.rule, each.version) for each in rules.every()}) == len(rules.every())


def test_a_version_holds_for_what_was_received_since() -> None:
    first = rules.every()[0]
    later = replace(first, version=first.version + 1, valid_from=date(2027, 1, 1), thresholds={"least_answers": 7})
    both = (later, first)
    assert rules.newest(both, date(2026, 12, 31)) == {first.rule: first}
    assert rules.newest(both, date(2027, 1, 1)) == {first.rule: later}
    assert rules.newest(both, date(2019, 12, 31)) == {}
    assert findings(facts(), VISIT, Neighbours(), {}) == {}


def test_nothing_is_found_in_an_ordinary_response() -> None:
    assert found() == {}
    assert found(filled=None, started=None) == {}
    assert found(near=Neighbours(19)) == {}


def test_thirteen_of_the_twenty_respondents_of_kediri_straight_line() -> None:
    (kediri,) = (case for case in CASES["cases"] if case["key"] == "kediri")
    flagged = [
        row for row in kediri["rows"]
        if "straight-lining" in found(answers=dict(zip(ELEMENTS, row, strict=True)))
    ]  # fmt: skip
    assert (len(kediri["rows"]), len(flagged)) == (20, 13)
    assert all(len(set(row)) == 1 for row in flagged)


def test_what_does_not_apply_is_no_score_and_few_scores_are_no_line() -> None:
    threes = dict.fromkeys(ELEMENTS, 3)
    assert found(answers=threes | {"fee": "not_applicable", "sex": "f"})["straight-lining"] == {
        "answers": 8,
        "value": 3,
    }
    assert "straight-lining" not in found(answers=dict.fromkeys(ELEMENTS[:4], 3) | {"fee": "not_applicable"})
    assert "straight-lining" not in found(answers=dict.fromkeys(ELEMENTS, "not_applicable"))
    assert "straight-lining" not in found(answers=threes | {"fee": 4})


@pytest.mark.parametrize(("seconds", "flagged"), [(0, True), (21, True), (22, False), (600, False), (-60, False)])
def test_eleven_answers_take_twenty_two_seconds_to_read(seconds: int, flagged: bool) -> None:
    fast = found(started=FILLED - timedelta(seconds=seconds)).get("too-fast")
    assert fast == ({"seconds": float(seconds), "answers": 11} if flagged else None)


@pytest.mark.parametrize(
    ("north", "accuracy", "flagged"),
    [(0.0, 5, False), (0.0044, 5, False), (0.0046, 5, True), (0.01, 700, False), (0.1, 700, True)],
)
def test_far_is_what_is_surely_further_than_half_a_kilometre(north: float, accuracy: float, flagged: bool) -> None:
    position = {"longitude": PLACE[0], "latitude": PLACE[1] + north, "accuracy": accuracy}
    assert ("outside-location" in found(position=position)) is flagged
    assert found(position=position, visit=replace(VISIT, point=None)) == {}


def test_a_flag_tells_how_far_and_not_where() -> None:
    detail = found(position={"longitude": 106.8272, "latitude": -6.1754, "accuracy": 11.3})["outside-location"]
    assert detail == {"metres": pytest.approx(331_000, rel=0.01), "accuracy": 12}
    assert detail["metres"] % 10 == 0


@given(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), st.tuples(st.floats(-180, 180), st.floats(-90, 90)))
def test_distances_are_distances(one: tuple[float, float], other: tuple[float, float]) -> None:
    metres = distance(one, other)
    assert 0 <= metres <= 20_016_000
    assert metres == pytest.approx(distance(other, one), abs=0.01)
    assert distance(one, one) == 0


def test_a_degree_of_the_meridian_is_111_kilometres() -> None:
    assert distance((109.73, -7.0), (109.73, -6.0)) == pytest.approx(111_195, abs=5)


@pytest.mark.parametrize(
    ("time", "flagged"), [("07:29:59", True), ("07:30:00", False), ("15:30:00", False), ("15:30:01", True)]
)
def test_half_an_hour_around_opening_belongs_to_the_respondents(time: str, flagged: bool) -> None:
    assert ("outside-hours" in found(**at(time))) is flagged
    assert found(**at(time), visit=replace(VISIT, hours=None)) == {}


def test_a_day_on_which_it_is_closed_is_outside_its_hours() -> None:
    weekend = replace(VISIT, hours={"opens": "06:00", "closes": "12:00", "days": [7]})
    assert "outside-hours" in found(visit=weekend)
    sunday = {"filled": FILLED - timedelta(days=2), "started": FILLED - timedelta(days=2, minutes=5)}
    assert "outside-hours" not in found(visit=weekend, **sunday)
    assert found(visit=replace(VISIT, hours={"opens": "06:00", "closes": "12:00", "days": None}), **sunday) == {}


def test_a_wrong_clock_accuses_nobody_of_answering_at_night() -> None:
    night = at("21:30:00")
    assert set(found(**night)) == {"outside-hours"}
    assert set(found(**night, clock=clock(hours=-12))) == {"wrong-clock"}
    assert set(found(clock=clock(hours=12))) == {"wrong-clock"}, "right when it was filled in, lost afterwards"
    assert set(found(**night, clock=clock(hours=-20))) == {"outside-hours", "wrong-clock"}


@pytest.mark.parametrize(
    ("other", "detail"),
    [
        ({"clock": clock(minutes=10)}, None),
        ({"clock": clock(days=366)}, {"offset_seconds": 366 * 86400}),
        ({"clock": clock(seconds=-601)}, {"offset_seconds": -601}),
        ({"started": FILLED + timedelta(minutes=3)}, {"filled_before_start_seconds": 180}),
        ({"received_at": FILLED - timedelta(minutes=11)}, {"filled_after_reception_seconds": 660}),
        ({"received_at": FILLED - timedelta(minutes=9)}, None),
        ({"received_at": FILLED - timedelta(hours=2), "clock": clock(hours=-2)}, {"offset_seconds": -7200}),
        ({"filled": None, "started": None}, None),
    ],
)
def test_a_clock_is_wrong_by_what_it_says_or_by_what_cannot_be(other: dict[str, Any], detail: Any) -> None:
    assert found(**other).get("wrong-clock") == detail


def test_a_device_is_used_too_often_from_the_twenty_first_within_the_hour() -> None:
    assert found(near=Neighbours(20)) == {"device-too-often": {"others": 20, "minutes": 60}}


@pytest.mark.parametrize(
    ("apart", "wish", "flagged"),
    [
        (0, None, True), (30, None, True), (31, None, False), (300, None, False),
        (300, "Perluas ruang tunggu", True), (3601, "Perluas ruang tunggu", False), (300, "bagus", False),
        (300, "   bagus      ", False), (-300, "Perluas ruang tunggu", True),
    ],
)  # fmt: skip
def test_a_household_that_agrees_in_everything_is_not_one_respondent(apart: int, wish: str, flagged: bool) -> None:
    twin = uuid4()
    near = Neighbours(1, twin, FILLED - timedelta(seconds=apart))
    answers = MIXED | ({"aspiration": wish} if wish else {})
    detail = found(near=near, answers=answers).get("duplicate-respondent")
    assert (detail is not None) is flagged
    if detail is not None:
        assert detail == {"other": str(twin), "seconds_apart": abs(apart), "same_words": len(wish or "") >= 10}
    assert "duplicate-respondent" not in found(near=near, answers=answers, filled=None, started=None)


@given(st.permutations(list(MIXED.items())))
def test_answers_are_the_same_in_any_order(items: list[tuple[str, Any]]) -> None:
    assert fingerprint(dict(items)) == fingerprint(MIXED)
    assert fingerprint(dict(items) | {"sex": "m"}) != fingerprint(MIXED)


@given(
    st.datetimes(timezones=st.sampled_from([UTC, FILLED.tzinfo])), st.timedeltas(), st.floats(-180, 180),
    st.integers(0, 30), st.booleans(),
)  # fmt: skip
def test_no_response_is_a_surprise(moment: datetime, offset: timedelta, east: float, many: int, near: bool) -> None:
    other = Neighbours(many, uuid4(), FILLED) if near else Neighbours(many)
    position = {"longitude": east, "latitude": 0.0, "accuracy": 1.0}
    said = facts(filled=moment, started=FILLED, clock=Clock(FILLED, offset), position=position)
    assert set(findings(said, VISIT, other, RULES)) <= set(get_args(RuleName))
