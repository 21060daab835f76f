"""What lies near a response: others of its visit and device that came in before it. Pure rules.

Those that were examined before are in the database; those of the same examination are remembered here, so that it asks
the database once and not for each of them again.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from services.surveys.examinations.cases import Case
from services.surveys.examinations.domain import OFTEN, TWICE, Neighbours
from services.surveys.examinations.rules import Rule

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Window(NamedTuple):
    """How far rules look: `around` to both sides for others, of which `most` are counted, and `within` for twins."""

    around: timedelta
    most: int
    within: timedelta


class Sighting(NamedTuple):
    """Another response: when it was filled in, its place among all that came in, and its id."""

    filled: datetime
    sequence: int
    response: UUID


class Found(NamedTuple):
    """What is near a response in the database: how many others, up to `most`, and the nearest twins on either side."""

    others: int
    twins: Sequence[Sighting]


class Ask(NamedTuple):
    """What the database is asked for: what is near a moment, of a lower place among all that came in."""

    visit: UUID
    device: str
    filled: datetime
    below: int
    answered: bytes
    window: Window


NONE = Found(0, ())


def window(rules: Mapping[str, Rule]) -> Window:
    """The window of the rules that hold; an empty one for a rule that does not."""
    often = rules[OFTEN].thresholds if OFTEN in rules else {"minutes": 0, "most": 0}
    return _window(
        often["minutes"], often["most"], rules[TWICE].thresholds["same_words_minutes"] if TWICE in rules else 0
    )


@cache
def _window(often: int, most: int, twice: int) -> Window:
    return Window(timedelta(minutes=often) / 2, most, timedelta(minutes=twice))


class Earlier:
    """Responses of one visit and device that an examination has come to, in the order in which they came in."""

    def __init__(self) -> None:
        self._moments: list[int] = []
        self._twins: dict[bytes, tuple[list[int], dict[int, Sighting]]] = {}

    def near(self, case: Case, window: Window, found: Found) -> Neighbours:
        """What is near the next one, together with what the database has found."""
        if case.seen is None:
            return Neighbours()
        at, (around, most, within) = _at(case.seen), window
        others = found.others
        if others < most:
            reach = around // MICROSECOND
            ours = bisect_right(self._moments, at + reach) - bisect_left(self._moments, at - reach)
            others = min(most, others + ours)
        twin = nearest(case.seen, (*found.twins, *self._beside(case.answered, at, within // MICROSECOND)))
        return Neighbours(others, twin.response, twin.filled) if twin else Neighbours(others)

    def add(self, case: Case) -> None:
        """The next one was looked at."""
        if case.seen is None:
            return
        at = _at(case.seen)
        insort(self._moments, at)
        moments, first = self._twins.setdefault(case.answered, ([], {}))
        if at not in first:
            insort(moments, at)
            first[at] = Sighting(case.seen, case.sequence, case.row.id)

    def _beside(self, answered: bytes, at: int, reach: int) -> Sequence[Sighting]:
        if answered not in self._twins:
            return ()
        moments, first = self._twins[answered]
        if at in first:
            return (first[at],)
        place = bisect_left(moments, at)
        return [first[each] for each in moments[max(0, place - 1) : place + 1] if abs(each - at) <= reach]


def nearest(filled: datetime, twins: Sequence[Sighting]) -> Sighting | None:
    """The twin that is nearest in time; of two that are equally near the one that came in first."""
    return min(twins, key=lambda twin: (abs(twin.filled - filled), twin.sequence), default=None)


def _at(moment: datetime) -> int:
    """Microseconds since an epoch, in which one can reckon beyond all calendars."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
