"""What an import would do: which stored thing each entry of a file is, whether everything it names is there, and what
has to be written. Nothing is written while there is a single fault, so all of them are found first.

An entry with an id is the thing with that id, and may rename it; one without is the thing with its slug. What is not
in the file stays as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError

from services.programs.agencies.schemas import agency_keys
from services.programs.files.domain import Fault, Record
from services.programs.files.schemas import AgencyEntry, LocationEntry, ProgramEntry
from services.programs.locations.domain import lies_in

Row = Mapping[str, Any]
Entry = AgencyEntry | ProgramEntry | LocationEntry
ENTRIES: Mapping[str, type[Entry]] = {"agency": AgencyEntry, "program": ProgramEntry, "location": LocationEntry}


@dataclass(slots=True)
class Planned:
    """One thing as it will be: its id, its columns, and its row now, if it has one."""

    id: UUID
    columns: dict[str, Any]
    stored: Row | None

    @property
    def action(self) -> str:
        """`created`, `updated` or `unchanged`."""
        if self.stored is None:
            return "created"
        same = all(self.stored[column] == value for column, value in self.columns.items())
        return "unchanged" if same else "updated"


@dataclass(slots=True)
class Shelf:
    """The things of one kind in the region: as stored, and the ids of the file's that are in use in other regions."""

    stored: Mapping[UUID, Row]
    elsewhere: Collection[UUID]
    planned: dict[str, Planned] = field(default_factory=dict)

    def find(self, slug: str) -> tuple[UUID, Mapping[str, Any]] | None:
        """Id and columns of the thing that will have this slug."""
        if slug in self.planned:
            return self.planned[slug].id, self.planned[slug].columns
        taken = {planned.id for planned in self.planned.values()}
        return next(((id, row) for id, row in self.stored.items() if row["slug"] == slug and id not in taken), None)


@dataclass(slots=True)
class Plan:
    """What an import would do, or why it cannot."""

    region: str
    shelves: Mapping[str, Shelf]
    faults: list[Fault] = field(default_factory=list)

    def draw(self, entries: Sequence[tuple[Record, Entry]], districts: Collection[str]) -> None:
        """Plan every entry: agencies first, then the programmes that name them, then their locations."""
        for kind in ENTRIES:
            shelf = self.shelves[kind]
            of_kind = [(record, entry) for record, entry in entries if record.kind == kind]
            for record, entry, id in self._identified(shelf, of_kind):
                columns = self._columns(record, entry, id, districts)
                if columns is not None:
                    archived = {"archived": entry.archived}
                    shelf.planned[entry.slug] = Planned(id, columns | archived, shelf.stored.get(id))

    def _identified(self, shelf: Shelf, entries: Iterable[tuple[Record, Entry]]) -> list[tuple[Record, Entry, UUID]]:
        by_slug = {row["slug"]: id for id, row in shelf.stored.items()}
        slugs: set[str] = set()
        ids: set[UUID] = set()
        found = []
        for record, entry in entries:
            id = entry.id or by_slug.get(entry.slug) or uuid4()
            if entry.slug in slugs:
                self.faults.append(record.fault(("slug",), "repeated_slug", "This slug stands above already."))
            elif id in ids:
                self.faults.append(record.fault(("id",), "repeated_id", "This is the same thing as one above."))
            elif id in shelf.elsewhere:
                self.faults.append(record.fault(("id",), "id_elsewhere", "This id is in use in another region."))
            elif by_slug.get(entry.slug, id) != id:
                self.faults.append(
                    record.fault(("slug",), "slug_taken", "Another one in this region has this slug, by its id.")
                )
            else:
                found.append((record, entry, id))
            slugs.add(entry.slug)
            ids.add(id)
        return found

    def _columns(self, record: Record, entry: Entry, id: UUID, districts: Collection[str]) -> dict[str, Any] | None:
        if isinstance(entry, AgencyEntry):
            return agency_keys(id, self.region) | entry.columns()
        if isinstance(entry, ProgramEntry):
            return self._program(record, entry, id)
        return self._location(record, entry, id, districts)

    def _program(self, record: Record, entry: ProgramEntry, id: UUID) -> dict[str, Any] | None:
        agency = self.shelves["agency"].find(entry.agency) if entry.agency else None
        if entry.agency and agency is None:
            self.faults.append(
                record.fault(
                    ("agency",), "agency_not_found", "No agency of this region, or of this file, has this slug."
                )
            )
            return None
        return {"id": id, "region_code": self.region} | entry.columns(agency[0] if agency else None)

    def _location(
        self, record: Record, entry: LocationEntry, id: UUID, districts: Collection[str]
    ) -> dict[str, Any] | None:
        faults = []
        program = self.shelves["program"].find(entry.program)
        stored = self.shelves["location"].stored.get(id)
        if program is None:
            sentence = "No programme of this region, or of this file, has this slug."
            faults.append(record.fault(("program",), "program_not_found", sentence))
        elif stored and stored["program_id"] != program[0]:
            sentence = "A location stays with its programme; archive it and enter a new one."
            faults.append(record.fault(("program",), "fixed", sentence))
        if entry.district and not (entry.district in districts and lies_in(entry.district, self.region)):
            sentence = f"No district of region {self.region} has this code."
            faults.append(record.fault(("district",), "district_not_found", sentence))
        self.faults += faults
        if faults or program is None:
            return None
        keys = {"id": id, "program_id": program[0], "region_code": self.region, "agency_id": program[1]["agency_id"]}
        return keys | entry.columns()


def checked(records: Iterable[Record]) -> tuple[list[tuple[Record, Entry]], list[Fault]]:
    """The records whose fields keep all rules, and the faults of the others."""
    entries: list[tuple[Record, Entry]] = []
    faults: list[Fault] = []
    for record in records:
        try:
            entries.append((record, ENTRIES[record.kind].model_validate(record.values)))
        except ValidationError as error:
            faults += [record.fault(one["loc"], one["type"], one["msg"]) for one in error.errors()]
    return entries, faults
