"""The life of a follow-up as a full table, and which elements are weak when some are equal."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.followups.domain import CLOSED, OPEN, STATES, STEPS, by_weakness, overdue
from services.reports.schemas import Words

TABLE = {
    "planned": {"start": "in_progress", "postpone": "postponed"},
    "in_progress": {"finish": "done", "postpone": "postponed"},
    "done": {"verify": "verified", "return": "returned", "reopen": "reopened"},
    "verified": {"reopen": "reopened"},
    "returned": {"start": "in_progress", "finish": "done"},
    "postponed": {"start": "in_progress"},
    "reopened": {"start": "in_progress", "finish": "done"},
}


def test_every_step_from_every_state() -> None:
    found = {state: {name: step.to for name, step in STEPS.items() if state in step.of} for state in STATES}
    assert found == TABLE


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30))
def test_whatever_is_tried_a_verified_one_was_done_before(tried: list[str]) -> None:
    state, states = "planned", ["planned"]
    for name in tried:
        if state in STEPS[name].of:
            state = STEPS[name].to
            states.append(state)
    assert set(states) <= set(STATES)
    for before, after in pairwise(states):
        if after in {"verified", "returned"}:
            assert before == "done"
        if after == "reopened":
            assert before in CLOSED
    assert "verified" not in states or "done" in states


def test_overdue_is_what_is_open_after_its_day() -> None:
    deadline = date(2026, 11, 27)
    for state in STATES:
        assert not overdue(state, deadline, deadline)
        assert overdue(state, deadline, date(2026, 11, 28)) is (state in OPEN)
    assert set(OPEN) | set(CLOSED) == set(STATES)


@dataclass
class Shown:
    key: str
    rank: int | None
    n: int | None = 9
    converted: str | None = "75.00"

    @property
    def label(self) -> Words:
        return Words(id=self.key)


@pytest.mark.parametrize(
    ("ranks", "priorities"),
    [
        ([1, 2, 3], [3, 2, 1]),
        ([1, 2, 2], [3, 1, 1]),
        ([1, 1, 1], [1, 1, 1]),
        ([1, 2, 2, 4], [4, 2, 2, 1]),
        ([3, 1, 3, 2], [1, 4, 1, 3]),
    ],
)
def test_equal_elements_share_their_priority(ranks: list[int], priorities: list[int]) -> None:
    elements: list[Any] = [Shown(f"e{place}", rank) for place, rank in enumerate(ranks)]
    found = {one.key: one for one in by_weakness(elements)}
    assert [found[f"e{place}"].priority for place in range(len(ranks))] == priorities
    assert [one.weak for one in by_weakness(elements)] == sorted((p == 1 for p in priorities), reverse=True)


def test_what_is_withheld_or_unanswered_is_no_element_of_the_plan() -> None:
    withheld, silent = Shown("hidden", None, None, None), Shown("silent", 3, 0)
    assert [one.key for one in by_weakness([withheld, Shown("shown", 2), silent])] == ["shown"]
