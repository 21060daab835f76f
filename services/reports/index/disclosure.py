"""What an answer may show: everything to those whose rows they are, what `suppression` leaves to everybody else."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from services.reports.index.suppression import Groups, Part, hidden_parts, shown_groups

Counts = Sequence[int]
"""How many respondents, and then how many of them answered each element."""


class Disclosure(Protocol):
    """Decides what is shown of parts of a review, and of a group of respondents in them."""

    def shows(self, parts: Sequence[Part], group: str | None = None) -> bool:
        """Whether any figure is shown; without a group, of everybody in these parts together."""
        ...

    def withheld(self, parts: Sequence[Part], group: str | None = None) -> Collection[str]:
        """The elements whose figures are not."""
        ...


class Detail:
    """Shows everything."""

    def shows(self, parts: Sequence[Part], group: str | None = None) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def withheld(self, parts: Sequence[Part], group: str | None = None) -> Collection[str]:  # noqa: ARG002
        """None."""
        return ()


class Public:
    """Shows what tells nothing about one to four people."""

    def __init__(
        self,
        elements: Sequence[str],
        everybody: Mapping[Part, Counts],
        groups: Mapping[Part, Mapping[str, Counts]],
    ) -> None:
        """From the counts of all of the review's visits, whatever part of it is asked for."""
        self._elements = elements
        self._everybody = everybody
        self._groups = groups
        self._hidden = hidden_parts(_at(everybody, 0))
        self._shown = shown_groups(_in_groups(groups, 0), self._hidden)
        self._hidden_of: dict[str, frozenset[Part]] = {}
        self._shown_of: dict[str, Groups] = {}
        for place, element in enumerate(elements, start=1):
            hidden = hidden_parts(_at(everybody, place), self._hidden)
            self._hidden_of[element] = hidden
            self._shown_of[element] = shown_groups(_in_groups(groups, place), hidden, self._shown)

    def shows(self, parts: Sequence[Part], group: str | None = None) -> bool:
        """Whether the parts are shown, and the group in each of them."""
        return self._hidden.isdisjoint(parts) and (group is None or self._shown.shows(parts, group))

    def withheld(self, parts: Sequence[Part], group: str | None = None) -> Collection[str]:
        """Elements that one to four people answered, and those that would tell about them."""
        found = {
            element
            for element in self._elements
            if not self._hidden_of[element].isdisjoint(parts)
            or (group is not None and not self._shown_of[element].shows(parts, group))
        }
        return found | self._also(found, parts, group)

    def _also(self, found: Collection[str], parts: Sequence[Part], group: str | None) -> set[str]:
        """With a single element withheld, the one that the fewest others answered is too: the index and all the other
        elements would give the first away."""
        if len(found) != 1:
            return set()
        answered = {element: self._count(place, parts, group) for place, element in enumerate(self._elements, start=1)}
        others = [element for element in self._elements if element not in found and answered[element]]
        return set(sorted(others, key=lambda element: answered[element])[:1])

    def _count(self, place: int, parts: Sequence[Part], group: str | None) -> int:
        if group is None:
            return sum(counts[place] for path, counts in self._everybody.items() if _within(path, parts))
        return sum(
            groups[group][place] for path, groups in self._groups.items() if group in groups and _within(path, parts)
        )


def _within(path: Part, parts: Sequence[Part]) -> bool:
    return any(path[: len(part)] == part for part in parts)


def _at(counts: Mapping[Part, Counts], place: int) -> dict[Part, int]:
    return {part: several[place] for part, several in counts.items()}


def _in_groups(counts: Mapping[Part, Mapping[str, Counts]], place: int) -> dict[Part, dict[str, int]]:
    return {
        part: {group: several[place] for group, several in groups.items()} for part, groups in counts.items()
    }  # fmt: skip
