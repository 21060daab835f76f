"""Completion and speed of a plan by value: every border of the official scales, exactly."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.figures import service
from services.reports.figures.domain import Planned, completion, later, percentage, speed

REPORT = date(2026, 1, 31)
SCORES = service.methods("pekppp-completion")[0]["scores"]
NEWER, OLDER = ({int(k): v for k, v in one["months"].items()} for one in service.methods("pekppp-speed"))


def plan(total: int, done: int, verified: int = 0) -> list[Planned]:
    return [Planned(REPORT, REPORT if place < done else None, place < verified) for place in range(total)]


@pytest.mark.parametrize(
    ("total", "done", "verified", "score"),
    [
        (0, 0, 0, 0),
        (7, 0, 0, 1),
        (1000, 1, 0, 2),
        (1000, 299, 299, 2),
        (10, 3, 0, 3),  # 30 % is no longer less than 30 %
        (1000, 301, 0, 3),
        (5, 4, 4, 3),  # 80 % is not yet more than 80 %
        (1000, 801, 0, 4),
        (1000, 999, 999, 4),
        (4, 4, 0, 4),  # 100 %, without report
        (4, 4, 3, 4),
        (4, 4, 4, 5),
        (1, 1, 1, 5),
    ],
)
def test_completion_by_value(total: int, done: int, verified: int, score: int) -> None:
    assert completion(plan(total, done, verified), SCORES)["score"] == score


def test_scores_go_by_the_exact_share_and_not_by_the_rounded_one() -> None:
    just_below = plan(100_000, 29_999)
    assert percentage(just_below) is not None
    assert completion(just_below, SCORES)["score"] == 2
    assert completion(plan(100_000, 80_001), SCORES)["score"] == 4
    assert percentage([]) is None


@pytest.mark.parametrize(
    ("done", "newer", "older"),
    [
        ("2026-01-31", 5, 4),
        ("2026-02-28", 5, 4),  # one month after the 31st is the last of February
        ("2026-03-01", 4, 3),
        ("2026-04-30", 4, 3),
        ("2026-05-01", 3, 2),
        ("2026-07-31", 3, 2),
        ("2026-08-01", 2, 1),
        ("2026-10-31", 2, 1),
        ("2026-11-01", 1, 1),
        ("2027-01-31", 1, 1),
        ("2027-02-01", 0, 0),
    ],
)
def test_speed_by_value_in_both_editions(done: str, newer: int, older: int) -> None:
    both = [Planned(REPORT, REPORT), Planned(REPORT, date.fromisoformat(done))]
    assert (speed(both, NEWER), speed(both, OLDER)) == (newer, older)


def test_what_is_not_all_done_has_no_speed_yet() -> None:
    assert speed(plan(3, 2), NEWER) == speed([], NEWER) == speed(plan(1, 0), OLDER) == 0


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2023-12-31", 2, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-05-15", 0, "2026-05-15"),
        ("9999-06-01", 12, "9999-12-31"),
    ],
)
def test_months_end_where_they_end(day: str, months: int, end: str) -> None:
    assert later(date.fromisoformat(day), months) == date.fromisoformat(end)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_more_done_is_never_a_lower_score(total: int, done: int, verified: int) -> None:
    done = min(done, total)
    verified = min(verified, done)
    before = completion(plan(total, done, verified), SCORES)["score"]
    assert before <= completion(plan(total, min(done + 1, total), verified), SCORES)["score"]
    assert before in range(6)


def test_each_edition_says_where_it_comes_from() -> None:
    assert [one["version"] for one in service.methods("pekppp-speed")] == [2, 1]
    for id in ("pekppp-speed", "pekppp-completion"):
        assert all("PEKPPP" in one["source"] for one in service.methods(id))
