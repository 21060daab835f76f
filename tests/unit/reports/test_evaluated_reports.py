"""Frozen reports of the ministry's evaluation: the same numbers in each format, who may freeze, and what is refused."""

import csv
import hashlib
import shutil
from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import orjson
import pytest

from services.reports.layouts import csv as as_csv
from services.reports.layouts import docx, html, pdf, xlsx
from services.reports.layouts.evaluated_rows import decimal
from services.reports.layouts.language import Language
from services.reports.layouts.outline import outline
from services.reports.renderings.domain import KINDS
from tests.unit.reports import bodies, feeds
from tests.unit.reports.bodies import KEDIRI
from tests.unit.reports.conftest import Reports
from tests.unit.reports.frozen import document, freeze, step
from tests.unit.reports.test_evaluations_api import REGION, WHY, Ministry
from tests.unit.reports.test_formats import job, recalculated, text_of

PRINTED = {
    "index": "3.31", "improvement": 0.25, "before": {"year": 2021, "index": "3.06"},
    "ranks": [{"within": "35", "rank": 4}, {"rank": 22}],
}  # fmt: skip


@pytest.fixture
async def ministry(reports: Reports) -> AsyncIterator[Ministry]:
    async with reports.process() as cast:
        yield Ministry(reports, cast)


async def frozen(ministry: Ministry, **other: Any) -> dict[str, Any]:
    """A report of Kota Kediri's evaluation."""
    found = await ministry.published(**({} if other.get("simulated") else {"printed": PRINTED}) | other)
    return await freeze(ministry.cast, found["id"], kind="evaluation")


async def snapshot(ministry: Ministry, report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await document(ministry.cast, report, "json"))
    return found


async def test_it_freezes_the_evaluation_as_everybody_reads_it(ministry: Ministry) -> None:
    for region, score in (("35.72", "3.40"), ("33.25", "3.50"), ("33.26", "2.50")):
        await ministry.published(region=region, scores=dict.fromkeys(KEDIRI, score))
    await ministry.published(year=2021, method="A", scores=dict.fromkeys(KEDIRI, "3.06"))
    report = await frozen(ministry)
    content = await document(ministry.cast, report, "json")
    told = orjson.loads(content)
    everybody = (await ministry.call("GET", f"/{report['subject']}", "public")).json()
    assert report["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert report["number"].startswith("TJ-")
    assert report["summary"] == {"respondents": None, "index": "3.315", "grade": None}
    assert (told["result"], told["method"]) == (everybody["result"], everybody["how"])
    assert (told["result"]["exact"], told["result"]["plain_mean"]) == ("663/200", "3.352")
    assert told["result"]["printed"] == {"index": "truncated", "improvement": True}
    assert told["result"]["before"]["change"] == "0.255"
    assert told["ranks"] == [{"within": None, "rank": 3, "of": 4}, {"within": "35", "rank": 2, "of": 2}]
    assert told["cursor"].keys() == {"responses", "registry"}


async def test_every_format_is_made_and_says_the_same_numbers(ministry: Ministry) -> None:
    report = await frozen(ministry)
    made = {format: await document(ministry.cast, report, format) for format in KINDS}
    for format in ("html", "pdf", "docx"):
        said = text_of(format, made[format])
        wanted = (
            report["number"],
            "3,315",
            "3,352",
            "663/200",
            *(score.replace(".", ",") for score in KEDIRI.values()),
        )
        assert [one for one in wanted if one not in said] == [], format
        assert report["digest"].removeprefix("sha256:") in said.replace(" ", ""), format
    book = openpyxl.load_workbook(BytesIO(made["xlsx"]), data_only=True)
    rows = list(book["Dimensi"].iter_rows(min_row=5, values_only=True))
    assert [row[2] for row in rows[:5]] == [float(score) for score in KEDIRI.values()]
    assert (rows[5][3], rows[6][3]) == (3.315, 3.352)
    lines = list(csv.DictReader(StringIO(made["csv"].decode())))
    scores = {one["key"]: one for one in lines if one["level"] == "dimension"}
    assert {key: one["score"] for key, one in scores.items()} == KEDIRI
    weighed = sum(Decimal(one["score"]) * Decimal(one["weight"]) for one in scores.values())
    assert (weighed, lines[-1]["level"], lines[-1]["score"]) == (Decimal("3.315"), "index", "3.315")


async def test_the_workbook_computes_the_weighted_index(ministry: Ministry, tmp_path: Path) -> None:
    content = await document(ministry.cast, await frozen(ministry), "json")
    file = tmp_path / "report.xlsx"
    file.write_bytes(xlsx.document(job(content)))
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(file)["Dimensi"].iter_rows(min_row=5)]
    assert rows[2][1:4] == ["=3/10", 3.23, "=B7*C7"]
    assert rows[5][3] == "=ROUND(ROUND(SUM(D5:D9),9),3)"
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    sheets = recalculated(file, tmp_path)
    assert sheets["Dimensi"][9][3] == "3.315"
    assert sheets["Ringkasan"][-1][1] == "sama"


async def test_indicators_make_their_dimension_in_the_workbook(ministry: Ministry) -> None:
    instrument = await ministry.done("POST", "/instruments", json=bodies.instrument())
    await ministry.done("POST", f"/instruments/{instrument['id']}/publish", version=1)
    scores = {key: score for key, score in KEDIRI.items() if key != "output"} | {"policy": "3", "budget": "3.6"}
    report = await frozen(ministry, instrument=instrument["id"], scores=scores)
    content = await document(ministry.cast, report, "json")
    rows = openpyxl.load_workbook(BytesIO(xlsx.document(job(content))))["Dimensi"]
    assert rows["C6"].value == "=SUMPRODUCT('Kriteria'!C6:C7,'Kriteria'!D6:D7)"
    assert "dari indikator" in text_of("html", html.document(job(content)))


async def test_simulated_ones_have_their_series_and_mark_and_few_assessors_stay_hidden(ministry: Ministry) -> None:
    report = await frozen(ministry, simulated=True)
    content = await document(ministry.cast, report, "json")
    told = orjson.loads(content)
    spread = told["result"]["dimensions"][0]["criteria"][0]["assessors"]
    assert (report["number"][:4], told["simulated"], told["result"]["assessors"]) == ("SIM-", True, 1)
    assert spread == {"n": 1, "mean": None, "low": None, "high": None}
    made = job(content)
    for format, layout in (("html", html), ("pdf", pdf), ("docx", docx)):
        said = text_of(format, layout.document(made))
        assert "SIMULASI" in said, format
        assert "kurang dari lima asesor" in said, format
    for sheet in openpyxl.load_workbook(BytesIO(xlsx.document(made))):
        assert str(sheet["A2"].value).startswith("SIMULASI"), sheet.title
    assert all(line.startswith("SIMULASI-") for line in as_csv.document(made).decode().splitlines()[1:])


async def test_both_languages_say_as_much(ministry: Ministry) -> None:
    content = await document(ministry.cast, await frozen(ministry), "json")
    kinds = [[block.kind for chapter in outline(job(content, lang)).chapters for section in chapter.sections
              for block in section.blocks] for lang in ("id", "en")]  # fmt: skip
    assert kinds[0] == kinds[1]
    english = text_of("html", html.document(job(content, "en")))
    assert "Index of evaluation 3.315" in english
    assert Language("en").text("printed.truncated") in english


async def test_a_linked_review_stands_in_it_with_its_n_cursor_and_digest(ministry: Ministry) -> None:
    form = feeds.questionnaire()
    review = feeds.review(form, region=REGION)
    visit = feeds.visit(review)
    ministry.reports.feeds.add(
        *feeds.created(("questionnaire", form), ("review", review), ("visit", visit)),
        *feeds.responded(visit, *feeds.same(6, requirements=4, procedure=3, fee=3)),
    )
    await ministry.reports.pull()
    content = await document(ministry.cast, await frozen(ministry, reviews=[review["id"]]), "json")
    (impact,) = orjson.loads(content)["result"]["impact"]
    assert (impact["respondents"], impact["index"], impact["simulated"]) == (6, "83.33", False)
    said = text_of("html", html.document(job(content)))
    for told in ("83,33", impact["digest"], impact["cursor"]["responses"]):
        assert told in said


async def test_only_what_is_published_is_frozen(ministry: Ministry) -> None:
    found = await ministry.agree(await ministry.open(source=bodies.SOURCE))

    async def refused(subject: str) -> tuple[int, str]:
        body = {"kind": "evaluation", "subject": subject}
        answer = await ministry.cast.call("POST", "/api/v1/reports", json=body)
        return answer.status_code, answer.json()["type"]

    assert await refused(found["id"]) == (409, "/problems/not-published")
    found = await ministry.step(found, "conclude", "publish")
    assert (await freeze(ministry.cast, found["id"], kind="evaluation"))["kind"] == "evaluation"
    await ministry.step(found, "withdraw", json=WHY)
    assert await refused(found["id"]) == (409, "/problems/not-published")
    assert await refused(str(uuid4())) == (404, "/problems/not-found")


async def test_only_who_answers_for_the_region_may_freeze(ministry: Ministry) -> None:
    found = await ministry.published()
    body = {"kind": "evaluation", "subject": found["id"]}
    asked = [("ministry", {}, 201), ("team", {"region": REGION}, 201), ("team", {"region": "33.25"}, 404),
             ("agency", {"region": REGION, "agency": str(uuid4())}, 404), ("assessor", {"region": REGION}, 403),
             ("public", {}, 401)]  # fmt: skip
    for role, claims, expected in asked:
        answer = await ministry.cast.call("POST", "/api/v1/reports", role, claims, json=body)
        assert answer.status_code == expected, (role, claims)


async def test_a_newer_one_supersedes_and_everybody_reads_what_is_published(ministry: Ministry) -> None:
    old = await frozen(ministry)
    path = f"/api/v1/reports/{old['id']}"
    assert (await ministry.cast.call("GET", path, "public")).status_code == 404
    await step(ministry.cast, old, "publish")
    new = await step(ministry.cast, await freeze(ministry.cast, old["subject"], kind="evaluation"), "publish")
    assert (await ministry.cast.call("GET", path, "public")).json()["superseded_by"] == new["number"]
    params = {"kind": "evaluation", "subject": old["subject"]}
    listed = (await ministry.cast.call("GET", "/api/v1/reports", "public", params=params)).json()["items"]
    assert [one["number"] for one in listed] == [new["number"], old["number"]]
    told = (await ministry.cast.call("GET", f"/api/v1/reports/verify/{old['number']}", "public")).json()
    assert (told["verdict"], told["superseded_by"]) == ("superseded", new["number"])


@pytest.mark.parametrize(("weight", "shown"), [("1/5", "0.2"), ("3/10", "0.3"), ("1/3", "1/3"), ("1", "1")])
def test_a_weight_is_a_decimal_where_it_is_one(weight: str, shown: str) -> None:
    assert decimal(weight) == shown


async def test_a_report_of_a_withdrawn_evaluation_is_no_longer_genuine(ministry: Ministry) -> None:
    found = await ministry.published()
    report = await step(ministry.cast, await freeze(ministry.cast, found["id"], kind="evaluation"), "publish")
    address = f"/api/v1/reports/verify/{report['number']}"
    assert (await ministry.cast.call("GET", address, "public")).json()["verdict"] == "genuine"
    await ministry.step(found, "withdraw", json=WHY)
    answer = (await ministry.cast.call("GET", address, "public")).json()
    assert (answer["verdict"], answer["reason"]) == ("withdrawn", WHY["reason"])
