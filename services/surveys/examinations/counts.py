"""What a revision adds to the counts of its visit, and takes away again when another one follows it. Pure rules.

Counts are of kinds: `state` (each response once; `deleted` is one of them), `choice` (what those who were reached
answered), `device` (what a device has sent that was not deleted), `day` (what was received on a day, for good) and
`flag` (by rule, whether raised or dismissed).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from uuid import UUID

from services.surveys.examinations.domain import Form, Revision

Key = tuple[str, str, str]
"""Kind, key, value."""
Device = tuple[UUID, str]
"""A visit, and the name of a device there."""
Count = tuple[UUID, Key, int, datetime | None]
"""A visit, what is counted there, by how much it changes, and when something of it was last received, if it was."""

STATE, CHOICE, DEVICE, DAY, FLAG = "state", "choice", "device", "day", "flag"
DELETED = "deleted"
# Where a device names no zone: Western Indonesian Time, that of the western provinces and of most people.
DEFAULT_ZONE = timezone(timedelta(hours=7))


class Counts:
    """What one examination changes in the counts of visits."""

    def __init__(self) -> None:
        self._changes: defaultdict[UUID, Counter[Key]] = defaultdict(Counter)
        self._last: defaultdict[UUID, dict[Key, datetime]] = defaultdict(dict)

    def receive(self, row: Revision, form: Form, filled: datetime | None) -> None:
        """A response came in; `filled` is what it says of when it was filled in."""
        changes, last = self._changes[row.visit_id], self._last[row.visit_id]
        changes[DAY, "", day(row.received_at, filled).isoformat()] += 1
        last[STATE, "", row.state] = row.received_at
        if row.device:
            last[DEVICE, "", row.device] = row.received_at
        _stand(changes, row, form, 1)

    def follow(self, row: Revision, before: Revision, form: Form) -> None:
        """A revision takes the place of the one before."""
        changes = self._changes[row.visit_id]
        _stand(changes, row, form, 1)
        _stand(changes, before, form, -1)

    def flag(self, visit: UUID, rule: str, decision: str, number: int) -> None:
        """So many more flags of a rule are raised, or dismissed."""
        self._changes[visit][FLAG, rule, decision] += number

    def devices(self) -> set[Device]:
        """Devices whose counts change."""
        return {
            (visit, value) for visit, changes in self._changes.items() for kind, _, value in changes if kind == DEVICE
        }

    def __iter__(self) -> Iterator[Count]:
        for visit, changes in self._changes.items():
            last = self._last[visit]
            for key, number in changes.items():
                if number or key in last:
                    yield visit, key, number, last.get(key)


def _stand(changes: Counter[Key], row: Revision, form: Form, number: int) -> None:
    """What a revision counts for as long as it is the newest."""
    if row.action == DELETED:
        changes[STATE, "", DELETED] += number
        return
    changes[STATE, "", row.state] += number
    if row.device is not None:
        changes[DEVICE, "", row.device] += number
    if reached(row.state):
        answers = row.body["answers"]
        for key in form.choices:
            if key in answers:
                changes[CHOICE, key, answers[key]] += number


def reached(state: str) -> bool:
    """Whether a response of this state is one towards the target."""
    return state != "rejected"


def day(received: datetime, filled: datetime | None) -> date:
    """The day on which a response was received, in the zone that its device names."""
    return received.astimezone(filled.tzinfo if filled else DEFAULT_ZONE).date()
