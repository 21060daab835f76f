"""Which files can be made of a report, and how far the making of one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Format = Literal["json", "html", "pdf", "xlsx", "docx", "csv"]
Lang = Literal["id", "en"]

NEUTRAL = ""
"""The language of files that have none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A format of files: what it is called on the wire, and whether it has a language."""

    media_type: str
    in_languages: bool = True


KINDS: Mapping[Format, Kind] = {
    "json": Kind("application/json", in_languages=False),
    "html": Kind("text/html; charset=utf-8"),
    "pdf": Kind("application/pdf"),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "csv": Kind("text/csv; charset=utf-8", in_languages=False),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One file of one report."""

    report: UUID
    format: Format
    language: str


def key(report: UUID, format: Format, lang: Lang) -> Key:
    """The file that somebody asks for in a language."""
    return Key(report, format, lang if KINDS[format].in_languages else NEUTRAL)


def file_name(number: str, format: Format, language: str) -> str:
    """What a file is called where it is saved."""
    return f"{number}{f'-{language}' if language else ''}.{format}"
