"""An examination in order: read on in the service's own feed, count, look at each response, raise or lower flags, and
move the cursor; all in one transaction, so that nothing counts twice and nothing is left out, whoever is killed when.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.kit.database import Database, Reading, Transaction
from services.surveys.examinations import counts, repository, rules
from services.surveys.examinations.counts import DEVICE, FLAG, STATE, Key
from services.surveys.examinations.domain import (
    OFTEN,
    TWICE,
    Facts,
    Form,
    Neighbours,
    Visit,
    findings,
    fingerprint,
    own_words,
)  # fmt: skip
from services.surveys.responses.circumstances import moment
from services.surveys.responses.clock import stored

RAISED, DISMISSED = "raised", "dismissed"

Counted = Counter[tuple[UUID, Key]]


@dataclass(frozen=True, slots=True)
class Step:
    """What one examination came to: how many revisions, whether there may be more, and the flags it raised by rule."""

    revisions: int
    more: bool
    flags: Counter[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A visit as its rules see it, and whose it is."""

    visit: Visit
    bound: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A response as it is now: its newest revision, and what stays of its first."""

    row: Mapping[str, Any]
    sequence: int
    facts: Facts
    place: Place
    rules: Mapping[str, rules.Rule]

    @property
    def there(self) -> bool:
        """Whether it was not deleted."""
        return bool(self.row["action"] != counts.DELETED)

    @property
    def seen(self) -> datetime | None:
        """When its device saw it filled in; None when that is not known of a device."""
        if self.row["device"] is None or self.facts.filled is None or not self.there:
            return None
        try:
            return self.facts.filled.astimezone(UTC)
        except OverflowError:
            return None


class Examiner:
    """Examines revisions of responses; what it knows of questionnaires it keeps, because they never change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._forms: dict[UUID, Form] = {}

    async def step(self, limit: int) -> Step | None:
        """Examine up to `limit` revisions; None when another process is at it."""
        async with self._database.transaction() as write:
            position = await repository.position(write)
            if position is None:
                return None
            fresh = [row._asdict() for row in await repository.following(write, position, limit)]
            if not fresh:
                return await self._step_again(write, position, limit)
            revised = {row["id"] for row in fresh if row["version"] > 1}
            again = revised | set(await repository.naming(write, revised))
            flags = await self._examine(write, fresh, again, fresh[-1]["position"])
            await repository.move(write, fresh[-1]["position"])
        return Step(len(fresh), more=True, flags=flags)

    async def _step_again(self, write: Transaction, position: int, limit: int) -> Step:
        """Look again at some responses of a visit that has changed, if there is one."""
        asked = await repository.asked_again(write)
        if asked is None:
            return Step(0, more=False, flags=Counter())
        some = await repository.of_visit(write, asked.visit_id, asked.after, position, limit)
        flags = await self._examine(write, (), {row.id for row in some}, position)
        await repository.looked_again(write, asked.visit_id, some[-1].position if some else None)
        return Step(len(some), more=True, flags=flags)

    async def _examine(
        self, write: Transaction, fresh: Sequence[Mapping[str, Any]], again: set[UUID], until: int
    ) -> Counter[str]:
        """Count what is fresh, and look at it and at others again, all as they were at a position."""
        lives: dict[UUID, list[Mapping[str, Any]]] = {}
        for row in await repository.lives(write, again, until):
            lives.setdefault(row.id, []).append(row._asdict())
        lives |= {row["id"]: [row] for row in fresh if row["id"] not in again}
        places = await self._places(write, {life[0]["visit_id"] for life in lives.values()})
        counted: Counted = Counter()
        for each in fresh:
            before = lives[each["id"]][each["version"] - 2] if each["version"] > 1 else None
            changed = counts.change(each, before, places[each["visit_id"]].visit.form)
            counted.update({(each["visit_id"], key): number for key, number in changed.items()})
        cases = [_case(life, places[life[0]["visit_id"]]) for life in lives.values()]
        flags = await _flag(write, cases, again, counted)
        await repository.tally(write, _with_last(counted, fresh))
        return flags

    async def _places(self, write: Transaction, ids: set[UUID]) -> dict[UUID, Place]:
        found = {}
        for row in await repository.places(write, ids):
            form = self._forms.get(row.questionnaire_id)
            if form is None:
                form = Form.of(await repository.questions(write, row.questionnaire_id))
                self._forms[row.questionnaire_id] = form
            point = row.point and (row.point["coordinates"][0], row.point["coordinates"][1])
            bound = {"review_id": row.review_id, "region_code": row.region_code, "agency_id": row.agency_id}
            found[row.id] = Place(Visit(form, point, row.hours), bound)
        return found


async def count(write: Transaction, visit: UUID, changes: Mapping[Key, int]) -> None:
    """Change counts of a visit in a transaction that changes what they count."""
    await repository.tally(write, [(visit, key, number, None) for key, number in changes.items()])


async def again(write: Transaction, visit: UUID) -> None:
    """Have all responses of a visit looked at again, in a transaction that changes what they are held against."""
    await repository.ask_again(write, visit)


async def current(reading: Reading) -> bool:
    """Whether everything that was stored has been examined."""
    return await repository.left(reading) is None


async def _flag(write: Transaction, cases: Sequence[Case], again: set[UUID], counted: Counted) -> Counter[str]:
    """Raise and lower flags of responses, count what changes, and say how many were raised by rule."""
    await repository.forget(write, [case.row["id"] for case in cases if case.row["id"] in again and not case.seen])
    await repository.see(write, [_sighting(case) for case in cases if case.seen])
    near = await _neighbours(write, [case for case in cases if case.seen])
    before: dict[UUID, dict[str, Any]] = {}
    for row in await repository.raised(write, again):
        before.setdefault(row.response_id, {})[row.rule] = row
    raised: list[dict[str, Any]] = []
    for case in cases:
        id, visit = case.row["id"], case.row["visit_id"]
        found = findings(case.facts, case.place.visit, near.get(id, Neighbours()), case.rules) if case.there else {}
        known = before.get(id, {})
        gone = known.keys() - found.keys()
        if gone:
            await repository.lower(write, id, gone)
        new = [rule for rule, detail in found.items() if rule not in known or known[rule].detail != detail]
        for rule in {*gone, *new} & known.keys():
            counted[visit, (FLAG, rule, DISMISSED if known[rule].dismissed_at else RAISED)] -= 1
        for rule in new:
            counted[visit, (FLAG, rule, RAISED)] += 1
        raised.extend(_raised(case, rule, found[rule]) for rule in new)
    await repository.raise_(write, raised)
    return Counter(row["rule"] for row in raised)


async def _neighbours(write: Transaction, cases: Sequence[Case]) -> dict[UUID, Neighbours]:
    often = [case.rules[OFTEN].thresholds if OFTEN in case.rules else {"minutes": 0, "most": 0} for case in cases]
    twice = [case.rules[TWICE].thresholds["same_words_minutes"] if TWICE in case.rules else 0 for case in cases]
    asked = {
        "ids": [case.row["id"] for case in cases],
        "visits": [case.row["visit_id"] for case in cases],
        "devices": [case.row["device"] for case in cases],
        "filled": [case.seen for case in cases],
        "sequences": [case.sequence for case in cases],
        "fingerprints": [fingerprint(case.facts.answers) for case in cases],
        "around": [timedelta(minutes=each["minutes"]) / 2 for each in often],
        "most": [each["most"] for each in often],
        "within": [timedelta(minutes=each) for each in twice],
    }
    rows = await repository.neighbours(write, asked)
    return {row.id: Neighbours(row.others, row.twin, row.twin_filled) for row in rows}


def _case(life: Sequence[Mapping[str, Any]], place: Place) -> Case:
    first, newest = life[0], life[-1]
    said = newest["body"]
    facts = Facts(
        answers=said["answers"], filled=moment(said["filled_at"]), started=moment(said.get("started_at")),
        position=said.get("position"), clock=stored(first), received_at=first["received_at"],
    )  # fmt: skip
    return Case(newest, first["position"], facts, place, rules.on(first["received_at"].date()))


def _sighting(case: Case) -> dict[str, Any]:
    answers = case.facts.answers
    least = case.rules[TWICE].thresholds["least_characters"] if TWICE in case.rules else 1
    return {
        "response_id": case.row["id"], "sequence": case.sequence, "visit_id": case.row["visit_id"],
        "device": case.row["device"], "filled": case.seen, "fingerprint": fingerprint(answers),
        "words": own_words(answers, case.place.visit.form, least),
    }  # fmt: skip


def _raised(case: Case, rule: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    other = detail.get("other")
    return {
        "response_id": case.row["id"], "rule": rule, "rule_version": case.rules[rule].version,
        "detail": orjson.dumps(detail).decode(),
        "other_id": UUID(other) if other else None, "sequence": case.sequence, "visit_id": case.row["visit_id"],
        **case.place.bound,
    }  # fmt: skip


def _with_last(
    counted: Counted, fresh: Sequence[Mapping[str, Any]]
) -> Iterable[tuple[UUID, Key, int, datetime | None]]:
    """Counts that change, or of which something was received, with when that was."""
    last: dict[tuple[UUID, Key], datetime] = {}
    for row in fresh:
        if row["version"] == 1:
            keys = [(STATE, "", row["state"]), *([(DEVICE, "", row["device"])] if row["device"] else [])]
            last.update({(row["visit_id"], key): row["received_at"] for key in keys})
    for (visit, key), count in counted.items():
        if count or (visit, key) in last:
            yield visit, key, count, last.get((visit, key))
