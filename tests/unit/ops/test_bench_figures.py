"""From samples to figures, goals, tables and JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.bench import report
from ops.bench.figures import Measured, lags, mean_of_each, percentile, rounded
from ops.bench.goals import GOALS, LIMITS, Condition, Limit
from ops.bench.measures import MEASURES
from ops.bench.run import Outcome
from ops.bench.sizes import Sizes

IDS = [
    "batch", "examined", "grown", "index_p99", "index_ratio", "lag_p99", "rebuild", "report_pdf", "report_xlsx",
    "single_direct", "single_gateway", "stream", "surveys_rss",
]  # fmt: skip


def single(samples: list[float], limits: list[float], p99: float = 50) -> Measured:
    return Measured(GOALS["single_gateway"], samples, limits, {"p99_ms": p99}, {"load": 0.07, "gateway": 0.5})


def test_there_is_a_measure_for_every_goal_and_no_other() -> None:
    assert sorted(GOALS) == sorted(MEASURES) == IDS
    assert all(goal.conditions for goal in GOALS.values())


@pytest.mark.parametrize(
    ("relation", "figure", "holds"),
    [("≥", 2, True), ("≥", 1.9, False), ("≤", 2, True), ("≤", 2.1, False), ("<", 1.9, True), ("<", 2, False)],
)
def test_a_condition_holds_up_to_its_bound(relation: str, figure: float, holds: bool) -> None:
    assert Condition("value", relation, 2, "s").holds({"value": figure}) is holds


def test_what_was_not_measured_holds_nothing() -> None:
    assert not Condition("grew_mb", "<", 32, "MB").holds({"value": 1.0})
    assert not Condition("value", "<", 32, "MB").holds({"value": None})


def test_a_goal_reads_as_a_sentence_does() -> None:
    assert str(GOALS["single_gateway"]) == "≥ 2,500 /s, < 100 ms p99, ≥ 0.25 of commits"
    assert str(GOALS["index_ratio"]) == "≤ 1.2 times"


def test_the_value_is_the_median_and_the_spread_is_told() -> None:
    measured = single([3000, 1000, 2600], [10_000, 10_000, 10_000])
    assert measured.value == 2600
    assert measured.spread == (1000, 3000)
    assert measured.limit == 10_000


def test_each_repetition_is_held_against_the_limit_beside_it() -> None:
    """A machine that gets half as quick in mid-run changes both, and the ratio stays."""
    assert single([3000, 1500, 1500], [10_000, 5000, 5000]).ratio == pytest.approx(0.3)


def test_a_limit_of_nothing_is_left_out() -> None:
    assert single([3000], [0.0]).ratio is None


@pytest.mark.parametrize(
    ("measured", "met"),
    [
        (single([2500], [10_000]), True),
        (single([2499], [9000]), False),
        (single([2600], [11_000]), False),
        (single([2600], [10_000], p99=100), False),
        (single([], []), False),
    ],
)
def test_a_goal_is_met_when_every_condition_is(measured: Measured, met: bool) -> None:
    assert measured.met is met


def test_a_fault_is_never_a_goal_met() -> None:
    measured = single([9000], [10_000])
    measured.faults.append("3 were answered otherwise than as new")
    assert not measured.met


@pytest.mark.parametrize(
    ("figure", "shown"), [(None, None), (0.0, 0.0), (0.123456, 0.1235), (12345.678, 12350.0), (-1.00049, -1.0)]
)
def test_four_digits_are_kept(figure: float | None, shown: float | None) -> None:
    assert rounded(figure) == shown


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_figures_and_covers_its_share(figures: list[float], share: float) -> None:
    found = percentile(figures, share)
    assert found in figures
    assert sum(figure <= found for figure in figures) >= share * len(figures) - 1e-9


def test_the_mean_is_taken_by_key() -> None:
    assert mean_of_each([{"a": 1.0, "b": 0.0}, {"a": 3.0, "b": 1.0}]) == {"a": 2.0, "b": 0.5}
    assert mean_of_each([]) == {}


def test_a_lag_ends_with_the_first_look_that_counts_it() -> None:
    sightings = [(0.5, 10), (1.5, 11), (2.5, 13)]
    assert lags([1.0, 1.2, 2.0], sightings, 10) == pytest.approx([0.5, 1.3, 0.5])


def test_what_is_counted_before_the_answer_was_read_has_no_lag() -> None:
    assert lags([2.0], [(1.0, 1)], 0) == [0.0]


def test_what_was_never_counted_is_told() -> None:
    assert lags([1.0, 2.0], [(1.5, 1)], 0) == [0.5, None]
    assert lags([1.0], [], 0) == [None]


def test_each_object_of_the_json_has_what_is_promised() -> None:
    outcome = Outcome([single([2600, 2700], [10_000, 10_000]), Measured(GOALS["stream"], faults=["not offered"])])
    first, second = json.loads(report.as_json(outcome))
    assert {name: first[name] for name in ("id", "value", "unit", "limit", "ratio", "goal", "met")} == {
        "id": "single_gateway", "value": 2650.0, "unit": "responses/s", "limit": 10_000, "ratio": 0.265,
        "goal": str(GOALS["single_gateway"]), "met": True,
    }  # fmt: skip
    assert first["spread"] == [2600.0, 2700.0]
    assert first["cores"] == {"load": 0.07, "gateway": 0.5}
    assert (second["id"], second["value"], second["ratio"], second["met"]) == ("stream", None, None, False)
    assert second["faults"] == ["not offered"]
    assert first.keys() == second.keys()


def test_what_is_not_offered_is_no_failure_and_what_broke_is_one() -> None:
    absent, broken = (Measured(GOALS[id], faults=[why]) for id, why in (("stream", "not offered"), ("batch", "broke")))
    assert Outcome([single([1.0], [1.0]), absent, broken]).failed == [broken]


def test_the_tables_show_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    from ops.screen import out

    outcome = Outcome([single([2600, 2700], [10_000, 10_000])], {Limit.COMMITS: [9000, 11_000], Limit.COPY: [70_000]})
    outcome.measured[0].faults.append("2 connections broke [in pieces]")
    report.show(out(), outcome, "scale 1, 2 repetitions")
    shown = capsys.readouterr().out
    (row,) = [line for line in shown.splitlines() if line.startswith("| single_gateway") and "yes" not in line][:1]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [
        "single_gateway", "2,650", "2,600 to 2,700", "responses/s", "10,000", "0.265", str(GOALS["single_gateway"]),
        "no",
    ]  # fmt: skip
    assert f"| commits: {LIMITS[Limit.COMMITS]}" in shown
    assert "9,000 to 11,000" in shown
    assert "| 70,000" in shown
    assert "| 0.07 | 0.50 " in shown
    assert "p99_ms 50" in shown
    assert "single_gateway: 2 connections broke [in pieces]" in shown
    assert "2 repetitions" in shown


@pytest.mark.parametrize(
    ("figure", "shown"), [(None, ""), (0.1234, "0.123"), (99.96, "100"), (123.4, "123"), (1234.5, "1,234"), (2, "2")]
)
def test_figures_are_told_to_three_digits_or_whole(figure: float | None, shown: str) -> None:
    assert report.told(figure) == shown


def test_the_sizes_of_the_goals_are_those_at_scale_1() -> None:
    sizes = Sizes.of(1, 3)
    assert (sizes.streamed, sizes.few, sizes.many, sizes.repetitions) == (100_000, 1000, 1_000_000, 3)


@given(st.floats(0.001, 1))
def test_no_size_is_ever_nothing(scale: float) -> None:
    sizes = Sizes.of(scale, 1)
    assert min(sizes.load_seconds, sizes.lag_seconds) >= 1
    assert min(sizes.streamed // 10, sizes.few, sizes.many, sizes.copied) > 0
    assert sizes.few < sizes.many
