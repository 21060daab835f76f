"""The workbook of an evaluation: the index is a formula over scores and weights, and so is a dimension's score where
indicators make it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from services.reports.layouts import evaluated, sections
from services.reports.layouts.blocks import Facts, Table
from services.reports.layouts.job import Job
from services.reports.layouts.language import Language
from services.reports.layouts.sheets import Book, Sheet

Range = tuple[int, int]


def write(book: Book, job: Job) -> None:
    """Write all its sheets."""
    report, lang = job.report, Language(job.language)
    names = {name: lang.text(f"sheet.{name}") for name in ("summary", "dimensions", "criteria", "compared")}
    sheets = {name: book.sheet(title) for name, title in names.items()}
    ranges = _criteria(sheets["criteria"], report, lang)
    index = _dimensions(sheets["dimensions"], report, lang, names["criteria"], ranges)
    _summary(sheets["summary"], job, lang, f"'{names['dimensions']}'!{index}")
    _compared(sheets["compared"], report, lang)


def _summary(sheet: Sheet, job: Job, lang: Language, index: str) -> None:
    report, result = job.report, job.report["result"]
    sheet.widths(42, 80)
    sheet.title(lang.words(report["title"]))
    rows: list[tuple[str, Any]] = [
        (lang.text("number"), report["number"]),
        (lang.text("region"), sections.region(report, lang)),
        (lang.text("frozen"), f"{lang.day_of(report['frozen_at'])}, {lang.time_of(report['frozen_at'])}"),
        (lang.text("digest"), job.digest.removeprefix("sha256:")),
        (lang.text("verify"), job.verify),
        (lang.text("evaluation.index"), float(result["index"])),
        (lang.text("evaluation.exact"), result["exact"]),
        (lang.text("evaluation.plain"), float(result["plain_mean"])),
    ]
    for part in (evaluated.subject, evaluated.method, evaluated.source, evaluated.before, evaluated.ranks,
                 evaluated.origin):  # fmt: skip
        for block in part(report, lang):
            if isinstance(block, Facts):
                rows += block.rows
    for name, value in rows:
        sheet.row([name, value], "name", "score" if isinstance(value, float) else "text")
    same, differs = lang.text("sheet.same"), lang.text("sheet.differs")
    sheet.formulas(lang.text("sheet.check"), [(f'=IF({index}={result["index"]},"{same}","{differs}")', same)])


def _dimensions(
    sheet: Sheet, report: dict[str, Any], lang: Language, criteria: str, ranges: Mapping[str, Range]
) -> str:
    """The dimensions; the cell of the index, which is computed there."""
    result = report["result"]
    sheet.widths(44, *[16] * 3, 28)
    sheet.title(lang.text("dimensions"))
    sheet.note(lang.text("sheet.live.evaluation", index=lang.number(result["index"])))
    sheet.header([lang.text(name) for name in ("dimension", "weight", "score", "score.weighted", "basis")])
    first = sheet.at + 1
    for one in result["dimensions"]:
        at, weight, score = sheet.at + 1, Fraction(one["weight"]), float(Fraction(one["exact"]))
        made: tuple[Any, Any, str] = (score, None, "score")
        if one["basis"] == "indicators":
            low, high = ranges[one["key"]]
            made = (f"=SUMPRODUCT('{criteria}'!C{low}:C{high},'{criteria}'!D{low}:D{high})", score, "score")
        sheet.computed([
            (lang.words(one["label"]), None, "text"),
            (f"={weight.numerator}/{weight.denominator}", float(weight), "figure"),
            made,
            (f"=B{at}*C{at}", float(Fraction(one["exact"]) * weight), "figure"),
            (lang.text(f"basis.{one['basis']}"), None, "text"),
        ])  # fmt: skip
    last, places = sheet.at, len(result["index"].partition(".")[2])
    row = sheet.at + 1
    # Rounded to nine decimals first, which takes off what binary fractions put on: a half has to stay a half.
    for name, formula, value in (
        ("evaluation.index", f"=ROUND(ROUND(SUM(D{first}:D{last}),9),{places})", result["index"]),
        ("evaluation.plain", f"=ROUND(ROUND(AVERAGE(C{first}:C{last}),9),{places})", result["plain_mean"]),
    ):
        blank = (None, None, "exact")
        sheet.computed([(lang.text(name), None, "total"), blank, blank, (formula, float(value), "exact")])
    return f"D{row}"


def _criteria(sheet: Sheet, report: dict[str, Any], lang: Language) -> dict[str, Range]:
    """The criteria; in which rows each dimension's are, counted from 1."""
    names = ("dimension", "criterion", "share", "score.agreed", "assessors.n", "assessors.mean", "own")
    sheet.widths(32, 44, *[14] * 5)
    sheet.title(lang.text("criteria"))
    sheet.note(lang.text("criteria.note"))
    sheet.header([lang.text(name) for name in names])
    ranges = {}
    for one in report["result"]["dimensions"]:
        first = sheet.at + 1
        for each in one["criteria"]:
            share, spread = Fraction(each["share"]), each["assessors"]
            given = (each["score"], spread["n"], spread["mean"], each["own"])
            sheet.computed([
                (lang.words(one["label"]), None, "text"),
                (lang.words(each["label"]), None, "text"),
                (f"={share.numerator}/{share.denominator}", float(share), "figure"),
                *((value if value is None else float(value), None, "score" if place != 1 else "number")
                  for place, value in enumerate(given)),
            ])  # fmt: skip
        ranges[one["key"]] = first, sheet.at
    return ranges


def _compared(sheet: Sheet, report: dict[str, Any], lang: Language) -> None:
    sheet.widths(48, 26, 14, 14, 28)
    sheet.title(lang.text("sheet.compared"))
    for part in (evaluated.under, evaluated.impact):
        for block in part(report, lang):
            if isinstance(block, Table):
                sheet.note(block.caption)
                sheet.header(block.header)
                for row in block.rows:
                    sheet.row(row, *["text"] * len(row))
                sheet.skip()
