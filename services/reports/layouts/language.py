"""The language of a document: its texts, and how numbers and dates are written in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from services.reports.layouts import evaluated_texts, texts

TEXTS = texts.TEXTS | evaluated_texts.TEXTS
CODES = ("id", "en")
WIB = timedelta(hours=7)
DAY = "d MMMM y"


@dataclass(frozen=True, slots=True)
class Language:
    """Indonesian or English."""

    code: str

    def text(self, key: str, **values: object) -> str:
        """A sentence of the documents. Raises KeyError for one that there is not."""
        return TEXTS[key][CODES.index(self.code)].format(**values)

    def words(self, words: Mapping[str, Any] | None) -> str:
        """A text that is there in Indonesian and perhaps in English; nothing for none."""
        if words is None:
            return ""
        return str((words.get("en") if self.code == "en" else None) or words["id"])

    def number(self, value: str | int | None) -> str:
        """A decimal with exactly the decimals it came with, or a whole number; a dash for none."""
        if value is None:
            return "–"
        places = len(str(value).partition(".")[2])
        return format_decimal(value, "#,##0" + ("." + "0" * places if places else ""), locale=self.code)

    def date(self, day: str | None) -> str:
        """A day as it is stored, in full; a dash for none."""
        return format_date(date.fromisoformat(day), DAY, locale=self.code) if day else "–"

    def month(self, day: str) -> str:
        """The month of a day, for where there is little room."""
        return format_date(date.fromisoformat(day), "MMM y", locale=self.code)

    def day_of(self, moment: str) -> str:
        """The day of a moment, in western Indonesia."""
        return format_date((datetime.fromisoformat(moment) + WIB).date(), DAY, locale=self.code)

    def time_of(self, moment: str) -> str:
        """The hour and minute of a moment, in western Indonesia."""
        return f"{datetime.fromisoformat(moment) + WIB:%H.%M} WIB"

    def period(self, period: Mapping[str, str]) -> str:
        """From one day to another, saying month and year once where they are the same."""
        start, end = (date.fromisoformat(period[name]) for name in ("start", "end"))
        last = format_date(end, DAY, locale=self.code)
        if start == end:
            return last
        first = "d" if (start.year, start.month) == (end.year, end.month) else "d MMMM"
        first = first if start.year == end.year else DAY
        return f"{format_date(start, first, locale=self.code)}–{last}"
