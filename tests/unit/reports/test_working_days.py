"""Working days, deadlines and who is told: by value, across years, holidays and time zones."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.deadlines import service as deadlines
from services.reports.deadlines.domain import Escalation
from services.reports.holidays import service as holidays
from services.reports.holidays.domain import Calendar

DAYS = holidays._dated()
CALENDAR = Calendar(DAYS, "test")
PLAIN = Calendar({}, "test")


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),  # over a weekend
        ("2026-11-28", 1, "2026-11-30"),  # from a Saturday
        ("2026-12-23", 1, "2026-12-28"),  # over collective leave on the 24th, Christmas and a weekend
        ("2026-12-29", 5, "2027-01-07"),  # over New Year and Isra Mikraj 2027
        ("2024-12-31", 1, "2025-01-02"),
        ("2025-04-01", 1, "2025-04-08"),  # from a holiday: Eid, then three days of leave and one more on Monday
        ("2025-03-27", 5, "2025-04-14"),  # Nyepi, Eid and its leave: 28 March to 7 April
        ("2020-12-30", 2, "2021-01-05"),  # the leave that was moved to 31 December 2020
        ("2026-08-14", 14, "2026-09-07"),  # over Independence Day and Maulid
        ("2026-11-26", 60, "2027-02-25"),  # over five holidays and days of leave
        ("2026-11-26", 0, "2026-11-26"),
        ("2026-11-30", -1, "2026-11-27"),
        ("2027-01-04", -3, "2026-12-29"),
    ],
)
def test_working_days_by_value(start: str, count: int, end: str) -> None:
    assert CALENDAR.after(date.fromisoformat(start), count) == date.fromisoformat(end)


@given(st.dates(date(2019, 1, 1), date(2027, 12, 1)), st.integers(1, 120))
def test_so_many_working_days_lie_between(start: date, count: int) -> None:
    end = CALENDAR.after(start, count)
    days = [start + timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert CALENDAR.works(end)
    assert sum(map(CALENDAR.works, days)) == count


@given(st.dates(date(2019, 6, 1), date(2027, 6, 1)), st.integers(1, 60))
def test_backwards_undoes_forwards_from_a_working_day(start: date, count: int) -> None:
    if CALENDAR.works(start):
        assert CALENDAR.after(CALENDAR.after(start, count), -count) == start


def test_the_dated_calendar_has_what_the_decrees_say() -> None:
    def count(year: int, kind: str) -> int:
        return sum(one.day.year == year and one.kind == kind for one in DAYS.values())

    # National holidays and collective leave of the joint decrees; 2024 with two election days beyond them.
    assert {year: (count(year, "national"), count(year, "collective")) for year in range(2023, 2028)} == {
        2023: (16, 11), 2024: (19, 10), 2025: (17, 11), 2026: (17, 8), 2027: (18, 8),
    }  # fmt: skip
    assert [one.day.isoformat() for one in DAYS.values() if one.estimated] == ["2027-03-10", "2027-03-11", "2027-05-17"]
    assert all(first < second for first, second in pairwise(DAYS))
    assert all("Keputusan Bersama" in one.source and one.name["id"] and one.name["en"] for one in DAYS.values())


@pytest.mark.parametrize(
    ("region", "hour", "day"),
    [
        ("33.25", 16, 26),
        ("33.25", 17, 27),
        ("51.71", 15, 26),
        ("51.71", 16, 27),
        ("94", 15, 27),
        ("94", 14, 26),
        ("99", 17, 27),
    ],
)
def test_what_day_it_is_where(region: str, hour: int, day: int) -> None:
    moment = datetime(2026, 11, 26, hour, tzinfo=UTC)
    assert holidays.zones().today(region, moment) == date(2026, 11, day)


def test_the_classes_are_those_of_their_source() -> None:
    rule = deadlines.rules().classes
    assert {one.key: one.working_days for one in rule.classes} == {
        "light": 2, "normative": 5, "without_supervision": 14, "with_supervision": 60,
    }  # fmt: skip
    assert rule.source.startswith("Times to finish")
    assert deadlines.of_class("never") is None


def test_who_is_told_when() -> None:
    rule = Escalation(3, (("agency", 0), ("team", 3), ("ministry", 10)))
    friday = date(2026, 11, 27)
    assert [(one.on.isoformat(), one.kind, one.level) for one in rule.events(friday, PLAIN)] == [
        ("2026-11-24", "due_soon", "agency"), ("2026-11-28", "overdue", "agency"),
        ("2026-12-02", "escalated", "team"), ("2026-12-11", "escalated", "ministry"),
    ]  # fmt: skip
    levels = {0: None, 1: "agency", 4: "agency", 5: "team", 13: "team", 14: "ministry", 400: "ministry"}
    for days, level in levels.items():
        assert rule.level(friday, friday + timedelta(days=days), PLAIN) == level, days
