"""The registry of Batang: agencies, the six programmes and where they serve people, as public sources tell it."""

from collections.abc import Callable, Mapping
from typing import Any

from ops.api import Api
from ops.demo.source import identity, load

Step = Callable[[], None]

PROGRAM_FIELDS = (
    "region", "slug", "name", "description", "dimension", "sub_dimension", "quick_win", "free_of_charge", "status",
    "started", "partners", "years", "sources",
)  # fmt: skip
LOCATION_FIELDS = ("slug", "name", "address", "district", "point")


def size() -> int:
    """How many things `enter` makes sure of."""
    batang = load("batang")
    places = sum(len(program["locations"]) for program in batang["programs"])
    return len(batang["agencies"]) + len(batang["programs"]) + places


def enter(api: Api, step: Step) -> int:
    """Put what is missing into the registry; how many things that were. `step` is called after each."""
    batang = load("batang")
    made = 0
    for agency in batang["agencies"]:
        body = {"id": str(identity("agency", agency["slug"])), **agency}
        made += _ensure(api, "/agencies", body, step)
    for program in batang["programs"]:
        made += _ensure(api, "/programs", program_body(program), step)
        for location in program["locations"]:
            body = location_body(program, location)
            made += _ensure(api, "/locations", body, step)
    return made


def program_body(program: Mapping[str, Any]) -> dict[str, Any]:
    """A programme of the file as the API takes it."""
    agency, labels = program["agency"], load("batang")["respondent_groups"]
    return {
        "id": str(identity("program", program["slug"])),
        "agency": str(identity("agency", agency)) if agency else None,
        "respondent_groups": [labels[group]["id"] for group in program["respondent_groups"]],
        **{name: program[name] for name in PROGRAM_FIELDS},
    }


def location_body(program: Mapping[str, Any], location: Mapping[str, Any]) -> dict[str, Any]:
    """A location of the file as the API takes it."""
    return {
        "id": str(identity("location", program["slug"], location["slug"])),
        "program": str(identity("program", program["slug"])),
        **{name: location[name] for name in LOCATION_FIELDS},
    }


def _ensure(api: Api, path: str, body: Mapping[str, Any], step: Step) -> bool:
    _, made = api.ensure(path, body)
    step()
    return made
