"""What a rule finds in a response: a detail for people to look at, or nothing. Pure rules, plain values in and out.

A finding never says that somebody cheated; `data/rules.json` says of each rule what it can and cannot tell.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.surveys.examinations.rules import Rule
from services.surveys.responses.clock import Clock
from services.surveys.responses.forms import NOT_APPLICABLE

EARTH_METRES = 6_371_000.0

Detail = Mapping[str, Any]


class Revision(NamedTuple):
    """A revision of a response as it is stored; a tuple, because each response makes one and nothing is made faster."""

    id: UUID
    version: int
    position: int
    action: str
    visit_id: UUID
    received_at: datetime
    device: str | None
    state: str
    body: Mapping[str, Any]
    device_time: datetime | None
    clock_offset_ms: int | None


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of a questionnaire: the keys of its questions by kind."""

    scores: frozenset[str]
    choices: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def of(cls, questions: Sequence[Mapping[str, Any]]) -> "Form":
        """From the questions as they are stored."""
        keys = {kind: frozenset(one["key"] for one in questions if one["kind"] == kind)
                for kind in ("score", "choice", "text")}  # fmt: skip
        return cls(keys["score"], keys["choice"], keys["text"])


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of a visit. `point` is longitude and latitude in degrees, `hours` as in the visit's body."""

    form: Form
    point: tuple[float, float] | None
    hours: Mapping[str, Any] | None


@dataclass(slots=True)  # a frozen one takes three times as long to make, and each response makes one
class Facts:
    """What a response says, as it is now. Times are the device's, with their offset; `received_at` is ours."""

    answers: Mapping[str, Any]
    filled: datetime | None
    started: datetime | None
    position: Mapping[str, float] | None
    clock: Clock | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Other responses of the same visit and device that came in before: how many were filled in within the window of
    `device-too-often`, and of those with the very same answers the nearest in time."""

    count: int = 0
    twin: UUID | None = None
    twin_filled: datetime | None = None


def straight_lining(facts: Facts, visit: Visit, least: Mapping[str, int]) -> Detail | None:
    """Whether every scored answer is one value."""
    scores, given, first = visit.form.scores, 0, None
    for key, value in facts.answers.items():
        if key in scores and value != NOT_APPLICABLE:
            if given and value != first:
                return None
            first, given = value, given + 1
    return {"answers": given, "value": first} if given >= least["least_answers"] else None


def too_fast(facts: Facts, _: Visit, least: Mapping[str, int]) -> Detail | None:
    """Whether the form was open for less time than reading takes."""
    if facts.filled is None or facts.started is None:
        return None
    seconds = (facts.filled - facts.started).total_seconds()
    if not 0 <= seconds < least["seconds_per_answer"] * len(facts.answers):
        return None
    return {"seconds": round(seconds, 1), "answers": len(facts.answers)}


def outside_location(facts: Facts, visit: Visit, most: Mapping[str, int]) -> Detail | None:
    """Whether the device was surely far from the location. The distance is told in tens of metres: where somebody was
    is not for everyone who reads a flag."""
    if facts.position is None or visit.point is None:
        return None
    here = (facts.position["longitude"], facts.position["latitude"])
    metres = distance(here, visit.point)
    if metres - facts.position["accuracy"] <= most["metres"]:
        return None
    return {"metres": round(metres, -1), "accuracy": math.ceil(facts.position["accuracy"])}


def outside_hours(facts: Facts, visit: Visit, most: Mapping[str, int]) -> Detail | None:
    """Whether it was filled in when the place was closed, by the clock of the device and by the one put right."""
    if facts.filled is None or visit.hours is None:
        return None
    corrected = facts.clock.correct(facts.filled) if facts.clock else None
    moments = [facts.filled] if corrected is None else [facts.filled, corrected]
    if any(_open(moment, visit.hours, most["minutes"]) for moment in moments):
        return None
    return {"filled_at": facts.filled.isoformat(), "opens": visit.hours["opens"], "closes": visit.hours["closes"]}


def wrong_clock(facts: Facts, _: Visit, most: Mapping[str, int]) -> Detail | None:
    """What is wrong with the clock of the device, in seconds: its offset, or times that cannot be."""
    found: dict[str, Any] = {}
    allowed = most["minutes"] * 60
    offset = facts.clock.offset.total_seconds() if facts.clock else 0.0
    if abs(offset) > allowed:
        found["offset_seconds"] = round(offset)
    if facts.filled and facts.started and facts.started > facts.filled:
        found["filled_before_start_seconds"] = round((facts.started - facts.filled).total_seconds())
    if facts.filled:
        ahead = (facts.filled - facts.received_at).total_seconds() + min(offset, 0.0)
        if ahead > allowed:
            found["filled_after_reception_seconds"] = round(ahead)
    return found or None


def device_too_often(near: Neighbours, most: Mapping[str, int]) -> Detail | None:
    """Whether the device had sent enough others around that time."""
    return {"others": near.count, "minutes": most["minutes"]} if near.count >= most["most"] else None


def duplicate_respondent(
    filled: datetime | None, words: bool, near: Neighbours, most: Mapping[str, int]
) -> Detail | None:
    """Whether the same answers of the same device came too close for two people. `words`: the response has enough of
    the respondent's own."""
    if filled is None or near.twin is None or near.twin_filled is None:
        return None
    apart = abs((filled - near.twin_filled).total_seconds())
    if apart <= most["seconds"] or (words and apart <= most["same_words_minutes"] * 60):
        return {"other": str(near.twin), "seconds_apart": round(apart), "same_words": words}
    return None


OF_ITSELF: Mapping[str, Callable[[Facts, Visit, Mapping[str, int]], Detail | None]] = {
    "straight-lining": straight_lining,
    "too-fast": too_fast,
    "outside-location": outside_location,
    "outside-hours": outside_hours,
    "wrong-clock": wrong_clock,
}
OFTEN, TWICE = "device-too-often", "duplicate-respondent"


def findings(facts: Facts, visit: Visit, near: Neighbours, rules: Mapping[str, Rule]) -> dict[str, Detail]:
    """Everything that the rules find in a response, by rule."""
    found: dict[str, Detail | None] = {
        name: check(facts, visit, rules[name].thresholds) for name, check in OF_ITSELF.items() if name in rules
    }
    if OFTEN in rules:
        found[OFTEN] = device_too_often(near, rules[OFTEN].thresholds)
    if TWICE in rules and near.twin is not None:
        least = rules[TWICE].thresholds
        words = own_words(facts.answers, visit.form, least["least_characters"])
        found[TWICE] = duplicate_respondent(facts.filled, words, near, least)
    return {name: detail for name, detail in found.items() if detail is not None}


def fingerprint(answers: Mapping[str, Any]) -> bytes:
    """The same for the same answers, whatever their order."""
    return sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).digest()[:16]


def own_words(answers: Mapping[str, Any], form: Form, least: int) -> bool:
    """Whether there is as much text as two people do not write alike."""
    return any(len(str(answers[key]).strip()) >= least for key in form.texts if key in answers)


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points (longitude, latitude in degrees), over the surface of a sphere."""
    (west, south), (east, north) = one, other
    low, high = math.radians(south), math.radians(north)
    half_north, half_east = (high - low) / 2, math.radians(east - west) / 2
    part = math.sin(half_north) ** 2 + math.cos(low) * math.cos(high) * math.sin(half_east) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(part)))


def _open(moment: datetime, hours: Mapping[str, Any], minutes: int) -> bool:
    if hours["days"] is not None and moment.isoweekday() not in hours["days"]:
        return False
    since_midnight = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    allowed = timedelta(minutes=minutes)
    return _time(hours["opens"]) - allowed <= since_midnight <= _time(hours["closes"]) + allowed


def _time(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))
