"""Regions and years side by side: real or simulated, n always there, small groups hidden, read from sums alone."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from services.kit.scope import EVERYTHING
from services.reports.index import repository
from tests.unit.reports import bodies, feeds
from tests.unit.reports.bodies import KEDIRI
from tests.unit.reports.conftest import Reports
from tests.unit.reports.test_evaluations_api import Ministry

API = "/api/v1/comparisons"
FORM = feeds.questionnaire()
GOOD, POOR = {"requirements": 4, "procedure": 4, "fee": 4}, {"requirements": 2, "procedure": 2, "fee": 2}


@pytest.fixture
async def ministry(reports: Reports) -> AsyncIterator[Ministry]:
    async with reports.process() as cast:
        reports.feeds.add(*feeds.created(("questionnaire", FORM)))
        yield Ministry(reports, cast)


async def reviewed(ministry: Ministry, region: str, year: int, *answers: Any, simulated: bool = False) -> feeds.Thing:
    """A review with a visit that was answered so."""
    period = {"start": f"{year}-03-02", "end": f"{year}-03-06"}
    review = feeds.review(FORM, region=region, simulated=simulated, period=period)
    visit = feeds.visit(review)
    ministry.reports.feeds.add(
        *feeds.created(("review", review), ("visit", visit)), *feeds.responded(visit, *answers, simulated=simulated)
    )
    await ministry.reports.pull()
    return review


async def compared(ministry: Ministry, role: str = "public", claims: Any = None, **params: str) -> Any:
    answer = await ministry.cast.call("GET", API, role, claims, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_reviews_and_evaluations_of_regions_by_year(ministry: Ministry) -> None:
    batang = await reviewed(ministry, "33.25", 2021, *feeds.same(6, **GOOD))
    await reviewed(ministry, "33.25", 2022, *feeds.same(5, **POOR))
    await ministry.published(region="35.71")
    await ministry.published(region="33.25", scores=dict.fromkeys(KEDIRI, "3"))
    found = await compared(ministry)
    assert (found["years"], found["simulated"], found["next"]) == ([2018, 2019, 2020, 2021, 2022], False, None)
    assert [row["region"] for row in found["items"]] == ["33.25", "35.71"]
    of_batang = {cell["year"]: cell for cell in found["items"][0]["cells"]}
    assert of_batang[2021]["reviews"] == [{
        "review": batang["id"], "title": batang["title"], "start": "2021-03-02", "simulated": False, "respondents": 6,
        "suppressed": False, "index": "100.00", "grade": "A", "method": "skm-2017",
    }]  # fmt: skip
    assert [one["index"] for one in of_batang[2022]["reviews"]] == ["50.00"]
    assert of_batang[2021]["evaluation"] is None
    cell = of_batang[2022]["evaluation"]
    assert (cell["index"], cell["rank"], cell["regions"], cell["recorded"]) == ("3.000", 2, 2, True)
    kediri = found["items"][1]["cells"][-1]
    assert (kediri["reviews"], kediri["evaluation"]["index"], kediri["evaluation"]["rank"]) == ([], "3.315", 1)


async def test_a_small_group_is_hidden_from_everybody_else(ministry: Ministry) -> None:
    await reviewed(ministry, "33.25", 2022, *feeds.same(4, **GOOD))
    for role, claims, seen in (("public", None, None), ("ministry", None, 4), ("team", {"region": "33.25"}, 4),
                               ("team", {"region": "35.71"}, None)):  # fmt: skip
        (row,) = (await compared(ministry, role, claims))["items"]
        (review,) = row["cells"][-1]["reviews"]
        assert (review["respondents"], review["suppressed"]) == (seen, seen is None)
        assert (review["index"] is None) == (seen is None)


async def test_simulated_figures_come_alone_and_only_when_they_are_asked_for(ministry: Ministry) -> None:
    await reviewed(ministry, "33.25", 2020, *feeds.same(6, **GOOD))
    await reviewed(ministry, "33.25", 2022, *feeds.same(6, **POOR), simulated=True)
    await ministry.published(region="35.71", simulated=True)
    real = await compared(ministry)
    assert (real["years"][-1], [row["region"] for row in real["items"]]) == (2020, ["33.25"])
    made_up = await compared(ministry, simulated="true")
    assert (made_up["years"][-1], [row["region"] for row in made_up["items"]]) == (2022, ["33.25", "35.71"])
    for row in made_up["items"]:
        cell = row["cells"][-1]
        assert all(one["simulated"] for one in [*cell["reviews"], *filter(None, [cell["evaluation"]])])
    assert [len(cell["reviews"]) for cell in made_up["items"][0]["cells"]] == [0, 0, 0, 0, 1]


async def test_only_what_is_published_is_in_it(ministry: Ministry) -> None:
    await ministry.open(region="35.72")
    found = await ministry.published(region="35.71")
    assert [row["region"] for row in (await compared(ministry, "ministry"))["items"]] == ["35.71"]
    await ministry.step(found, "withdraw", json={"reason": "x"})
    assert await compared(ministry) == {"years": [], "region": None, "simulated": False, "items": [], "next": None}


async def test_regions_go_on_where_they_stopped_and_years_have_their_order(ministry: Ministry) -> None:
    for region in ("33.25", "33.26", "35.71"):
        await ministry.published(region=region)
    first = await compared(ministry, limit="2", **{"from": "2022", "to": "2022"})
    assert [row["region"] for row in first["items"]] == ["33.25", "33.26"]
    second = await compared(ministry, limit="2", cursor=first["next"], **{"from": "2022"})
    assert ([row["region"] for row in second["items"]], second["next"], second["years"]) == (["35.71"], None, [2022])
    assert [row["region"] for row in (await compared(ministry, region="33"))["items"]] == ["33.25", "33.26"]
    for params in ({"from": "2022", "to": "2021"}, {"from": "2000", "to": "2010"}, {"region": "x"}, {"limit": "101"}):
        assert (await ministry.cast.call("GET", API, "public", params=params)).status_code == 422
    assert (await ministry.cast.call("GET", API, "public", params={"cursor": "x"})).status_code == 400
    assert (await compared(ministry, to="2010"))["items"] == []


async def test_it_reads_sums_and_never_what_respondents_said(ministry: Ministry) -> None:
    review = await reviewed(ministry, "33.25", 2022, *feeds.same(5, **GOOD))
    more = feeds.visit(review)
    ministry.reports.feeds.add(
        *feeds.created(("visit", more)), *feeds.responded(more, *feeds.same(500, **POOR)),
    )  # fmt: skip
    await ministry.reports.pull()
    async with ministry.reports.database.reading() as reading:
        sums = await repository.sums_of(reading, 1, [UUID(review["id"])], [""], EVERYTHING)
    assert len(sums) == 2
    (row,) = (await compared(ministry))["items"]
    assert row["cells"][-1]["reviews"][0]["respondents"] == 505


def test_bodies_of_evaluations_take_turns() -> None:
    one, other = bodies.evaluation(), bodies.evaluation()
    assert (one["region"], one["year"]) != (other["region"], other["year"])
