"""Charts: a Vega-Lite specification that is one, and a picture of the same values."""

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from services.reports.charts.domain import Chart, svg, vega
from services.reports.layouts import pictures
from services.reports.layouts.language import Language
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports
from tests.unit.reports.frozen import surveyed

SVG = "{http://www.w3.org/2000/svg}"
METHOD: dict[str, Any] = {
    "bands": [{"grade": "B", "low": "25.00", "high": "88.30"}, {"grade": "A", "low": "88.31", "high": "100.00"}],
    "scale": [1, 4], "factor": "25",
}  # fmt: skip


@pytest.fixture(scope="session")
def validator() -> Draft7Validator:
    """Of Vega-Lite's own schema, as a package of it is published."""
    package = distribution("altair")
    files = [file for file in package.files or () if file.match("*/v6/schema/vega-lite-schema.json")]
    return Draft7Validator(json.loads(Path(str(package.locate_file(files[0]))).read_text()))


def drawn(chart: Chart) -> dict[str, str]:
    """Key → value of what an SVG shows."""
    root = ElementTree.fromstring(svg(chart))
    return {each.attrib["data-key"]: each.attrib["data-value"] for each in root.iter() if "data-value" in each.attrib}


def specified(spec: dict[str, Any]) -> dict[str, float]:
    """Key → value of what a specification shows."""
    return {one["key"]: one["value"] for one in spec["data"]["values"] if one["value"] is not None}


def elements(*converted: str | None, simulated: bool = False, **method: Any) -> Chart:
    several = [{"key": f"e{at}", "label": {"id": f"<Unsur> & {at}", "en": None}, "converted": one}
               for at, one in enumerate(converted)]  # fmt: skip
    return pictures.elements(
        {"elements": several, "method": METHOD | method, "simulated": simulated}, Language("id")
    )  # fmt: skip


@pytest.mark.parametrize(("name", "more"), [("elements", {}), ("groups", {"group_by": "sex"}), ("trend", {})])
async def test_each_is_valid_and_both_forms_show_what_the_index_says(
    name: str, more: dict[str, str], reports: Reports, validator: Draft7Validator
) -> None:
    surveyed(reports, count=5, period={"start": "2019-03-02", "end": "2019-03-06"})
    survey = surveyed(reports)
    await reports.pull()
    params = {"review": survey.review["id"], "lang": "en"} | more
    async with reports.process() as cast:
        spec = (await cast.call("GET", f"/api/v1/charts/{name}", "public", params=params)).json()
        picture = await cast.call("GET", f"/api/v1/charts/{name}", "public", params=params | {"format": "svg"})
        index = (await cast.call("GET", "/api/v1/indexes", "public", params={"review": params["review"]} | more)).json()
    assert list(validator.iter_errors(spec)) == []
    assert picture.headers["content-type"] == "image/svg+xml"
    shown = {
        each.attrib["data-key"]: float(each.attrib["data-value"])
        for each in ElementTree.fromstring(picture.content).iter()
        if "data-value" in each.attrib
    }
    assert shown == specified(spec)
    expected = {
        "elements": {one["key"]: float(one["converted"]) for one in index["elements"]},
        "groups": {one["value"]: float(one["index"]) for one in index["groups"] or ()},
        "trend": shown | {params["review"]: float(index["index"])},
    }
    assert shown == expected[name]
    assert len(shown) == {"elements": 3, "groups": 2, "trend": 2}[name]


def test_simulated_data_is_marked_in_both_forms(validator: Draft7Validator) -> None:
    chart = elements("80.00", simulated=True)
    spec = vega(chart)
    assert list(validator.iter_errors(spec)) == []
    assert spec["title"].endswith("SIMULASI")
    assert spec["usermeta"]["simulated"] is True
    assert ElementTree.fromstring(svg(chart)).findtext(f"{SVG}title", "").endswith("SIMULASI")


def test_what_may_not_be_shown_has_no_value_in_either_form() -> None:
    chart = elements("80.00", None)
    assert drawn(chart) == {"e0": "80.00"}
    assert [one["value"] for one in vega(chart)["data"]["values"]] == [80.0, None]
    assert "tidak ditampilkan" in svg(chart)
    assert not pictures.worth_drawing(elements(None))


def test_bars_are_as_long_as_their_values_and_labels_are_escaped() -> None:
    root = ElementTree.fromstring(svg(elements("25.00", "62.50", "100.00")))
    widths = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect")]
    assert widths == [0, widths[2] / 2, widths[2]]
    assert "<Unsur> & 0" in {text.text for text in root.iter(f"{SVG}text")}


def test_a_method_without_grades_has_the_ends_of_its_scale() -> None:
    chart = elements("80.00", bands=[])
    assert (chart.low, chart.high, chart.bounds) == ("25", "100", [])
    assert drawn(chart) == {"e0": "80.00"}


async def test_groups_need_to_be_named_and_few_people_are_not_drawn(reports: Reports) -> None:
    survey = surveyed(reports, count=1)
    await reports.pull()
    params = {"review": survey.review["id"]}
    async with reports.process() as cast:
        refused = await cast.call("GET", "/api/v1/charts/groups", "public", params=params)
        few = (await cast.call("GET", "/api/v1/charts/elements", "public", params=params)).json()
        nothing = await cast.call("GET", "/api/v1/charts/elements", params={"review": feeds.words("x")["id"]})
        unknown = await cast.call("GET", "/api/v1/charts/elements", params={"review": survey.visit["id"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "group_by")
    assert specified(few) == {}
    assert (nothing.status_code, unknown.status_code) == (422, 404)
