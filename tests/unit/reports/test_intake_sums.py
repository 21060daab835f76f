"""What responses add to the sums: the same in one go, page by page and by definition, and taken off again exactly."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reports.index.domain import Moments
from services.reports.intake.domain import (
    FINGERPRINTS,
    Contribution,
    Instrument,
    Key,
    Total,
    totals,
    width,
)
from services.reports.intake.loop import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause
from services.reports.intake.service import SILENCE, behind

VISITS = [uuid4() for _ in range(3)]
NOW = datetime(2020, 3, 3, tzinfo=UTC)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Instrument, list[Contribution]]:
    """A questionnaire with any number of elements and groups, and responses to it."""
    elements = tuple(f"e{place}" for place in range(draw(st.integers(0, 5))))
    groups = tuple(f"g{place}" for place in range(draw(st.integers(0, 3))))
    one = st.builds(
        Contribution,
        id=st.uuids(),
        version=st.just(1),
        visit=st.sampled_from(VISITS),
        digest=st.binary(min_size=32, max_size=32),
        scores=st.tuples(*(st.none() | st.integers(0, 100) for _ in elements)),
        groups=st.tuples(*(st.sampled_from(["", "f", "m"]) for _ in groups)),
        rejected=st.booleans(),
    )
    return Instrument(uuid4(), elements, groups), draw(st.lists(one, max_size=25))


def by_definition(counted: Instrument, responses: Sequence[Contribution]) -> dict[Key, tuple[list[int], int]]:
    """Every sum from its own responses, one after the other."""
    wanted: dict[Key, list[Contribution]] = {}
    for one in responses:
        wanted.setdefault(Key(one.visit, counted.id, "", "", one.rejected), []).append(one)
        for group, value in zip(counted.groups, one.groups, strict=True):
            wanted.setdefault(Key(one.visit, counted.id, group, value, one.rejected), []).append(one)
    return {key: (numbers(counted, several), fingerprint(several)) for key, several in wanted.items()}


def numbers(counted: Instrument, responses: Sequence[Contribution]) -> list[int]:
    rows = [
        {key: score for key, score in zip(counted.elements, one.scores, strict=True) if score is not None}
        for one in responses
    ]
    moments = Moments.of(counted.elements, rows)
    return [moments.respondents, *moments.joint_count, *moments.joint_sum, *moments.joint_product]


def fingerprint(responses: Sequence[Contribution]) -> int:
    return sum(int.from_bytes(one.digest) for one in responses) % FINGERPRINTS


def plain(found: dict[Key, Total]) -> dict[Key, tuple[list[int], int]]:
    return {key: (total.numbers.tolist(), total.fingerprint) for key, total in found.items()}


def added(left: dict[Key, Total], right: dict[Key, Total]) -> dict[Key, Total]:
    return left | {key: left[key].plus(total) if key in left else total for key, total in right.items()}


@settings(deadline=None)
@given(surveys(), st.data())
def test_sums_are_the_same_in_one_go_in_pages_and_by_definition(
    survey: tuple[Instrument, list[Contribution]], data: st.DataObject
) -> None:
    counted, responses = survey
    cuts = sorted(data.draw(st.lists(st.integers(0, len(responses)), max_size=5)))
    pages = [responses[start:end] for start, end in zip([0, *cuts], [*cuts, len(responses)], strict=True)]
    paged = reduce(added, (totals(counted, page, []) for page in pages if page), {})
    assert plain(paged) == by_definition(counted, responses)
    if responses:
        assert plain(totals(counted, responses, [])) == plain(paged)


@settings(deadline=None)
@given(surveys())
def test_what_is_taken_off_leaves_what_was_there_before(
    survey: tuple[Instrument, list[Contribution]],
) -> None:
    counted, responses = survey
    if not responses:
        return
    kept, gone = responses[::2], responses[1::2]
    both = added(totals(counted, responses, []), totals(counted, [], gone) if gone else {})
    left = {key: (row, print_) for key, (row, print_) in plain(both).items() if row[0]}
    assert left == by_definition(counted, kept)
    assert all(not any(row) and not print_ for row, print_ in plain(both).values() if not row[0])
    assert {len(row) for row, _ in left.values()} == {width(len(counted.elements))}


def test_pauses_grow_to_a_limit_and_differ_by_chance() -> None:
    assert pause(0, 0) == FIRST_PAUSE_SECONDS / 2
    assert pause(1, 1) == FIRST_PAUSE_SECONDS * 2
    assert pause(1000, 1) == LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("polled", "current", "error", "seconds"),
    [
        (None, None, None, None),
        (NOW, None, None, None),
        (NOW, NOW, None, 0),
        (NOW - timedelta(seconds=20), NOW - timedelta(seconds=20), None, 0),
        (NOW - SILENCE, NOW - SILENCE, None, SILENCE.total_seconds()),
        (NOW, NOW - timedelta(seconds=7), None, 7),
        (NOW - timedelta(seconds=3), NOW - timedelta(seconds=3), "away", 3),
    ],
)
def test_how_far_behind_a_feed_is(
    polled: datetime | None, current: datetime | None, error: str | None, seconds: float | None
) -> None:
    assert behind(polled, current, error, NOW) == seconds
