"""What an import refuses: nothing of it is stored, and every fault is named where it stands."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.kit.auth import Access
from services.kit.database import Database
from services.kit.identity import Caller
from services.kit.scope import EVERYTHING
from services.kit.testing import Cast
from services.programs.agencies.schemas import AgencyBody
from services.programs.agencies.service import create as create_agency
from services.programs.exchange.routes import MAX_BYTES
from services.programs.exchange.service import MAX_ENTRIES
from tests.unit.programs import bodies
from tests.unit.programs.exchange import API, document, exported, feed, imported, made

ADMIN = Access(Caller("test:admin", "admin"), EVERYTHING)
BATANG = {"region": "33.25"}


HEADER = (
    "record,slug,id,agency,program,name,description_id,description_en,dimension,sub_dimension,quick_win,status,started,"
    "kind,year,indicator,target,url,accessed,district,longitude,latitude,archived\n"
)


def row(**cells: str) -> str:
    return ",".join(cells.get(name, "") for name in HEADER.strip().split(",")) + "\n"


Faulty = list[tuple[str, list[tuple[str, str]]]]


def agencies_at_fault(taken: dict[str, Any], foreign: str) -> Faulty:
    """Rows of agencies, each with the columns and codes of its faults."""
    return [
        (row(record="agency", slug="ok", name="Fine"), []),
        (row(record="agency", slug="Not ok", name="A"), [("slug", "string_pattern_mismatch")]),
        (row(record="agency", slug="unnamed"), [("name", "missing")]),
        (row(record="agency", slug="ok", name="Twice"), [("slug", "repeated_slug")]),
        (row(record="agency", slug="foreign", name="A", id=foreign), [("id", "id_elsewhere")]),
        (row(record="agency", slug="no-id", name="A", id="7"), [("id", "uuid_parsing")]),
        (row(record="agency", slug=taken["slug"], name="A", id=str(uuid4())), [("slug", "slug_taken")]),
        (row(record="agency", slug="renamed", name="A", id=taken["id"]), []),
        (row(record="agency", slug="renamed-again", name="A", id=taken["id"]), [("id", "repeated_id")]),
        (row(record="agency", slug="half", name="A", archived="perhaps"), [("archived", "bool_type")]),
    ]  # fmt: skip


def programs_at_fault() -> Faulty:
    """Rows of programmes and their parts."""
    good = {"dimension": "living", "status": "running", "name": "P"}
    return [
        (row(record="program", slug="p", **good), []),
        (row(record="partner", program="p", name="A", kind="friend"), [("kind", "literal_error")]),
        (row(record="partner", program="p", kind="other"), [("name", "missing")]),
        (row(record="respondent_group", program="p"), [("name", "string_too_short")]),
        (row(record="year", program="p", year="soon", indicator="i"), [("year", "int_type")]),
        (row(record="year", program="p", year="2018", indicator="i", target="4;6"), [("target", "amount")]),
        (row(record="source", program="p", url="ftp://x", accessed="2018"),
         [("url", "string_pattern_mismatch"), ("accessed", "day")]),
        (row(record="program", slug="q", **good), []),
        (row(record="year", program="q", year="2018", indicator="i"), []),
        (row(record="year", program="q", year="2018", indicator="i"), [("record", "repeated_year")]),
        (row(record="program", slug="r", **good | {"dimension": "farming", "status": "paused"}),
         [("dimension", "unknown_dimension"), ("status", "literal_error")]),
        (row(record="program", slug="s", **good, sub_dimension="tourism", started="2018-13", quick_win="1"),
         [("sub_dimension", "unknown_sub_dimension"), ("quick_win", "bool_type"), ("started", "partial_date")]),
        (row(record="program", slug="t", **good, description_en="only"), [("description_id", "missing")]),
        (row(record="program", slug="u", **good, agency="nobody"), [("agency", "agency_not_found")]),
        (row(record="program", slug="v", **good, agency="half"), []),
        (row(record="program", slug="w", **good, agency="ok"), []),
    ]  # fmt: skip


def locations_at_fault() -> Faulty:
    """Rows of locations, and some that are nothing."""
    return [
        (row(record="location", slug="l", program="nothing", name="L"), [("program", "program_not_found")]),
        (row(record="location", slug="m", program="w", name="L", district="33.25.01"),
         [("district", "district_not_found")]),
        (row(record="location", slug="n", program="u", name="L", longitude="4.9", latitude="52.4"),
         [("longitude", "outside_indonesia")]),
        (row(record="location", slug="o", program="w", name="L", longitude="109", latitude="91"),
         [("latitude", "latitude")]),
        (row(record="location", slug="x", program="w", name="L", latitude="-6.9"),
         [("longitude", "geojson_coordinates")]),
        (row(record="location", slug="y", program="r", name="of a programme with faults"), []),
        (row(record="agency", slug="z", name="A", url="https://x"), [("url", "unused_column")]),
        (row(record="agencies", slug="z", name="A"), [("record", "unknown_record")]),
    ]  # fmt: skip


async def test_every_fault_of_a_csv_file_is_named_by_row_and_column_and_nothing_is_stored(cast: Cast) -> None:
    other = await made(cast, "agencies", bodies.agency("33.21"))
    taken = await made(cast, "agencies", bodies.agency("33.22"))
    lines = agencies_at_fault(taken, other["id"]) + programs_at_fault() + locations_at_fault()
    expected = [(number, *fault) for number, (_, faults) in enumerate(lines, start=2) for fault in faults]
    before = await feed(cast)
    answer = await imported(cast, "csv", HEADER + "".join(line for line, _ in lines), "33.22")
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/import-refused")
    assert sorted((one["row"], one["column"], one["code"]) for one in problem["faults"]) == sorted(expected)
    assert [one["row"] for one in problem["faults"]] == sorted(one["row"] for one in problem["faults"])
    for fault, error in zip(problem["faults"], problem["errors"], strict=True):
        assert error["pointer"] == f"/{fault['row']}/{fault['column']}"
        assert error["detail"].startswith(f"Row {fault['row']}, column {fault['column']}: ")
    listed = (await cast.call("GET", f"{API}/agencies", params={"region": "33.22", "archived": "any"})).json()
    assert [one["slug"] for one in listed["items"]] == [taken["slug"]]
    assert await feed(cast) == before


async def test_every_fault_of_a_json_file_is_named_by_its_pointer(cast: Cast) -> None:
    content = {
        "format": "tinjau-registry/2",
        "region": "35.71",
        "a/b~c": 1,
        "1" * 5000: 1,
        "\ud800": 1,
        "agencies": [{"slug": "a", "name": "A", "colour": "red"}, 7, {}],
        "programs": {"slug": "a"},
        "locations": [
            {"slug": "l", "program": "none", "name": "L\0", "point": {"type": "Point", "coordinates": [1e400, 0]}},
            {"slug": "m", "program": "none", "name": "M"},
            {"slug": "n", "program": "none", "name": "\ud800"},
        ],
    }
    answer = await imported(cast, "json", json.dumps(content).replace("Infinity", "1e400"), "33.20")
    problem = answer.json()
    assert problem["type"] == "/problems/import-refused"
    assert "faults" not in problem
    assert {(one["pointer"], one["code"]) for one in problem["errors"]} == {
        ("/format", "other_format"),
        ("/region", "other_region"),
        ("/a~1b~0c", "extra_forbidden"),
        ("/" + "1" * 5000, "extra_forbidden"),
        ("/?", "extra_forbidden"),
        ("/agencies/0/colour", "extra_forbidden"),
        ("/agencies/1", "object_type"),
        ("/agencies/2/slug", "missing"),
        ("/agencies/2/name", "missing"),
        ("/programs", "list_type"),
        ("/locations/0/name", "string_pattern_mismatch"),
        ("/locations/0/point", "geojson_coordinates"),
        ("/locations/1/program", "program_not_found"),
        ("/locations/2/name", "string_unicode"),
    }


async def test_a_location_stays_with_its_programme(cast: Cast) -> None:
    first, second = [await made(cast, "programs", bodies.program("33.16")) for _ in range(2)]
    place = await made(cast, "locations", bodies.location(first["id"]))
    entry = {"slug": place["slug"], "name": place["name"], "program": second["slug"]}
    answer = await imported(cast, "json", document("33.16", locations=[entry]), "33.16")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/locations/0/program", "fixed")]


@pytest.mark.parametrize(
    ("layout", "content"),
    [
        ("json", b""),
        ("json", b"{"),
        ("json", b"[]"),
        ("json", b"null"),
        ("json", b'{"agencies": [NaN]}'),
        ("json", b'{"agencies": [' + b"9" * 5000 + b"]}"),
        ("json", b'{"agencies": [1e99999999999999999999]}'),
        ("json", b"[" * 200_000),
        ("json", b"\xff\xfe\xff"),
        ("csv", b"\xff\xfe\xff"),
        ("csv", b'record,slug\nagency,"x'),
        ("csv", b"record,slug\nagency," + b"x" * 200_000),
    ],
)
async def test_what_is_no_such_file_is_malformed(cast: Cast, layout: str, content: bytes) -> None:
    answer = await imported(cast, layout, content)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed"), answer.text


async def test_other_types_and_too_large_files_are_refused(cast: Cast) -> None:
    for kind in ("application/xml", "multipart/form-data", ""):
        answer = await cast.call(
            "POST", f"{API}/registry/import", params={"region": "33.25"}, content=b"{}", headers={"Content-Type": kind}
        )
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")
    heavy = await imported(cast, "csv", b"x" * (MAX_BYTES + 1))
    assert (heavy.status_code, heavy.json()["type"]) == (413, "/problems/payload-too-large")
    many = await imported(cast, "json", document(agencies=[{}] * (MAX_ENTRIES + 1)))
    assert (many.status_code, many.json()["type"]) == (413, "/problems/payload-too-large")


@pytest.mark.parametrize(
    ("role", "claims", "status"),
    [
        ("admin", {}, 200),
        ("ministry", {}, 200),
        ("team", BATANG, 200),
        ("team", {"region": "33"}, 200),
        ("team", {"region": "35.71"}, 404),
        ("team", {"region": "33.2"}, 404),
        ("team", {}, 403),
        ("agency", BATANG | {"agency": str(uuid4())}, 403),
        ("mentor", BATANG, 403),
        ("enumerator", BATANG, 403),
        ("integrator", BATANG, 403),
        ("public", {}, 401),
        (None, {}, 401),
    ],
)
async def test_who_may_import(cast: Cast, role: str | None, claims: dict[str, str], status: int) -> None:
    answer = await cast.call(
        "POST", f"{API}/registry/import", role, claims, params={"region": "33.25"}, json={"agencies": []}
    )
    assert answer.status_code == status
    if status == 404:
        assert answer.json()["type"] == "/problems/region-not-found"


async def test_everyone_exports_and_nobody_imports_without_being_known_first(cast: Cast) -> None:
    for role in ("public", "agency", "integrator"):
        assert json.loads(await exported(cast, "json", role=role))["region"] == "33.25"
    assert (await cast.call("GET", f"{API}/registry/export?region=33.25", role=None)).status_code == 401
    stranger = await cast.call("POST", f"{API}/registry/import?region=33.25", role=None, content=b"x")
    assert stranger.status_code == 401


async def test_a_region_that_is_none_is_not_found_and_a_format_that_is_none_is_refused(cast: Cast) -> None:
    for method, path in (("GET", "export"), ("POST", "import")):
        answer = await cast.call(
            method, f"{API}/registry/{path}", params={"region": "33.99"}, **({"json": {}} if method == "POST" else {})
        )
        assert answer.status_code == 404
        missing = await cast.call(method, f"{API}/registry/{path}", **({"json": {}} if method == "POST" else {}))
        assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "region")
    answer = await cast.call("GET", f"{API}/registry/export", params={"region": "33.25", "format": "xml"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "format")


@pytest.mark.parametrize(
    ("entry", "problem"), [({"slug": "wanted"}, "conflict"), ({"slug": "wanted", "id": True}, "slug-taken")]
)
async def test_a_file_that_meets_a_change_made_meanwhile_is_refused_whole(
    cast: Cast, url: str, entry: dict[str, Any], problem: str
) -> None:
    region = {"conflict": "33.15", "slug-taken": "33.14"}[problem]
    known = await made(cast, "agencies", bodies.agency(region))
    renamed = entry | {"name": "A"} | ({"id": known["id"]} if "id" in entry else {})
    file = document(region, agencies=[{"slug": "another", "name": "B"}, renamed])
    own = Database(url, "programs", pool=2)
    try:
        async with own.transaction() as write:
            await create_agency(write, AgencyBody(**bodies.agency(region, slug="wanted")), ADMIN)
            importing = asyncio.create_task(imported(cast, "json", file, region))
            async with asyncio.timeout(20):
                while not await blocked(own):  # noqa: ASYNC110 - it comes true in the database
                    await asyncio.sleep(0.01)
        answer = await importing
    finally:
        await own.close()
    assert (answer.status_code, answer.json()["type"]) == (409, f"/problems/{problem}")
    listed = (await cast.call("GET", f"{API}/agencies", params={"region": region})).json()["items"]
    assert {one["slug"] for one in listed} == {"wanted", known["slug"]}


async def blocked(database: Database) -> bool:
    async with database.reading() as reading:
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        return bool(await reading.value(waiting, EVERYTHING))
