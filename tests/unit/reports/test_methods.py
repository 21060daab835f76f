"""The methods as data: what the rules say, by value; and methods that somebody brings."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.methods.domain import InvalidMethod, Method, UnknownMethod, half_up
from services.reports.methods.schemas import present
from services.reports.methods.service import every, find, inline

NINE = [
    "requirements", "procedure", "time", "fee", "product", "competence", "conduct", "complaint_handling", "facilities",
]  # fmt: skip
BOUNDS = {
    "skm-2017": ["D 25.00 64.99", "C 65.00 76.60", "B 76.61 88.30", "A 88.31 100.00"],
    "kep-25-2004": ["D 25.00 43.75", "C 43.76 62.50", "B 62.51 81.25", "A 81.26 100.00"],
}
PERFORMANCE = {"D": "Tidak baik", "C": "Kurang baik", "B": "Baik", "A": "Sangat baik"}


def method(**further: Any) -> dict[str, Any]:
    """A method of one's own, as it is brought."""
    return {"id": "own", "weights": {"speed": "1/3", "fee": "1/3", "result": "1/3"}} | further


def test_every_method_is_there_once_the_regulation_first() -> None:
    assert [known.id for known in every()] == [
        "skm-2017", "equal", "kep-25-2004", "skm-2017-w0.11", "skm-2017-w0.111",
    ]  # fmt: skip
    assert all(known.version == 1 for known in every())


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("skm-2017", "skm-2017"),
        (" SKM  2017", "skm-2017"),
        ("0.11", "skm-2017-w0.11"),
        ("0.11 Printed Practice", "skm-2017-w0.11"),
        ("0.111", "skm-2017-w0.111"),
        ("KEP/25/2004", "kep-25-2004"),
        ("equal", "equal"),
    ],
)
def test_a_method_is_found_by_any_of_its_names(name: str, id: str) -> None:
    assert find(name).id == id


def test_an_unknown_method_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownMethod, match=r"no method 'skm-2018'; there are skm-2017, equal"):
        find("skm-2018")


@pytest.mark.parametrize(
    ("id", "weight"),
    [("skm-2017", Fraction(1, 9)), ("skm-2017-w0.11", Fraction(11, 100)), ("skm-2017-w0.111", Fraction(111, 1000))],
)
def test_the_nine_elements_have_one_weight_each(id: str, weight: Fraction) -> None:
    assert find(id).weights == dict.fromkeys(NINE, weight)


def test_u8_and_u9_are_swapped_between_the_two_orders() -> None:
    codes = find("skm-2017").codes
    assert list(codes["regulation"].values()) == NINE
    assert codes["sample"] == codes["regulation"] | {"U8": "facilities", "U9": "complaint_handling"}
    assert find("0.11").code_of("facilities", "sample") == "U8"
    assert find("0.11").code_of("facilities", "regulation") == "U9"
    assert find("0.11").code_of("facilities", None) is None


def test_the_older_rule_has_fourteen_elements_with_codes_of_one_order() -> None:
    older = find("kep-25-2004")
    assert set(older.weights.values()) == {Fraction(1, 14)}
    assert sum(older.weights.values()) == 1
    assert list(older.codes_in(None)) == [f"U{number}" for number in range(1, 15)]
    assert older.codes_in("sample") == {}


@pytest.mark.parametrize("known", every(), ids=lambda known: known.id)
def test_every_element_has_a_label_and_every_method_two_languages(known: Method) -> None:
    assert set(known.labels) == set(known.weights)
    assert all(label["id"] and label["en"] for label in (known.label, *known.labels.values()))
    assert known.scale == (1, 4)
    assert known.factor == 25


@pytest.mark.parametrize(
    ("id", "grade", "low", "high"), [(id, *bounds.split()) for id, listed in BOUNDS.items() for bounds in listed]
)
def test_a_grade_holds_from_its_low_to_its_high_bound(id: str, grade: str, low: str, high: str) -> None:
    for index in (low, high):
        band = find(id).grade(Decimal(index))
        assert band
        assert (band.grade, band.performance["id"]) == (grade, PERFORMANCE[grade])


@given(st.integers(2500, 10_000), st.sampled_from(sorted(BOUNDS)))
def test_no_index_of_two_decimals_falls_between_grades(hundredths: int, id: str) -> None:
    index = Decimal(hundredths) / 100
    bounds = [line.split() for line in BOUNDS[id]]
    holding = [grade for grade, low, high in bounds if Decimal(low) <= index <= Decimal(high)]
    band = find(id).grade(index)
    assert band
    assert holding == [band.grade]


def test_an_index_below_all_bands_is_in_the_lowest() -> None:
    band = find("0.11").grade(Decimal("24.75"))
    assert band
    assert band.grade == "D"


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("76.605", "76.61"), ("76.6049999", "76.60"), ("88.305", "88.31"), ("0.005", "0.01"), ("100", "100.00")],
)
def test_a_half_is_rounded_upwards(value: str, rounded: str) -> None:
    assert str(half_up(Fraction(value), 2)) == rounded


@given(st.fractions(0, 1000), st.integers(0, 6))
def test_rounding_is_off_by_a_half_at_most_and_never_downwards_from_a_half(value: Fraction, places: int) -> None:
    gap = (Fraction(half_up(value, places)) - value) * 10**places
    assert Fraction(-1, 2) < gap <= Fraction(1, 2)


@given(st.sets(st.sampled_from(NINE), min_size=1), st.sampled_from(["skm-2017", "0.11", "0.111"]))
def test_leaving_elements_out_keeps_the_total_of_the_weights(elements: set[str], id: str) -> None:
    weights = find(id).weights_for(elements)
    assert sum(weights.values()) == sum(find(id).weights.values())
    assert len(set(weights.values())) == 1


def test_equal_weights_go_to_whatever_elements_there_are() -> None:
    assert find("equal").weights_for(["a", "b"]) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert find("equal").weights_for([]) == {}
    assert find("skm-2017").weights_for(["something_else"]) == {}


def test_a_method_shows_the_weights_that_its_elements_have() -> None:
    assert set(present(find("skm-2017")).weights.values()) == {"1/9"}
    assert present(find("equal"), ["a", "b", "c"]).weights == {"a": "1/3", "b": "1/3", "c": "1/3"}
    assert present(find("skm-2017")).rounding == "half up, once, to 2 decimals"


def test_a_method_of_ones_own_needs_no_more_than_weights() -> None:
    own = inline(method())
    assert own.weights == dict.fromkeys(("speed", "fee", "result"), Fraction(1, 3))
    assert (own.scale, own.factor, own.bands) == ((1, 4), 25, find("skm-2017").bands)


def test_a_method_of_ones_own_may_have_labels_codes_bands_and_a_scale() -> None:
    bands = [
        {"grade": "-", "low": "0", "high": "49.99", "performance": "Kurang"},
        {"grade": "+", "low": 50, "high": 100, "performance": {"id": "Cukup", "en": "Enough"}},
    ]
    codes = {"sample": {"U1": "speed", "U2": "fee", "U3": "result"}}
    own = inline(method(scale=[0, 5], bands=bands, codes=codes, labels={"speed": "Cepat"}, label="Milik sendiri"))
    assert own.factor == 20
    assert [band.grade for band in own.bands] == ["-", "+"]
    assert own.label == {"id": "Milik sendiri", "en": None}
    assert own.labels == {"speed": {"id": "Cepat", "en": None}}
    assert own.code_of("fee", None) == "U2"


def test_another_scale_without_bands_of_its_own_has_no_grades() -> None:
    own = inline(method(scale=[1, 5]))
    assert own.bands == ()
    assert own.grade(Decimal(90)) is None


@pytest.mark.parametrize("weight", ["0.33", 0.33, Decimal("0.33")])
def test_weights_as_printed_are_taken_as_they_are_written(weight: object) -> None:
    assert inline(method(weights=dict.fromkeys("abc", weight))).weights["a"] == Fraction(33, 100)


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"weights": {"a": "0.5", "b": "0.3"}}, "", "add up to 4/5"),
        ({"weights": {"a": "0", "b": "1"}}, "", "above 0"),
        ({"weights": {}}, "/weights", "at least 1 item"),
        ({"weights": {"a": "1/0"}}, "/weights/a", "pattern"),
        ({"weights": {"a": "1e9"}}, "/weights/a", "pattern"),
        ({"weights": {"a": True}}, "/weights/a", "string"),
        ({"weights": {f"e{number}": "1/101" for number in range(101)}}, "/weights", "at most 100"),
        ({"scale": [4, 1]}, "", "lowest to its highest"),
        ({"scale": [1.5, 4]}, "/scale/0", "integer"),
        ({"labels": {"other": "Lain"}}, "", "a label is for an element"),
        ({"codes": {"sample": {"U1": "fee", "U2": "fee"}}}, "", "each code is one element"),
        ({"codes": {"other": {"U1": "fee"}}}, "/codes/other/[key]", "'regulation' or 'sample'"),
        ({"wights": {}}, "/wights", "not permitted"),
        ({"id": ""}, "/id", "at least 1 character"),
    ],
)
def test_what_is_wrong_with_a_method_is_named(change: dict[str, Any], pointer: str, said: str) -> None:
    with pytest.raises(InvalidMethod) as refused:
        inline(method(**change))
    assert (pointer, True) in {(error.pointer, said in error.detail) for error in refused.value.errors}


@pytest.mark.parametrize(
    ("second", "said"),
    [(("65.00", "60.00"), "low bound to its high"), (("64.99", "70"), "0.01 above"), (("65.01", "70"), "0.01 above")],
)
def test_bands_leave_no_gap_and_do_not_overlap(second: tuple[str, str], said: str) -> None:
    bands = [
        {"grade": grade, "low": low, "high": high, "performance": "-"}
        for grade, (low, high) in (("D", ("25.00", "64.99")), ("C", second))
    ]
    with pytest.raises(InvalidMethod, match=said):
        inline(method(bands=bands))
