"""Under what circumstances a response was filled in: the language of the form, when it was begun, and where.

Pure rules. All three may be left out, and then nothing of them is stored or goes into the digest.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from services.surveys.responses.instrument import Fault

FIELDS = ("language", "started_at", "position")
# Language, script and region of BCP 47 in their usual case: `id`, `jv`, `jv-Java`, `en-GB`. Variants and private use
# would make two groups of what is one language.
LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
LONGEST_LANGUAGE = 11
WIDEST_METRES = 1_000_000
BOUNDS = {"longitude": (-180, 180), "latitude": (-90, 90), "accuracy": (0, WIDEST_METRES)}

NO_MOMENT = "A date and time with its offset is needed, such as 2020-03-03T09:30:00+07:00."

_LANGUAGE = re.compile(LANGUAGE.removesuffix("$") + r"\Z")


def faults(item: dict[str, Any]) -> list[Fault]:
    """What is wrong with the circumstances of a response."""
    if item.keys().isdisjoint(FIELDS):
        return []
    found: list[Fault] = []
    language, started, position = (item.get(name) for name in FIELDS)
    if language is not None and not (type(language) is str and _LANGUAGE.match(language)):
        found.append(("/language", "wrong-type", "A language tag is needed, such as id, jv or en-GB."))
    if started is not None and moment(started) is None:
        found.append(("/started_at", "wrong-type", NO_MOMENT))
    if position is not None:
        found.extend(_position(position))
    return found


def given(item: Mapping[str, Any]) -> dict[str, Any]:
    """The circumstances that a response names."""
    return {name: item[name] for name in FIELDS if item.get(name) is not None}


def canonical(position: Mapping[str, float]) -> dict[str, Any]:
    """A position with its numbers as RFC 8785 writes them."""
    return {name: _canonical(value) for name, value in position.items()}


def moment(value: Any) -> datetime | None:
    """The moment that a text with an offset names; None for anything else."""
    if type(value) is not str or len(value) > 35 or not value.isascii():
        return None
    try:
        named = datetime.fromisoformat(value)
    except ValueError:
        return None
    return named if named.tzinfo is not None else None


def _position(position: Any) -> list[Fault]:
    if type(position) is not dict or position.keys() != BOUNDS.keys():
        return [("/position", "wrong-type", f"An object with {', '.join(BOUNDS)}, and nothing else, is needed here.")]
    return [
        (f"/position/{name}", "wrong-type", f"A number from {low} to {high} is needed here.")
        for name, (low, high) in BOUNDS.items()
        if type(position[name]) not in {int, float} or not low <= position[name] <= high
    ]


def _canonical(value: float) -> Any:
    """Python and ECMAScript find the same shortest digits, and differ in where they begin to use an exponent."""
    if value == int(value):
        return int(value)
    text = repr(value)
    if "e" not in text:
        return value
    if abs(value) >= 1e-6:  # where ECMAScript begins to use one
        return orjson.Fragment(format(Decimal(text), "f"))
    digits, _, power = text.partition("e")
    return orjson.Fragment(f"{digits}e{int(power)}")
