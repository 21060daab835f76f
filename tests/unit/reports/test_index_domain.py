"""From sums to an index: by value against published cases, and by property against plain fractions."""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.index.domain import Moments, Tally, compute, figures, sample_size
from services.reports.methods.domain import half_up
from services.reports.methods.service import find, inline

CASES: dict[str, dict[str, Any]] = {
    case["key"]: case
    for case in json.loads((Path(__file__).parents[2] / "data" / "skm_cases.json").read_text())["cases"]
}
SAMPLE = list(find("skm-2017").codes["sample"].values())
METHODS = ["skm-2017", "skm-2017-w0.11", "skm-2017-w0.111"]

# The published table of Krejcie and Morgan: population, sample.
KREJCIE_MORGAN = """
10 10 100 80 280 162 800 260 2800 338    15 14 110 86 290 165 850 265 3000 341
20 19 120 92 300 169 900 269 3500 346    25 24 130 97 320 175 950 274 4000 351
30 28 140 103 340 181 1000 278 4500 354  35 32 150 108 360 186 1100 285 5000 357
40 36 160 113 380 191 1200 291 6000 361  45 40 170 118 400 196 1300 297 7000 364
50 44 180 123 420 201 1400 302 8000 367  55 48 190 127 440 205 1500 306 9000 368
60 52 200 132 460 210 1600 310 10000 370 65 56 210 136 480 214 1700 313 15000 375
70 59 220 140 500 217 1800 317 20000 377 75 63 230 144 550 226 1900 320 30000 379
80 66 240 148 600 234 2000 322 40000 380 85 70 250 152 650 242 2200 327 50000 381
90 73 260 155 700 248 2400 331 75000 382 95 76 270 159 750 254 2600 335 1000000 384
"""

Rows = list[dict[str, int]]
score = st.integers(1, 4)
full_rows = st.lists(st.fixed_dictionaries(dict.fromkeys(SAMPLE, score)), min_size=1, max_size=30)
rows_with_gaps = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(SAMPLE, score)), max_size=30
)  # fmt: skip


def rows_of(case: Mapping[str, Any]) -> Rows:
    """A case's respondents by element."""
    elements = SAMPLE if len(case["rows"][0]) == len(SAMPLE) else ["first", "second", "third"]
    return [dict(zip(elements, row, strict=True)) for row in case["rows"]]


def tallies_of(case: Mapping[str, Any]) -> dict[str, Tally]:
    """A case's n and sums by element."""
    if "sums" in case:
        return {key: Tally(case["n"], total) for key, total in zip(SAMPLE, case["sums"], strict=True)}
    rows = rows_of(case)
    return Moments.of(rows[0], rows).tallies()


@pytest.mark.parametrize(
    ("key", "method", "index", "grade"),
    [(key, one["method"], one["index"], one["grade"]) for key, case in CASES.items() for one in case["recomputed"]],
)
def test_a_published_case_recomputed(key: str, method: str, index: str, grade: str) -> None:
    result = figures(CASES[key]["n"], tallies_of(CASES[key]), find(method))
    assert result.band
    assert (str(result.index), result.band.grade) == (index, grade)


def test_the_figures_of_each_element_as_published() -> None:
    case = CASES["gaspul"]
    result = figures(case["n"], tallies_of(case), find(case["published"]["method"]))
    assert [str(half_up(one.mean, 4)) for one in result.elements] == case["published"]["means"]
    assert [str(half_up(one.weighted, 4)) for one in result.elements] == case["published"]["weighted"]
    assert str(result.index) == case["published"]["index"]


def test_the_sums_of_a_published_case_come_out_of_its_distributions() -> None:
    case = CASES["gaspul"]
    for counts, total in zip(case["counts_of_4_3_2_1"], case["sums"], strict=True):
        scores = [{"one": 4 - place} for place, count in enumerate(counts) for _ in range(count)]
        assert Moments.of(["one"], scores).tallies() == {"one": Tally(case["n"], total)}


def test_the_converted_values_as_published() -> None:
    case = CASES["kota-bogor"]
    result = figures(case["n"], tallies_of(case), find("skm-2017"))
    assert [str(one.converted) for one in result.elements] == case["published"]["converted"]


def test_every_running_index_as_published() -> None:
    case = CASES["kediri"]
    sums = Moments.zero(SAMPLE)
    for row, published in zip(rows_of(case), case["published"]["running"], strict=True):
        sums += Moments.of(SAMPLE, [row])
        assert compute(sums, find("skm-2017")).index == half_up(Fraction(published), 2)


def test_printed_weights_of_three_elements_give_the_published_figure() -> None:
    case = CASES["lab"]
    own = inline({"id": "lab", "weights": dict.fromkeys(("first", "second", "third"), "0.33")})
    result = figures(case["n"], tallies_of(case), own)
    assert [one.sum for one in result.elements] == case["published"]["sums"]
    assert str(result.index) == case["published"]["index"]


@pytest.mark.parametrize(
    ("total", "index", "grade"), [(15321, "76.61", "B"), (15320, "76.60", "C"), (17661, "88.31", "A")]
)
def test_the_rounded_index_is_graded(total: int, index: str, grade: str) -> None:
    """15321 / 5000 x 25 is 76.605: half up makes it B; 17661 / 5000 x 25 is 88.305."""
    result = figures(5000, {"only": Tally(5000, total)}, find("equal"))
    assert result.exact == Fraction(total, 200)
    assert result.band
    assert (str(result.index), result.band.grade) == (index, grade)


@pytest.mark.parametrize("name", METHODS)
@given(rows=full_rows)
def test_the_index_equals_its_definition(name: str, rows: Rows) -> None:
    method = find(name)
    means = {key: Fraction(sum(row[key] for row in rows), len(rows)) for key in SAMPLE}
    result = compute(Moments.of(SAMPLE, rows), method)
    assert result.exact == 25 * sum(method.weights[key] * mean for key, mean in means.items())
    assert result.index == half_up(result.exact, 2)
    assert {one.key: one.mean for one in result.elements} == means
    assert result.respondents == len(rows)


@given(rows=rows_with_gaps)
def test_each_mean_is_over_those_who_answered(rows: Rows) -> None:
    result = compute(Moments.of(SAMPLE, rows), find("skm-2017"))
    answered = {key: [row[key] for row in rows if key in row] for key in SAMPLE}
    assert {one.key: (one.n, one.sum) for one in result.elements} == {
        key: (len(scores), sum(scores)) for key, scores in answered.items() if scores
    }
    assert sum(one.weight for one in result.elements) == (1 if result.elements else 0)
    assert (result.index is None) == (result.band is None) == (not result.elements)


@given(first=rows_with_gaps, second=rows_with_gaps)
def test_moments_add_and_subtract_exactly(first: Rows, second: Rows) -> None:
    one, other = Moments.of(SAMPLE, first), Moments.of(SAMPLE, second)
    assert one + other == Moments.of(SAMPLE, first + second)
    assert one + other - other == one
    assert one + Moments.zero(SAMPLE) == one


@given(rows=rows_with_gaps, data=st.data())
def test_neither_the_order_of_respondents_nor_of_elements_matters(rows: Rows, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert Moments.of(SAMPLE, shuffled) == Moments.of(SAMPLE, rows)
    turned = compute(Moments.of(data.draw(st.permutations(SAMPLE)), rows), find("skm-2017"))
    straight = compute(Moments.of(SAMPLE, rows), find("skm-2017"))
    assert (turned.exact, turned.interval) == (straight.exact, straight.interval)
    assert set(turned.elements) == set(straight.elements)


@given(rows=full_rows, times=st.integers(2, 5))
def test_the_same_answers_several_times_give_the_same_index(rows: Rows, times: int) -> None:
    assert compute(Moments.of(SAMPLE, rows * times), find("skm-2017")).exact == (
        compute(Moments.of(SAMPLE, rows), find("skm-2017")).exact
    )


def test_moments_of_other_elements_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="different elements"):
        Moments.zero(["a"]) + Moments.zero(["b"])


@given(rows=full_rows)
def test_ranks_count_from_the_highest_and_ties_share_one(rows: Rows) -> None:
    result = compute(Moments.of(SAMPLE, rows), find("skm-2017"))
    for one in result.elements:
        assert one.rank == 1 + sum(other.converted > one.converted for other in result.elements)


def test_tied_elements_share_a_rank_and_the_next_one_is_left_out() -> None:
    tallies = {"a": Tally(2, 8), "b": Tally(2, 8), "c": Tally(2, 7)}
    assert [one.rank for one in figures(2, tallies, find("equal")).elements] == [1, 1, 3]


def test_an_element_without_answers_drops_out_and_does_not_lower_the_index() -> None:
    tallies = {key: Tally(10, 30) for key in SAMPLE} | {"fee": Tally(0, 0)}
    for name, index in (("skm-2017", "75.00"), ("0.11", "74.25")):
        result = figures(10, tallies, find(name))
        assert str(result.index) == index
        assert "fee" not in {one.key for one in result.elements}


def test_what_the_method_does_not_know_is_not_part_of_the_index() -> None:
    tallies = {key: Tally(10, 30) for key in SAMPLE} | {"parking": Tally(10, 10)}
    assert str(figures(10, tallies, find("skm-2017")).index) == "75.00"


def test_nobody_gives_no_index_and_no_grade() -> None:
    result = compute(Moments.zero(SAMPLE), find("skm-2017"))
    assert (result.index, result.exact, result.band, result.interval, result.elements) == (None, None, None, None, ())


@given(rows=full_rows)
def test_the_interval_is_that_of_the_respondents_means(rows: Rows) -> None:
    """With every answer there and equal weights, the index is the mean of what each respondent's own index is."""
    result = compute(Moments.of(SAMPLE, rows), find("skm-2017"))
    own = [Fraction(25 * sum(row.values()), 9) for row in rows]
    n = len(own)
    if n < 2:
        assert result.interval is None
        return
    mean = sum(own) / Fraction(n)
    deviation = math.sqrt(sum((one - mean) ** 2 for one in own) / (n - 1) / n)
    student = {1: 12.706, 9: 2.262, 19: 2.093, 29: 2.045}
    assert result.interval
    low, high = result.interval
    assert 25 <= low <= half_up(mean, 2) <= high <= 100
    if n - 1 in student:
        assert float(low) == pytest.approx(max(25.0, float(mean) - student[n - 1] * deviation), abs=0.0051)
        assert float(high) == pytest.approx(min(100.0, float(mean) + student[n - 1] * deviation), abs=0.0051)


@given(rows=rows_with_gaps, name=st.sampled_from([*METHODS, "equal"]))
def test_the_interval_holds_the_index_and_stays_within_what_the_method_can_give(rows: Rows, name: str) -> None:
    method = find(name)
    result = compute(Moments.of(SAMPLE, rows), method)
    if not result.elements or min(one.n for one in result.elements) < 2:
        assert result.interval is None
        return
    assert result.interval
    assert result.index is not None
    total = sum(one.weight for one in result.elements)
    low, high = result.interval
    assert half_up(25 * total, 2) <= low <= result.index <= high <= half_up(100 * total, 2)
    assert all(-bound.as_tuple().exponent == 2 for bound in result.interval)  # type: ignore[operator]


def test_the_published_case_has_the_interval_of_its_respondents() -> None:
    result = compute(Moments.of(SAMPLE, rows_of(CASES["kediri"])), find("skm-2017"))
    assert result.interval == (Decimal("69.16"), Decimal("85.84"))


def test_with_gaps_the_interval_is_that_of_the_linearised_ratios() -> None:
    rows = [{"a": 4, "b": 3}, {"a": 2}, {"a": 3, "b": 1}, {"b": 4}, {"a": 4, "b": 4}]
    mean = {"a": Fraction(13, 4), "b": Fraction(3)}
    moves = [sum((row[key] - mean[key]) / 2 / 4 for key in row) for row in rows]
    variance = sum(move**2 for move in moves) * Fraction(4, 3)
    spread = 3.182 * math.sqrt(variance) * 25
    result = compute(Moments.of(["a", "b"], rows), find("equal"))
    assert result.interval
    assert [float(bound) for bound in result.interval] == pytest.approx(
        [78.125 - spread, min(100, 78.125 + spread)], abs=0.0051
    )


def test_more_respondents_of_the_same_kind_make_the_interval_narrower() -> None:
    rows = [{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]
    widths = []
    for times in (1, 2, 7, 8, 9, 100, 10_000):
        interval = compute(
            Moments.of(["a"], rows) if times == 1 else Moments.of(["a"], rows * times), find("equal")
        ).interval
        assert interval
        widths.append(interval[1] - interval[0])
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < Decimal("0.6")


def published_samples() -> list[tuple[int, int]]:
    """Population and sample of each row of the published table."""
    numbers = [int(number) for number in KREJCIE_MORGAN.split()]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_the_sample_size_is_that_of_all_ninety_published_rows() -> None:
    assert len(published_samples()) == 90
    assert [(population, sample_size(population)) for population, _ in published_samples()] == published_samples()


@given(st.integers(0, 10**9))
def test_a_sample_is_never_larger_than_its_population_nor_than_384(population: int) -> None:
    assert sample_size(population) <= min(population, 384)


def test_there_is_no_sample_of_less_than_nobody() -> None:
    assert sample_size(0) == 0
    with pytest.raises(ValueError, match="not negative"):
        sample_size(-1)
