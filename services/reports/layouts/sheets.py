"""Sheets of a workbook that are written from the top downwards, row by row, each with its mark and its number."""

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook

from services.reports.layouts.job import Job
from services.reports.layouts.language import Language

ACCENT, ALERT, GREY = "#1F4E6E", "#A4161A", "#5B6670"
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": ACCENT},
    "mark": {"bold": True, "font_color": "#FFFFFF", "bg_color": ALERT},
    "note": {"italic": True, "font_color": GREY},
    "header": {"bold": True, "font_color": ACCENT, "bottom": 1, "text_wrap": True, "valign": "top"},
    "name": {"font_color": GREY, "valign": "top", "text_wrap": True},
    "text": {"text_wrap": True, "valign": "top", "align": "left"},
    "number": {"align": "right", "valign": "top"},
    "decimal": {"num_format": "0.00", "align": "left"},
    "index": {"num_format": "0.00", "valign": "top"},
    "figure": {"num_format": "0.0000"},
    "total": {"bold": True, "num_format": "0.00", "top": 1},
    "score": {"num_format": "0.000", "valign": "top"},
    "exact": {"bold": True, "num_format": "0.000", "top": 1},
}
# The columns of an element, as they are written: code, label, n, sum, mean, weight, weighted, converted, rank.
OF_AN_ELEMENT = ("text", "text", None, None, "figure", "figure", "figure", "index", None)


class Book:
    """A workbook and how its cells look."""

    def __init__(self, workbook: Workbook, job: Job) -> None:
        lang = Language(job.language)
        self.workbook = workbook
        self.styles = {name: workbook.add_format(look) for name, look in STYLES.items()}
        self.number = job.report["number"]
        self.mark = lang.text("simulated.mark") if job.report["simulated"] else ""
        self.warning = f"{self.mark}. {lang.text('simulated.warning')}" if self.mark else ""

    def sheet(self, name: str) -> "Sheet":
        """A further sheet."""
        return Sheet(self, name)


class Sheet:
    """A sheet; `at` is the next row to be written, counted from 0."""

    def __init__(self, book: Book, name: str) -> None:
        self._book = book
        self._sheet: Any = book.workbook.add_worksheet(name)
        self._name = name
        self.at = 0
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer(f"&L{book.number} {book.mark}&R&P / &N")
        if book.mark:
            self._sheet.set_header(f"&C&B{book.mark}")
            self._sheet.set_tab_color(ALERT)

    def widths(self, *widths: int) -> None:
        """How wide the columns are, in characters; before any row."""
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def title(self, text: str) -> None:
        """The first two rows: what it is, and the mark of simulated data."""
        self._text(0, text, "title")
        self.at += 1
        if self._book.warning:
            self._text(0, self._book.warning, "mark")
        self.at += 1

    def note(self, text: str) -> None:
        """A row of small print."""
        self._text(0, text, "note")
        self.at += 1

    def header(self, names: Sequence[str]) -> None:
        """A row of headers."""
        for column, name in enumerate(names):
            self._text(column, name, "header")
        self.at += 1

    def skip(self) -> None:
        """An empty row."""
        self.at += 1

    def until(self, row: int) -> None:
        """Go on at this row."""
        self.at = max(self.at, row)

    def row(self, values: Sequence[Any], *styles: str) -> None:
        """A row of texts and numbers."""
        for column, (value, style) in enumerate(zip(values, styles, strict=True)):
            if isinstance(value, str):
                self._text(column, value, style)
            else:
                self._sheet.write_number(self.at, column, value, self._book.styles[style])
        self.at += 1

    def plain(self, numbers: Sequence[int | None]) -> None:
        """A row of numbers; None leaves its cell empty."""
        for column, number in enumerate(numbers):
            if number is not None:
                self._sheet.write_number(self.at, column, number)
        self.at += 1

    def cells(self, *cells: tuple[Any, Any]) -> None:
        """The row of an element: each text, number or formula, with the formula's value."""
        for column, ((content, value), style) in enumerate(zip(cells, OF_AN_ELEMENT, strict=True)):
            look = self._book.styles[style] if style else None
            if isinstance(content, str) and value is not None:
                self._sheet.write_formula(self.at, column, content, look, value)
            elif isinstance(content, str):
                self._sheet.write_string(self.at, column, content, look)
            else:
                self._sheet.write_number(self.at, column, content, look)
        self.at += 1

    def computed(self, cells: Sequence[tuple[Any, Any, str]]) -> None:
        """A row of contents with their values and styles; a content with a value is a formula. None leaves a cell."""
        for column, (content, value, style) in enumerate(cells):
            if value is not None:
                self._sheet.write_formula(self.at, column, content, self._book.styles[style], value)
            elif isinstance(content, str):
                self._text(column, content, style)
            elif content is not None:
                self._sheet.write_number(self.at, column, content, self._book.styles[style])
        self.at += 1

    def total(self, name: str, column: int, formula: str, value: Any) -> None:
        """A row with a name and one formula."""
        self._text(1, name, "total")
        self._sheet.write_formula(self.at, column, formula, self._book.styles["total"], value)
        self.at += 1

    def formulas(self, name: str, cells: Sequence[tuple[str, Any]]) -> None:
        """A row with a name and formulas behind it."""
        self._text(0, name, "name")
        for column, (formula, value) in enumerate(cells, start=1):
            self._sheet.write_formula(self.at, column, formula, self._book.styles["text"], value)
        self.at += 1

    def chart(self, title: str, first: tuple[int, int], last: tuple[int, int], bands: Sequence[dict[str, Any]]) -> None:
        """Bars of the last column by the names in the first, below what is written."""
        chart: Any = self._book.workbook.add_chart({"type": "bar"})
        chart.add_series({
            "categories": [self._name, first[0], first[1], last[0], first[1]],
            "values": [self._name, first[0], last[1], last[0], last[1]],
            "fill": {"color": ACCENT},
            "data_labels": {"value": True, "num_format": "0.00"},
        })  # fmt: skip
        chart.set_title({"name": f"{title} – {self._book.mark}" if self._book.mark else title})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        if bands:
            chart.set_x_axis({"min": float(bands[0]["low"]), "max": float(bands[-1]["high"])})
        chart.set_size({"width": 760, "height": 60 + 34 * (last[0] - first[0] + 1)})
        self._sheet.insert_chart(self.at + 1, 1, chart)

    def _text(self, column: int, text: str, style: str) -> None:
        self._sheet.write_string(self.at, column, text, self._book.styles[style])
