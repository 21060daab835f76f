"""What a revision adds to the counts of its visit, and takes away again when another one follows it. Pure rules.

Counts are of kinds: `state` (each response once; `deleted` is one of them), `choice` (what those who were reached
answered), `device` (what a device has sent that was not deleted) and `day` (what was received on a day, for good).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from services.surveys.examinations.domain import Form
from services.surveys.responses.circumstances import moment

Key = tuple[str, str, str]
"""Kind, key, value."""

STATE, CHOICE, DEVICE, DAY, FLAG = "state", "choice", "device", "day", "flag"
DELETED = "deleted"
# Where a device names no zone: Western Indonesian Time, that of the western provinces and of most people.
DEFAULT_ZONE = timezone(timedelta(hours=7))


def standing(row: Mapping[str, Any], form: Form) -> Iterator[Key]:
    """What a revision counts for as long as it is the newest."""
    if row["action"] == DELETED:
        yield STATE, "", DELETED
        return
    yield STATE, "", row["state"]
    if row["device"] is not None:
        yield DEVICE, "", row["device"]
    if reached(row["state"]):
        answers = row["body"]["answers"]
        for key in form.choices:
            if key in answers:
                yield CHOICE, key, answers[key]


def reached(state: str) -> bool:
    """Whether a response of this state is one towards the target."""
    return state != "rejected"


def change(row: Mapping[str, Any], before: Mapping[str, Any] | None, form: Form) -> Counter[Key]:
    """What a revision changes in the counts; `before` is the one that it follows."""
    counted: Counter[Key] = Counter(standing(row, form))
    if before is None:
        counted[DAY, "", day(row).isoformat()] += 1
    else:
        counted.subtract(standing(before, form))
    return counted


def day(row: Mapping[str, Any]) -> date:
    """The day on which a response was received, in the zone that its device names."""
    filled = moment(row["body"]["filled_at"])
    received: datetime = row["received_at"]
    return received.astimezone(filled.tzinfo if filled else DEFAULT_ZONE).date()
