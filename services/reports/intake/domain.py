"""From responses to what they add to the sums: plain values in and out, whole pages at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
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
LIMB = np.dtype(">u4")
LIMB_BITS = 32
LIMB_MASK = 2**LIMB_BITS - 1
LIMBS = DIGEST_BYTES // LIMB.itemsize
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


@dataclass(frozen=True, slots=True)
class Columns:
    """What many responses to one questionnaire add: in each column an entry for every response.

    `places` says which of `visits` a response belongs to, `digests` has 32 bytes for each; `scores` has a column for
    each element of the instrument and `groups` one for each group, with what a contribution has there. `asks` tells
    which may have an aspiration among their answers, if that is known.
    """

    ids: Sequence[str]
    versions: Sequence[int]
    visits: Sequence[UUID]
    places: Sequence[int]
    digests: bytes
    scores: Sequence[Sequence[int | None]]
    groups: Sequence[Sequence[str]]
    rejected: Sequence[bool]
    asks: Sequence[bool] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, counted: Instrument, several: Sequence[Contribution]) -> "Columns":
        """Contributions, which all are to this instrument, as columns."""
        places: dict[UUID, int] = {}
        scores, groups = (range(len(names)) for names in (counted.elements, counted.groups))
        return cls(
            ids=[str(one.id) for one in several],
            versions=[one.version for one in several],
            places=[places.setdefault(one.visit, len(places)) for one in several],
            visits=list(places),
            digests=b"".join(one.digest for one in several),
            scores=[[one.scores[place] for one in several] for place in scores],
            groups=[[one.groups[place] for one in several] for place in groups],
            rejected=[one.rejected for one in several],
        )


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


def totals(counted: Instrument, added: Sequence[Contribution], removed: Sequence[Contribution]) -> dict[Key, Total]:
    """What these responses of one questionnaire change, summed up for each visit and group."""
    signs = np.repeat([1, -1], [len(added), len(removed)])
    return summed(counted, Columns.of(counted, [*added, *removed]), signs)


def differences(counted: Instrument, added: Columns | None, removed: Sequence[Contribution]) -> dict[Key, Total]:
    """The same, of added ones that are in columns already."""
    found = summed(counted, added, np.ones(len(added), dtype=np.int64)) if added else {}
    for key, total in totals(counted, (), removed).items() if removed else ():
        found[key] = total.plus(found[key]) if key in found else total
    return found


def summed(counted: Instrument, several: Columns, signs: Numbers) -> dict[Key, Total]:
    """The same of responses in columns, each taken as often as its sign says."""
    marks = _marks(several)
    limbs = np.frombuffer(several.digests, LIMB).reshape(len(several), LIMBS) * signs[:, None]
    places = np.array(several.places) * 2 + several.rejected
    found: dict[Key, Total] = {}
    for name, answers in zip((EVERYBODY, *counted.groups), (None, *several.groups), strict=True):
        values, chosen = _coded(answers) if answers else ([UNANSWERED], np.int64(0))
        codes = places * len(values) + chosen
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        numbers = _numbers(marks[order], signs[order], starts)
        fingerprints = _fingerprints(np.add.reduceat(limbs[order], starts))
        for code, row, fingerprint in zip(codes[order[starts]].tolist(), numbers, fingerprints, strict=True):
            place, value = divmod(code, len(values))
            key = Key(several.visits[place // 2], counted.id, name, values[value], bool(place % 2))
            found[key] = Total(row, fingerprint)
    return found


def width(elements: int) -> int:
    """How many numbers a total of so many elements has."""
    return 1 + 3 * elements**2


def _coded(answers: Sequence[str]) -> tuple[list[str], Numbers]:
    """The different answers, and which of them each is."""
    places: defaultdict[str, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(places.__getitem__, answers), np.int64, len(answers))
    return list(places), codes


def _marks(several: Columns) -> Floats:
    """For each response ones where it has scores, and behind them the scores, 0 where it has none."""
    shape = len(several.scores), len(several)
    scores = np.array(several.scores, dtype=np.float64).reshape(shape).T
    answered = ~np.isnan(scores)  # which is what None becomes
    return np.hstack([answered, np.where(answered, scores, 0)])


def _fingerprints(limbs: Numbers) -> list[int]:
    """Rows of digits to the base 2^32, the high one first and each of any size and sign, as numbers modulo 2^256."""
    carried = np.zeros(len(limbs), dtype=np.int64)
    digits = np.empty(limbs.shape, dtype=LIMB)
    for place in reversed(range(LIMBS)):
        carried += limbs[:, place]
        digits[:, place] = carried & LIMB_MASK
        carried >>= LIMB_BITS
    together = digits.tobytes()
    return [
        int.from_bytes(together[start : start + DIGEST_BYTES]) for start in range(0, len(together), DIGEST_BYTES)
    ]  # fmt: skip


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
