"""The rules of GeoReport v2 (https://wiki.open311.org/GeoReport_v2): windows of time, states, words.

The standard knows `open` and `closed` alone; what is between them stands in `status_notes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

LONGEST = timedelta(days=90)
MOST = 1000
YEARS = range(1900, 2200)
STATUSES = ("open", "closed")
FORMATS = ("xml", "json")
# What people ask for at a place that belongs to no programme.
NO_PROGRAM = "aspirasi"
SIMULATED = "[SIMULASI / SIMULATED] "
STATES = {
    "planned": "Direncanakan", "in_progress": "Sedang dikerjakan", "done": "Selesai, menunggu pemeriksaan",
    "verified": "Selesai dan sudah diperiksa", "returned": "Dikembalikan untuk dilengkapi", "postponed": "Ditunda",
    "reopened": "Dibuka kembali",
}  # fmt: skip
UNPLANNED = "Diterima; belum ada rencana tindak lanjut."


class Fault(Exception):
    """What is wrong with a question, as the standard has it: an HTTP status and a sentence."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests are asked for. Ids leave all other conditions out."""

    ids: Sequence[UUID] | None
    programs: Sequence[UUID] | None
    without_program: bool
    start: datetime | None
    end: datetime | None
    status: str | None
    region: str | None
    simulated: bool


def asked(
    now: datetime,
    *,
    service_request_id: str | None = None,
    service_code: str | None = None,
    start_date: str | None = None,
    end_date: str | None = None,
    status: str | None = None,
    jurisdiction_id: str | None = None,
    simulated: str | None = None,
) -> Asked:
    """What the parameters ask for. Raises Fault."""
    wanted = simulated == "true"
    if simulated not in {None, "", "true", "false"}:
        raise Fault(400, "simulated is true or false.")
    if service_request_id:
        return Asked(_ids(service_request_id), None, True, None, None, None, None, wanted)
    codes = [code.strip() for code in service_code.split(",")] if service_code else None
    start, end = window(now, start_date, end_date)
    return Asked(
        ids=None,
        programs=None if codes is None else [id for code in codes if (id := identity(code))],
        without_program=codes is None or NO_PROGRAM in codes,
        start=start,
        end=end,
        status=_status(status),
        region=region(jurisdiction_id),
        simulated=wanted,
    )


def window(now: datetime, start: str | None, end: str | None) -> tuple[datetime, datetime]:
    """From when to when. One end alone goes 90 days from there, none at all the last 90. Raises Fault."""
    begins, ends = moment("start_date", start), moment("end_date", end)
    if begins and ends:
        if ends < begins:
            raise Fault(400, "end_date lies before start_date.")
        if ends - begins > LONGEST:
            raise Fault(400, "start_date and end_date may lie 90 days apart at most.")
        return begins, ends
    if begins:
        return begins, begins + LONGEST
    ends = ends or now
    return ends - LONGEST, ends


def moment(name: str, text: str | None) -> datetime | None:
    """A moment as the standard writes it; without a zone it is UTC. Raises Fault."""
    if not text:
        return None
    day, sign, clock = text.strip().partition("T")
    try:
        # A + that nobody encoded arrives as a blank.
        found = datetime.fromisoformat(day + sign + clock.replace(" ", "+"))
    except ValueError as error:
        raise Fault(400, f"{name} is no time of the form 2020-03-03T10:00:00+07:00.") from error
    if found.year not in YEARS:
        raise Fault(400, f"{name} is too far away in time.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def identity(text: str) -> UUID | None:
    """An id, or None for what is none."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _ids(text: str) -> list[UUID]:
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > MOST:
        raise Fault(400, f"{MOST} ids at most.")
    return [id for part in parts if (id := identity(part))]


def _status(text: str | None) -> str | None:
    named = {part.strip() for part in text.split(",")} if text else set()
    if not named <= set(STATUSES):
        raise Fault(400, "status is open or closed.")
    return named.pop() if len(named) == 1 else None


def region(text: str | None) -> str | None:
    """The region that a jurisdiction is. Raises Fault."""
    if text and not all(part.isascii() and part.isdigit() for part in text.split(".")):
        raise Fault(404, "There is no such jurisdiction; it is the code of a region, such as 33.25.")
    return text or None


def check_format(extension: str) -> None:
    """Raises Fault for a format that there is not."""
    if extension not in FORMATS:
        raise Fault(404, f"Formats are {' and '.join(FORMATS)}.")


def status_of(states: Sequence[str]) -> str:
    """Closed when something was done about it and all of that was verified."""
    return "closed" if states and all(state == "verified" for state in states) else "open"


def notes(followups: Sequence[Any]) -> str:
    """What is being done, in a few words for each."""
    return "; ".join(f"{one.title}: {STATES.get(one.state, one.state)}" for one in followups) or UNPLANNED


def expected(followups: Sequence[Any], hours: int) -> datetime | None:
    """By when all of it should be done: the end of the last day that counts, in the region's time."""
    days: list[date] = [one.postponed_until or one.due_on for one in followups if one.state != "verified"]
    return datetime.combine(max(days), time(23, 59, 59), timezone(timedelta(hours=hours))) if days else None
