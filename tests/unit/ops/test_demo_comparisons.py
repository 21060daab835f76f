"""How the demo compares: indices to two decimals, the source's own rounding at four, bodies as the API takes them."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.api import refusal
from ops.demo import cases, registry, reviews
from ops.demo.answers import Comparison, compare, half_up
from ops.demo.source import identity, load


def index_after(count: int) -> dict[str, Any]:
    """What the API answers after so many respondents of Kota Kediri."""
    given = load("review-kediri")["visits"][0]["responses"][:count]
    elements = [{"n": count, "sum": sum(one["answers"][key] for one in given)} for key in given[0]["answers"]]
    exact = Fraction(25 * sum(one["sum"] for one in elements), 9 * count)
    return {
        "respondents": count,
        "elements": elements,
        "exact": f"{exact.numerator}/{exact.denominator}",
        "index": str(half_up(exact, 2)),
    }


def compared() -> list[Comparison]:
    given = load("review-kediri")["visits"][0]["responses"]
    return [compare(index_after(one["sequence"]), Decimal(one["running_index"])) for one in given]


def test_all_twenty_running_indices_agree_at_two_decimals() -> None:
    assert [one.agrees for one in compared()] == [True] * 20


def test_the_seventh_alone_differs_in_the_fourth_decimal_and_the_sources_rounding_explains_it() -> None:
    assert [one.respondents for one in compared() if not one.exact_agrees] == [7]
    assert all(one.as_source_agrees for one in compared())


def test_a_wrong_index_is_noticed() -> None:
    wrong = index_after(1) | {"index": "66.66"}
    assert not compare(wrong, Decimal("66.6667")).agrees


@given(st.fractions(min_value=0, max_value=1000), st.integers(min_value=0, max_value=6))
def test_half_up_is_the_nearest_and_takes_the_upper_one_of_two(value: Fraction, places: int) -> None:
    rounded = Fraction(half_up(value, places))
    unit = Fraction(1, 10**places)
    assert -unit / 2 < rounded - value <= unit / 2


@pytest.mark.parametrize(("value", "rounded"), [("76.605", "76.61"), ("76.6049", "76.60"), ("0", "0.00")])
def test_half_up_by_value(value: str, rounded: str) -> None:
    assert str(half_up(Fraction(value), 2)) == rounded


def test_ids_are_the_same_in_every_run_and_differ_by_kind_and_key() -> None:
    assert identity("program", "brics") == identity("program", "brics")
    assert len({identity("program", "brics"), identity("agency", "brics"), identity("program", "esakti")}) == 3


def test_every_visit_of_batang_has_its_programme_its_location_and_a_name() -> None:
    given = load(reviews.BATANG)
    bodies = [reviews.visit_body(given, visit, "r") for visit in given["visits"]]
    programs = {registry.program_body(program)["id"] for program in load("batang")["programs"]}
    assert {body["program"] for body in bodies} == programs
    assert len({body["id"] for body in bodies} | {body["name"] for body in bodies}) == 12


def test_a_programme_names_whom_it_serves_in_words() -> None:
    brics = registry.program_body(load("batang")["programs"][0])
    assert brics["respondent_groups"] == ["Aparatur sipil negara"]


def test_each_case_is_asked_for_under_each_method_stated() -> None:
    asked = [(case["key"], stated["method"]) for case, stated in cases.recomputations()]
    assert len(asked) == len(set(asked)) == cases.size()
    assert ("gaspul", "skm-2017-w0.11") in asked


def test_rows_are_added_up_before_they_are_asked_about() -> None:
    case = next(case for case in load("unit-cases")["cases"] if case["key"] == "lab-reliability")
    assert cases.sums(case) == case["published"]["sums"]


def test_a_refusal_is_told_with_its_faults() -> None:
    problem = {"title": "T", "detail": "D.", "errors": [{"pointer": "/a", "detail": "F."}]}
    assert refusal(httpx2.Response(422, json=problem)) == "422 T: D. (/a: F.)"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"title": "T"}'])
def test_what_is_no_problem_document_is_told_as_such(body: bytes) -> None:
    assert refusal(httpx2.Response(502, content=body)).startswith("502, which is no problem document")
