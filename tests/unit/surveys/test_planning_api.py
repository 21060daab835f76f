"""Reviews and visits through the API: planned against the registry, opened, closed."""

from typing import Any
from uuid import uuid4

from starlette.responses import PlainTextResponse

from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys, golden

PROGRAM = golden("program")["id"]
LOCATION = golden("location")["id"]


def at(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def test_the_life_of_a_review(surveys: Surveys) -> None:
    instrument = await surveys.questionnaire()
    body = bodies.review(instrument["id"], note=bodies.words("note"), source="https://example.org")
    made = await surveys.call("POST", "/reviews", "team", claims={"region": "33.25"}, json=body)
    assert made.status_code == 201, made.text
    expected = body | {"status": "planned", "method": "skm-2017", "simulated": False, "version": 1}
    assert expected.items() <= made.json().items()
    path = f"/reviews/{body['id']}"
    opened = await surveys.call("POST", f"{path}/open", headers=at(1))
    assert (opened.json()["status"], opened.headers["etag"]) == ("open", '"2"')
    assert (await surveys.call("POST", f"{path}/open", headers=at(2))).json()["type"] == "/problems/wrong-status"
    closed = await surveys.call("POST", f"{path}/close", headers=at(2))
    assert closed.json()["status"] == "closed"
    change = await surveys.call("PUT", path, json=body, headers=at(3))
    assert (change.status_code, change.json()["type"]) == (409, "/problems/wrong-status")
    assert (await surveys.call("POST", f"{path}/open", headers=at(3))).json()["status"] == "open"


async def test_what_answers_depend_on_is_fixed_once_it_is_open(surveys: Surveys) -> None:
    review = await surveys.review(status="planned")
    path, fields = f"/reviews/{review['id']}", set(bodies.review("")) | {"simulated", "note", "source"}
    body = {name: review[name] for name in fields}
    other = await surveys.questionnaire()
    changed = await surveys.call(
        "PUT", path, json=body | {"questionnaire": other["id"], "simulated": True}, headers=at(1)
    )
    assert (changed.json()["questionnaire"], changed.json()["simulated"]) == (other["id"], True)
    moved = await surveys.call("PUT", path, json=body | {"region": "33.26"}, headers=at(2))
    assert [fault["pointer"] for fault in moved.json()["errors"]] == ["/region"]
    await surveys.made(f"{path}/open", headers=at(2))
    fixed = await surveys.call("PUT", path, json=body, headers=at(3))
    assert (fixed.status_code, fixed.json()["type"]) == (409, "/problems/fixed-field")
    assert [fault["pointer"] for fault in fixed.json()["errors"]] == ["/questionnaire", "/simulated"]
    renamed = body | {"questionnaire": other["id"], "simulated": True, "title": bodies.words("New")}
    assert (await surveys.call("PUT", path, json=renamed, headers=at(3))).json()["title"] == bodies.words("New")
    assert (await surveys.call("PUT", path, json=renamed, headers=at(3))).status_code == 412


async def test_a_review_needs_a_region_and_a_published_questionnaire(surveys: Surveys) -> None:
    published, draft = await surveys.questionnaire(), await surveys.made("/questionnaires", bodies.questionnaire())
    elsewhere = await surveys.questionnaire(region="34")
    refusals: list[tuple[dict[str, Any], int, str, str]] = [
        ({"region": "33.99"}, 422, "unknown-region", "/region"),
        ({"questionnaire": str(uuid4())}, 422, "unknown-questionnaire", "/questionnaire"),
        ({"questionnaire": elsewhere["id"]}, 422, "unknown-questionnaire", "/questionnaire"),
        ({"questionnaire": draft["id"]}, 409, "questionnaire-not-published", "/questionnaire"),
        ({"period": {"start": "2020-03-06", "end": "2020-03-02"}}, 422, "invalid", "/period"),
    ]
    for change, status, kind, pointer in refusals:
        refused = await surveys.call("POST", "/reviews", json=bodies.review(published["id"]) | change)
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (status, f"/problems/{kind}"), problem
        assert problem["errors"][0]["pointer"] == pointer
    taken = await surveys.review()
    again = await surveys.call("POST", "/reviews", json=bodies.review(published["id"], id=taken["id"]))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-exists")


async def test_a_visit_takes_names_and_agency_from_the_registry(surveys: Surveys) -> None:
    review = await surveys.review(status="planned")
    notes = {"team": ["Tim A"], "observations": "Antrean pendek."}
    body = bodies.visit(
        review["id"], program=PROGRAM, location=LOCATION, date="2020-03-03", population=900, notes=notes
    )
    made = await surveys.call("POST", "/visits", "team", claims={"region": "33.25"}, json=body)
    assert made.status_code == 201, made.text
    assert made.json() | {
        "program_name": "PSC 119", "location_name": "Kantor", "agency": golden("agency")["id"], "region": "33.25",
        "notes": notes, "date": "2020-03-03", "population": 900, "services": body["services"],
    } == made.json()  # fmt: skip
    listed = (await surveys.call("GET", "/visits", "public", params={"review": review["id"]})).json()["items"]
    assert [one["notes"] for one in listed] == [None]
    by_program = await surveys.call("GET", "/visits", "public", params={"program": PROGRAM, "limit": "500"})
    assert body["id"] in {one["id"] for one in by_program.json()["items"]}
    reading: list[tuple[str, dict[str, str], bool]] = [
        ("mentor", {"region": "33"}, True), ("team", {"region": "34"}, False), ("integrator", {}, False),
        ("agency", {"region": "33.25", "agency": golden("agency")["id"]}, True),
        ("agency", {"region": "33.25", "agency": str(uuid4())}, False),
    ]  # fmt: skip
    for role, claims, shown in reading:
        one = await surveys.call("GET", f"/visits/{body['id']}", role, claims=claims)
        assert (one.json()["notes"] == notes) is shown, role


async def test_the_registry_is_asked_with_the_callers_own_token_and_trace(surveys: Surveys) -> None:
    instrument = await surveys.questionnaire()
    token = surveys.cast.signer.token("team", {"region": "33.25"})
    trace = {"x-request-id": "a-request-of-ours", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    headers = {"Authorization": f"Bearer {token}", **trace}
    made = await surveys.call("POST", "/reviews", None, json=bodies.review(instrument["id"]), headers=headers)
    assert made.status_code == 201
    (asked,) = surveys.registry.asked
    assert asked | {"authorization": f"Bearer {token}", **trace} == asked


async def test_a_visit_needs_a_programme_of_the_region_and_its_own_location(surveys: Surveys) -> None:
    registry = surveys.registry
    far = registry.put("programs", golden("program") | {"id": str(uuid4()), "region": "33.26"})
    gone = registry.put("programs", golden("program") | {"id": str(uuid4()), "archived": True})
    shut = registry.put("locations", golden("location") | {"id": str(uuid4()), "archived": True})
    other = registry.put("locations", golden("location") | {"id": str(uuid4()), "program": str(uuid4())})
    review = await surveys.review(status="planned")
    refusals: list[tuple[dict[str, Any], str, str]] = [
        ({"program": str(uuid4())}, "unknown-program", "/program"),
        ({"program": far}, "unknown-program", "/program"),
        ({"program": gone}, "unknown-program", "/program"),
        ({"program": PROGRAM, "location": str(uuid4())}, "unknown-location", "/location"),
        ({"program": PROGRAM, "location": shut}, "unknown-location", "/location"),
        ({"program": PROGRAM, "location": other}, "unknown-location", "/location"),
        ({"location": LOCATION}, "invalid", ""),
        ({"date": "2020-04-01"}, "outside-period", "/date"),
        ({"services": [{"value": "a", "label": bodies.words("a")}] * 2}, "invalid", ""),
        ({"target": 0}, "invalid", "/target"),
    ]
    for change, kind, pointer in refusals:
        refused = await surveys.call("POST", "/visits", json=bodies.visit(review["id"]) | change)
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (422, f"/problems/{kind}"), problem
        assert problem["errors"][0]["pointer"] == pointer
    assert (await surveys.call("GET", "/visits", params={"review": review["id"]})).json()["items"] == []


async def test_what_may_change_in_a_visit(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.visit(visit["review"], id=visit["id"])
    path = f"/visits/{visit['id']}"
    more = [*body["services"], {"value": "licence", "label": bodies.words("licence")}]
    changed = await surveys.call("PUT", path, json=body | {"target": 60, "services": more}, headers=at(1))
    assert (changed.json()["target"], changed.json()["version"]) == (60, 2)
    fewer = await surveys.call("PUT", path, json=body | {"services": more[1:]}, headers=at(2))
    assert (fewer.status_code, fewer.json()["errors"][0]["pointer"]) == (409, "/services")
    moved = await surveys.call("PUT", path, json=body | {"program": PROGRAM}, headers=at(2))
    assert (moved.status_code, moved.json()["errors"][0]["pointer"]) == (409, "/program")
    assert (await surveys.call("PUT", path, json=body, headers=at(1))).status_code == 412
    assert (await surveys.call("PUT", path, json=body)).status_code == 428
    sent = bodies.response(visit["id"], answers=bodies.answers(service="licence"))
    assert (await surveys.call("POST", "/responses", json=sent)).status_code == 201
    await surveys.made(f"/reviews/{visit['review']}/close", headers=at(2))
    assert (await surveys.call("PUT", path, json=body, headers=at(2))).json()["type"] == "/problems/wrong-status"
    late = await surveys.call("POST", "/visits", json=bodies.visit(visit["review"]))
    assert late.json()["type"] == "/problems/wrong-status"
    twice = await surveys.visit(status="planned")
    again = await surveys.call("POST", "/visits", json=bodies.visit(twice["review"], id=twice["id"]))
    assert again.json()["type"] == "/problems/already-exists"


async def test_a_registry_that_is_slow_or_confused_is_named_and_nothing_is_stored(surveys: Surveys) -> None:
    instrument = await surveys.questionnaire()
    body = bodies.review(instrument["id"])
    surveys.registry.silent = True
    slow = await surveys.call("POST", "/reviews", json=body)
    assert (slow.status_code, slow.json()["type"]) == (504, "/problems/upstream-timeout")
    surveys.registry.silent = False
    for status in (200, 403, 500):
        surveys.registry.answers["/api/v1/regions/33.25"] = PlainTextResponse("?", status)
        confused = await surveys.call("POST", "/reviews", json=body)
        assert (confused.status_code, confused.json()["type"]) == (502, "/problems/bad-upstream")
    assert (await surveys.call("GET", f"/reviews/{body['id']}")).status_code == 404
    surveys.registry.answers["/api/v1/regions/33.25"] = golden("region")
    assert (await surveys.call("POST", "/reviews", json=body)).status_code == 201


async def test_who_may_plan(surveys: Surveys) -> None:
    instrument = await surveys.questionnaire()
    review = await surveys.review(status="planned")
    planning: list[tuple[str | None, dict[str, str], int]] = [
        (None, {}, 401), ("public", {}, 401), ("agency", {"region": "33.25"}, 403), ("team", {}, 403),
        ("team", {"region": "33.26"}, 404), ("team", {"region": "33"}, 201), ("ministry", {}, 201),
    ]  # fmt: skip
    for role, claims, status in planning:
        one = await surveys.call("POST", "/reviews", role, claims=claims, json=bodies.review(instrument["id"]))
        assert one.status_code == status, (role, claims)
        two = await surveys.call("POST", "/visits", role, claims=claims, json=bodies.visit(review["id"]))
        assert two.status_code == status, (role, claims)
    other = {"role": "team", "claims": {"region": "33.26"}}
    for step in ("open", "close"):
        assert (
            await surveys.call("POST", f"/reviews/{review['id']}/{step}", headers=at(1), **other)
        ).status_code == 404
    assert (await surveys.call("GET", f"/visits/{uuid4()}")).status_code == 404


async def test_lists_by_region_and_status(surveys: Surveys) -> None:
    review = await surveys.review()
    for params, there in (
        ({"region": "33"}, True), ({"region": "33.25"}, True), ({"region": "33.2"}, None), ({"region": "34"}, False),
        ({"status": "open"}, True), ({"status": "closed"}, False), ({"status": "x"}, None),
    ):  # fmt: skip
        listed = await surveys.call("GET", "/reviews", "public", params={"limit": "500", **params})
        if there is None:
            assert listed.status_code == 422
        else:
            assert (review["id"] in {one["id"] for one in listed.json()["items"]}) is there, params
    first = (await surveys.call("GET", "/reviews", params={"limit": "1"})).json()
    second = (await surveys.call("GET", "/reviews", params={"limit": "1", "cursor": first["next"]})).json()
    assert first["items"][0]["id"] < second["items"][0]["id"]
