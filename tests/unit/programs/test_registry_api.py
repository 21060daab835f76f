"""Agencies, programmes and locations through the API: what is stored, what is refused, who may do it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.kit.testing import Cast
from tests.unit.programs import bodies
from tests.unit.programs.exchange import API, made

ADMIN = "admin"
BATANG = {"region": "33.25"}
KEDIRI = {"region": "35.71"}


async def sample(cast: Cast, kind: str, region: str = "33.25") -> tuple[dict[str, Any], dict[str, Any]]:
    """A stored thing of a kind, and the body it came from."""
    if kind == "locations":
        owner = await made(cast, "programs", bodies.program(region))
        body = bodies.location(owner["id"])
    else:
        body = bodies.agency(region) if kind == "agencies" else bodies.program(region)
    return await made(cast, kind, body), body


def named(answer: Any) -> tuple[int, str, list[str]]:
    problem = answer.json()
    return (
        answer.status_code,
        problem["type"].rpartition("/")[2],
        [fault["pointer"] for fault in problem.get("errors", [])],
    )


KINDS = pytest.mark.parametrize("kind", ["agencies", "programs", "locations"])


@KINDS
async def test_what_is_created_can_be_read_by_everyone(cast: Cast, kind: str) -> None:
    thing, body = await sample(cast, kind)
    answer = await cast.call("GET", f"{API}/{kind}/{thing['id']}", role="public")
    assert answer.json() == thing
    assert answer.headers["ETag"] == '"1"'
    assert {name: thing[name] for name in body} == body
    assert (thing["version"], thing["archived"], thing["region"]) == (1, False, "33.25")


@KINDS
async def test_a_client_may_make_the_id_and_it_serves_once(cast: Cast, kind: str) -> None:
    _, body = await sample(cast, kind)
    chosen = body | {"id": str(uuid4()), "slug": bodies.slug("own")}
    answer = await cast.call("POST", f"{API}/{kind}", json=chosen)
    assert answer.headers["Location"] == f"{API}/{kind}/{chosen['id']}"
    again = await cast.call("POST", f"{API}/{kind}", json=chosen | {"slug": bodies.slug("other")})
    assert named(again) == (409, "already-exists", ["/id"])


@KINDS
async def test_a_slug_serves_once_in_a_region(cast: Cast, kind: str) -> None:
    thing, body = await sample(cast, kind)
    again = await cast.call("POST", f"{API}/{kind}", json=body)
    assert named(again) == (409, "slug-taken", ["/slug"])
    other, other_body = await sample(cast, kind)
    renamed = await cast.call(
        "PUT", f"{API}/{kind}/{other['id']}", json=other_body | {"slug": thing["slug"]}, headers={"If-Match": '"1"'}
    )
    assert named(renamed) == (409, "slug-taken", ["/slug"])
    elsewhere, elsewhere_body = await sample(cast, kind, region="35.71")
    moved = await cast.call(
        "PUT", f"{API}/{kind}/{elsewhere['id']}", json=elsewhere_body | {"slug": thing["slug"]},
        headers={"If-Match": '"1"'},
    )  # fmt: skip
    assert moved.status_code == 200


@KINDS
async def test_a_change_needs_the_version_it_was_made_from(cast: Cast, kind: str) -> None:
    thing, body = await sample(cast, kind)
    path = f"{API}/{kind}/{thing['id']}"
    assert named(await cast.call("PUT", path, json=body))[:2] == (428, "precondition-required")
    changed = await cast.call("PUT", path, json=body | {"name": "Renamed"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json()["name"]) == (200, '"2"', "Renamed")
    assert changed.json()["updated_at"] > changed.json()["created_at"]
    stale = await cast.call("PUT", path, json=body, headers={"If-Match": '"1"'})
    assert named(stale)[:2] == (412, "precondition-failed")
    assert stale.json()["current"] == '"2"'
    assert named(await cast.call("PUT", path, json=body, headers={"If-Match": "two"}))[:2] == (400, "malformed")
    assert (await cast.call("GET", path)).json() == changed.json()


@KINDS
async def test_of_many_writers_from_one_version_one_wins(cast: Cast, kind: str) -> None:
    thing, body = await sample(cast, kind)
    path = f"{API}/{kind}/{thing['id']}"
    answers = await asyncio.gather(*(
        cast.call("PUT", path, json=body | {"name": f"Writer {number}"}, headers={"If-Match": '"1"'})
        for number in range(8)
    ))  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert (await cast.call("GET", path)).json() == winner.json()
    assert winner.json()["version"] == 2


@KINDS
async def test_archiving_takes_a_thing_out_of_use_once(cast: Cast, kind: str) -> None:
    thing, body = await sample(cast, kind)
    path = f"{API}/{kind}/{thing['id']}"
    assert named(await cast.call("POST", f"{path}/archive"))[:2] == (428, "precondition-required")
    assert named(await cast.call("POST", f"{path}/archive", headers={"If-Match": '"9"'}))[0] == 412
    archived = await cast.call("POST", f"{path}/archive", headers={"If-Match": '"1"'})
    assert (archived.json()["archived"], archived.headers["ETag"]) == (True, '"2"')
    again = await cast.call("POST", f"{path}/archive", headers={"If-Match": '"2"'})
    assert again.json() == archived.json()
    edited = await cast.call("PUT", path, json=body, headers={"If-Match": '"2"'})
    assert named(edited)[:2] == (409, "archived")
    for wanted, there in (("false", False), ("true", True), ("any", True)):
        listed = await cast.call("GET", f"{API}/{kind}", params={"archived": wanted, "limit": "500"})
        assert (thing["id"] in [item["id"] for item in listed.json()["items"]]) == there


@KINDS
async def test_what_is_not_there_is_404_and_what_is_unknown_in_a_body_422(cast: Cast, kind: str) -> None:
    _, body = await sample(cast, kind)
    nowhere = f"{API}/{kind}/{uuid4()}"
    assert named(await cast.call("GET", nowhere))[:2] == (404, "not-found")
    assert named(await cast.call("PUT", nowhere, json=body, headers={"If-Match": '"1"'}))[0] == 404
    assert named(await cast.call("POST", f"{nowhere}/archive", headers={"If-Match": '"1"'}))[0] == 404
    assert named(await cast.call("POST", f"{API}/{kind}", json=body | {"colour": "red"})) == (
        422,
        "invalid",
        ["/colour"],
    )
    torn = await cast.call("POST", f"{API}/{kind}", content=b"{", headers={"Content-Type": "application/json"})
    assert named(torn)[:2] == (400, "malformed")
    assert named(await cast.call("POST", f"{API}/{kind}", json=body | {"name": "a\0b"}))[:2] == (422, "invalid")
    for cursor in ("nonsense", "WyJhXHUwMDAwIiwiYiJd"):
        assert named(await cast.call("GET", f"{API}/{kind}", params={"cursor": cursor}))[:2] == (400, "malformed")


@KINDS
async def test_a_write_in_another_region_finds_nothing(cast: Cast, kind: str) -> None:
    thing, body = await sample(cast, kind)
    path = f"{API}/{kind}/{thing['id']}"
    for call in (("PUT", path, {"json": body}), ("POST", f"{path}/archive", {})):
        method, address, request = call
        answer = await cast.call(method, address, "team", KEDIRI, headers={"If-Match": '"1"'}, **request)
        assert named(answer)[0] == 404
    created = await cast.call("POST", f"{API}/{kind}", "team", KEDIRI, json=body | {"slug": bodies.slug("new")})
    expected = "not-found" if kind == "locations" else "region-not-found"
    assert named(created) == (404, expected, ["/program" if kind == "locations" else "/region"])
    assert (await cast.call("GET", path)).json() == thing


@KINDS
async def test_a_team_and_a_province_above_it_write_in_their_region(cast: Cast, kind: str) -> None:
    _, body = await sample(cast, kind)
    for claims in (BATANG, {"region": "33"}):
        answer = await cast.call("POST", f"{API}/{kind}", "team", claims, json=body | {"slug": bodies.slug("new")})
        assert answer.status_code == 201


@KINDS
@pytest.mark.parametrize("role", ["public", "mentor", "enumerator", "integrator"])
async def test_other_roles_write_nothing(cast: Cast, kind: str, role: str) -> None:
    thing, body = await sample(cast, kind)
    path = f"{API}/{kind}/{thing['id']}"
    status = 401 if role == "public" else 403
    for method, address in (("POST", f"{API}/{kind}"), ("PUT", path), ("POST", f"{path}/archive")):
        answer = await cast.call(method, address, role, BATANG, json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == status


async def test_a_role_bound_to_a_region_needs_one_in_its_token(cast: Cast) -> None:
    assert named(await cast.call("POST", f"{API}/agencies", "team", json=bodies.agency()))[:2] == (403, "forbidden")


async def test_an_unknown_region_is_refused_by_its_name(cast: Cast) -> None:
    answer = await cast.call("POST", f"{API}/programs", json=bodies.program("33.99"))
    assert named(answer) == (404, "region-not-found", ["/region"])


async def test_an_agency_keeps_its_own_programmes_and_no_others(cast: Cast) -> None:
    own, other = [await made(cast, "agencies", bodies.agency()) for _ in range(2)]
    claims = BATANG | {"agency": own["id"]}
    program = await cast.call("POST", f"{API}/programs", "agency", claims, json=bodies.program(agency=own["id"]))
    assert program.status_code == 201
    place = bodies.location(program.json()["id"])
    assert (await cast.call("POST", f"{API}/locations", "agency", claims, json=place)).json()["agency"] == own["id"]
    for agency in (other["id"], None):
        refused = await cast.call("POST", f"{API}/programs", "agency", claims, json=bodies.program(agency=agency))
        assert named(refused) == (404, "not-found", ["/agency"])
        body = bodies.program(agency=agency)
        foreign = await made(cast, "programs", body)
        path = f"{API}/programs/{foreign['id']}"
        assert (
            await cast.call("PUT", path, "agency", claims, json=body, headers={"If-Match": '"1"'})
        ).status_code == 404
        at_theirs = await cast.call("POST", f"{API}/locations", "agency", claims, json=bodies.location(foreign["id"]))
        assert at_theirs.status_code == 404


async def test_an_agency_describes_itself_but_does_not_make_agencies(cast: Cast) -> None:
    body = bodies.agency()
    own = await made(cast, "agencies", body)
    claims = BATANG | {"agency": own["id"]}
    path = f"{API}/agencies/{own['id']}"
    renamed = body | {"name": "Dinas Kesehatan Kabupaten Batang", "short_name": "Dinkes"}
    changed = await cast.call("PUT", path, "agency", claims, json=renamed, headers={"If-Match": '"1"'})
    assert changed.json()["short_name"] == "Dinkes"
    assert (await cast.call("POST", f"{API}/agencies", "agency", claims, json=bodies.agency())).status_code == 403
    assert (
        await cast.call("POST", f"{path}/archive", "agency", claims, headers={"If-Match": '"2"'})
    ).status_code == 403


async def test_an_agency_cannot_give_its_programme_away(cast: Cast) -> None:
    own, other = [await made(cast, "agencies", bodies.agency()) for _ in range(2)]
    body = bodies.program(agency=own["id"])
    path = f"{API}/programs/{(await made(cast, 'programs', body))['id']}"
    given = await cast.call(
        "PUT", path, "agency", BATANG | {"agency": own["id"]}, json=body | {"agency": other["id"]},
        headers={"If-Match": '"1"'},
    )  # fmt: skip
    assert named(given) == (404, "not-found", ["/agency"])


async def test_a_programme_names_an_agency_in_use_in_its_own_region(cast: Cast) -> None:
    elsewhere = await made(cast, "agencies", bodies.agency("35.71"))
    retired = await made(cast, "agencies", bodies.agency())
    await cast.call("POST", f"{API}/agencies/{retired['id']}/archive", headers={"If-Match": '"1"'})
    for agency in (elsewhere["id"], retired["id"], str(uuid4())):
        answer = await cast.call("POST", f"{API}/programs", json=bodies.program(agency=agency))
        assert named(answer) == (422, "broken-reference", ["/agency"])


async def test_a_programme_is_still_edited_when_its_agency_was_archived_since(cast: Cast) -> None:
    agency = await made(cast, "agencies", bodies.agency())
    body = bodies.program(agency=agency["id"])
    program = await made(cast, "programs", body)
    await cast.call("POST", f"{API}/agencies/{agency['id']}/archive", headers={"If-Match": '"1"'})
    path = f"{API}/programs/{program['id']}"
    changed = await cast.call("PUT", path, json=body | {"status": "ended"}, headers={"If-Match": '"1"'})
    assert changed.json()["status"] == "ended"


async def test_locations_follow_their_programme_to_another_agency(cast: Cast) -> None:
    first, second = [await made(cast, "agencies", bodies.agency()) for _ in range(2)]
    body = bodies.program(agency=first["id"])
    program = await made(cast, "programs", body)
    place = await made(cast, "locations", bodies.location(program["id"]))
    assert place["agency"] == first["id"]
    path = f"{API}/programs/{program['id']}"
    await cast.call("PUT", path, json=body | {"agency": second["id"]}, headers={"If-Match": '"1"'})
    moved = (await cast.call("GET", f"{API}/locations/{place['id']}")).json()
    assert (moved["agency"], moved["version"]) == (second["id"], 2)
    await cast.call("PUT", path, json=body | {"agency": None}, headers={"If-Match": '"2"'})
    assert (await cast.call("GET", f"{API}/locations/{place['id']}")).json()["agency"] is None


async def test_what_is_fixed_at_creation_stays(cast: Cast) -> None:
    program, body = await sample(cast, "programs")
    path = f"{API}/programs/{program['id']}"
    at_one = {"If-Match": '"1"'}
    moved = await cast.call("PUT", path, json=body | {"region": "33.24"}, headers=at_one)
    assert named(moved) == (422, "fixed-field", ["/region"])
    other_id = await cast.call("PUT", path, json=body | {"id": str(uuid4())}, headers=at_one)
    assert named(other_id) == (422, "fixed-field", ["/id"])
    place, place_body = await sample(cast, "locations")
    adopted = await cast.call(
        "PUT", f"{API}/locations/{place['id']}", json=place_body | {"program": program["id"]}, headers=at_one
    )
    assert named(adopted) == (422, "fixed-field", ["/program"])
