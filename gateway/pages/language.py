"""The two languages of the pages: which one a reader gets, and how texts, numbers and dates look in it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from babel.dates import format_date, format_datetime, format_interval
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup
from starlette.requests import Request

from gateway.pages import accept
from gateway.pages.texts import PHRASES, TEXTS
from gateway.pages.wire import Period, Words

Code = Literal["id", "en"]
CODES: tuple[Code, ...] = get_args(Code)
OLD_CODES = {"in": "id"}  # what Indonesian was called before 1989, still sent by some phones

WIB = timezone(timedelta(hours=7), "WIB")  # Indonesia has no summer time


@dataclass(frozen=True, slots=True)
class Language:
    """Indonesian or English. `chosen` when the address names it, so that links go on in it."""

    code: Code = "id"
    chosen: bool = False

    @property
    def other(self) -> Code:
        """The other language."""
        return "en" if self.code == "id" else "id"

    def text(self, key: str, **values: object) -> str:
        """A sentence of the pages. Raises KeyError for one that there is not."""
        return TEXTS[key][CODES.index(self.code)].format(**values)

    def role(self, role: str) -> str:
        """A role in words."""
        return self.state("role", role)

    def words(self, words: Words) -> Markup:
        """A text of a service; where it is in another language than the page, it says so to screen readers."""
        text = words.id if self.code == "id" else words.en
        return Markup("{}").format(text) if text else Markup('<span lang="id">{}</span>').format(words.id)

    def plain(self, words: Words) -> str:
        """The same without markup, for titles."""
        return (words.en if self.code == "en" else None) or words.id

    def phrase(self, english: str) -> Markup:
        """A sentence that services say in English only, translated as far as we know it."""
        if self.code == "en" or english in PHRASES:
            return Markup("{}").format(english if self.code == "en" else PHRASES[english])
        return Markup('<span lang="en">{}</span>').format(english)

    def sentence(self, words: Words) -> Markup:
        """A text of our own in which `names of the API` stand between backticks."""
        parts = self.plain(words).split("`")
        return Markup("").join(
            Markup("<code>{}</code>").format(part) if place % 2 else Markup("{}").format(part)
            for place, part in enumerate(parts)
        )

    def number(self, value: Decimal | int) -> str:
        """A number with exactly the decimals it came with: rounding is the business of reports."""
        places = -cast("int", value.as_tuple().exponent) if isinstance(value, Decimal) else 0
        return format_decimal(value, "#,##0" + ("." + "0" * places if places > 0 else ""), locale=self.code)

    def bytes(self, size: int) -> str:
        """The size of a file, in the largest unit of which it has at least one."""
        for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
            if size >= unit:
                return f"{format_decimal(size / unit, '#,##0.#', locale=self.code)} {name}"
        return f"{size} B"

    def percent(self, share: Decimal) -> str:
        """A share of one, such as 0.95, as 95%."""
        return format_percent(share, "#,##0.##%", locale=self.code)

    def date(self, day: date) -> str:
        """A day, in full."""
        return format_date(day, "long", locale=self.code)

    def day(self, moment: datetime) -> str:
        """The day of a moment, as the clocks of western Indonesia had it."""
        return self.date(moment.astimezone(WIB).date())

    def moment(self, moment: datetime) -> str:
        """A moment to the minute, by the clocks of western Indonesia."""
        there = moment.astimezone(WIB)
        pattern = "d MMM y, HH.mm" if self.code == "id" else "MMM d, y, HH:mm"
        return f"{format_datetime(there, pattern, locale=self.code)} WIB"

    def state(self, kind: str, state: str) -> str:
        """A state in words; one that we do not know as the service calls it."""
        key = f"{kind}.{state}"
        return self.text(key) if key in TEXTS else state

    def period(self, period: Period) -> str:
        """From one day to another."""
        if period.start == period.end:
            return self.date(period.start)
        return format_interval(period.start, period.end, "yMMMd", locale=self.code)

    def link(self, path: str, **query: str | None) -> str:
        """An address within the pages that keeps the chosen language."""
        given = {**query, "lang": self.code if self.chosen else None}
        written = urlencode({name: value for name, value in given.items() if value is not None})
        return f"{path}?{written}" if written else path


def of(request: Request) -> Language:
    """The language of a request: the one its address names, else the browser's preference, else Indonesian."""
    named = request.query_params.get("lang")
    if named in CODES:
        return Language(named, chosen=True)
    return Language(preferred(request.headers.get("accept-language", "")))


def preferred(header: str) -> Code:
    """The best of our languages for an Accept-Language header."""
    best, rank = CODES[0], 0.0
    for tag, quality in accept.ranks(header).items():
        primary = tag.partition("-")[0]
        code = OLD_CODES.get(primary, primary)
        if code in CODES and quality > rank:
            best, rank = code, quality
    return best
