"""Registry files on their way out and in, and a registry that has something of everything."""

import json
from typing import Any

import pytest

from services.kit.testing import Cast
from tests.unit.programs import bodies
from tests.unit.programs.feeds import drained

API = "/api/v1"
TYPES = {"json": "application/json", "csv": "text/csv"}
FORMATS = pytest.mark.parametrize("layout", TYPES)


async def made(cast: Cast, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await cast.call("POST", f"{API}/{kind}", json=body)
    assert answer.status_code == 201, answer.text
    thing: dict[str, Any] = answer.json()
    return thing


async def fill(cast: Cast, region: str) -> None:
    """A registry with something in every field, nothing in every field that may be empty, and archived things."""
    agency = await made(
        cast, "agencies", bodies.agency(region, name='Dinas "Kominfo", Batang', short_name="Diskominfo")
    )
    closed = await made(cast, "agencies", bodies.agency(region))
    whole = bodies.program(
        region, agency=agency["id"], name="=HYPERLINK(\"x\")", quick_win=True, free_of_charge=False, started="2018-04",
        description={"id": "-satu\nbaris; dua\r\n\"tiga\"", "en": "＝one"},
        partners=[{"name": "@mitra", "kind": "community", "role": "+62"}, {"name": "B", "kind": "other"}],
        respondent_groups=["sellers", "-visitors"],
        years=[{"year": 2018, "indicator": "Pengunjung", "target": "-1000.50", "achievement": "007", "unit": "orang"},
               {"year": 2019, "indicator": "Pengunjung"}],
        sources=[{"url": "https://example.org/a?b=c,d", "title": "'=T", "accessed": "2026-11-23"}],
    )  # fmt: skip
    program = await made(cast, "programs", whole)
    bare = await made(cast, "programs", bodies.program(region, agency=closed["id"], sub_dimension=None))
    district = f"{region}.01"
    point = {"type": "Point", "coordinates": [109.7312345678901, -6.9000000000000001]}
    await made(
        cast, "locations", bodies.location(program["id"], district=district, point=point, address="Jl. 1, no. 2")
    )
    place = await made(cast, "locations", bodies.location(bare["id"]))
    for kind, thing in (("locations", place), ("programs", bare), ("agencies", closed)):
        path = f"{API}/{kind}/{thing['id']}/archive"
        assert (await cast.call("POST", path, headers={"If-Match": '"1"'})).status_code == 200


async def exported(cast: Cast, layout: str, region: str = "33.25", role: str = "public") -> bytes:
    answer = await cast.call("GET", f"{API}/registry/export", role, params={"region": region, "format": layout})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="registry-{region}.{layout}"'
    assert answer.headers["content-type"].startswith(TYPES[layout])
    return answer.content


async def imported(
    cast: Cast, layout: str, content: bytes | str, region: str = "33.25", role: str = "admin", **claims: str
) -> Any:
    return await cast.call(
        "POST", f"{API}/registry/import", role, claims, params={"region": region}, content=content,
        headers={"Content-Type": TYPES[layout]},
    )  # fmt: skip


def document(region: str = "33.25", **lists: list[Any]) -> bytes:
    return json.dumps({"format": "tinjau-registry/1", "region": region} | lists).encode()


async def feed(cast: Cast) -> list[dict[str, Any]]:
    async with cast.as_("admin") as reader:
        return (await drained(reader))[0]
