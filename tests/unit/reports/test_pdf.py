"""The report as PDF, read back by readers of PDF."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from pypdf import PdfReader

from services.reports.layouts import appendix, pdf
from services.reports.layouts.job import Job
from tests.unit.reports.conftest import Reports
from tests.unit.reports.frozen import document, frozen

CHAPTERS = {
    "id": ("BAB I PENDAHULUAN", "BAB II PENGUMPULAN", "BAB III HASIL", "BAB IV ANALISIS", "BAB V PENUTUP",
           "LAMPIRAN A", "LAMPIRAN B", "LAMPIRAN C"),
    "en": ("CHAPTER I INTRODUCTION", "CHAPTER II COLLECTION", "CHAPTER III RESULTS", "CHAPTER IV ANALYSIS",
           "CHAPTER V CONCLUSION", "APPENDIX A", "APPENDIX B", "APPENDIX C"),
}  # fmt: skip


def words(text: str) -> str:
    """A text with one space between its words."""
    return " ".join(text.split())


def read(content: bytes) -> list[str]:
    """The text of each page."""
    return [words(page.extract_text()) for page in PdfReader(BytesIO(content)).pages]


def said(*command: str) -> str:
    """What a program says."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def job(content: bytes, language: str = "id") -> Job:
    return Job(orjson.loads(content), f"sha256:{'ab' * 32}", "http://localhost:8080/verify/X?digest=ab", language)


@pytest.mark.parametrize(("lang", "index"), [("id", "83,33"), ("en", "83.33")])
async def test_it_has_the_five_chapters_and_the_figures_in_its_language(
    reports: Reports, lang: str, index: str
) -> None:
    async with frozen(reports) as (cast, report):
        content = await document(cast, report, "pdf", lang)
    reader = PdfReader(BytesIO(content))
    pages = read(content)
    whole = " ".join(pages)
    assert [chapter for chapter in CHAPTERS[lang] if chapter not in whole] == []
    assert index in pages[0]
    assert report["number"] in pages[0]
    assert report["digest"].removeprefix("sha256:") in whole.replace(" ", "")
    assert all(report["number"] in page for page in pages)
    assert reader.metadata
    assert reader.metadata.title == ("Batang" if lang == "id" else "Batang (en)")
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == lang
    assert {round(float(page.mediabox.width)) for page in reader.pages} == {595}
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert all("+" in font for font in fonts), "every font is embedded, as a subset"


async def test_simulated_data_is_marked_on_every_page(reports: Reports) -> None:
    async with frozen(reports, simulated=True) as (cast, report):
        pages = read(await document(cast, report, "pdf"))
    assert all("SIMULASI" in page and report["number"].startswith("SIM-") for page in pages)
    assert "Bukan data nyata" in pages[0]


async def test_of_few_people_nothing_is_told(reports: Reports) -> None:
    async with frozen(reports, count=2) as (cast, report):
        whole = " ".join(read(await document(cast, report, "pdf")))
    assert "kurang dari lima" in whole
    assert "75,00" not in whole


async def test_a_long_appendix_is_set_in_lines_that_are_all_there(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        content = await document(cast, report, "json")
    long = job(content)
    long.report["appendix"]["rows"] = [[1 + place % 4, 2, 3] for place in range(appendix.IN_CELLS + 1)]
    whole = " ".join(read(pdf.document(long)))
    assert f"{appendix.IN_CELLS + 1} 1 2 3" in whole


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
async def test_poppler_reads_it_too(reports: Reports, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    async with frozen(reports) as (cast, report):
        file.write_bytes(await document(cast, report, "pdf"))
    info, text = said("pdfinfo", str(file)), said("pdftotext", str(file), "-")
    told = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    assert told["Tagged"].strip() == "yes"
    assert "A4" in told["Page size"]
    assert "83,33" in text
    assert report["number"] in text
