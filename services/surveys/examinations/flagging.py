"""Flags of responses: what the rules find is raised, and what they find no longer is lowered."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.database import Transaction
from services.surveys.examinations import repository, sightings
from services.surveys.examinations.cases import Case
from services.surveys.examinations.counts import Counts, Device
from services.surveys.examinations.domain import Detail, Neighbours, findings
from services.surveys.examinations.nearby import NONE, Ask, Earlier, Found, window

RAISED, DISMISSED = "raised", "dismissed"
# Answers that come in meanwhile wait for no more than these.
SLICE = 200

Finding = tuple[Case, str, Detail]

NOBODY = Neighbours()


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: `fresh` for the first time, in the order they came in and behind all that were looked at
    before, and others `again`; `known` are the devices among them that have been counted before."""

    fresh: Sequence[Case]
    again: Sequence[Case]
    known: Collection[Device]


async def look(write: Transaction, at: Looked, counts: Counts) -> Counter[str]:
    """Raise and lower flags, count what changes, and say how many were raised by rule."""
    await sightings.forget(write, [case.sequence for case in at.again if not case.seen])
    await sightings.see(write, [case for case in at.again if case.seen])
    beside = await _beside(write, at)
    await sightings.see_first(write, [case for case in at.fresh if case.seen])
    raised = await _flag(at.fresh, beside, counts)
    await repository.raise_first(write, raised)
    raised_again = await _flag_again(write, at.again, counts)
    return Counter(rule for _, rule, _ in (*raised, *raised_again))


async def _beside(write: Transaction, at: Looked) -> dict[UUID, Neighbours]:
    """What lies near responses that are looked at for the first time, of devices that have sent more than one.

    All that the database has came in before them, unless something is looked at again; so those that are alike are
    asked for once.
    """
    below = None if at.again else at.fresh[0].sequence if at.fresh else None
    sent = {*at.known, *(case.device for case in at.again if case.seen)}
    groups: dict[Device, list[Case]] = {}
    for case in at.fresh:
        if case.seen:
            groups.setdefault(case.device, []).append(case)
    asks = {
        case.sequence: _ask(case, case.seen, below or case.sequence)
        for device, members in groups.items()
        if device in sent
        for case in members
        if case.seen
    }
    found = await sightings.near(write, list(dict.fromkeys(asks.values())))
    beside: dict[UUID, Neighbours] = {}
    for device, members in groups.items():
        if len(members) > 1 or device in sent:
            earlier = Earlier()
            for case in members:
                ours = found.get(asks[case.sequence], NONE) if case.sequence in asks else NONE
                beside[case.row.id] = earlier.near(case, window(case.rules), ours)
                earlier.add(case)
            await asyncio.sleep(0)
    return beside


async def _flag(fresh: Sequence[Case], beside: Mapping[UUID, Neighbours], counts: Counts) -> list[Finding]:
    raised: list[Finding] = []
    for number, case in enumerate(fresh, 1):
        near = beside.get(case.row.id, NOBODY)
        for rule, detail in findings(case.facts, case.place.visit, near, case.rules).items():
            raised.append((case, rule, detail))
            counts.flag(case.row.visit_id, rule, RAISED, 1)
        if not number % SLICE:
            await asyncio.sleep(0)
    return raised


async def _flag_again(write: Transaction, again: Sequence[Case], counts: Counts) -> list[Finding]:
    """Hold what the rules find now against the flags that there are."""
    asks = {case.row.id: _ask(case, case.seen, case.sequence) for case in again if case.seen}
    found = await sightings.near(write, list(asks.values()))
    before: dict[UUID, dict[str, Any]] = {}
    for row in await repository.raised(write, [case.row.id for case in again]):
        before.setdefault(row.response_id, {})[row.rule] = row
    raised: list[Finding] = []
    lowered: list[tuple[UUID, str]] = []
    for number, case in enumerate(again, 1):
        known = before.get(case.row.id, {})
        now = _found(case, found.get(asks[case.row.id], NONE) if case.seen else NONE)
        gone = known.keys() - now.keys()
        new = [rule for rule, detail in now.items() if rule not in known or known[rule].detail != detail]
        for rule in {*gone, *new} & known.keys():
            counts.flag(case.row.visit_id, rule, DISMISSED if known[rule].dismissed_at else RAISED, -1)
        for rule in new:
            counts.flag(case.row.visit_id, rule, RAISED, 1)
        lowered.extend((case.row.id, rule) for rule in gone)
        raised.extend((case, rule, now[rule]) for rule in new)
        if not number % SLICE:
            await asyncio.sleep(0)
    await repository.lower(write, lowered)
    await repository.raise_(write, raised)
    return raised


def _found(case: Case, found: Found) -> Mapping[str, Detail]:
    if not case.there:
        return {}
    near = Earlier().near(case, window(case.rules), found)
    return findings(case.facts, case.place.visit, near, case.rules)


def _ask(case: Case, seen: datetime, below: int) -> Ask:
    return Ask(*case.device, seen, below, case.answered, window(case.rules))
