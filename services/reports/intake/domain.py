"""From responses to what they add to the sums: plain values in and out, whole pages at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

NOT_APPLICABLE = "not_applicable"
EVERYBODY = ""
UNANSWERED = ""
FINGERPRINTS = 2**256
_ABSENT = -(2**15)
"""Stands in arrays where there is no score; a score fits into 16 bits and is never the lowest of them."""
_WORDS = 8
"""A digest of 32 bytes is added up as this many numbers of 32 bits."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Instrument:
    """What of a questionnaire is counted: its scored elements and the questions that group respondents."""

    id: UUID
    elements: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one response adds. `scores` follows the instrument's elements, None where there is no score; `groups`
    follows its groups, '' where there is no answer."""

    id: UUID
    version: int
    visit: UUID
    digest: bytes
    scores: tuple[int | None, ...]
    groups: tuple[str, ...]


class Key(NamedTuple):
    """Which sums: those of a visit, or of one group of its respondents."""

    visit: UUID
    questionnaire: UUID
    group_by: str
    group_value: str


class Total(NamedTuple):
    """Sums: the number of respondents and then the three k x k matrices in one row, and the fingerprint."""

    numbers: Numbers
    fingerprint: int

    def plus(self, other: "Total") -> "Total":
        """Both together."""
        return Total(self.numbers + other.numbers, (self.fingerprint + other.fingerprint) % FINGERPRINTS)


def instrument(data: Mapping[str, Any]) -> Instrument:
    """What is counted of a questionnaire as its feed shows it."""
    questions = data["questions"]
    return Instrument(
        UUID(data["id"]),
        tuple(one["key"] for one in questions if one["kind"] == "score"),
        tuple(one["key"] for one in questions if one["kind"] == "choice" and one["group"]),
    )


def contribution(
    id: str, version: int, data: Mapping[str, Any], counted: Instrument, *, simulated: bool
) -> Contribution:
    """What a response as its feed shows it adds to a review whose responses are simulated, or not. Raises ValueError
    for one that is the other, and for an answer that is no answer."""
    if data["simulated"] is not simulated:
        raise ValueError("it is simulated and its review is not, or the reverse")
    answers = data["answers"]
    digest = bytes.fromhex(data["digest"])
    if len(digest) != 4 * _WORDS:
        raise ValueError("its digest is not one of 256 bits")
    return Contribution(
        UUID(id),
        version,
        UUID(data["visit"]),
        digest,
        tuple(_score(key, answers.get(key)) for key in counted.elements),
        tuple(_group(key, answers.get(key)) for key in counted.groups),
    )


def totals(counted: Instrument, added: Sequence[Contribution], removed: Sequence[Contribution]) -> dict[Key, Total]:
    """What these responses of one questionnaire change, summed up for each visit and group."""
    both = [*added, *removed]
    keys: dict[Key, int] = {}
    targets = [keys.setdefault(key, len(keys)) for one in both for key in _keys(counted, one)]
    signs = np.repeat(np.array([1, -1]), [len(added), len(removed)])
    rows = _rows(counted, both) * signs[:, None]
    sums = _by_target(rows, np.array(targets), 1 + len(counted.groups))
    return {
        key: Total(row[:-_WORDS], _as_integer(row[-_WORDS:]) % FINGERPRINTS)
        for key, row in zip(keys, sums, strict=True)
    }


def width(elements: int) -> int:
    """How many numbers a total of so many elements has."""
    return 1 + 3 * elements**2


def _keys(counted: Instrument, one: Contribution) -> list[Key]:
    grouped = zip(counted.groups, one.groups, strict=True)
    return [
        Key(one.visit, counted.id, EVERYBODY, UNANSWERED),
        *(Key(one.visit, counted.id, question, value) for question, value in grouped),
    ]


def _rows(counted: Instrument, both: Sequence[Contribution]) -> Numbers:
    """Each response's own numbers, with the words of its digest behind them."""
    k = len(counted.elements)
    flat = [_ABSENT if score is None else score for one in both for score in one.scores]
    scores = np.array(flat, dtype=np.int64).reshape(len(both), k)
    answered = (scores != _ABSENT).astype(np.int64)
    scores *= answered
    digests = np.frombuffer(b"".join(one.digest for one in both), dtype=">u4").reshape(len(both), _WORDS)
    return np.hstack([
        np.ones((len(both), 1), dtype=np.int64),
        _pairs(answered, answered),
        _pairs(scores, answered),
        _pairs(scores, scores),
        digests.astype(np.int64),
    ])  # fmt: skip


def _pairs(left: Numbers, right: Numbers) -> Numbers:
    pairs: Numbers = (left[:, :, None] * right[:, None, :]).reshape(len(left), left.shape[1] ** 2)
    return pairs


def _by_target(rows: Numbers, targets: Numbers, per_row: int) -> Numbers:
    """The sum of the rows of each target; every row stands `per_row` times in `targets`, one after the other."""
    order = np.argsort(targets, kind="stable")
    starts = np.flatnonzero(np.diff(targets[order], prepend=-1))
    sums: Numbers = np.add.reduceat(rows[order // per_row], starts, axis=0)
    return sums


def _as_integer(words: Numbers) -> int:
    value = 0
    for word in words.tolist():
        value = (value << 32) + word
    return value


def _score(key: str, answer: object) -> int | None:
    if type(answer) is int and _ABSENT < answer < -_ABSENT:
        return answer
    if answer is None or answer == NOT_APPLICABLE:
        return None
    raise ValueError(f"its answer to {key} is no score")


def _group(key: str, answer: object) -> str:
    if isinstance(answer, str):
        return answer
    if answer is None:
        return UNANSWERED
    raise ValueError(f"its answer to {key} is no choice")
