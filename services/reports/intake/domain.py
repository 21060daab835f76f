"""From responses to what they add to the sums: plain values in and out, whole pages at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

NOT_APPLICABLE = "not_applicable"
REJECTED = "rejected"
EVERYBODY = ""
UNANSWERED = ""
FINGERPRINTS = 2**256
DIGEST_BYTES = 32
SCORES = range(-(2**15) + 1, 2**15)
"""What is taken for a score. Numbers of 16 bits, so that sums of their products are exact in floating point as well:
2^53 holds those of 8 million responses, and whoever calls `totals` has far fewer at hand."""

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Instrument:
    """What of a questionnaire is counted: its scored elements and the questions that group respondents; and the
    questions whose answers are aspirations."""

    id: UUID
    elements: tuple[str, ...]
    groups: tuple[str, ...]
    aspirations: tuple[str, ...] = ()


class Parent(NamedTuple):
    """What a response belongs to: its visit, what is counted of it, and whether its review is simulated."""

    visit: UUID
    counted: Instrument
    simulated: bool


class Contribution(NamedTuple):
    """What one response adds. `scores` follows the instrument's elements, None where there is no score; `groups`
    follows its groups, '' where there is no answer."""

    id: UUID
    version: int
    visit: UUID
    digest: bytes
    scores: tuple[int | None, ...]
    groups: tuple[str, ...]
    rejected: bool = False


class Key(NamedTuple):
    """Which sums: those of a visit, or of one group of its respondents; of rejected responses, or of the others."""

    visit: UUID
    questionnaire: UUID
    group_by: str
    group_value: str
    rejected: bool = False


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
        tuple(one["key"] for one in questions if one.get("role") == "aspiration"),
    )


def contribution(id: UUID, version: int, data: Mapping[str, Any], parent: Parent) -> Contribution:
    """What a response as its feed shows it adds. Raises ValueError for one that is simulated and its review is not, or
    the reverse, and for an answer that is no answer."""
    visit, counted, simulated = parent
    if data["simulated"] is not simulated:
        raise ValueError("it is simulated and its review is not, or the reverse")
    digest = bytes.fromhex(data["digest"])
    if len(digest) != DIGEST_BYTES:
        raise ValueError("its digest is not one of 256 bits")
    answer = data["answers"].get
    return Contribution(
        id,
        version,
        visit,
        digest,
        tuple([_score(key, answer(key)) for key in counted.elements]),
        tuple([_group(key, answer(key)) for key in counted.groups]),
        data.get("state") == REJECTED,
    )


def totals(counted: Instrument, added: Sequence[Contribution], removed: Sequence[Contribution]) -> dict[Key, Total]:
    """What these responses of one questionnaire change, summed up for each visit and group."""
    both = [*added, *removed]
    apart: dict[tuple[UUID, bool], int] = {}
    places = np.array([apart.setdefault((one.visit, one.rejected), len(apart)) for one in both])
    signs = np.repeat([1, -1], [len(added), len(removed)])
    marks = _marks(len(counted.elements), both)
    digests = np.array([int.from_bytes(one.digest) for one in both], dtype=object) * signs
    found: dict[Key, Total] = {}
    for name, answers in _groupings(counted, both):
        values: dict[str, int] = {}
        codes = places * len(both) + [values.setdefault(value, len(values)) for value in answers]
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        numbers = _numbers(marks[order], signs[order], starts)
        fingerprints = np.add.reduceat(digests[order], starts)
        for first, row, fingerprint in zip(order[starts].tolist(), numbers, fingerprints, strict=True):
            key = Key(both[first].visit, counted.id, name, answers[first], both[first].rejected)
            found[key] = Total(row, fingerprint % FINGERPRINTS)
    return found


def width(elements: int) -> int:
    """How many numbers a total of so many elements has."""
    return 1 + 3 * elements**2


def _groupings(counted: Instrument, both: Sequence[Contribution]) -> Iterator[tuple[str, Sequence[str]]]:
    """Everybody, and then each question that groups, with what each response says there."""
    yield EVERYBODY, [UNANSWERED] * len(both)
    yield from zip(counted.groups, zip(*(one.groups for one in both), strict=True), strict=True)


def _marks(elements: int, both: Sequence[Contribution]) -> Floats:
    """For each response ones where it has scores, and behind them the scores, 0 where it has none."""
    scores = np.array([one.scores for one in both], dtype=np.float64).reshape(len(both), elements)
    answered = ~np.isnan(scores)  # which is what None becomes
    return np.hstack([answered, np.where(answered, scores, 0)])


def _numbers(marks: Floats, signs: Numbers, starts: Numbers) -> Numbers:
    """The numbers of each stretch of responses: who they are, and the products of their marks with each other."""
    k = marks.shape[1] // 2
    signed = marks * signs[:, None]
    ends = [*starts[1:].tolist(), len(marks)]
    products = np.array([
        signed[start:end].T @ marks[start:end] for start, end in zip(starts.tolist(), ends, strict=True)
    ])  # fmt: skip
    matrices = (products[:, :k, :k], products[:, k:, :k], products[:, k:, k:])
    flat = [matrix.reshape(len(starts), k**2) for matrix in matrices]
    return np.hstack([np.add.reduceat(signs, starts)[:, None], *flat]).astype(np.int64)


def _score(key: str, answer: object) -> int | None:
    if type(answer) is int and answer in SCORES:
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
