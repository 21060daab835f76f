"""The rules of frozen reports: their numbers, what may become of them, which one is in force, and what a digest says.

A snapshot is written as JSON in the one way (keys in order, no spaces, UTF-8), so that the SHA-256 of the JSON document
is the report's digest.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal
from uuid import UUID

import orjson

State = Literal["draft", "published", "withdrawn"]
Step = Literal["publish", "withdraw"]
Verdict = Literal["genuine", "superseded", "withdrawn", "unknown"]

FORMAT = "tinjau-report/1"
REAL, SIMULATED = "TJ", "SIM"
LOCAL = timezone(timedelta(hours=7), "WIB")
"""Years of numbers and dates of documents are those of western Indonesia, whatever region a report is of."""

LEADS: Mapping[Step, tuple[tuple[State, ...], State]] = {
    "publish": (("draft",), "published"),
    "withdraw": (("draft", "published"), "withdrawn"),
}


def series(*, simulated: bool) -> str:
    """The series that a report is numbered in: simulated ones have their own, so that the number says so."""
    return SIMULATED if simulated else REAL


def number(series: str, year: int, last: int) -> str:
    """The number of a report, such as `TJ-2026-000001`."""
    return f"{series}-{year}-{last:06}"


def year(at: datetime) -> int:
    """The year that a report of this moment is numbered in."""
    return at.astimezone(LOCAL).year


def leads_to(step: Step, state: State) -> State | None:
    """Where a step leads from a state; None when it does not go from there."""
    starts, end = LEADS[step]
    return end if state in starts else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A report among those of its subject. `frozen` is its place in time."""

    id: UUID
    number: str
    state: State
    frozen: datetime
    superseded_by: str | None


def superseded(reports: Iterable[Standing]) -> dict[UUID, str | None]:
    """Of the reports of one subject those whose `superseded_by` has to change, with what it has to be: of the
    published ones the newest is in force and supersedes all others."""
    several = list(reports)
    published = [one for one in several if one.state == "published"]
    newest = max(published, key=lambda one: (one.frozen, one.number), default=None)
    wanted = {
        one.id: newest.number if newest and one.state == "published" and one is not newest else None for one in several
    }
    return {one.id: wanted[one.id] for one in several if wanted[one.id] != one.superseded_by}


def verdict(state: State | None, superseded_by: str | None, digest: str, asked: str | None) -> Verdict:
    """What a document with this number and the digest `asked` is; a state of None is that of no report at all.

    What was never published is unknown, and so is one whose content is another.
    """
    if state is None or state == "draft" or (asked is not None and plain_digest(asked) != plain_digest(digest)):
        return "unknown"
    if state == "withdrawn":
        return "withdrawn"
    return "superseded" if superseded_by else "genuine"


def plain_digest(digest: str) -> str:
    """A digest as people copy it: in any case, with or without `sha256:` and spaces."""
    return "".join(digest.split()).lower().removeprefix("sha256:")


def canonical(snapshot: Mapping[str, Any]) -> bytes:
    """A snapshot as it is stored, sent and digested."""
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)


def digest(content: bytes) -> str:
    """Of the bytes of a snapshot."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def appendix(scores: Iterable[Sequence[int | None]], elements: Sequence[str]) -> dict[str, Any]:
    """The per-respondent table: scores alone, in the order of their size. So it tells neither who nor when."""
    rows = sorted(scores, key=lambda row: [-1 if score is None else score for score in row])
    return {"elements": list(elements), "rows": [list(row) for row in rows]}


def lowest(elements: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Elements with figures by what has to be improved first: `priority` 1 is the lowest, equal ones share it."""
    known = [one for one in elements if one["converted"] is not None]
    ranked = [
        {"element": one["key"], "priority": 1 + sum(other["rank"] > one["rank"] for other in known)} for one in known
    ]
    return sorted(ranked, key=lambda one: one["priority"])
