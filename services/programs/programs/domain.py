"""Rules of a programme's fields: dates of which only the year may be known, amounts kept exactly, one figure once."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

WHOLE_DIGITS = 18
DECIMAL_DIGITS = 9
PARTIAL_DATE = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
AMOUNT = rf"^-?[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{DECIMAL_DIGITS}}})?$"
FIRST_YEAR = 1900


def is_partial_date(value: str) -> bool:
    """Whether this is a day, a month or a year of the calendar: `2018-04-22`, `2018-04` or `2018`."""
    if not re.fullmatch(PARTIAL_DATE, value):
        return False
    year, month, day = (int(part) for part in (value + "-01-01").split("-")[:3])
    try:
        return date(year, month, day).year >= FIRST_YEAR
    except ValueError:
        return False


def amount(value: object) -> str:
    """An amount as plain decimal digits, kept as they came: from a string, or from a JSON number.

    A JSON number with a fraction is read as the shortest decimal that means the same double, so 4.6 stays 4.6; for
    more than 15 digits send a string. Raises ValueError for anything else, or for more digits than can be kept.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError("an amount is a number, or a string of decimal digits")
    plain = value if isinstance(value, str) else _digits(Decimal(str(value)))
    if not re.fullmatch(AMOUNT, plain):
        raise ValueError(f"an amount has at most {WHOLE_DIGITS} digits before the point and {DECIMAL_DIGITS} after it")
    return plain


def _digits(number: Decimal) -> str:
    # An exponent can ask for a thousand million zeros.
    return format(number, "f") if number.is_finite() and abs(number.adjusted()) <= WHOLE_DIGITS else ""


def repeated(keys: Iterable[tuple[object, ...]]) -> list[int]:
    """The places at which something stands that stood before."""
    seen: set[tuple[object, ...]] = set()
    places = []
    for place, key in enumerate(keys):
        if key in seen:
            places.append(place)
        seen.add(key)
    return places
