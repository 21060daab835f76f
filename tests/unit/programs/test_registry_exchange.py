"""A region's registry as one file: out and in again, exactly; by hand; what it changes and what it leaves alone."""

import json
from collections.abc import AsyncIterator

import pytest

from services.kit.testing import Cast, Cluster, Signer, database_name, running
from services.programs.app import create_app
from services.programs.settings import Settings
from tests.unit.programs import bodies
from tests.unit.programs.conftest import registry
from tests.unit.programs.exchange import API, FORMATS, TYPES, document, exported, feed, fill, imported, made


@pytest.fixture
async def elsewhere(cluster: Cluster, signer: Signer) -> AsyncIterator[Cast]:
    """Another installation, with regions and an empty registry."""
    url = await registry(cluster, f"{database_name('programs')}_elsewhere")
    settings = Settings(database_url=url, public_key_file=signer.public_key_file, log_level="WARNING")
    async with running(create_app(settings), signer) as people:
        yield people


@FORMATS
async def test_an_export_comes_back_byte_for_byte_in_another_installation(
    cast: Cast, elsewhere: Cast, layout: str
) -> None:
    await fill(cast, "33.25")
    file = await exported(cast, layout)
    answer = await imported(elsewhere, layout, file)
    assert answer.status_code == 200, answer.text
    tally = answer.json()
    assert (tally["region"], tally["dry_run"]) == ("33.25", False)
    for kind in ("agencies", "programs", "locations"):
        assert tally[kind]["created"] >= 2
        assert (tally[kind]["updated"], tally[kind]["unchanged"]) == (0, 0)
    for same in TYPES:
        assert await exported(elsewhere, same) == await exported(cast, same)
    created = await feed(elsewhere)
    assert {change["action"] for change in created} == {"created"}
    entities = [change["entity"] for change in created]
    assert entities == sorted(entities, key=["agency", "program", "location"].index)

    again = (await imported(elsewhere, layout, file)).json()
    assert [(again[kind]["created"], again[kind]["updated"]) for kind in ("agencies", "programs", "locations")] == [
        (0, 0)
    ] * 3
    assert again["programs"]["unchanged"] == tally["programs"]["created"]
    assert await feed(elsewhere) == created


@FORMATS
async def test_the_export_of_a_region_without_anything_is_a_file_that_can_be_imported(cast: Cast, layout: str) -> None:
    file = await exported(cast, layout, "34.71")
    answer = await imported(cast, layout, file, "34.71")
    assert (answer.status_code, answer.json()["agencies"]) == (200, {"created": 0, "updated": 0, "unchanged": 0})


async def test_a_csv_export_begins_so_that_spreadsheets_read_it_right_and_runs_nothing(cast: Cast) -> None:
    await fill(cast, "33.26")
    file = await exported(cast, "csv", "33.26")
    assert file.startswith(b"\xef\xbb\xbfrecord,slug,id,")
    assert b"'=HYPERLINK" in file
    assert b",=" not in file
    assert b',"=' not in file


@FORMATS
async def test_a_byte_order_mark_is_no_part_of_an_import(cast: Cast, layout: str) -> None:
    text = {"csv": b"record,slug,name\nagency,with-mark,A\n", "json": document("33.27", agencies=[])}[layout]
    for content in (b"\xef\xbb\xbf" + text, text):
        assert (await imported(cast, layout, content, "33.27")).status_code == 200


async def test_a_file_by_hand_creates_changes_and_leaves_alone(cast: Cast) -> None:
    region = "33.28"
    first = (
        "record;slug;agency;program;name;dimension;status;year;indicator;target;district;longitude;latitude\n"
        "agency;dinkes;;;Dinas Kesehatan\n"
        "program;klinik;dinkes;;Klinik;Smart Living;running\n"
        "year;;;klinik;;;;2019;Pasien;28.60\n"
        "location;puskesmas;;klinik;Puskesmas;;;;;;33.28.01;109.1;-7\n"
    )
    answer = await imported(cast, "csv", first, region)
    assert answer.status_code == 200, answer.text
    program = (await cast.call("GET", f"{API}/programs", params={"region": region})).json()["items"][0]
    agency = (await cast.call("GET", f"{API}/agencies", params={"region": region})).json()["items"][0]
    place = (await cast.call("GET", f"{API}/locations", params={"region": region})).json()["items"][0]
    assert (program["dimension"], program["years"][0]["target"], program["agency"]) == ("living", "28.60", agency["id"])
    assert (place["program"], place["agency"], place["point"]["coordinates"]) == (
        program["id"], agency["id"], [109.1, -7.0],
    )  # fmt: skip
    before = await feed(cast)

    second = "record,slug,name,program\nagency,dinkes,Dinas Kesehatan Tegal,\nlocation,posyandu,Posyandu,klinik\n"
    tally = (await imported(cast, "csv", second, region)).json()
    assert tally["agencies"] == {"created": 0, "updated": 1, "unchanged": 0}
    assert tally["programs"] == {"created": 0, "updated": 0, "unchanged": 0}
    assert tally["locations"] == {"created": 1, "updated": 0, "unchanged": 0}
    renamed = (await cast.call("GET", f"{API}/agencies/{agency['id']}")).json()
    assert (renamed["name"], renamed["version"]) == ("Dinas Kesehatan Tegal", 2)
    news = (await feed(cast))[len(before) :]
    assert [(one["entity"], one["action"], one["version"]) for one in news] == [
        ("agency", "updated", 2), ("location", "created", 1),
    ]  # fmt: skip
    assert news[0]["data"] == renamed


async def test_a_thing_is_renamed_by_its_id(cast: Cast) -> None:
    agency = await made(cast, "agencies", bodies.agency("33.29"))
    program = await made(cast, "programs", bodies.program("33.29", agency=agency["id"]))
    file = document("33.29", agencies=[{"id": agency["id"], "slug": "renamed", "name": "Renamed"}],
                    programs=[{"slug": program["slug"], "name": "P", "dimension": "branding", "status": "ended",
                               "agency": "renamed"}])  # fmt: skip
    answer = await imported(cast, "json", file, "33.29")
    assert answer.status_code == 200, answer.text
    assert (await cast.call("GET", f"{API}/agencies/{agency['id']}")).json()["slug"] == "renamed"
    assert (await cast.call("GET", f"{API}/programs/{program['id']}")).json()["agency"] == agency["id"]


async def test_locations_follow_their_programme_to_the_agency_that_a_file_names(cast: Cast) -> None:
    agencies = [await made(cast, "agencies", bodies.agency("33.24")) for _ in range(2)]
    program = await made(cast, "programs", bodies.program("33.24", agency=agencies[0]["id"]))
    places = [await made(cast, "locations", bodies.location(program["id"])) for _ in range(2)]
    path = f"{API}/locations/{places[0]['id']}/archive"
    assert (await cast.call("POST", path, headers={"If-Match": '"1"'})).status_code == 200
    content = json.loads(await exported(cast, "json", "33.24"))
    content["programs"][0]["agency"] = agencies[1]["slug"]
    answer = await imported(cast, "json", json.dumps(content), "33.24")
    assert answer.status_code == 200, answer.text
    assert answer.json()["programs"] == {"created": 0, "updated": 1, "unchanged": 0}
    for place in places:
        moved = (await cast.call("GET", f"{API}/locations/{place['id']}")).json()
        assert moved["agency"] == agencies[1]["id"]


async def test_a_dry_run_says_the_same_and_stores_nothing(cast: Cast) -> None:
    file = document("33.23", agencies=[{"slug": "a", "name": "A"}])
    before = await feed(cast)
    answer = await cast.call(
        "POST", f"{API}/registry/import", params={"region": "33.23", "dry_run": "true"}, content=file,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.json()["agencies"] == {"created": 1, "updated": 0, "unchanged": 0}
    assert answer.json()["dry_run"]
    assert (await cast.call("GET", f"{API}/agencies", params={"region": "33.23"})).json()["items"] == []
    assert await feed(cast) == before


@FORMATS
async def test_what_was_archived_is_not_changed_by_a_file_and_may_stand_in_it_unchanged(
    cast: Cast, layout: str
) -> None:
    region = {"json": "33.18", "csv": "33.19"}[layout]
    agency = await made(cast, "agencies", bodies.agency(region))
    archived = await cast.call("POST", f"{API}/agencies/{agency['id']}/archive", headers={"If-Match": '"1"'})
    file = await exported(cast, layout, region)
    assert (await imported(cast, layout, file, region)).json()["agencies"]["unchanged"] == 1
    back = file.replace(b"true", b"false")
    answer = await imported(cast, layout, back, region)
    assert (answer.status_code, [one["code"] for one in answer.json()["errors"]]) == (422, ["archived"])
    assert (await cast.call("GET", f"{API}/agencies/{agency['id']}")).json() == archived.json()


async def test_a_file_archives_what_it_says_is_archived(cast: Cast) -> None:
    agency = await made(cast, "agencies", bodies.agency("33.17"))
    file = document("33.17", agencies=[{"slug": agency["slug"], "name": agency["name"], "archived": True}])
    assert (await imported(cast, "json", file, "33.17")).json()["agencies"]["updated"] == 1
    assert (await cast.call("GET", f"{API}/agencies/{agency['id']}")).json()["archived"]
