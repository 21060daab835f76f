"""What an answer may show: everything to those whose rows they are, what `suppression` leaves to everybody else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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
        *,
        nested: bool = False,
    ) -> None:
        """From the counts of all of the review's visits, whatever part of it is asked for.

        `nested`: everybody knows that a group of one visit has nobody in another one, as with the services that a
        visit offers. Such groups are parts of their visits.
        """
        self._elements = elements
        self._everybody = everybody
        self._groups = groups
        count = 1 + len(elements)
        rules = _nested(groups, count) if nested else _crossing(everybody, groups, count)
        self._respondents, *answers = rules
        self._answers = dict(zip(elements, answers, strict=True))

    def shows(self, parts: Sequence[Part], group: str | None = None) -> bool:
        """Whether the parts are shown, and the group in each of them."""
        return self._respondents.shows(parts, group)

    def withheld(self, parts: Sequence[Part], group: str | None = None) -> Collection[str]:
        """Elements that one to four people answered, and those that would tell about them."""
        found = {element for element, rule in self._answers.items() if not rule.shows(parts, group)}
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


class _Rule(Protocol):
    """What is shown of one kind of count."""

    def shows(self, parts: Sequence[Part], group: str | None) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Crossing:
    """Groups that may have people in every visit, such as the sexes."""

    hidden: frozenset[Part]
    groups: Groups

    def shows(self, parts: Sequence[Part], group: str | None) -> bool:
        return self.hidden.isdisjoint(parts) and (group is None or self.groups.shows(parts, group))


@dataclass(frozen=True, slots=True)
class _Nested:
    """Groups that are each known to lie in certain visits only, as the innermost parts of those."""

    hidden: frozenset[Part]
    inner: Sequence[Part]

    def shows(self, parts: Sequence[Part], group: str | None) -> bool:
        inner = (part for part in self.inner if part[-1] == group and _within(part, parts))
        return self.hidden.isdisjoint(parts) and (group is None or self.hidden.isdisjoint(inner))


def _crossing(everybody: Mapping[Part, Counts], groups: Mapping[Part, Mapping[str, Counts]], count: int) -> list[_Rule]:
    """The rules of respondents and, within those, of each element."""
    rules: list[_Crossing] = []
    for place in range(count):
        of_parts = {part: several[place] for part, several in everybody.items()}
        of_groups = {part: {group: several[place] for group, several in each.items()} for part, each in groups.items()}
        hidden = hidden_parts(of_parts, rules[0].hidden if rules else ())
        rules.append(_Crossing(hidden, shown_groups(of_groups, hidden, rules[0].groups if rules else None)))
    return [*rules]


def _nested(groups: Mapping[Part, Mapping[str, Counts]], count: int) -> list[_Rule]:
    """The same for groups that are parts of their visits."""
    rules: list[_Nested] = []
    inner = {(*part, group): several for part, each in groups.items() for group, several in each.items()}
    for place in range(count):
        counts = {part: several[place] for part, several in inner.items()}
        rules.append(_Nested(hidden_parts(counts, rules[0].hidden if rules else ()), list(inner)))
    return [*rules]


def _within(path: Part, parts: Sequence[Part]) -> bool:
    return any(path[: len(part)] == part for part in parts)
