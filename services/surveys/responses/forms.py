"""The usual answers to a questionnaire as one compiled type: they are read, checked and put in order in a single step.

What it does not take may still be sound; `instrument` looks at it thoroughly and names every fault.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw

NOT_APPLICABLE = "not_applicable"
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading raises for what is not of its type, or no JSON."""
NUL = b"\\u0000"

_encode = msgspec.json.Encoder().encode


class Form:
    """The usual answers to one published questionnaire."""

    def __init__(self, questions: Sequence[Mapping[str, Any]]) -> None:
        asked = sorted((one for one in questions if one["kind"] in TYPES), key=lambda one: str(one["key"]))
        names = {f"q{place}": one["key"] for place, one in enumerate(asked)}
        answers = msgspec.defstruct(
            "Answers", [_field(name, one) for name, one in zip(names, asked, strict=True)], rename=names,
            forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False,
        )  # fmt: skip
        self._read = msgspec.json.Decoder(answers).decode
        self._of_visit = [
            name for name, one in zip(names, asked, strict=True) if one.get("options_from") == "visit"
        ]  # fmt: skip

    def canonical(self, raw: Raw, services: frozenset[str]) -> bytes | None:
        """The answers as RFC 8785 writes them; None when they are not the usual ones, which need not be a fault."""
        try:
            answers = self._read(raw)
        except UNREADABLE:
            return None
        for name in self._of_visit:
            value = getattr(answers, name)
            if value is not None and value not in services:
                return None
        written = _encode(answers)
        return None if NUL in written else written


def _field(name: str, question: Mapping[str, Any]) -> Any:
    answer = TYPES[question["kind"]](question)
    return (name, answer) if question["required"] else (name, answer | None, None)


def _score(question: Mapping[str, Any]) -> Any:
    values = [option["value"] for option in question["options"]]
    return _one_of([*values, NOT_APPLICABLE] if question["not_applicable"] else values)


def _choice(question: Mapping[str, Any]) -> Any:
    values = [option["value"] for option in question["options"]]
    return str if question["options_from"] == "visit" else _one_of(values)


def _text(question: Mapping[str, Any]) -> Any:
    return Annotated[str, Meta(max_length=question["max_length"])]


def _one_of(values: Sequence[Any]) -> Any:
    choice: Any = Literal
    return choice[tuple(values)]


# Answers that name files are not usual: each is looked at thoroughly.
TYPES = {"score": _score, "choice": _choice, "text": _text}
