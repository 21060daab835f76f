"""What an upload has to say of itself, and whether it may be taken. Pure rules."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.surveys.responses.domain import identity
from services.surveys.responses.instrument import Fault

LONGEST_NAME = 200
MOST_LENGTH = 2**62
CHECKSUMS = {"sha1": 20, "sha256": 32}
"""Algorithms of `Upload-Checksum` and how many bytes each gives; the protocol asks for the first."""

_NUMBER = re.compile(r"[0-9]{1,19}\Z")
_NAME_SEPARATORS = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An upload as its sender announces it."""

    id: UUID
    response: UUID
    visit: UUID
    question: str
    name: str | None
    length: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """What one piece of a body has to come to."""

    algorithm: str
    value: bytes


def number(value: str | None) -> int | None:
    """A length or an offset; None for what is none."""
    found = int(value) if value is not None and _NUMBER.match(value) else None
    return found if found is None or found < MOST_LENGTH else None


def metadata(header: str) -> dict[str, str] | None:
    """The pairs of an `Upload-Metadata` header: `key base64,key base64`. None for what is not written so."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            text = base64.b64decode(value.strip(), validate=True).decode()
        except ValueError:  # no base64, or no UTF-8 in it
            return None
        if key in found:
            return None
        found[key] = text
    return found


def announced(given: Mapping[str, str], length: int) -> Wanted | list[Fault]:
    """What an upload is, from its metadata. Pairs that clients add by themselves are nobody's business."""
    ids = {name: identity(given.get(name)) for name in ("id", "response", "visit")}
    faults: list[Fault] = [
        (f"Upload-Metadata/{name}", "wrong-type", "A UUID in its usual form is needed here.")
        for name, value in ids.items()
        if value is None
    ]
    question = given.get("question", "")
    if not question or "\0" in question:
        faults.append(("Upload-Metadata/question", "wrong-type", "The key of the question is needed here."))
    if length < 1:
        faults.append(("Upload-Length", "wrong-type", "A file has at least one byte."))
    id, response, visit = ids.values()
    if faults or id is None or response is None or visit is None:
        return faults
    return Wanted(id, response, visit, question, plain_name(given.get("filename") or given.get("name")), length)


def plain_name(given: str | None) -> str | None:
    """A file's name without folders and without what cannot stand in a line; None when nothing is left."""
    last = _NAME_SEPARATORS.split(given or "")[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:LONGEST_NAME] or None


def checksum(header: str) -> Checksum | None:
    """What `Upload-Checksum` says: `algorithm base64`. None for what is not written so, or not known here."""
    algorithm, _, value = header.strip().partition(" ")
    try:
        raw = base64.b64decode(value.strip(), validate=True)
    except ValueError:
        return None
    return Checksum(algorithm, raw) if CHECKSUMS.get(algorithm) == len(raw) else None


def unfit(wanted: Wanted, question: Mapping[str, Any] | None, largest: int) -> Fault | None:
    """Why a questionnaire does not ask for this file; None when it does. `largest` is what is taken here at all."""
    if question is None:
        return "Upload-Metadata/question", "unknown-question", "The questionnaire asks for no file under this key."
    most = min(question["max_bytes"], largest)
    if wanted.length > most:
        return "Upload-Length", "too-large", f"The file has {wanted.length} bytes; {most} are allowed."
    return None


def names(answers: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether a response's answers name this file under its question."""
    listed = answers.get(wanted.question)
    return isinstance(listed, list) and any(identity(one) == wanted.id for one in listed)


def stretch(header: str | None, size: int) -> tuple[int, int] | str | None:
    """The bytes that a `Range` header asks for, as (first, behind the last); None for all of them, also where it asks
    for several stretches; `"outside"` when there are none of them."""
    found = re.fullmatch(r"\s*bytes\s*=\s*([0-9]*)\s*-\s*([0-9]*)\s*", header or "")
    if not found or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if first == "":
        return (max(0, size - int(last)), size) if int(last) else "outside"
    if int(first) >= size:
        return "outside"
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size
