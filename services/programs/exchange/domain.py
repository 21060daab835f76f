"""What an import would do: which stored thing each entry of a file is, whether everything it names is there, and what
has to be written. Nothing is written while there is a single fault, so all of them are found first.

An entry with an id is the thing with that id, and may rename it; one without is the thing with its slug. What is not
in the file stays as it is, and what is archived is not changed by a file either.
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
class Contents:
    """What a file says: its entries that keep all rules of their own, and the faults of the rest."""

    entries: list[tuple[Record, Entry]]
    faults: list[Fault]
    # Things named in the file whose own entry is at fault: what refers to them is not at fault for that.
    broken: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def check(cls, records: Iterable[Record], faults: Sequence[Fault]) -> "Contents":
        """Hold each record against the rules of its kind."""
        contents = cls([], list(faults))
        for record in records:
            try:
                contents.entries.append((record, ENTRIES[record.kind].model_validate(record.values)))
            except ValidationError as error:
                contents.faults += [record.fault(one["loc"], one["type"], one["msg"]) for one in error.errors()]
                contents.broken.add((record.kind, str(record.values.get("slug"))))
        return contents


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
    planned: dict[UUID, Planned] = field(default_factory=dict)

    def by_slug(self) -> dict[str, tuple[UUID, Row]]:
        """Id and columns of the thing that will have each slug."""
        staying = {row["slug"]: (id, row) for id, row in self.stored.items() if id not in self.planned}
        return staying | {one.columns["slug"]: (one.id, one.columns) for one in self.planned.values()}


@dataclass(slots=True)
class Plan:
    """What an import would do, or why it cannot."""

    region: str
    shelves: Mapping[str, Shelf]
    contents: Contents
    districts: Collection[str]
    faults: list[Fault] = field(default_factory=list)

    def draw(self) -> None:
        """Plan every entry: agencies first, then the programmes that name them, then their locations."""
        self.faults += self.contents.faults
        above: dict[str, tuple[UUID, Row]] = {}
        for kind, shelf in self.shelves.items():
            for record, entry, id in self._identified(kind, shelf):
                columns = self._columns(record, entry, id, above)
                if columns is None:
                    self.contents.broken.add((kind, entry.slug))
                    continue
                planned = Planned(id, columns | {"archived": entry.archived}, shelf.stored.get(id))
                if planned.action == "updated" and planned.stored and planned.stored["archived"]:
                    self.faults.append(
                        record.fault(("archived",), "archived", "It was archived; it can be read, not changed.")
                    )
                shelf.planned[id] = planned
            above = shelf.by_slug()

    def _identified(self, kind: str, shelf: Shelf) -> list[tuple[Record, Entry, UUID]]:
        by_slug = {row["slug"]: id for id, row in shelf.stored.items()}
        slugs: set[str] = set()
        ids: set[UUID] = set()
        found = []
        for record, entry in self.contents.entries:
            if record.kind != kind:
                continue
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
        self.contents.broken |= {(kind, slug) for slug in slugs - {entry.slug for _, entry, _ in found}}
        return found

    def _columns(
        self, record: Record, entry: Entry, id: UUID, above: Mapping[str, tuple[UUID, Row]]
    ) -> dict[str, Any] | None:
        if isinstance(entry, AgencyEntry):
            return agency_keys(id, self.region) | entry.columns()
        if isinstance(entry, ProgramEntry):
            return self._program(record, entry, id, above)
        return self._location(record, entry, id, above)

    def _program(
        self, record: Record, entry: ProgramEntry, id: UUID, agencies: Mapping[str, tuple[UUID, Row]]
    ) -> dict[str, Any] | None:
        owner = None
        if entry.agency:
            found = agencies.get(entry.agency)
            if found is None:
                self._not_found(record, "agency", entry.agency)
                return None
            owner = found[0]
        return {"id": id, "region_code": self.region} | entry.columns(owner)

    def _location(
        self, record: Record, entry: LocationEntry, id: UUID, programs: Mapping[str, tuple[UUID, Row]]
    ) -> dict[str, Any] | None:
        program = programs.get(entry.program)
        stored = self.shelves["location"].stored.get(id)
        if program is None:
            self._not_found(record, "program", entry.program)
        elif stored and stored["program_id"] != program[0]:
            sentence = "A location stays with its programme; archive it and enter a new one."
            self.faults.append(record.fault(("program",), "fixed", sentence))
        if entry.district and not (entry.district in self.districts and lies_in(entry.district, self.region)):
            sentence = f"No district of region {self.region} has this code."
            self.faults.append(record.fault(("district",), "district_not_found", sentence))
        if program is None:
            return None
        # A stored location follows its programme to another agency after this, whether the file names it or not.
        agency = stored["agency_id"] if stored else program[1]["agency_id"]
        keys = {"id": id, "program_id": program[0], "region_code": self.region, "agency_id": agency}
        return keys | entry.columns()

    def _not_found(self, record: Record, kind: str, slug: str) -> None:
        if (kind, slug) not in self.contents.broken:
            sentence = f"No {kind} of this region, or of this file, has this slug."
            self.faults.append(record.fault((kind,), f"{kind}_not_found", sentence))
