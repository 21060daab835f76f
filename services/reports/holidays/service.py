"""The calendar: dated data, and above it what people with the right to do so have changed since.

A new edition of the data counts at once, an edit stays above it. Deadlines that were set before either keep the day and
the version of the calendar that they were set with, until somebody asks for them to be set anew.
"""

import csv
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import NotFound
from services.kit.versions import check
from services.reports.holidays import domain, repository
from services.reports.holidays.domain import Calendar, Zones
from services.reports.holidays.schemas import Edit, Holiday, HolidayBody, Holidays
from services.reports.moves import service as moves
from services.reports.moves.service import Moved

ENTITY = "holiday"


@cache
def zones() -> Zones:
    """Which province has which time."""
    content = json.loads(_data("zones.json"))
    hours = {code: zone["hours"] for zone in content["zones"].values() for code in zone["provinces"]}
    return Zones(hours, content["zones"][content["otherwise"]]["hours"])


@cache
def _sources() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_data("sources.json"))
    return content


@cache
def _dated() -> Mapping[date, domain.Holiday]:
    """The holidays of the dated data."""
    found = {}
    for row in csv.DictReader(_data("holidays.csv").splitlines()):
        day = date.fromisoformat(row["date"])
        name = {"id": row["id"], "en": row["en"]}
        source = _sources()["years"][str(day.year)]["decree"]
        found[day] = domain.Holiday(day, row["kind"], name, source, row["status"] == "estimated")
    return found


def _data(name: str) -> str:
    return files("services.reports.holidays").joinpath("data", name).read_text(encoding="utf-8")


async def calendar(reading: Reading) -> Calendar:
    """The calendar as it is now."""
    return _calendar(await repository.every(reading))


def _calendar(edits: Any) -> Calendar:
    days = dict(_dated())
    for row in edits:
        days.pop(row.day, None)
        if row.kind:
            days[row.day] = domain.Holiday(row.day, row.kind, row.name, row.source, row.estimated)
    return Calendar(days, f"{_sources()['edition']}+{sum(row.version for row in edits)}")


async def of_year(reading: Reading, year: int) -> Holidays:
    """The holidays of a year, in order."""
    edits = {row.day: row for row in await repository.every(reading)}
    found = _calendar(edits.values())
    return Holidays(
        year=year,
        calendar=found.version,
        known_until=_sources()["until"],
        items=[_present(one, edits.get(day)) for day, one in sorted(found.days.items()) if day.year == year],
    )


def _present(one: domain.Holiday, edit: Any) -> Holiday:
    return Holiday(
        date=one.day,
        kind=one.kind,
        name=one.name,
        source=one.source,
        estimated=one.estimated,
        version=edit.version if edit else 0,
        edited=Edit(by=edit.by, at=edit.at, reason=edit.reason) if edit else None,
    )


async def enter(write: Transaction, day: date, body: HolidayBody, if_match: str | None, access: Access) -> Holiday:
    """Make a day a holiday, or change what is said of one; that needs the version that was read."""
    values = {
        "kind": body.kind, "name": body.name.model_dump(), "source": body.source, "estimated": body.estimated,
    }  # fmt: skip
    await _edit(write, day, values, body.reason, if_match, access, there=None)
    return await find(write, day)


async def strike(write: Transaction, day: date, reason: str, if_match: str | None, access: Access) -> None:
    """Make a holiday a day like others. Raises NotFound for a day that is none."""
    values = {"kind": None, "name": None, "source": None, "estimated": False}
    await _edit(write, day, values, reason, if_match, access, there=True)


async def find(reading: Reading, day: date) -> Holiday:
    """One holiday. Raises NotFound for a day that is none."""
    edits = {row.day: row for row in await repository.every(reading)}
    one = _calendar(edits.values()).days.get(day)
    if one is None:
        raise NotFound(f"{day} is no holiday.")
    return _present(one, edits.get(day))


async def _edit(
    write: Transaction,
    day: date,
    values: Mapping[str, Any],
    reason: str,
    if_match: str | None,
    access: Access,
    *,
    there: bool | None,
) -> None:
    await repository.hold(write)
    edits = {row.day: row for row in await repository.every(write)}
    before = _calendar(edits.values()).days.get(day)
    if there and before is None:
        raise NotFound(f"{day} is no holiday.")
    version = edits[day].version if day in edits else 0
    if before is not None:
        check(version, if_match)
    mark = {"reason": reason, "by": access.caller.subject, "at": datetime.now(UTC), "version": version + 1}
    await repository.store(write, day, {**values, **mark})
    action = "entered" if before is None else "changed" if values["kind"] else "struck"
    id = uuid5(NAMESPACE_URL, f"holiday:{day}")
    moved = Moved(ENTITY, id, version + 1, action, before.kind if before else None, values["kind"], None, None, reason)
    await moves.note(write, access.caller, [moved])
