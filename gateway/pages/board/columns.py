"""A board: follow-ups in columns, from planned to verified."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.pages.board.wire_followups import FollowUp

# Column → the states in it. What came back needs the agency once more, for whichever reason.
COLUMNS: dict[str, tuple[str, ...]] = {
    "planned": ("planned",),
    "in_progress": ("in_progress",),
    "back": ("returned", "reopened"),
    "done": ("done",),
    "verified": ("verified",),
    "postponed": ("postponed",),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column; real and simulated ones are counted apart."""

    key: str
    cards: list[FollowUp]

    @property
    def real(self) -> int:
        """How many are real."""
        return sum(not card.simulated for card in self.cards)

    @property
    def simulated(self) -> int:
        """How many are simulated."""
        return sum(card.simulated for card in self.cards)


def arrange(followups: Sequence[FollowUp]) -> list[Column]:
    """The columns of a board, what is overdue first in each, then by deadline."""
    ordered = sorted(followups, key=lambda one: (not one.overdue, one.deadline, one.title))
    return [
        Column(key, [one for one in ordered if one.state in states]) for key, states in COLUMNS.items()
    ]  # fmt: skip
