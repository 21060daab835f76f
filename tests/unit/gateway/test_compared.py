"""The pages of comparison and evaluation: what the API says, to scale, marked, in both languages, and nothing more."""

import socket
from collections.abc import AsyncIterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from starlette.responses import JSONResponse

from gateway.pages.compared import drawing
from gateway.pages.compared.wire import Cell, EvaluationCell, RegionRow
from tests.unit.gateway import dom
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import EVALUATION, KEDIRI, answers, load
from tests.unit.gateway.test_pages import HTML, page

COMPARED = "/api/v1/comparisons"
ONE = f"/api/v1/evaluations/{EVALUATION}"


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers()
        yield opened


def asked(door: Door) -> dict[str, str]:
    """What reports was last asked for a comparison."""
    return dict([one for one in door.service.seen if one.url.path == COMPARED][-1].query_params)


def evaluated(region: str, *indexes: str | None) -> RegionRow:
    """A region with these evaluations, year after year."""
    told: dict[str, Any] = {"evaluation": EVALUATION, "method": "a", "assessors": 1, "recorded": False, "rank": 1}
    cells = [
        Cell(year=2020 + place, reviews=[], evaluation=index and EvaluationCell(index=index, regions=1, **told))
        for place, index in enumerate(indexes)
    ]
    return RegionRow(region=region, cells=cells)


def test_bars_of_all_regions_are_on_one_scale() -> None:
    one, other = drawing.evaluations([evaluated("33.25", "4", None), evaluated("35.71", "2", "0")])
    heights = {(each.region, bar.year): (bar.top, bar.height) for each in (one, other) for bar in each.columns}
    assert heights == {
        ("33.25", 2020): ("16.00%", "68.00%"), ("35.71", 2020): ("50.00%", "34.00%"),
        ("35.71", 2021): ("84.00%", "0.00%"),
    }  # fmt: skip
    assert [(slot.year, slot.middle) for slot in one.slots] == [(2020, "25.00%"), (2021, "75.00%")]
    assert drawing.evaluations([evaluated("33.25", None)]) == []
    assert [bar.width for bar in drawing.bars([], Decimal(0), Decimal(4), 82)] == []


async def test_regions_and_years_stand_as_bars_and_as_tables(door: Door) -> None:
    compared = await page(door, "/compare")
    evaluations, indexes = compared.classed("panel")
    assert [cell.text for cell in evaluations.one("thead").all("th")] == [
        "Wilayah",
        "2020",
        "2021",
        "2022",
        "2023",
        "2024",
    ]
    (row,) = evaluations.one("tbody").all("tr")
    assert "Kota Kediri" in row.one("th").text
    assert [cell.text for cell in row.all("td")][2] == "3,315 peringkat 1 dari 1 dicatat dari sumber"
    assert row.one("a").attributes["href"] == f"/evaluations/{EVALUATION}"
    assert "2022: 3,315." in evaluations.one("desc").text
    (row,) = indexes.one("tbody").all("tr")
    assert [cell.text for cell in row.all("td")][-1] == "77,50 B n = 20"
    assert "Hanya data nyata" in compared.text
    assert compared.classed("mark") == []
    assert asked(door) == {"limit": "25"}


async def test_simulated_figures_are_asked_for_and_marked(door: Door) -> None:
    told = deepcopy(load("comparison")) | {"simulated": True}
    door.service.answers[f"{COMPARED}?simulated=true"] = told
    door.service.answers[COMPARED] = told
    compared = await page(door, "/compare?simulated=true")
    assert asked(door)["simulated"] == "true"
    assert compared.one("head").one("title").text.startswith("SIMULASI: ")
    assert [mark.text for mark in compared.classed("mark")] == ["SIMULASI"] * 2
    assert all("(simulasi)" in table.one("caption").text for table in compared.all("table"))
    assert all("(simulasi)" in drawn.one("title").text for drawn in compared.all("svg"))
    assert "tidak boleh dikutip" in compared.classed("banner")[0].text


async def test_a_small_review_shows_no_number_and_one_without_answers_says_so(door: Door) -> None:
    cells = door.service.answers[COMPARED]["items"][0]["cells"]
    (review,) = cells[-1]["reviews"]
    hidden = review | {"respondents": None, "suppressed": True, "index": None, "grade": None}
    cells[-1]["reviews"] = [hidden, review | {"respondents": 0, "index": None, "grade": None}, review]
    indexes = (await page(door, "/compare")).classed("panel")[1]
    last = list(indexes.one("tbody").all("td"))[-1].text
    assert last == "tidak ditampilkan n = tidak ditampilkan Belum ada jawaban. n = 0 77,50 B n = 20"
    assert len(list(indexes.all("rect"))) == 1


async def test_what_was_typed_is_asked_for_and_stays_in_the_form(door: Door) -> None:
    compared = await page(door, "/compare?region=35&first=2021&last=2022&cursor=x")
    assert asked(door) == {"region": "35", "from": "2021", "to": "2022", "limit": "25", "cursor": "x"}
    values = {field.attributes["name"]: field.attributes["value"] for field in compared.all("input")}
    assert values == {"region": "35", "first": "2021", "last": "2022"}


@pytest.mark.parametrize(("query", "field"), [("region=Batang", "region"), ("first=22", "first"), ("last=x", "first")])
async def test_what_is_none_is_said_beside_the_form(door: Door, query: str, field: str) -> None:
    compared = await page(door, f"/compare?{query}", 422)
    assert compared.classed("fault")[0].attributes["role"] == "alert"
    wrong = [one.attributes["name"] for one in compared.all("input") if "aria-invalid" in one.attributes]
    assert wrong[0] == field
    assert not [one for one in door.service.seen if one.url.path == COMPARED]


async def test_years_that_reports_refuses_are_said_as_well_and_a_wrong_cursor_is_nothing(door: Door) -> None:
    door.service.answers[COMPARED] = JSONResponse({"type": "/problems/invalid", "detail": "x"}, 422)
    assert "paling banyak sepuluh" in (await page(door, "/compare?first=2000&last=2022", 422)).text
    door.service.answers[COMPARED] = JSONResponse({"type": "/problems/malformed", "detail": "x"}, 400)
    await page(door, "/compare?cursor=x", 404)


async def test_further_regions_stand_on_the_next_page(door: Door) -> None:
    door.service.answers[COMPARED] |= {"next": "more"}
    (following,) = [link for link in (await page(door, "/compare")).all("a") if link.attributes.get("rel") == "next"]
    assert following.attributes["href"] == "/compare?first=2020&last=2024&cursor=more"
    door.service.answers[COMPARED] = {"years": [], "simulated": False, "items": [], "next": None}
    assert "Belum ada yang dapat dibandingkan" in (await page(door, "/compare")).text


async def test_an_evaluation_tells_what_was_printed_beside_what_comes_out(door: Door) -> None:
    shown = await page(door, f"/evaluations/{EVALUATION}")
    headline = shown.classed("headline")[0]
    assert headline.classed("index")[0].text == "3,315"
    assert [pair.text for pair in headline.one("dl").all("div")] == [
        "Skala dari 0 sampai 4 (belum dipastikan)", "Tercetak di sumber 3,31", "Rata-rata tanpa bobot 3,352",
        "Asesor 0",
    ]  # fmt: skip
    dimensions, under = list(shown.all("table"))
    rows = [[cell.text for cell in row.all("th", "td")] for row in dimensions.one("tbody").all("tr")]
    assert rows[0] == ["Baseline", "1/10", "3,60", "0,3600"]
    assert [bar.attributes["width"] for bar in shown.one("svg").all("rect")][:2] == ["82%", "73.80%"]
    rows = [[cell.text for cell in row.all("th", "td")] for row in under.one("tbody").all("tr")]
    assert rows[0][1:] == [
        "3,315",
        "663/200",
        "3,31: sama bila desimalnya dipotong, atau berasal dari nilai yang lebih rinci",
    ]
    assert rows[1][1:] == ["3,257", "3257/1000", "3,31: angka lain"]
    for told in ("Tercetak di sumber: 3,06 pada 2021, perubahan 0,25.", "Peringkat tercetak: 22 nasional.",
                 "bukan diberikan oleh asesor di sini", "B-1003/DJAI/AI.01.04/12/2022", "Skala tidak disebut",
                 load("evaluation")["result"]["digest"]):  # fmt: skip
        assert told in shown.text
    sources = [link.attributes["href"] for link in shown.all("a") if "external" in link.attributes.get("rel", "")]
    assert len(sources) == 2


async def test_assessors_the_region_and_the_impact_survey_are_told_where_there_are_some(door: Door) -> None:
    told = door.service.answers[ONE]
    told |= {"recorded": False, "printed": None, "source": None, "simulated": True}
    result = told["result"]
    result["assessors"] = 5
    result["dimensions"][0]["criteria"][0] |= {
        "assessors": {"n": 5, "mean": "3.500", "low": "3.000", "high": "4.000"}, "own": "4", "evidence": 2,
    }  # fmt: skip
    result["dimensions"][1] |= {"score": None, "weighted": None}
    for one in result["under"]:
        one["printed"] = None
    result["before"] = {
        "evaluation": EVALUATION, "year": 2021, "index": "3.060", "change": "0.255", "same_method": False,
    }  # fmt: skip
    head = {"review": KEDIRI, "title": {"id": "Tinjauan"}, "simulated": True, "method": "skm-2017"}
    result["impact"] = [
        head | {"respondents": 20, "suppressed": False, "index": "77.50", "grade": "B"},
        head | {"respondents": None, "suppressed": True, "index": None, "grade": None},
    ]
    shown = await page(door, f"/evaluations/{EVALUATION}")
    panels = {panel.one("h2").text: panel for panel in shown.classed("panel")}
    criteria = [row.text for row in panels["Apa yang dinilai"].one("tbody").all("tr")]
    assert criteria[0] == "Baseline 3,60 5 3,500 3,000–4,000 4 2"
    assert criteria[1] == "Output 3,21 0 – tidak ada – tidak ada – tidak ada 0"
    assert [row.text for row in panels["Survei dampak"].one("tbody").all("tr")] == [
        "Tinjauan 20 77,50 B", "Tinjauan tidak ditampilkan",
    ]  # fmt: skip
    assert "2021: 3,060; perubahan 0,255." in shown.text
    assert "Bobot kedua tahun berbeda" in shown.text
    assert [panel.classed("mark")[0].text for panel in panels.values()] == ["SIMULASI"] * len(panels)
    assert "Output: tidak ada;" in shown.one("svg").one("desc").text


@pytest.mark.parametrize(
    ("state", "says"),
    [("open", "masih berjalan"), ("assessed", "belum diterbitkan"), ("withdrawn", "telah ditarik. Salah hitung")],
)
async def test_one_that_is_not_published_says_so(door: Door, state: str, says: str) -> None:
    told = door.service.answers[ONE]
    told |= {"state": state, "result": None, "published_at": None}
    if state == "withdrawn":
        told |= {
            "withdrawn_reason": "Salah hitung",
            "superseded_by": EVALUATION,
            "result": load("evaluation")["result"],
        }
    shown = await page(door, f"/evaluations/{EVALUATION}")
    assert says in shown.classed("notice")[0].text
    assert ("baru dapat dilihat" in shown.text) == (state != "withdrawn")


@pytest.mark.parametrize("id", ["nothing", "00000000-0000-4000-8000-000000000000"])
async def test_an_evaluation_that_nobody_may_see_is_a_404_page(door: Door, id: str) -> None:
    assert (await page(door, f"/evaluations/{id}", 404)).one("h1").text == "Halaman tidak ditemukan"


async def test_english_and_links_that_stay_in_it(door: Door) -> None:
    shown = await page(door, f"/evaluations/{EVALUATION}?lang=en")
    assert shown.classed("index")[0].text == "3.315"
    assert "the same when cut off" in shown.text
    compared = await page(door, "/compare?lang=en")
    assert [field.attributes["value"] for field in compared.all("input") if field.attributes["name"] == "lang"] == [
        "en"
    ]
    assert compared.classed("panel")[0].one("tbody").one("a").attributes["href"].endswith("?lang=en")


async def test_without_the_registry_regions_are_shown_by_their_codes(open_door: Opener) -> None:
    with socket.socket() as held:  # bound and not listening: connecting is refused
        held.bind(("127.0.0.1", 0))
        async with open_door(programs_url=f"http://127.0.0.1:{held.getsockname()[1]}") as door:
            door.service.answers |= answers()
            for path in ("/compare", f"/evaluations/{EVALUATION}"):
                answer = await door.client.get(path, headers=HTML)
                assert answer.status_code == 200
                assert "Wilayah 35.71" in dom.read(answer.text).text
