"""A response as the rules look at it: what it says now, where it belongs, and what stays of its first revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.surveys.examinations import rules
from services.surveys.examinations.counts import DELETED, Device
from services.surveys.examinations.domain import TWICE, Facts, Revision, Visit, fingerprint, own_words
from services.surveys.responses.circumstances import moment
from services.surveys.responses.clock import stored

# What the driver keeps as infinitely long ago, or far ahead: a moment of which no distance can be reckoned.
ENDLESS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Place:
    """A visit as its rules see it, and whose it is."""

    visit: Visit
    bound: Mapping[str, Any]


@dataclass(slots=True)  # a frozen one takes three times as long to make, and each response makes one
class Case:
    """A response that is looked at. `row` is its newest revision; `sequence` its place among all that came in; `seen`
    when its device saw it filled in (UTC), None when that is not known of a device or it was deleted; `answered` the
    fingerprint of its answers, when it was seen. Nobody changes it."""

    row: Revision
    sequence: int
    facts: Facts
    place: Place
    rules: Mapping[str, rules.Rule]
    seen: datetime | None
    answered: bytes

    @property
    def there(self) -> bool:
        """Whether it was not deleted."""
        return self.row.action != DELETED

    @property
    def device(self) -> Device:
        """Its device, of those that were seen."""
        return self.row.visit_id, self.row.device or ""

    @property
    def words(self) -> bool:
        """Whether it has enough of the respondent's own words."""
        least = self.rules[TWICE].thresholds["least_characters"] if TWICE in self.rules else 1
        return own_words(self.facts.answers, self.place.visit.form, least)


def case(first: Revision, newest: Revision, place: Place) -> Case:
    """The case of a response with a first and a newest revision."""
    said = newest.body
    clock = stored(first._asdict()) if first.device_time is not None else None
    filled = moment(said["filled_at"])
    facts = Facts(
        said["answers"], filled, moment(said.get("started_at")), said.get("position"), clock, first.received_at
    )
    seen = _seen(newest, filled)
    answered = fingerprint(facts.answers) if seen else b""
    return Case(newest, first.position, facts, place, rules.on(first.received_at.date()), seen, answered)


def _seen(newest: Revision, filled: datetime | None) -> datetime | None:
    if newest.device is None or filled is None or newest.action == DELETED:
        return None
    try:
        seen = filled.astimezone(UTC)
    except OverflowError:
        return None
    return None if seen in ENDLESS else seen
