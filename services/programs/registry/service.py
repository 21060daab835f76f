"""The code list of dimensions that this installation carries, read once."""

from functools import cache
from importlib.resources import files

from services.programs.registry.domain import CodeList, Entry
from services.programs.registry.schemas import Dimensions, SubDimension

EDITION = "dimensions-2024.json"


@cache
def dimensions() -> Dimensions:
    """The list as it is answered."""
    path = files("services.programs.registry").joinpath("data", EDITION)
    return Dimensions.model_validate_json(path.read_bytes())


@cache
def code_list() -> CodeList:
    """The list as names are looked up in it."""
    listed = dimensions()
    return CodeList.compile(
        listed.version, [(_entry(one), [_entry(sub) for sub in one.sub_dimensions]) for one in listed.dimensions]
    )


def _entry(one: SubDimension) -> Entry:
    return Entry(one.key, (one.label.id, one.label.en, *one.aliases))
