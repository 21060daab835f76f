"""The rules of frozen reports, by value."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.reports.documents import domain
from services.reports.documents.domain import Standing

START = datetime(2026, 1, 1, tzinfo=UTC)


def standing(place: int, state: str = "published", superseded_by: str | None = None) -> Standing:
    return Standing(uuid4(), f"TJ-2026-{place:06}", state, START + timedelta(days=place), superseded_by)  # type: ignore[arg-type]


def test_a_number_says_its_year_and_whether_answers_are_simulated() -> None:
    assert domain.number(domain.series(simulated=False), 2026, 1) == "TJ-2026-000001"
    assert domain.number(domain.series(simulated=True), 2027, 1_234_567) == "SIM-2027-1234567"


def test_a_year_begins_at_midnight_in_western_indonesia() -> None:
    assert domain.year(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)) == 2026
    assert domain.year(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == 2027


@pytest.mark.parametrize(
    ("step", "state", "end"),
    [
        ("publish", "draft", "published"), ("publish", "published", None), ("publish", "withdrawn", None),
        ("withdraw", "draft", "withdrawn"), ("withdraw", "published", "withdrawn"), ("withdraw", "withdrawn", None),
    ],
)  # fmt: skip
def test_where_a_step_leads(step: domain.Step, state: domain.State, end: str | None) -> None:
    assert domain.leads_to(step, state) == end


def test_the_newest_published_report_of_a_subject_is_in_force() -> None:
    old, new, draft = standing(1), standing(2), standing(3, "draft")
    assert domain.superseded([new, draft, old]) == {old.id: new.number}


def test_what_stands_as_it_should_is_left_alone_and_what_superseded_it_may_go() -> None:
    new = standing(2)
    old = standing(1, superseded_by=new.number)
    assert domain.superseded([old, new]) == {}
    gone = Standing(new.id, new.number, "withdrawn", new.frozen, None)
    assert domain.superseded([old, gone]) == {old.id: None}
    assert domain.superseded([]) == {}


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["draft", "published", "withdrawn"])), max_size=8))
def test_after_any_step_exactly_one_published_report_is_in_force(given_ones: list[tuple[int, str]]) -> None:
    several = [standing(10 * at + place, state) for at, (place, state) in enumerate(given_ones)]
    changed = domain.superseded(several)
    in_force = [one for one in several if one.state == "published" and changed.get(one.id) is None]
    assert len(in_force) == min(1, sum(one.state == "published" for one in several))


@pytest.mark.parametrize(
    ("state", "superseded_by", "asked", "expected"),
    [
        ("published", None, None, "genuine"),
        ("published", None, "sha256:AB12", "genuine"),
        ("published", None, " ab 12", "genuine"),
        ("published", "TJ-2026-000002", "ab12", "superseded"),
        ("withdrawn", None, "ab12", "withdrawn"),
        ("published", None, "ab13", "unknown"),
        ("withdrawn", None, "ab13", "unknown"),
        ("draft", None, "ab12", "unknown"),
        (None, None, None, "unknown"),
    ],
)
def test_what_a_document_is(state: domain.State, superseded_by: str, asked: str, expected: str) -> None:
    assert domain.verdict(state, superseded_by, "sha256:ab12", asked) == expected


KEYS = st.text("abc_", min_size=1, max_size=4)
VALUES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8)


@given(st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=3) | st.dictionaries(KEYS, VALUES, max_size=3)))
def test_a_snapshot_is_written_as_rfc_8785_has_it(snapshot: dict[str, object]) -> None:
    """With keys that we use: lower-case letters and underscores."""
    assert domain.canonical(snapshot) == rfc8785.dumps(snapshot)  # type: ignore[arg-type]


@given(st.lists(st.lists(st.none() | st.integers(1, 4), min_size=3, max_size=3)))
def test_the_appendix_tells_no_order_of_arrival(rows: list[list[int | None]]) -> None:
    table = domain.appendix(rows, ["a", "b", "c"])
    assert table == domain.appendix(list(reversed(rows)), ["a", "b", "c"])
    assert sorted(map(str, table["rows"])) == sorted(map(str, rows))


def test_the_lowest_elements_come_first_and_equal_ones_share_a_priority() -> None:
    elements = [
        {"key": "a", "converted": "80.00", "rank": 2},
        {"key": "b", "converted": "75.00", "rank": 3},
        {"key": "c", "converted": "75.00", "rank": 3},
        {"key": "d", "converted": None, "rank": None},
        {"key": "e", "converted": "90.00", "rank": 1},
    ]
    assert [(one["element"], one["priority"]) for one in domain.lowest(elements)] == [
        ("b", 1), ("c", 1), ("a", 3), ("e", 4),
    ]  # fmt: skip
