"""What lies near a response, by value: the same whether it is remembered or was found in the database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.examinations import rules
from services.surveys.examinations.cases import Case, Place, case
from services.surveys.examinations.domain import Form, Neighbours, Revision, Visit
from services.surveys.examinations.nearby import NONE, Earlier, Found, Sighting, Window, window

PLACE = Place(Visit(Form(frozenset(), frozenset(), frozenset()), None, None), {})
NOON = datetime(2020, 3, 3, 12, tzinfo=UTC)
NARROW = Window(timedelta(seconds=3), 4, timedelta(seconds=5))


def seen(sequence: int, seconds: float, answer: int = 1, **other: Any) -> Case:
    """A response of a device, filled in so many seconds after noon."""
    body = {"filled_at": (NOON + timedelta(seconds=seconds)).isoformat(), "answers": {"fee": answer}} | other
    id = UUID(int=sequence)
    row = Revision(id, 1, sequence, "created", id, NOON, "tablet", "received", body, None, None)
    return case(row, row, PLACE)


def slowly(one: Case, others: list[Case], within: Window) -> Neighbours:
    """What lies near one of all that came in before it, by looking at each."""
    before = [(abs(other.seen - one.seen), other.sequence, other) for other in others if other.seen and one.seen]
    near = [other for apart, _, other in before if apart <= within.around]
    twins = [each for each in before if each[0] <= within.within and each[2].answered == one.answered]
    twin = min(twins, key=lambda each: each[:2])[2] if twins else None
    return Neighbours(min(within.most, len(near)), twin and twin.row.id, twin and twin.seen)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 2)), max_size=20), st.integers(0, 20))
def test_what_is_remembered_and_what_was_found_make_one(sent: list[tuple[int, int]], cut: int) -> None:
    cases = [seen(sequence, seconds, answer) for sequence, (seconds, answer) in enumerate(sent)]
    stored, earlier = cases[:cut], Earlier()
    for place, one in enumerate(cases[cut:], cut):
        there = slowly(one, stored, NARROW)
        twin = there.twin and there.twin_filled and Sighting(there.twin_filled, there.twin.int, there.twin)
        found = Found(there.count, [twin] if twin else [])
        assert earlier.near(one, NARROW, found) == slowly(one, cases[:place], NARROW)
        earlier.add(one)


def test_of_two_that_are_equally_near_the_first_is_named() -> None:
    earlier = Earlier()
    for one in (seen(1, 2), seen(2, -2), seen(3, 2)):
        earlier.add(one)
    assert earlier.near(seen(9, 0), NARROW, NONE).twin == UUID(int=1)
    sides = [Sighting(NOON + timedelta(seconds=sign * 2), 8 - sign, uuid4()) for sign in (1, -1)]
    assert Earlier().near(seen(9, 0), NARROW, Found(2, sides)).twin == sides[0].response


@pytest.mark.parametrize("filled", [None, "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+07:00"])
def test_what_was_never_seen_has_nobody_near_it(filled: str | None) -> None:
    earlier, one = Earlier(), seen(1, 0, filled_at=filled)
    earlier.add(one)
    assert earlier.near(one, NARROW, NONE) == earlier.near(seen(2, 0), NARROW, NONE) == Neighbours()


def test_windows_are_those_of_the_rules_that_hold() -> None:
    assert window(rules.on(NOON.date())) == Window(timedelta(minutes=30), 20, timedelta(minutes=60))
    assert window({}) == Window(timedelta(0), 0, timedelta(0))
