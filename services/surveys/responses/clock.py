"""The clock of a device, as it stood when the device sent something: what it claimed, and how far that is from ours.

It comes in a header, because a response has to stay the same when it is sent again and the time of sending does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.kit.problems import FieldError, Malformed
from services.surveys.responses.circumstances import NO_MOMENT, moment

HEADER = "X-Device-Time"
FIELD = HEADER.lower().encode()
PARAMETER = {
    "name": HEADER, "in": "header", "required": False, "schema": {"type": "string", "format": "date-time"},
    "description": "What the device's clock shows as it sends, with its offset; a wrong clock is then known and "
    "reckoned with, not refused.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """What a device claimed, and what has to be added to its times to have ours."""

    device_time: datetime
    offset: timedelta

    @property
    def milliseconds(self) -> int:
        """The offset as it is stored."""
        return self.offset // timedelta(milliseconds=1)

    def correct(self, claimed: datetime) -> datetime | None:
        """When something really was that the device dates, in the zone of the device; None beyond all calendars."""
        try:
            return claimed + self.offset
        except OverflowError:
            return None


def read(headers: Mapping[bytes, bytes]) -> Clock | None:
    """The clock in a request's headers, held against ours now; None without one. Raises Malformed for what is no
    time."""
    header = headers.get(FIELD)
    if header is None:
        return None
    claimed = moment(header.decode("latin-1").strip())
    if claimed is None or not 1 < claimed.year < 9999:
        raise Malformed(
            f"The header {HEADER} cannot be read. {NO_MOMENT}", errors=[FieldError(HEADER, "wrong-type", NO_MOMENT)]
        )
    claimed = claimed.astimezone(UTC)
    return Clock(claimed, datetime.now(UTC) - claimed)


def stored(row: Mapping[str, Any]) -> Clock | None:
    """The clock in a row of `responses`."""
    if row["device_time"] is None:
        return None
    return Clock(row["device_time"], timedelta(milliseconds=row["clock_offset_ms"]))
