"""What public answers must not show, so that nobody reads a group of one to four people out of them.

A review's respondents lie in parts within parts: programme, location, visit. A part is a path of names, and the whole
review the empty path. Whoever has the figures of some parts has those of their differences too; so beside each part
that is too small, others are hidden until what is hidden together is large enough, from the top downwards. Then every
difference of parts that are shown has nobody in it, or at least `ENOUGH`.

Groups of respondents, such as the sexes, are hidden in the same way for the whole review. Inside a part they are shown
only where none of them is too small, and only as long as the parts that do not show them are, taken together, large
enough in each group. Then no difference within a part, within a group, or between both is too small either.

The rules hold for answers to a single element as they do for respondents: run them again with those counts.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

ENOUGH = 5

Part = tuple[str, ...]
WHOLE: Part = ()
REST = None
"""Stands for all groups of a pool together."""

K = TypeVar("K", bound=Hashable)


def small(count: int) -> bool:
    """Whether so many people are too few to be shown, and yet somebody."""
    return 0 < count < ENOUGH


@dataclass(frozen=True, slots=True)
class Groups:
    """Which groups may be shown: those outside the `pool`, and only in the `parts`."""

    pool: frozenset[str] = frozenset()
    parts: frozenset[Part] = frozenset()

    def shows(self, parts: Iterable[Part], group: str) -> bool:
        """Whether this group may be shown for these parts together."""
        return group not in self.pool and self.parts.issuperset(parts)


def hidden_parts(counts: Mapping[Part, int], hidden: Collection[Part] = ()) -> frozenset[Part]:
    """The parts that are not shown, from the counts of the innermost ones. `hidden` are parts that are not shown for
    another reason, with everything inside them."""
    summed = _totals({part: {REST: count} for part, count in counts.items()})
    totals = {part: total.get(REST, 0) for part, total in summed.items()}
    found = set(hidden)
    if small(totals.get(WHOLE, 0)):
        found.add(WHOLE)
    for part, inside in _downwards(totals):
        if part in found:
            found.update(inside)
        else:
            found |= _hide({one: totals[one] for one in inside}, found.intersection(inside))
    return frozenset(found)


def shown_groups(
    counts: Mapping[Part, Mapping[str, int]],
    hidden: Collection[Part],
    within: Groups | None = None,
) -> Groups:
    """The groups that are shown, from their counts in the innermost parts and the parts that are hidden. `within` are
    those that are shown at all."""
    totals = _totals(counts)
    whole = totals.get(WHOLE, {})
    pool = frozenset(_hide(whole, within.pool.intersection(whole) if within else ()))
    if WHOLE in hidden or (within and WHOLE not in within.parts):
        return Groups(pool | whole.keys())
    merged = {part: _merged(groups, pool) for part, groups in totals.items()}
    parts = {WHOLE}
    for part, inside in _downwards(totals):
        if part in parts:
            allowed = [one for one in inside if one not in hidden and (within is None or one in within.parts)]
            parts |= _open(allowed, {one: merged[one] for one in inside})
    return Groups(pool, frozenset(parts))


def _hide(counts: Mapping[K, int], already: Collection[K] = ()) -> set[K]:
    """What is too small, and then the next smallest until all that is hidden is large enough together."""
    found = {key for key, count in counts.items() if small(count)} | set(already)
    others = [key for key in counts.keys() - found if counts[key]]
    further = iter(sorted(others, key=lambda key: (counts[key], repr(key))))
    while small(sum(counts[key] for key in found)) and (key := next(further, None)) is not None:
        found.add(key)
    return found


def _open(allowed: Collection[Part], counts: Mapping[Part, Mapping[str | None, int]]) -> set[Part]:
    """Of sibling parts those whose groups are shown: no group in them is too small, and none in the others together."""
    found = {part for part in allowed if not any(small(count) for count in counts[part].values())}
    order = sorted((sum(counts[part].values()), part) for part in found)
    smallest = iter([part for total, part in order if total])
    while _any_small(counts[part] for part in counts.keys() - found) and (part := next(smallest, None)) is not None:
        found.remove(part)
    return found


def _any_small(several: Iterable[Mapping[str | None, int]]) -> bool:
    together: dict[str | None, int] = {}
    for counts in several:
        for group, count in counts.items():
            together[group] = together.get(group, 0) + count
    return any(small(count) for count in together.values())


def _merged(counts: Mapping[str, int], pool: Collection[str]) -> dict[str | None, int]:
    merged: dict[str | None, int] = {group: count for group, count in counts.items() if group not in pool}
    merged[REST] = sum(count for group, count in counts.items() if group in pool)
    return merged


def _totals(counts: Mapping[Part, Mapping[K, int]]) -> dict[Part, dict[K, int]]:
    """The counts of every part, added up from the innermost ones."""
    totals: dict[Part, dict[K, int]] = {WHOLE: {}}
    for part, groups in counts.items():
        for length in range(len(part) + 1):
            total = totals.setdefault(part[:length], {})
            for group, count in groups.items():
                total[group] = total.get(group, 0) + count
    return totals


def _downwards(parts: Iterable[Part]) -> Iterable[tuple[Part, list[Part]]]:
    """Every part with those directly inside it, outer ones first."""
    inside: dict[Part, list[Part]] = {}
    for part in sorted(parts, key=lambda part: (len(part), part)):
        inside[part] = []
        if part:
            inside[part[:-1]].append(part)
    return list(inside.items())
