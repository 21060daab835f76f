"""Finding regions, and loading the edition that this installation carries."""

import csv
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, NotFound
from services.kit.scope import Scope
from services.programs.problems import RegionNotFound
from services.programs.regions import repository
from services.programs.regions.schemas import Region, RegionWithParents

# Parents before children, as the foreign key wants them; the column that names the parent beside each.
LEVELS = (("province", "provinces", None), ("regency", "regencies", "province_code"),
          ("district", "districts", "regency_code"))  # fmt: skip


async def listed(
    reading: Reading, *, level: str | None, parent: str | None, name: str | None, cursor: str | None, limit: int
) -> Page[Region]:
    """A page of regions by code, or by how well the name fits and then by code."""
    after = decode(cursor, str, str) if cursor else None
    rows = await repository.page(reading, level=level, parent=parent, name=name, after=after, limit=limit)
    kept, following = cut(rows, limit, "rank", "code")
    return Page(items=[_present(row) for row in kept], next=following)


async def find(reading: Reading, code: str) -> RegionWithParents:
    """A region and those above it. Raises NotFound."""
    steps = code.split(".")
    chain = await repository.among(reading, [".".join(steps[: depth + 1]) for depth in range(len(steps))])
    found = [_present(row) for row in chain]
    if not found or found[-1].code != code:
        raise NotFound(f"There is no region {code}.")
    return RegionWithParents(**found[-1].model_dump(), parents=found[:-1])


async def writable(reading: Reading, code: str, scope: Scope) -> None:
    """Raises RegionNotFound for a region that does not exist, and just the same for one outside the caller's rows."""
    region_claim = {name: value for name, value in scope.claims.items() if name == "region"}
    if not Scope(region_claim).covers(region=code) or await repository.get(reading, code) is None:
        raise RegionNotFound(
            f"There is no region {code} in which you may write.",
            errors=[FieldError("/region", "region_not_found", "Name a region of yours by its code.")],
        )


async def districts(reading: Reading, codes: Sequence[str]) -> set[str]:
    """Those of the codes that are districts."""
    return {row.code for row in await repository.among(reading, codes) if row.level == "district"}


async def load_edition(write: Transaction) -> int:
    """Load the regions in `data`; the number that were new or changed, 0 when all of them were there already."""
    data = files("services.programs.regions").joinpath("data")
    edition = json.loads(data.joinpath("edition.json").read_text(encoding="utf-8"))
    return await repository.load(write, list(_files()), edition["code_system"], edition["edition"])


def _files() -> Iterator[tuple[str, str, str, str | None]]:
    data = files("services.programs.regions").joinpath("data")
    for level, name, parent in LEVELS:
        with data.joinpath(f"{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield row["code"], row["name"], level, row[parent] if parent else None


def _present(row: Any) -> Region:
    return Region(
        code=row.code, name=row.name, level=row.level, parent=row.parent, code_system=row.code_system,
        edition=row.edition,
    )  # fmt: skip
