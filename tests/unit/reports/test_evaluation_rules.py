"""The rules of evaluation by value: published cases, ties, spreads, and what may be agreed on."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.evaluations import methods
from services.reports.evaluations.domain import (
    Criterion,
    Indicator,
    Spread,
    UnknownEvaluationMethod,
    agreed,
    consensus_fault,
    criteria,
    index,
    plain_mean,
    ranks,
    verdict,
    weights_fault,
)  # fmt: skip
from services.reports.instruments.domain import faults
from tests.unit.reports.bodies import KEDIRI

A, B = methods.find("smart-city-2022"), methods.find("smart-city-sleman")
SCORES = {key: Fraction(score) for key, score in KEDIRI.items()}
INDICATORS = [
    Indicator("policy", "output", 1, {"id": "Kebijakan"}), Indicator("budget", "output", 2, {"id": "Anggaran"}),
]  # fmt: skip


def test_kota_kediri_2022_under_both_weights() -> None:
    assert index(A, SCORES) == Fraction("3.315")
    assert index(B, SCORES) == Fraction("3.257")
    assert plain_mean(SCORES.values()) == Fraction("3.352")


def test_the_printed_index_of_kota_kediri_is_cut_off_under_one_and_another_figure_under_the_other() -> None:
    assert verdict(Fraction("3.315"), Decimal("3.31")) == "truncated"
    assert verdict(Fraction("3.257"), Decimal("3.31")) == "different"
    assert verdict(Fraction("3.315"), Decimal("3.32")) == "rounded"
    assert verdict(Fraction("3.315"), Decimal("3.315")) == "rounded"
    assert verdict(Fraction("3.315"), Decimal(3)) == "rounded"
    assert verdict(Fraction("3.7"), Decimal(3)) == "truncated"


def test_the_weights_of_a_year_are_those_that_a_source_states_for_it() -> None:
    assert methods.of_year(2022) is A
    assert (A.years, B.years) == ((2022,), ())
    with pytest.raises(UnknownEvaluationMethod, match="2023"):
        methods.of_year(2023)
    with pytest.raises(UnknownEvaluationMethod, match="smart-city-sleman"):
        methods.find("nothing")
    assert methods.find("b") is B
    assert methods.exactly("smart-city-2022", 1) is A


@pytest.mark.parametrize("method", methods.every(), ids=lambda method: method.id)
def test_every_method_is_sound_and_says_what_is_not_known(method: methods.Method) -> None:
    assert weights_fault(one.weight for one in method.dimensions) is None
    assert method.sources
    assert not method.confirmed
    assert all(text["id"] and text["en"] for text in (method.note, method.scale_note, method.label))
    assert method.scale_fault(Fraction(4)) is None
    assert method.scale_fault(Fraction("4.01"))


def test_weights_that_do_not_add_up_are_noticed() -> None:
    assert weights_fault([Fraction(1, 2), Fraction(1, 3)]) == "the weights add up to 5/6, not to 1"


def test_a_dimension_without_indicators_is_scored_as_a_whole() -> None:
    found = criteria(A, INDICATORS)
    assert [(one.key, one.dimension, one.share) for one in found] == [
        ("baseline", "baseline", 1), ("policy", "output", Fraction(1, 3)), ("budget", "output", Fraction(2, 3)),
        ("outcome", "outcome", 1), ("impact", "impact", 1), ("quick_win", "quick_win", 1),
    ]  # fmt: skip


def test_indicators_make_a_dimension_by_their_weights_unless_it_was_agreed_on_as_a_whole() -> None:
    several = criteria(A, INDICATORS)
    made = agreed(A, several, {"policy": Fraction(3), "budget": Fraction("3.6"), "baseline": Fraction(2)})
    assert (made["output"].score, made["output"].basis) == (Fraction("3.4"), "indicators")
    assert made["baseline"].basis == "dimension"
    assert (made["outcome"].score, made["outcome"].missing) == (None, ("outcome",))
    half = agreed(A, several, {"policy": Fraction(3)})
    assert (half["output"].score, half["output"].missing) == (None, ("budget",))
    whole = agreed(A, several, {"output": Fraction(3)})
    assert (whole["output"].score, whole["output"].basis) == (3, "dimension")


def test_without_one_dimension_there_is_no_index() -> None:
    for key in KEDIRI:
        rest = {name: score for name, score in SCORES.items() if name != key}
        assert index(A, rest) is None
        assert plain_mean([*rest.values(), None]) is None
    assert plain_mean([]) is None


@pytest.mark.parametrize(
    ("key", "consensus", "refused"),
    [
        ("policy", {}, False),
        ("policy", {"policy": 1, "budget": 1}, False),
        ("policy", {"output": 1}, True),
        ("output", {}, False),
        ("output", {"output": 1}, False),
        ("output", {"budget": 1}, True),
        ("baseline", {"output": 1}, False),
        ("nothing", {}, True),
    ],
)
def test_a_dimension_is_agreed_on_as_a_whole_or_by_its_indicators(
    key: str, consensus: dict[str, int], refused: bool
) -> None:
    assert bool(consensus_fault(key, criteria(A, INDICATORS), consensus)) is refused


def test_spread_of_assessors() -> None:
    assert Spread.of([]) == Spread(0, None, None, None)
    assert Spread.of([Fraction(3), Fraction("3.5"), Fraction(4)]) == Spread(
        3, Fraction("3.5"), Fraction(3), Fraction(4)
    )


def test_equal_indexes_share_a_rank_and_the_next_one_skips() -> None:
    assert ranks([Decimal(value) for value in ("3.1", "3.4", "3.1", "2.9", "3.4")]) == [3, 1, 3, 5, 1]
    assert ranks([]) == []


@given(st.lists(st.integers(min_value=0, max_value=5).map(Decimal), max_size=20))
def test_a_rank_says_how_many_are_better(values: list[Decimal]) -> None:
    for value, rank in zip(values, ranks(values), strict=True):
        assert rank - 1 == sum(other > value for other in values)


@given(st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=9))
def test_shares_of_a_dimension_add_up_to_one_whatever_the_weights(weights: list[int]) -> None:
    several = [Indicator(f"i{place}", "output", weight, {"id": "x"}) for place, weight in enumerate(weights)]
    shares = [one.share for one in criteria(A, several) if one.dimension == "output"]
    assert sum(shares) == 1
    agreement = {f"i{place}": Fraction(3) for place in range(len(weights))}
    assert agreed(A, [Criterion(**{name: getattr(one, name) for name in Criterion.__slots__})
                      for one in criteria(A, several)], agreement)["output"].score == 3  # fmt: skip


def test_an_unsound_instrument() -> None:
    found = faults([("a", "output"), ("a", "output"), ("impact", "impact"), ("b", "housing")], A.keys)
    assert [(pointer, code) for pointer, code, _ in found] == [
        ("/indicators/1/key", "repeated"), ("/indicators/2/key", "dimension"),
        ("/indicators/3/dimension", "unknown_dimension"),
    ]  # fmt: skip
