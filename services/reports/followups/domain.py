"""The life of a follow-up, and which elements of an index are weak. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

PLANNED, IN_PROGRESS, DONE, VERIFIED = "planned", "in_progress", "done", "verified"
RETURNED, POSTPONED, REOPENED = "returned", "postponed", "reopened"
STATES = (PLANNED, IN_PROGRESS, DONE, VERIFIED, RETURNED, POSTPONED, REOPENED)
CLOSED = (DONE, VERIFIED)
OPEN = tuple(state for state in STATES if state not in CLOSED)


class Step(NamedTuple):
    """From which states to which one."""

    of: tuple[str, ...]
    to: str


STEPS: Mapping[str, Step] = {
    "start": Step((PLANNED, RETURNED, POSTPONED, REOPENED), IN_PROGRESS),
    "finish": Step((IN_PROGRESS, RETURNED, REOPENED), DONE),
    "verify": Step((DONE,), VERIFIED),
    "return": Step((DONE,), RETURNED),
    "postpone": Step((PLANNED, IN_PROGRESS), POSTPONED),
    "reopen": Step((DONE, VERIFIED), REOPENED),
}


def overdue(state: str, deadline: date, today: date) -> bool:
    """Whether it should have been done before today."""
    return state in OPEN and deadline < today


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an index that is shown: its mean on the scale of the index as text, and how many answered it.
    `priority` is 1 for the weakest; equal ones share it, and the next one skips as many."""

    key: str
    label: Mapping[str, Any]
    n: int
    index: str
    rank: int
    priority: int

    @property
    def weak(self) -> bool:
        """Whether none is weaker."""
        return self.priority == 1


def by_weakness(elements: Sequence[Any]) -> list[Element]:
    """Elements as an index answers them, the weakest first. Those whose figures are withheld, or that nobody answered,
    are left out: nothing may be told by where they stand."""
    shown = [one for one in elements if one.rank is not None and one.converted is not None and one.n]
    found = [
        Element(
            one.key, one.label.model_dump(), one.n, one.converted, one.rank,
            1 + sum(other.rank > one.rank for other in shown),
        )
        for one in shown
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.priority)
