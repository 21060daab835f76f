"""The visits of a review: what they are part of, which of them a filter selects, and what their groups are called."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.reports.index.suppression import WHOLE, Part

NONE = ""
BY_PLACE = ("program", "location", "visit")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as far as an index needs it. `program` and `location` are ids, or '' where there is none."""

    id: UUID
    program: str
    location: str
    name: str
    program_name: str | None
    location_name: str | None
    region: str
    agency: str | None
    population: int | None
    services: Sequence[Mapping[str, Any]]

    @property
    def path(self) -> Part:
        """The innermost part of the review."""
        return (self.program, self.location, str(self.id))

    def place(self, kind: str) -> str:
        """The id of its programme, location or its own."""
        return {"program": self.program, "location": self.location, "visit": str(self.id)}[kind]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a caller wants to see of a review; all of it when nothing is named."""

    program: UUID | None = None
    location: UUID | None = None
    visit: UUID | None = None

    def named(self) -> dict[str, str | None]:
        """Each as text."""
        chosen = {"program": self.program, "location": self.location, "visit": self.visit}
        return {kind: str(id) if id else None for kind, id in chosen.items()}

    def select(self, visits: Sequence[Visit]) -> list[Visit]:
        """The visits that it is about."""
        wanted = {kind: id for kind, id in self.named().items() if id}
        return [one for one in visits if all(one.place(kind) == id for kind, id in wanted.items())]

    def parts(self, selected: Collection[Visit]) -> list[Part]:
        """The fewest parts that make up the selected visits."""
        depth = 3 if self.visit else 2 if self.location else 1 if self.program else 0
        return sorted({one.path[:depth] for one in selected}) or [WHOLE]


def parts_of_place(kind: str, visits: Collection[Visit]) -> list[Part]:
    """The fewest parts that make up the visits of one programme, location or visit."""
    depth = 1 + BY_PLACE.index(kind)
    return sorted({one.path[:depth] for one in visits})


def population(visits: Collection[Visit]) -> int | None:
    """How many people the visits are about; None unless it is known for each."""
    known = [one.population for one in visits if one.population is not None]
    return sum(known) if visits and len(known) == len(visits) else None


def visit(data: Mapping[str, Any]) -> Visit:
    """A visit from its copy."""
    return Visit(
        id=UUID(data["id"]),
        program=data["program"] or NONE,
        location=data["location"] or NONE,
        name=data["name"],
        program_name=data["program_name"],
        location_name=data["location_name"],
        region=data["region"],
        agency=data["agency"],
        population=data["population"],
        services=data["services"],
    )
