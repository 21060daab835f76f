"""The pages on frozen reports: the list, a report with its documents, and what a document's code leads to."""

from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.unit.gateway import dom
from tests.unit.gateway.browsing import as_
from tests.unit.gateway.conftest import Door
from tests.unit.gateway.golden import answers, load

GOLDEN = load("report")
REPORT: dict[str, Any] = GOLDEN["reports"]["items"][0]
NUMBER = REPORT["number"]
DOCUMENTS = f"/api/v1/reports/{REPORT['id']}/documents"
PAGE = {"Accept": "text/html", "Accept-Language": "id"}
MAKING = {"state": "making", "format": "pdf", "language": "id", "stage": "rows", "done": 2000, "total": 10_000}


def listed(**other: Any) -> dict[str, Any]:
    return {"items": [REPORT | other], "next": None}


@pytest.fixture
async def open_reports(door: Door) -> Door:
    door.service.answers |= answers()
    return door


async def shown(door: Door, path: str, **headers: str) -> tuple[int, dom.Node]:
    answer = await door.client.get(path, headers=PAGE | headers)
    return answer.status_code, dom.read(answer.text)


async def test_the_list_leads_to_each_report_and_further_back(open_reports: Door) -> None:
    open_reports.service.answers["/api/v1/reports"] = listed(simulated=True) | {"next": "abc"}
    status, page = await shown(open_reports, "/reports")
    assert status == 200
    links = {link.attributes["href"] for link in page.all("a")}
    assert {f"/reports/{NUMBER}", "/reports?cursor=abc"} <= links
    assert "SIMULASI" in page.text
    assert "77,50" in page.text


async def test_an_empty_list_says_so_and_a_region_is_named(open_reports: Door) -> None:
    open_reports.service.answers["/api/v1/reports"] = {"items": [], "next": None}
    _, page = await shown(open_reports, "/reports?region=33.25")
    assert "Belum ada laporan" in page.text
    assert "Kabupaten Batang" in page.one("h1").text
    open_reports.service.answers["/api/v1/reports"] = JSONResponse({"detail": "no"}, 400)
    assert (await shown(open_reports, "/reports?cursor=x"))[0] == 404


async def test_a_report_is_the_services_own_document_with_its_formats_beside_it(open_reports: Door) -> None:
    status, page = await shown(open_reports, f"/reports/{NUMBER}")
    assert status == 200
    assert page.classed("document")
    assert "BAB III" in page.text
    assert len(list(page.all("h1"))) == 1
    links = {link.attributes["href"] for link in page.all("a")}
    assert {f"/reports/{NUMBER}/{each}" for each in ("pdf", "xlsx", "docx", "csv", "json")} <= links
    assert open_reports.service.header("authorization")


async def test_while_it_is_made_the_page_says_how_far_it_is_and_comes_back_by_itself(open_reports: Door) -> None:
    open_reports.service.answers[f"{DOCUMENTS}/html?lang=id&wait=5"] = JSONResponse(MAKING, 202)
    open_reports.service.answers[f"{DOCUMENTS}/pdf?lang=id&wait=5"] = JSONResponse(MAKING, 202)
    for path, status in ((f"/reports/{NUMBER}", 200), (f"/reports/{NUMBER}/pdf", 202)):
        answer = await open_reports.client.get(path, headers=PAGE)
        assert (answer.status_code, answer.headers["refresh"]) == (status, "2")
        assert "2.000 dari 10.000 baris" in dom.read(answer.text).text


async def test_a_document_is_handed_on_as_it_is(open_reports: Door) -> None:
    kept = Response(b"%PDF-1.7", media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="a"'})
    open_reports.service.answers[f"{DOCUMENTS}/pdf?lang=en&wait=5"] = kept
    answer = await open_reports.client.get(f"/reports/{NUMBER}/pdf?lang=en")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"%PDF-1.7", "application/pdf")
    assert answer.headers["content-disposition"] == 'inline; filename="a"'
    assert (await open_reports.client.get(f"/reports/{NUMBER}/exe")).status_code in {404, 422}


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"state": "draft", "published_at": None}, "belum diterbitkan"),
        ({"superseded_by": "TJ-2026-000009"}, "sudah diganti"),
        ({"state": "withdrawn", "reason": "Salah kunjungan"}, "Salah kunjungan"),
    ],
)
async def test_a_report_that_is_not_in_force_says_why(open_reports: Door, state: dict[str, Any], sentence: str) -> None:
    open_reports.service.answers["/api/v1/reports"] = listed(**state)
    _, page = await shown(open_reports, f"/reports/{NUMBER}", **as_(open_reports, "team", region="35.71"))
    assert sentence in page.text
    assert bool(page.classed("document")) == (state.get("state") != "withdrawn")


async def test_what_is_refused_or_away_is_a_page_as_well(open_reports: Door) -> None:
    open_reports.service.answers[f"{DOCUMENTS}/html?lang=id&wait=5"] = Response(b"gone", 410)
    assert (await shown(open_reports, f"/reports/{NUMBER}"))[0] == 410
    open_reports.service.answers[f"{DOCUMENTS}/html?lang=id&wait=5"] = JSONResponse({}, 503)
    assert (await shown(open_reports, f"/reports/{NUMBER}"))[0] == 503
    open_reports.service.answers["/api/v1/reports"] = {"items": [], "next": None}
    assert (await shown(open_reports, "/reports/TJ-2020-000001"))[0] == 404
    open_reports.service.answers["/api/v1/reports"] = JSONResponse({"detail": "no"}, 422)
    assert (await shown(open_reports, "/reports/TJ-2020-000001"))[0] == 404


@pytest.mark.parametrize(
    ("verdict", "title"),
    [("genuine", "Asli dan berlaku"), ("superseded", "sudah diganti"), ("withdrawn", "Dicabut"),
     ("unknown", "Tidak dikenal")],
)  # fmt: skip
async def test_a_document_is_verified_in_words(open_reports: Door, verdict: str, title: str) -> None:
    told = GOLDEN["verified"] | {"verdict": verdict, "superseded_by": "TJ-2026-000009", "reason": "Salah"}
    if verdict == "unknown":
        told |= {"title": None, "published_at": None, "simulated": None, "superseded_by": None, "reason": None}
    open_reports.service.answers[f"/api/v1/reports/verify/{NUMBER}"] = told
    status, page = await shown(open_reports, f"/verify/{NUMBER}?digest=ab")
    assert status == 200
    assert title in page.one("h2").text
    assert open_reports.service.seen[-1].url.query == "digest=ab"


async def test_a_number_alone_says_that_it_is_only_the_number_and_one_that_cannot_be_is_not_found(
    open_reports: Door,
) -> None:
    open_reports.service.answers[f"/api/v1/reports/verify/{NUMBER}"] = GOLDEN["verified"] | {"digest_checked": False}
    _, page = await shown(open_reports, f"/verify/{NUMBER}")
    assert "hanya nomornya" in page.text
    open_reports.service.answers["/api/v1/reports/verify/X"] = JSONResponse({"detail": "no"}, 422)
    assert (await shown(open_reports, "/verify/X"))[0] == 404


async def test_a_report_of_an_evaluation_says_so_and_speaks_of_no_respondents(open_reports: Door) -> None:
    figures = {"respondents": None, "index": "3.315", "grade": None}
    open_reports.service.answers["/api/v1/reports"] = listed(kind="evaluation", summary=figures)
    _, page = await shown(open_reports, "/reports")
    assert "Laporan evaluasi kementerian" in page.text
    assert "3,315" in page.text
    assert "Responden" not in page.one("main").text
    open_reports.service.answers[f"/api/v1/reports?number={NUMBER}"] = listed(kind="evaluation", summary=figures)
    _, page = await shown(open_reports, f"/reports/{NUMBER}")
    assert "CSV, nilai setiap dimensi dan kriteria" in page.text
