"""One snapshot in every format: the same numbers in each, read back by real readers, and marked where simulated."""

import csv
import json
import shutil
import subprocess
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import docx as word
import openpyxl
import orjson
import pytest
from pypdf import PdfReader

from services.reports.layouts import __main__ as process
from services.reports.layouts import appendix, docx, html, pdf, xlsx
from services.reports.layouts import csv as as_csv
from services.reports.layouts.job import Job
from services.reports.layouts.language import Language
from services.reports.layouts.outline import outline
from services.reports.layouts.sections import percent
from services.reports.renderings.domain import KINDS
from tests.unit.reports.conftest import Reports
from tests.unit.reports.frozen import document, frozen

VERIFY = "http://localhost:8080/verify/TJ-2026-000001?digest=ab"
SHEETS_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
FORMULA = '=HYPERLINK("http://evil.example","x")'


class Read(HTMLParser):
    """The text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def words(text: str) -> str:
    return " ".join(text.split())


def text_of(format: str, content: bytes) -> str:
    """Everything that a document says, with one space between words."""
    if format == "html":
        reader = Read()
        reader.feed(content.decode())
        return words(reader.text)
    if format == "pdf":
        return words(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))
    read = word.Document(BytesIO(content))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return words(" ".join([*(paragraph.text for paragraph in read.paragraphs), *cells]))


def job(content: bytes, language: str = "id", **other: Any) -> Job:
    return Job(orjson.loads(content), f"sha256:{'ab' * 32}", VERIFY, language, **other)


@pytest.fixture
async def content(reports: Reports) -> bytes:
    """The JSON of a report of a review with real answers."""
    async with frozen(reports) as (cast, report):
        return await document(cast, report, "json")


@pytest.fixture
async def simulated(reports: Reports) -> bytes:
    """The same with simulated ones."""
    async with frozen(reports, simulated=True) as (cast, report):
        return await document(cast, report, "json")


async def test_every_format_is_made_by_its_process_and_carries_number_and_index(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        made = {format: await document(cast, report, format) for format in KINDS}
    for format in ("html", "pdf", "docx"):
        said = text_of(format, made[format])
        assert report["number"] in said, format
        assert "83,33" in said, format
        assert report["digest"].removeprefix("sha256:") in said.replace(" ", ""), format
    sheets = openpyxl.load_workbook(BytesIO(made["xlsx"]), data_only=True)
    assert 83.33 in {cell for row in sheets["Ringkasan"].iter_rows(values_only=True) for cell in row}
    assert len(made["csv"].splitlines()) == 13


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_same_numbers_stand_in_all_formats(content: bytes, lang: str) -> None:
    made = job(content, lang)
    said = {format: text_of(format, layout.document(made))
            for format, layout in (("html", html), ("pdf", pdf), ("docx", docx))}  # fmt: skip
    language, figures = Language(lang), made.report["figures"]
    wanted = [language.number(figures["index"]), figures["grade"], language.number(figures["confidence"]["low"])]
    for one in figures["elements"]:
        wanted += [language.number(one[name]) for name in ("n", "sum", "mean", "weighted", "converted", "rank")]
    for format, text in said.items():
        assert [number for number in wanted if number not in text] == [], format
    book = openpyxl.load_workbook(BytesIO(xlsx.document(made)), data_only=True)
    rows = list(book[language.text("sheet.elements")].iter_rows(min_row=5, values_only=True))
    for row, one in zip(rows, figures["elements"], strict=False):
        assert row[2:5] == (one["n"], one["sum"], float(one["mean"]))
        assert row[6:9] == (float(one["weighted"]), float(one["converted"]), one["rank"])


def test_the_workbook_computes_the_index_out_of_the_respondents_rows(content: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx.document(job(content))))
    elements = [[cell.value for cell in row] for row in book["Unsur"].iter_rows(min_row=5, max_row=8)]
    assert elements[0][2:9] == [
        "=COUNT('Responden'!B5:B16)", "=SUM('Responden'!B5:B16)", "=D5/C5", "=1/3", "=E5*F5",
        "=ROUND(ROUND(E5*25,9),2)", "=RANK(H5,H$5:H$7)",
    ]  # fmt: skip
    assert elements[3][7] == "=ROUND(ROUND(25*SUM(G5:G7),9),2)"
    assert [cell.value for cell in next(book["Responden"].iter_rows(min_row=5, max_row=5))] == [1, 3, 3, 4]
    assert book["Unsur"]._charts


def recalculated(file: Path, folder: Path) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as LibreOffice computes them, all values thrown away before."""
    book = openpyxl.load_workbook(file)  # openpyxl keeps formulas and forgets their values
    book.save(file)
    command = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to",
               SHEETS_AS_CSV, "--outdir", str(folder), str(file)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return {made.stem.removeprefix(f"{file.stem}-"): list(csv.reader(StringIO(made.read_text())))
            for made in folder.glob("*.csv")}  # fmt: skip


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_comes_to_the_same_index(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "report.xlsx"
    file.write_bytes(xlsx.document(job(content)))
    sheets = recalculated(file, tmp_path)
    row = next(row for row in sheets["Unsur"] if "Indeks Kepuasan Masyarakat (IKM)" in row)
    assert float(row[7]) == pytest.approx(83.33)
    assert sheets["Ringkasan"][-1][1] == "sama"
    assert next(row for row in sheets["Unsur"] if "Mutu" in row)[7] == "B"


def test_no_text_is_taken_for_a_formula_or_a_link(content: bytes) -> None:
    made = job(content)
    made.report["title"] = {"id": FORMULA, "en": None}
    made.report["review"]["source"] = "=1+1"
    made.report["figures"]["elements"][0]["label"]["id"] = "@SUM(1)"
    made.report["appendix"]["elements"][0] = "=cmd|'/c calc'!A1"
    for element in made.report["figures"]["elements"][:1]:
        element["key"] = "=cmd|'/c calc'!A1"
    book = openpyxl.load_workbook(BytesIO(xlsx.document(made)))
    texts = {cell.value: cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    for text in (FORMULA, "=1+1", "@SUM(1)"):
        assert texts[text].data_type == "s", text
        assert texts[text].hyperlink is None
    header = as_csv.document(made).decode().splitlines()[0]
    assert "'=cmd" in header


@pytest.mark.parametrize(
    ("text", "plain"), [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), ("\ta", "'\ta"), ("a=1", "a=1")]
)
def test_what_spreadsheets_would_run_is_a_text_in_csv(text: str, plain: str) -> None:
    assert as_csv.plain(text) == plain


async def test_the_calculator_gives_the_index_of_the_report_for_its_csv(reports: Reports) -> None:
    async with frozen(reports, count=8) as (cast, report):
        rows = await document(cast, report, "csv")
        body = {"method": {"id": "thirds", "weights": dict.fromkeys(("requirements", "procedure", "fee"), "1/3")},
                "rows": [{key: int(value) for key, value in row.items() if key != "no"}
                         for row in csv.DictReader(StringIO(rows.decode()))]}  # fmt: skip
        answer = await cast.call("POST", "/api/v1/indexes/compute", "public", json=body)
    assert answer.json()["index"] == report["summary"]["index"]


def test_simulated_data_is_marked_in_every_format_on_every_sheet_and_row(simulated: bytes) -> None:
    made = job(simulated)
    page = html.document(made).decode()
    assert "Bukan data nyata" in page
    assert page.count("SIMULASI") > 5
    read = word.Document(BytesIO(docx.document(made)))
    assert [section.header.paragraphs[0].text for section in read.sections] == ["SIMULASI"]
    assert "Bukan data nyata" in " ".join(paragraph.text for paragraph in read.paragraphs)
    assert read.core_properties.keywords == "SIMULASI"
    book = openpyxl.load_workbook(BytesIO(xlsx.document(made)))
    for sheet in book:
        assert str(sheet["A2"].value).startswith("SIMULASI. Bukan data nyata"), sheet.title
        assert sheet.oddHeader.center.text.endswith("SIMULASI"), sheet.title
    rows = list(csv.reader(StringIO(as_csv.document(made).decode())))
    assert all(row[0].startswith("SIMULASI-") for row in rows[1:])
    assert made.report["simulated"] is True


@pytest.mark.parametrize("layout", [xlsx, docx, html, as_csv], ids=lambda layout: layout.__name__.rpartition(".")[2])
def test_equal_snapshots_are_equal_bytes(layout: Any, content: bytes) -> None:
    assert layout.document(job(content)) == layout.document(job(content))


@pytest.mark.parametrize("layout", [xlsx, docx, html, as_csv], ids=lambda layout: layout.__name__.rpartition(".")[2])
async def test_of_few_people_no_format_tells_anything(layout: Any, reports: Reports) -> None:
    async with frozen(reports, count=2) as (cast, report):
        few = await document(cast, report, "json")
    made = layout.document(job(few))
    if layout is as_csv:
        assert made.decode().splitlines() == ["no,requirements,procedure,fee"]
    elif layout is xlsx:
        cells = {cell for sheet in openpyxl.load_workbook(BytesIO(made)) for row in sheet.iter_rows(values_only=True)
                 for cell in row}  # fmt: skip
        assert not {3, 4, 83.33, 12} & cells
    else:
        said = text_of("html" if layout is html else "docx", made)
        assert "83,33" not in said
        assert "kurang dari lima" in said


@pytest.mark.parametrize("layout", [docx, html], ids=["docx", "html"])
def test_a_long_appendix_is_lines_that_are_all_there(layout: Any, content: bytes) -> None:
    long = job(content)
    long.report["appendix"]["rows"] = [[1 + place % 4, 2, None] for place in range(appendix.IN_CELLS + 1)]
    said = text_of("html" if layout is html else "docx", layout.document(long))
    assert f"{appendix.IN_CELLS + 1} 1 2 –" in said


def test_a_template_of_ones_own_takes_the_place_of_ours(content: bytes, tmp_path: Path) -> None:
    own = word.Document()
    own.add_paragraph("Kop surat. {{ doc.number }}: {{ report.figures.index }}")
    own.save(str(tmp_path / "own.docx"))
    made = docx.document(job(content, template=str(tmp_path / "own.docx")))
    assert text_of("docx", made) == f"Kop surat. {orjson.loads(content)['number']}: 83.33"


def test_a_template_that_cannot_be_used_says_why(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = word.Document()
    broken.add_paragraph("{% for one in doc.chapters %}")
    broken.save(str(tmp_path / "broken.docx"))
    for template, sentence in (("broken.docx", "TemplateSyntaxError: "), ("none.docx", "PackageNotFoundError: ")):
        told = {"report": orjson.loads(content), "digest": "d", "verify": VERIFY, "template": str(tmp_path / template)}
        monkeypatch.setattr("sys.stdin", StringIO(json.dumps(told)))
        assert process.main(["docx", "id", str(tmp_path / "made")]) == 1
        assert capsys.readouterr().err.startswith(sentence)


def test_a_process_says_how_far_it_is(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long = orjson.loads(content)
    long["appendix"]["rows"] = [[1, 2, 3]] * 2000
    told = {"report": long, "digest": "d", "verify": VERIFY}
    for format in ("csv", "xlsx"):
        monkeypatch.setattr("sys.stdin", StringIO(json.dumps(told)))
        assert process.main([format, "id", str(tmp_path / "made")]) == 0
        assert capsys.readouterr().out.splitlines() == ["reading 0 0", "rows 1000 2000", "rows 2000 2000"]


@pytest.mark.parametrize(
    ("start", "end", "indonesian", "english"),
    [
        ("2020-03-03", "2020-03-03", "3 Maret 2020", "3 March 2020"),
        ("2020-03-02", "2020-03-06", "2–6 Maret 2020", "2–6 March 2020"),
        ("2024-05-24", "2024-06-03", "24 Mei–3 Juni 2024", "24 May–3 June 2024"),
        ("2023-12-30", "2024-01-02", "30 Desember 2023–2 Januari 2024", "30 December 2023–2 January 2024"),
    ],
)
def test_a_period_says_month_and_year_once(start: str, end: str, indonesian: str, english: str) -> None:
    period = {"start": start, "end": end}
    assert (Language("id").period(period), Language("en").period(period)) == (indonesian, english)


def test_numbers_keep_their_decimals_in_the_language_of_the_document() -> None:
    assert [Language(code).number("1234.50") for code in ("id", "en")] == ["1.234,50", "1,234.50"]
    assert [Language("id").number(value) for value in (10_000, None)] == ["10.000", "–"]


def test_a_share_is_rounded_half_up_to_a_decimal() -> None:
    assert [percent(1, 3), percent(2, 3), percent(1, 2000), percent(5, 5)] == ["33.3", "66.7", "0.1", "100.0"]


def shape(content: bytes, lang: str) -> list[list[list[str]]]:
    """Which blocks a document has, by chapter and section."""
    chapters = outline(job(content, lang)).chapters
    return [[[block.kind for block in section.blocks] for section in chapter.sections] for chapter in chapters]


def test_both_languages_say_as_much(content: bytes) -> None:
    assert shape(content, "id") == shape(content, "en")
    assert "tidak dicatat" not in text_of("html", html.document(job(content, "en")))
