"""A region's registry out as one file, and in again: all of it or nothing."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from sqlalchemy import Table

from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.problems import FieldError, Malformed, PayloadTooLarge
from services.kit.scope import Scope
from services.programs import repository as rows
from services.programs.agencies.service import present as present_agency
from services.programs.exchange import repository
from services.programs.exchange.domain import Contents, Entry, Plan, Shelf
from services.programs.exchange.schemas import ImportResult, Tally
from services.programs.files.domain import Fault, Record, in_json, read_csv, write_csv
from services.programs.files.schemas import FORMAT, AgencyEntry, LocationEntry, ProgramEntry
from services.programs.locations.schemas import present_location
from services.programs.problems import ImportRefused
from services.programs.programs.service import hand_over
from services.programs.programs.service import present as present_program
from services.programs.regions.service import districts, find, writable
from services.programs.tables import agencies, locations, programs

MAX_ENTRIES = 5000
TABLES: Mapping[str, Table] = {"agency": agencies, "program": programs, "location": locations}
LISTS = {"agencies": "agency", "programs": "program", "locations": "location"}
PRESENT: Mapping[str, Any] = {"agency": present_agency, "program": present_program, "location": present_location}


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything of one region, by slug, as it stands in a file."""

    region: str
    agencies: list[dict[str, Any]]
    programs: list[dict[str, Any]]
    locations: list[dict[str, Any]]

    def as_csv(self) -> bytes:
        """The CSV file."""
        return write_csv(self.agencies, self.programs, self.locations).encode()

    def as_json(self) -> bytes:
        """The JSON file, with a line for each thing, so that two of them can be compared line by line."""
        lists = []
        for name in LISTS:
            things = ",".join("\n" + orjson.dumps(thing).decode() for thing in getattr(self, name))
            lists.append(f',\n"{name}":[{things}]')
        return f'{{"format":"{FORMAT}","region":"{self.region}"{"".join(lists)}}}\n'.encode()


async def export(reading: Reading, region: str, scope: Scope) -> Registry:
    """The registry of exactly this region, archived things included. Raises NotFound for no such region."""
    await find(reading, region)
    found = {kind: await repository.of_region(reading, table, region, scope) for kind, table in TABLES.items()}
    agency_slugs = {str(row.id): row.slug for row in found["agency"]}
    program_slugs = {row.id: row.slug for row in found["program"]}
    return Registry(
        region,
        [_thing("agency", row, AgencyEntry) for row in found["agency"]],
        [_thing("program", row, ProgramEntry, agency=agency_slugs.get(row.agency_id)) for row in found["program"]],
        [_thing("location", row, LocationEntry, program=program_slugs[row.program_id]) for row in found["location"]],
    )


def _thing(kind: str, row: Any, entry: type[Entry], **slugs: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = PRESENT[kind](row).model_dump(mode="json") | slugs
    return {name: shown[name] for name in ("id", *entry.model_fields)}


def read_json(body: bytes, region: str) -> Contents:
    """What a JSON file says, numbers as they are written. Raises Malformed for what is no JSON object."""
    try:
        content = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise Malformed("The body is not valid JSON.") from error
    if not isinstance(content, dict):
        raise Malformed("A registry file is a JSON object.")
    faults = [
        in_json(name)((), "extra_forbidden", "A registry file has no such member.")
        for name in content
        if name not in {"format", "region", *LISTS}
    ]
    for name, wanted in (("format", FORMAT), ("region", region)):
        if content.get(name, wanted) != wanted:
            faults.append(in_json(name)((), f"other_{name}", f"Expected {wanted}."))
    records = []
    for name, kind in LISTS.items():
        things = content.get(name, [])
        if not isinstance(things, list):
            faults.append(in_json(name)((), "list_type", "Send a list."))
            continue
        for place, thing in enumerate(things):
            if isinstance(thing, dict):
                records.append(Record(kind, thing, in_json(name, place)))
            else:
                faults.append(in_json(name, place)((), "object_type", "Send an object."))
    return _checked(records, faults)


def read_table(body: bytes) -> Contents:
    """What a CSV file says. Raises Malformed for what is no CSV in UTF-8."""
    try:
        records, faults = read_csv(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Malformed("The file is not in UTF-8; save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise Malformed(f"The file is no CSV: {error}.") from error
    return _checked(records, faults)


def _checked(records: list[Record], faults: list[Fault]) -> Contents:
    if len(records) > MAX_ENTRIES:
        raise PayloadTooLarge(f"A registry file has at most {MAX_ENTRIES} entries; this has {len(records)}.")
    return Contents.check(records, faults)


async def load(write: Transaction, region: str, contents: Contents, access: Access, *, dry_run: bool) -> ImportResult:
    """Make the registry of a region say what the file says. Raises RegionNotFound, ImportRefused with every fault."""
    await writable(write, region, access.scope)
    named = {entry.district for _, entry in contents.entries if isinstance(entry, LocationEntry) and entry.district}
    known = await districts(write, sorted(named))
    plan = Plan(region, await _shelves(write, region, contents, access.scope), contents, known)
    plan.draw()
    if plan.faults:
        raise _refusal(plan.faults)
    if not dry_run:
        await _apply(write, plan, access.scope)
    return _result(plan, dry_run=dry_run)


async def _shelves(write: Transaction, region: str, contents: Contents, scope: Scope) -> dict[str, Shelf]:
    shelves = {}
    for kind, table in TABLES.items():
        stored = await repository.of_region(write, table, region, scope, lock=True)
        ids = [entry.id for record, entry in contents.entries if record.kind == kind and entry.id]
        elsewhere = await repository.in_other_regions(write, table, ids, region) if ids else set()
        shelves[kind] = Shelf({row.id: row._asdict() for row in stored}, elsewhere)
    return shelves


async def _apply(write: Transaction, plan: Plan, scope: Scope) -> None:
    for kind, table in TABLES.items():
        planned = plan.shelves[kind].planned.values()
        await repository.insert(write, table, [one.columns for one in planned if one.action == "created"], scope)
        for one in planned:
            if one.action == "updated":
                await rows.change(write, table, one.id, one.columns, scope)
    for kind, table in TABLES.items():
        await _announce(write, kind, await repository.of_region(write, table, plan.region, scope), plan)
    for one in plan.shelves["program"].planned.values():
        if one.stored and one.stored["agency_id"] != one.columns["agency_id"]:
            await hand_over(write, one.id, one.columns["agency_id"])


async def _announce(write: Transaction, kind: str, stored: Iterable[Any], plan: Plan) -> None:
    planned = plan.shelves[kind].planned
    for row in stored:
        if row.id in planned and planned[row.id].action != "unchanged":
            await rows.announce(write, kind, planned[row.id].action, PRESENT[kind](row), row.agency_id)


def _result(plan: Plan, *, dry_run: bool) -> ImportResult:
    tallies = {}
    for name, kind in LISTS.items():
        actions = [one.action for one in plan.shelves[kind].planned.values()]
        tallies[name] = Tally(**{action: actions.count(action) for action in Tally.model_fields})
    return ImportResult(region=plan.region, dry_run=dry_run, **tallies)


def _refusal(faults: list[Fault]) -> ImportRefused:
    ordered = sorted(faults, key=lambda fault: fault.row or 0)
    errors = [FieldError(fault.pointer, fault.code, fault.detail) for fault in ordered]
    cells = [
        {"row": fault.row, "column": fault.column, "code": fault.code, "detail": fault.detail}
        for fault in ordered
        if fault.row
    ]
    detail = f"The file has {len(errors)} fault(s); nothing of it was stored."
    return ImportRefused(detail, errors=errors, faults=cells) if cells else ImportRefused(detail, errors=errors)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
