"""The report as a workbook that computes the index anew: every figure of an element is a formula over the rows of the
respondents, so that an auditor can follow each step, and change a cell to see what it does.

Rows are written one after the other and none is kept, however many there are. No text is ever taken for a formula or a
link.
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_col_to_name

from services.reports.layouts import evaluated_sheets, sections
from services.reports.layouts.blocks import Facts
from services.reports.layouts.job import Job
from services.reports.layouts.language import WIB, Language
from services.reports.layouts.sheets import Book, Sheet

FAULTS = (XlsxWriterException,)
SAFE = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}  # fmt: skip
STEP = 1000
FIRST_SCORE = 4
"""The row, counted from 0, in which the scores begin: below title, mark, note and header."""


def document(job: Job) -> bytes:
    """The bytes of the file. Raises XlsxWriterException when it cannot be written."""
    with TemporaryDirectory(prefix="tinjau-xlsx-") as folder:
        target = Path(folder, "report.xlsx")
        workbook = Workbook(str(target), {**SAFE, "tmpdir": folder})
        frozen = datetime.fromisoformat(job.report["frozen_at"]) + WIB
        properties = {"title": job.report["number"], "author": "Tinjau", "created": frozen.replace(tzinfo=None)}
        workbook.set_properties(properties)
        write = evaluated_sheets.write if job.report["kind"] == "evaluation" else _write
        write(Book(workbook, job), job)
        workbook.close()
        return target.read_bytes()


def _write(book: Book, job: Job) -> None:
    report, lang = job.report, Language(job.language)
    names = {name: lang.text(f"sheet.{name}") for name in ("summary", "elements", "groups", "trend", "scores")}
    sheets = {name: book.sheet(title) for name, title in names.items()}
    known = not report["figures"]["suppressed"] and report["figures"]["index"] is not None
    index_cell = _elements(sheets["elements"], report, lang, names) if known else None
    _summary(sheets["summary"], job, lang, f"'{names['elements']}'!{index_cell}" if index_cell else None)
    _groups(sheets["groups"], report, lang)
    _trend(sheets["trend"], report, lang)
    _scores(sheets["scores"], job, lang)


def _summary(sheet: Sheet, job: Job, lang: Language, index: str | None) -> None:
    report, figures = job.report, job.report["figures"]
    sheet.widths(42, 80)
    sheet.title(lang.words(report["title"]))
    rows: list[tuple[str, Any]] = [
        (lang.text("number"), report["number"]),
        (lang.text("region"), sections.region(report, lang)),
        (lang.text("period"), lang.period(report["review"]["period"])),
        (lang.text("frozen"), f"{lang.day_of(report['frozen_at'])}, {lang.time_of(report['frozen_at'])}"),
        (lang.text("digest"), job.digest.removeprefix("sha256:")),
        (lang.text("verify"), job.verify),
    ]
    if index is None:
        rows += sections.headline(report, lang)
    else:
        rows.append((lang.text("ikm.long"), float(figures["index"])))
        rows += [(name, value) for name, value in sections.headline(report, lang)[1:-1]]
        rows.append((lang.text("respondents"), figures["respondents"]))
    for block in (*sections.sample(report, lang), *sections.origin(report, lang)):
        if isinstance(block, Facts):
            rows += block.rows
    for name, value in rows:
        sheet.row([name, value], "name", "decimal" if isinstance(value, float) else "text")
    if index is not None:
        same, differs = lang.text("sheet.same"), lang.text("sheet.differs")
        formula = f'=IF({index}={figures["index"]},"{same}","{differs}")'
        sheet.formulas(lang.text("sheet.check"), [(formula, same)])


def _elements(sheet: Sheet, report: dict[str, Any], lang: Language, names: dict[str, str]) -> str:
    """The elements; the cell of the index, which is computed there."""
    elements, method = [one for one in report["figures"]["elements"] if one["n"] is not None], report["method"]
    appendix = report["appendix"]
    sheet.widths(9, 44, *[14] * 7)
    sheet.title(lang.text("elements"))
    told = "sheet.live" if appendix else "sheet.live.sums"
    sheet.note(lang.text(told, sheet=names["scores"], index=lang.number(report["figures"]["index"])))
    columns = ("code", "element", "n", "sum", "mean", "weight", "weighted", "converted", "rank")
    sheet.header([lang.text(name) for name in columns])
    first = sheet.at
    last = first + len(elements)
    for one in elements:
        _element(sheet, one, _scores_of(one, report, names), method, (first + 1, last), lang)
    weighted = f"G{first + 1}:G{last}"
    # Rounded to nine decimals first, which takes off what binary fractions put on: a half has to stay a half.
    index = f"=ROUND(ROUND({method['factor']}*SUM({weighted}),9),{places(report['figures']['index'])})"
    row = sheet.at + 1
    sheet.total(lang.text("ikm.long"), 7, index, float(report["figures"]["index"]))
    if report["figures"]["grade"]:
        sheet.total(lang.text("grade"), 7, _grade(method["bands"], f"H{row}"), report["figures"]["grade"])
    if len(elements) == len(report["figures"]["elements"]):
        sheet.chart(lang.text("chart.elements"), (first, 1), (last - 1, 7), method["bands"])
    return f"H{row}"


def _element(
    sheet: Sheet, one: dict[str, Any], scores: str | None, method: dict[str, Any], rows: tuple[int, int], lang: Language
) -> None:
    at = sheet.at + 1
    n, total = (f"=COUNT({scores})", f"=SUM({scores})") if scores else (None, None)
    weight = Fraction(one["weight"])
    sheet.cells(
        (one["code"] or "", None),
        (lang.words(one["label"]), None),
        (n or one["n"], one["n"]),
        (total or one["sum"], one["sum"]),
        (f"=D{at}/C{at}", float(one["mean"])),
        (f"={weight.numerator}/{weight.denominator}", float(weight)),
        (f"=E{at}*F{at}", float(one["weighted"])),
        (f"=ROUND(ROUND(E{at}*{method['factor']},9),{places(one['converted'])})", float(one["converted"])),
        (f"=RANK(H{at},H${rows[0]}:H${rows[1]})", one["rank"]),
    )


def _scores_of(one: dict[str, Any], report: dict[str, Any], names: dict[str, str]) -> str | None:
    """The cells of an element's scores on their own sheet."""
    appendix = report["appendix"]
    if appendix is None:
        return None
    column = xl_col_to_name(1 + appendix["elements"].index(one["key"]))
    return f"'{names['scores']}'!{column}{FIRST_SCORE + 1}:{column}{FIRST_SCORE + len(appendix['rows'])}"


def _grade(bands: Sequence[dict[str, Any]], index: str) -> str:
    """The grade of an index: the highest band that it reaches, else the lowest."""
    formula = f'"{bands[0]["grade"]}"'
    for band in bands[1:]:
        formula = f'IF({index}>={band["low"]},"{band["grade"]}",{formula})'
    return f"={formula}"


def places(decimal: str) -> int:
    """How many decimals a decimal is written with."""
    return len(decimal.partition(".")[2])


def _groups(sheet: Sheet, report: dict[str, Any], lang: Language) -> None:
    sheet.widths(48, 14, 14, 14)
    sheet.title(lang.text("sheet.groups"))
    for grouping in report["groups"]:
        sheet.note(sections.grouped_by(grouping, lang))
        sheet.header([lang.text(name) for name in ("group", "n", "ikm", "grade")])
        for group in grouping["groups"]:
            _figures(sheet, [lang.words(group["label"])], group, lang)
        sheet.skip()


def _trend(sheet: Sheet, report: dict[str, Any], lang: Language) -> None:
    sheet.widths(48, 26, 14, 14, 14)
    sheet.title(lang.text("trend"))
    sheet.header([lang.text(name) for name in ("trend.review", "period", "n", "ikm", "grade")])
    for one in report["trend"]:
        _figures(sheet, [lang.words(one["title"]), lang.period(one["period"])], one, lang)


def _figures(sheet: Sheet, head: list[str], one: dict[str, Any], lang: Language) -> None:
    """A row with n, index and grade, or with the word for what is not shown."""
    if one["suppressed"]:
        sheet.row([*head, lang.text("withheld")], *["text"] * len(head), "number")
        return
    index = "–" if one["index"] is None else float(one["index"])
    values = [*head, one["respondents"], index, one["grade"] or "–"]
    sheet.row(values, *["text"] * len(head), "number", "index", "number")


def _scores(sheet: Sheet, job: Job, lang: Language) -> None:
    appendix = job.report["appendix"]
    sheet.title(lang.text("appendix.caption"))
    sheet.note(lang.text("appendix.note" if appendix else "appendix.none"))
    if appendix is None:
        return
    codes = {one["key"]: one["code"] or one["key"] for one in job.report["figures"]["elements"]}
    sheet.header(["No", *(codes.get(key, key) for key in appendix["elements"])])
    sheet.until(FIRST_SCORE)
    rows = appendix["rows"]
    for place, row in enumerate(rows, start=1):
        sheet.plain([place, *row])
        if place % STEP == 0:
            job.told("rows", place, len(rows))
