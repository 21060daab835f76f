"""The demo's input: files that agree with each other, with the code lists, and with the figures they quote."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any

import pytest

ELEMENTS = [
    "requirements",
    "procedure",
    "time",
    "fee",
    "product",
    "competence",
    "conduct",
    "facilities",
    "complaint_handling",
]
DATA = files("ops.demo").joinpath("data")
NAMES = ["batang", "questionnaire-skm", "review-batang", "review-kediri", "unit-cases"]
# Share of the index per element: what the weight of a method and the factor 25 do to one element mean.
WEIGHTS = {
    "skm-2017": Fraction(1, 9),
    "skm-2017-w0.11": Fraction(11, 100),
    "skm-2017-w0.111": Fraction(111, 1000),
    "equal": Fraction(1, 3),
    "lab-reliability-w0.33": Fraction(33, 100),
}


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DATA.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def rounded(value: Fraction, places: int) -> Decimal:
    """The value rounded half up, without passing through a float."""
    scaled = value * 10**places
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-places)


def grade(index: Decimal) -> str:
    bounds = (("A", "88.31"), ("B", "76.61"), ("C", "65.00"))
    return next((letter for letter, lowest in bounds if index >= Decimal(lowest)), "D")


def walk(value: object) -> Iterator[tuple[str, object]]:
    """Every key with its value, at any depth."""
    if isinstance(value, dict):
        yield from value.items()
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def districts() -> set[str]:
    with files("services.programs.regions").joinpath("data", "districts.csv").open(encoding="utf-8") as file:
        return {row["code"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", NAMES)
def test_every_source_has_an_address_or_says_what_it_is(name: str) -> None:
    for key, value in walk(load(name)):
        if key == "url":
            assert value is None or (isinstance(value, str) and re.match(r"https?://\S+$", value))
        if key == "source" and isinstance(value, dict):
            assert value["url"] or value["title"]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_for_people_has_both_languages(name: str) -> None:
    for key, value in walk(load(name)):
        if key in {"label", "text", "title", "description", "note", "finding"} and isinstance(value, dict):
            assert set(value) == {"id", "en"}
            assert all(value.values())


def test_batang_has_six_programmes_with_one_location_and_sources_each() -> None:
    programs = load("batang")["programs"]
    assert len({program["slug"] for program in programs}) == 6
    locations = [location for program in programs for location in program["locations"]]
    assert len({location["slug"] for location in locations}) == 6
    assert [program["slug"] for program in programs if not program["sources"]] == []
    assert all(source["url"] for program in programs for source in program["sources"])


def test_batang_refers_only_to_codes_that_exist() -> None:
    batang = load("batang")
    agencies = {agency["slug"] for agency in batang["agencies"]}
    listed = files("services.programs.registry").joinpath("data", "dimensions-2024.json").read_text("utf-8")
    pairs = {
        (dimension["key"], sub["key"])
        for dimension in json.loads(listed)["dimensions"]
        for sub in dimension["sub_dimensions"]
    }
    for program in batang["programs"]:
        assert program["agency"] is None or program["agency"] in agencies
        assert (program["dimension"], program["sub_dimension"]) in pairs
        assert set(program["respondent_groups"]) <= set(batang["respondent_groups"])
        assert {partner["kind"] for partner in program["partners"]} <= {
            "community",
            "business",
            "tourism_village",
            "government",
            "other",
        }
        places = {location["district"] for location in program["locations"]} - {None}
        assert places <= {code for code in districts() if code.startswith(program["region"] + ".")}


def test_batang_keeps_unknown_starts_open_and_figures_unique_per_year() -> None:
    for program in load("batang")["programs"]:
        assert program["started"] is None or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", program["started"])
        keys = [(year["year"], year["indicator"]) for year in program["years"]]
        assert len(keys) == len(set(keys))
        assert [year for year in program["years"] if year["target"] is year["achievement"] is None] == []


def test_only_the_named_programme_is_a_quick_win() -> None:
    found = [program["slug"] for program in load("batang")["programs"] if program["quick_win"]]
    assert found == ["minggon-jatinan"]


def test_the_questionnaire_scores_nine_elements_in_the_order_of_the_sample() -> None:
    scores = [question for question in load("questionnaire-skm")["questions"] if question["kind"] == "score"]
    assert [question["key"] for question in scores] == ELEMENTS
    assert [question["code"] for question in scores] == [f"U{number}" for number in range(1, 10)]
    assert [question["key"] for question in scores if question["not_applicable"]] == ["fee"]
    for question in scores:
        assert question["required"]
        assert [option["value"] for option in question["options"]] == [1, 2, 3, 4]
        assert len({option["label"]["id"] for option in question["options"]}) == 4


def test_the_questionnaire_asks_who_answers_and_what_they_wish() -> None:
    questions = {question["key"]: question for question in load("questionnaire-skm")["questions"]}
    groups = [key for key, question in questions.items() if question.get("group")]
    assert groups == ["sex", "age_band", "education", "occupation", "service"]
    for key in groups:
        values = [option["value"] for option in questions[key].get("options", [])]
        assert len(values) == len(set(values))
        assert bool(values) != (questions[key].get("options_from") == "visit")
    assert questions["aspiration"]["role"] == "aspiration"
    assert [key for key in (*groups, "aspiration") if questions[key]["required"]] == []


def test_the_batang_review_visits_each_programme_once_and_is_marked_as_simulated() -> None:
    review = load("review-batang")
    places = [
        (program["slug"], location["slug"])
        for program in load("batang")["programs"]
        for location in program["locations"]
    ]
    assert review["simulated"] is True
    assert [(visit["program"], visit["location"]) for visit in review["visits"]] == places
    for visit in review["visits"]:
        values = [service["value"] for service in visit["services"]]
        assert visit["target"] == 50
        assert review["starts_on"] <= visit["date"] <= review["ends_on"]
        assert values
        assert len(values) == len(set(values))


@pytest.mark.parametrize("name", ["review-batang", "review-kediri"])
def test_reviews_use_the_questionnaire_of_the_demo_and_a_real_period(name: str) -> None:
    review = load(name)
    assert review["questionnaire"] == load("questionnaire-skm")["key"]
    assert date.fromisoformat(review["starts_on"]) < date.fromisoformat(review["ends_on"])


def kediri() -> list[dict[str, Any]]:
    (visit,) = load("review-kediri")["visits"]
    responses: list[dict[str, Any]] = visit["responses"]
    return responses


def test_kediri_holds_twenty_real_and_complete_respondents() -> None:
    review, responses = load("review-kediri"), kediri()
    assert review["simulated"] is False
    assert review["element_order"] == ELEMENTS
    assert [response["sequence"] for response in responses] == list(range(1, 21))
    for response in responses:
        assert list(response["answers"]) == ELEMENTS
        assert set(response["answers"].values()) <= {1, 2, 3, 4}
    assert sum(len(set(response["answers"].values())) == 1 for response in responses) == 13


def test_kediri_sums_per_element_are_those_of_the_source() -> None:
    sums = [sum(response["answers"][element] for response in kediri()) for element in ELEMENTS]
    assert sums == [61, 61, 63, 59, 58, 59, 64, 66, 67]
    assert sum(sums) == load("review-kediri")["published"]["total"]


def test_kediri_indices_after_each_respondent_are_the_published_ones() -> None:
    responses, total, printed = kediri(), 0, []
    for n, response in enumerate(responses, start=1):
        total += sum(response["answers"].values())
        exact = Fraction(25 * total, 9 * n)
        published = Decimal(response["running_index"])
        assert rounded(exact, 2) == published.quantize(Decimal("0.01"), ROUND_HALF_UP)
        if rounded(exact, 4) != published:
            printed.append((n, rounded(exact, 4), published))
    # The one deviation in the fourth decimal; the next test shows where it comes from.
    assert printed == [(7, Decimal("74.2063"), Decimal("74.2064"))]
    assert str(rounded(exact, 2)) == load("review-kediri")["published"]["index"]


def test_kediri_indices_agree_to_four_decimals_once_means_are_rounded_to_six() -> None:
    responses = kediri()
    for n, response in enumerate(responses, start=1):
        means = [rounded(Fraction(sum(one["answers"][element] for one in responses[:n]), n), 6) for element in ELEMENTS]
        index = rounded(Fraction(sum(means)) / 9 * 25, 4)
        assert index == Decimal(response["running_index"])


def unit_cases() -> dict[str, dict[str, Any]]:
    return {case["key"]: case for case in load("unit-cases")["cases"]}


def sums_of(case: dict[str, Any]) -> dict[str, int]:
    data = case["data"]
    if data["kind"] == "sums":
        return dict(data["sums"])
    return {element: sum(row[element] for row in data["rows"]) for element in data["rows"][0]}


def index_of(sums: dict[str, int], n: int, method: str) -> Decimal:
    return rounded(Fraction(sum(sums.values()), n) * WEIGHTS[method] * 25, 2)


@pytest.mark.parametrize("key", ["gaspul", "kota-bogor", "tubaba", "lab-reliability"])
def test_unit_cases_recompute_to_what_they_state(key: str) -> None:
    case = unit_cases()[key]
    sums, n = sums_of(case), case["data"]["n"]
    assert case["recomputed"]
    for result in case["recomputed"]:
        index = index_of(sums, n, result["method"])
        assert (str(index), grade(index)) == (result["index"], result["grade"])
        if result["method"] == case["reproduced_by"]:
            assert index == Decimal(case["published"]["index"])


def test_the_score_counts_of_gaspul_add_up_to_its_sums() -> None:
    data = unit_cases()["gaspul"]["data"]
    for element, counts in data["counts_of_4_3_2_1"].items():
        assert sum(counts) == data["n"]
        assert sum(count * value for count, value in zip(counts, (4, 3, 2, 1), strict=True)) == data["sums"][element]


def test_the_headline_of_kota_bogor_is_the_value_of_its_last_element() -> None:
    case = unit_cases()["kota-bogor"]
    converted = case["data"]["converted_as_published"]
    assert converted[ELEMENTS[-1]] == case["published"]["index"]
    assert str(rounded(sum((Fraction(value) for value in converted.values()), Fraction()) / 9, 2)) == "87.42"
    for element, value in converted.items():
        assert str(rounded(Fraction(25 * case["data"]["sums"][element], case["data"]["n"]), 2)) == value


def test_leaving_out_the_score_of_five_gives_the_stated_laboratory_index() -> None:
    case = unit_cases()["lab-reliability"]
    rows = [row for row in case["data"]["rows"] if set(row.values()) <= {1, 2, 3, 4}]
    left = case["without_respondents_outside_the_scale"]
    sums = {element: sum(row[element] for row in rows) for element in rows[0]}
    assert (len(rows), sums) == (left["n"], left["sums"])
    (result,) = left["recomputed"]
    assert str(index_of(sums, len(rows), result["method"])) == result["index"]
