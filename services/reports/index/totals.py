"""Stored sums as they are added up for an answer."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from services.reports.index.domain import Moments

FINGERPRINTS = 2**256


@dataclass(frozen=True, slots=True)
class Sum:
    """One stored sum: of a visit's respondents, or of one group of them; rejected ones have theirs apart."""

    review: UUID
    visit: UUID
    questionnaire: UUID
    region: str
    agency: str | None
    simulated: bool
    group_by: str
    value: str
    moments: Moments
    fingerprint: int
    rejected: bool

    def counts(self, elements: Sequence[str]) -> tuple[int, ...]:
        """Respondents, and then who answered each element."""
        tallies = self.moments.tallies()
        return (self.moments.respondents, *(tallies[key].n if key in tallies else 0 for key in elements))


@dataclass(frozen=True, slots=True)
class Sums:
    """What an answer is computed from: moments, and the fingerprint of the responses behind them."""

    moments: Moments
    fingerprint: int

    def named(self) -> dict[str, Any]:
        """As what a digest is made of."""
        moments = self.moments
        return {
            "elements": moments.elements, "respondents": moments.respondents, "joint_count": moments.joint_count,
            "joint_sum": moments.joint_sum, "joint_product": moments.joint_product,
            "fingerprint": f"{self.fingerprint:064x}",
        }  # fmt: skip


def together(elements: Sequence[str], sums: Iterable[Sum]) -> Sums:
    """All of these as one."""
    listed = list(sums)
    if not listed:
        return Sums(Moments.zero(elements), 0)

    def added(of: Callable[[Moments], tuple[int, ...]]) -> tuple[int, ...]:
        total: list[int] = np.array([of(one.moments) for one in listed], dtype=np.int64).sum(axis=0).tolist()
        return tuple(total)

    moments = Moments(
        tuple(elements),
        sum(one.moments.respondents for one in listed),
        added(lambda moments: moments.joint_count),
        added(lambda moments: moments.joint_sum),
        added(lambda moments: moments.joint_product),
    )
    return Sums(moments, sum(one.fingerprint for one in listed) % FINGERPRINTS)


def digest(content: Mapping[str, Any]) -> str:
    """Of content as JSON, written in the one way: keys in order, no spaces."""
    return f"sha256:{hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()}"
