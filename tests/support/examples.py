"""A valid request for every route, made for a place: the things of one agency in one region.

What a request changes is made anew for it, by the admin, so that each can be sent any number of times.
"""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4, uuid5

from tests.support.asking import WHY, Ask, Place, about, example, if_match, listed, moved, one, open_to_all, sent_back
from tests.support.uploads import uploaded
from tests.support.world import World
from tests.unit.programs import bodies as registry
from tests.unit.reports import bodies as records
from tests.unit.surveys import bodies as forms
from tests.unit.surveys import files

RESPONDENTS = 3
PATIENCE_SECONDS = 30
PAUSE_SECONDS = 0.02


# ---- programs


async def new_agency(world: World, place: Place) -> dict[str, Any]:
    return await world.make("programs", "POST", "/agencies", json=registry.agency(place.region))


async def new_program(world: World, place: Place) -> dict[str, Any]:
    return await world.make("programs", "POST", "/programs", json=registry.program(place.region, agency=place.agency))


async def new_location(world: World, place: Place) -> dict[str, Any]:
    return await world.make("programs", "POST", "/locations", json=registry.location(place.things["program"]))


open_to_all("programs", "/regions")
open_to_all("programs", "/dimensions")
for kind in ("agency", "program", "location"):
    many = {"agency": "/agencies"}.get(kind, f"/{kind}s")
    listed("programs", many, kind, region="{region}", limit="500")
    one("programs", many, kind)
sent_back("programs", "/agencies", "agency")
sent_back("programs", "/programs", "program", "dimensions_version")
sent_back("programs", "/locations", "location", "region", "agency")
moved("programs", "/agencies", "archive", new_agency)
moved("programs", "/programs", "archive", new_program)
moved("programs", "/locations", "archive", new_location)
listed("programs", "/registry/export", "program", region="{region}")
listed("programs", "/changes/registry", "program", limit="1000")


@example("programs", "GET /api/v1/regions/{code}")
async def read_region(_: World, place: Place) -> Ask:
    return Ask(f"/regions/{place.region}", anyones=True)


@example("programs", "POST /api/v1/agencies")
async def create_agency(_: World, place: Place) -> Ask:
    return Ask("/agencies", {"json": registry.agency(place.region)})


@example("programs", "POST /api/v1/programs")
async def create_program(_: World, place: Place) -> Ask:
    return Ask("/programs", {"json": registry.program(place.region, agency=place.agency)})


@example("programs", "POST /api/v1/locations")
async def create_location(_: World, place: Place) -> Ask:
    return Ask("/locations", {"json": registry.location(place.things["program"])})


@example("programs", "POST /api/v1/registry/import")
async def import_registry(world: World, place: Place) -> Ask:
    params = {"region": place.region}
    file = await world.make("programs", "GET", "/registry/export", params=params)
    return Ask("/registry/import", {"params": params | {"dry_run": "true"}, "json": file})


# ---- surveys


async def new_questionnaire(world: World, place: Place) -> dict[str, Any]:
    questions = [*forms.questions(), forms.photo_question(max_count=20)]
    body = forms.questionnaire(region=place.region, questions=questions)
    return await world.make("surveys", "POST", "/questionnaires", json=body)


async def published_questionnaire(world: World, place: Place) -> dict[str, Any]:
    draft = await new_questionnaire(world, place)
    return await world.make("surveys", "POST", f"/questionnaires/{draft['id']}/publish", headers=if_match(1))


async def new_review(world: World, place: Place) -> dict[str, Any]:
    body = forms.review(place.things["questionnaire"], region=place.region)
    return await world.make("surveys", "POST", "/reviews", json=body)


async def open_review(world: World, place: Place) -> dict[str, Any]:
    review = await new_review(world, place)
    return await world.make("surveys", "POST", f"/reviews/{review['id']}/open", headers=if_match(1))


listed("surveys", "/questionnaires", "questionnaire", limit="500")
listed("surveys", "/reviews", "review", limit="500")
listed("surveys", "/visits", "visit", review="{review}")
listed("surveys", "/responses", "response", review="{review}")
listed("surveys", "/quarantine", "quarantined", limit="500")
listed("surveys", "/changes/responses", "response", limit="1000")
for kind, many in (("questionnaire", "/questionnaires"), ("review", "/reviews"), ("visit", "/visits")):
    one("surveys", many, kind)
one("surveys", "/responses", "response")
one("surveys", "/quarantine", "quarantined")
moved("surveys", "/questionnaires", "publish", new_questionnaire)
moved("surveys", "/questionnaires", "retire", published_questionnaire)
moved("surveys", "/reviews", "open", new_review)
moved("surveys", "/reviews", "close", open_review)
sent_back("surveys", "/reviews", "review", "status")
sent_back("surveys", "/visits", "visit", "region", "agency", "program_name", "location_name", "point")


@example("surveys", "POST /api/v1/questionnaires")
async def create_questionnaire(_: World, place: Place) -> Ask:
    return Ask("/questionnaires", {"json": forms.questionnaire(region=place.region)})


@example("surveys", "PUT /api/v1/questionnaires/{id}")
async def update_questionnaire(world: World, place: Place) -> Ask:
    draft = await new_questionnaire(world, place)
    body = forms.questionnaire(region=place.region, id=draft["id"], key=draft["key"])
    return Ask(f"/questionnaires/{draft['id']}", {"json": body, "headers": if_match(1)})


@example("surveys", "POST /api/v1/reviews")
async def create_review(_: World, place: Place) -> Ask:
    return Ask("/reviews", {"json": forms.review(place.things["questionnaire"], region=place.region)})


@example("surveys", "POST /api/v1/visits")
async def create_visit(_: World, place: Place) -> Ask:
    return Ask("/visits", {"json": forms.visit(place.things["review"], program=place.things["program"])})


@example("surveys", "POST /api/v1/responses")
async def create_response(_: World, place: Place) -> Ask:
    return Ask("/responses", {"json": forms.response(place.things["busy_visit"])})


@example("surveys", "POST /api/v1/responses/batch")
async def create_responses(_: World, place: Place) -> Ask:
    return Ask("/responses/batch", {"json": {"items": [forms.response(place.things["busy_visit"])]}}, each=True)


@example("surveys", "POST /api/v1/responses/stream")
async def stream_responses(_: World, place: Place) -> Ask:
    line = json.dumps(forms.response(place.things["busy_visit"])).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    return Ask("/responses/stream", {"content": line + b"\n", "headers": headers}, each=True)


async def busy_response(world: World, place: Place) -> dict[str, Any]:
    """A new response, for what changes it."""
    body = forms.response(place.things["busy_visit"])
    await world.make("surveys", "POST", "/responses", json=body)
    return body


@example("surveys", "PUT /api/v1/responses/{id}")
async def correct_response(world: World, place: Place) -> Ask:
    body = await busy_response(world, place)
    return Ask(f"/responses/{body['id']}", {"json": body | WHY, "headers": if_match(1)})


@example("surveys", "DELETE /api/v1/responses/{id}")
async def delete_response(world: World, place: Place) -> Ask:
    body = await busy_response(world, place)
    return Ask(f"/responses/{body['id']}", {"params": WHY, "headers": if_match(1)})


@example("surveys", "POST /api/v1/responses/{id}/restore")
async def restore_response(world: World, place: Place) -> Ask:
    body = await busy_response(world, place)
    path = f"/responses/{body['id']}"
    await world.make("surveys", "DELETE", path, params=WHY, headers=if_match(1))
    return Ask(f"{path}/restore", {"json": WHY, "headers": if_match(2)})


@example("surveys", "POST /api/v1/responses/{id}/review")
async def review_response(world: World, place: Place) -> Ask:
    body = await busy_response(world, place)
    return Ask(f"/responses/{body['id']}/review", {"json": {"state": "accepted"}, "headers": if_match(1)})


@example("surveys", "GET /api/v1/responses/{id}/revisions")
async def list_revisions(_: World, place: Place) -> Ask:
    return Ask(f"/responses/{place.things['response']}/revisions")


open_to_all("surveys", "/flags")
for path in ("/reviews/{review}/progress", "/reviews/{review}/quality", "/reviews/{review}/devices"):
    about("surveys", path)
about("surveys", "/visits/{visit}/progress")
about("surveys", "/responses/{response}/flags")


async def flagged_response(world: World, place: Place) -> str:
    """The path of the flag of a new response that was filled in no time."""
    body = forms.response(place.things["busy_visit"])
    await world.make("surveys", "POST", "/responses", json=body | {"started_at": body["filled_at"]})
    path = f"/responses/{body['id']}"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if (await world.make("surveys", "GET", path))["flags"]:
                return f"{path}/flags/too-fast"
            await asyncio.sleep(PAUSE_SECONDS)


@example("surveys", "POST /api/v1/responses/{id}/flags/{rule}/dismiss")
async def dismiss_flag(world: World, place: Place) -> Ask:
    return Ask(f"{await flagged_response(world, place)}/dismiss", {"json": WHY, "headers": if_match(1)})


@example("surveys", "POST /api/v1/responses/{id}/flags/{rule}/raise")
async def raise_flag(world: World, place: Place) -> Ask:
    path = await flagged_response(world, place)
    await world.make("surveys", "POST", f"{path}/dismiss", json=WHY, headers=if_match(1))
    return Ask(f"{path}/raise", {"json": WHY, "headers": if_match(2)})


async def busy_case(world: World, place: Place) -> str:
    """The id of something that was kept aside just now."""
    response = await busy_response(world, place)
    return await kept_aside(world, response["visit"], response["id"])


@example("surveys", "POST /api/v1/quarantine/{id}/accept")
async def accept_quarantined(world: World, place: Place) -> Ask:
    return Ask(f"/quarantine/{await busy_case(world, place)}/accept", {"json": {"id": str(uuid4())}})


@example("surveys", "POST /api/v1/quarantine/{id}/drop")
async def drop_quarantined(world: World, place: Place) -> Ask:
    return Ask(f"/quarantine/{await busy_case(world, place)}/drop", {"json": WHY})


# ---- reports

open_to_all("reports", "/methods")
open_to_all("reports", "/methods/{method}", method="skm-2017")
open_to_all("reports", "/indexes/freshness")
listed("reports", "/indexes/reviews", "review", limit="500")
one("reports", "/rebuilds", "rebuild")


@example("reports", "GET /api/v1/indexes")
async def read_index(_: World, place: Place) -> Ask:
    return Ask("/indexes", {"params": {"review": place.things["review"]}})


@example("reports", "GET /api/v1/changes/reports")
async def read_report_changes(_: World, __: Place) -> Ask:
    return Ask("/changes/reports", anyones=True)


async def new_report(world: World, place: Place) -> dict[str, Any]:
    """A draft of the review that was answered at the place."""
    body = {"kind": "review", "subject": place.things["review"]}
    return await world.make("reports", "POST", "/reports", json=body)


async def published_report(world: World, place: Place) -> dict[str, Any]:
    draft = await new_report(world, place)
    path = f"/reports/{draft['id']}/publish"
    return await world.make("reports", "POST", path, headers=if_match(draft["version"]))


listed("reports", "/reports", "report", limit="500")
moved("reports", "/reports", "publish", new_report)


@example("reports", "POST /api/v1/reports")
async def freeze_report(_: World, place: Place) -> Ask:
    return Ask("/reports", {"json": {"kind": "review", "subject": place.things["review"]}})


@example("reports", "GET /api/v1/reports/{id}")
async def read_report(_: World, place: Place) -> Ask:
    return Ask(f"/reports/{place.things['report']}")


@example("reports", "POST /api/v1/reports/{id}/withdraw")
async def withdraw_report(world: World, place: Place) -> Ask:
    draft = await new_report(world, place)
    return Ask(f"/reports/{draft['id']}/withdraw", {"json": WHY, "headers": if_match(draft["version"])})


@example("reports", "GET /api/v1/reports/{id}/history")
async def read_report_history(_: World, place: Place) -> Ask:
    return Ask(f"/reports/{place.things['report']}/history")


@example("reports", "GET /api/v1/reports/verify/{number}")
async def verify_report(_: World, __: Place) -> Ask:
    return Ask("/reports/verify/TJ-2020-000001", anyones=True)


@example("reports", "GET /api/v1/reports/{id}/documents")
async def list_documents(_: World, place: Place) -> Ask:
    return Ask(f"/reports/{place.things['report']}/documents")


@example("reports", "GET /api/v1/reports/{id}/documents/{format}")
async def read_document(_: World, place: Place) -> Ask:
    return Ask(f"/reports/{place.things['report']}/documents/json")


@example("reports", "GET /api/v1/charts/{name}")
async def read_chart(_: World, place: Place) -> Ask:
    return Ask("/charts/elements", {"params": {"review": place.things["review"]}})


@example("reports", "POST /api/v1/indexes/compute")
async def compute_index(_: World, __: Place) -> Ask:
    return Ask("/indexes/compute", {"json": {"method": "equal", "rows": [{"speed": 3}]}}, anyones=True)


@example("reports", "POST /api/v1/rebuilds")
async def start_rebuild(world: World, _: Place) -> Ask:
    await rebuilt(world)
    return Ask("/rebuilds", anyones=True)


async def rebuilt(world: World) -> dict[str, Any]:
    """A rebuild that came to its end, so that none is running now."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await world.call("reports", "POST", "/rebuilds")
            if answer.status_code != 409:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        rebuild: dict[str, Any] = answer.json()
        while rebuild["status"] == "running":
            await asyncio.sleep(PAUSE_SECONDS)
            rebuild = await world.make("reports", "GET", f"/rebuilds/{rebuild['id']}")
    return rebuild


async def caught_up(world: World, place: Place) -> None:
    """Wait until reports has read all that was answered at a place."""
    params = {"review": place.things["review"]}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await world.call("reports", "GET", "/indexes", params=params)
            if answer.is_success and answer.json()["respondents"] == RESPONDENTS:
                return
            await asyncio.sleep(PAUSE_SECONDS)


# ---- progress


async def new_recap(world: World, place: Place) -> dict[str, Any]:
    return await world.make("reports", "POST", "/progress/recaps", json=records.recap(place.region))


open_to_all("reports", "/progress/rules")
listed("reports", "/progress/recaps", "recap", region="{region}", limit="500")
one("reports", "/progress/recaps", "recap")


@example("reports", "GET /api/v1/progress")
async def read_progress(_: World, place: Place) -> Ask:
    return Ask("/progress", {"params": {"region": place.region, "to": "2022"}}, anyones=True)


@example("reports", "POST /api/v1/progress/recaps")
async def create_recap(_: World, place: Place) -> Ask:
    return Ask("/progress/recaps", {"json": records.recap(place.region)})


@example("reports", "PUT /api/v1/progress/recaps/{id}")
async def update_recap(world: World, place: Place) -> Ask:
    recap = await new_recap(world, place)
    body = {name: recap[name] for name in ("region", "year", "counts", "source")} | WHY
    return Ask(f"/progress/recaps/{recap['id']}", {"json": body, "headers": if_match(recap["version"])})


@example("reports", "GET /api/v1/progress/recaps/{id}/history")
async def read_recap_history(_: World, place: Place) -> Ask:
    return Ask(f"/progress/recaps/{place.things['recap']}/history")


# ---- aspirations

WISH = "aspiration"


def aspiration_of(response: str) -> str:
    """The id that reports gives to what a response asks for."""
    return str(uuid5(UUID(response), WISH))


async def in_state(world: World, place: Place, state: str, kind: str = "aspiration") -> dict[str, Any]:
    """The place's aspiration, brought back to `new` or on to `accepted`."""
    path = f"/aspirations/{place.things[kind]}"
    found = await world.make("reports", "GET", path)
    if found["state"] not in {"new", state}:
        found = await world.make("reports", "POST", f"{path}/reconsider", json=WHY, headers=if_match(found["version"]))
    if found["state"] != state:
        found = await world.make("reports", "POST", f"{path}/accept", headers=if_match(found["version"]))
    return found


def decided(step: str, state: str, **body: Any) -> None:
    """A decision about the place's aspiration."""

    @example("reports", f"POST /api/v1/aspirations/{{id}}/{step}")
    async def _decide(world: World, place: Place) -> Ask:
        found = await in_state(world, place, state)
        given = {name: value.format(**place.things) for name, value in body.items()}
        return Ask(f"/aspirations/{found['id']}/{step}", {"json": given, "headers": if_match(found["version"])})


listed("reports", "/aspirations", "aspiration", review="{review}", limit="500")
one("reports", "/aspirations", "aspiration")
decided("accept", "new", **WHY)
decided("decline", "new", **WHY)
decided("merge", "new", into="{other_aspiration}")
decided("redact", "new", text="Lebih cepat", **WHY)
decided("reconsider", "accepted", **WHY)


@example("reports", "GET /api/v1/aspirations/{id}/similar")
async def suggest_similar(_: World, place: Place) -> Ask:
    return Ask(f"/aspirations/{place.things['aspiration']}/similar")


@example("reports", "GET /api/v1/aspirations/{id}/history")
async def read_aspiration_history(_: World, place: Place) -> Ask:
    return Ask(f"/aspirations/{place.things['aspiration']}/history")


@example("reports", "POST /api/v1/aspirations/triage")
async def triage_aspirations(world: World, place: Place) -> Ask:
    found = await in_state(world, place, "new")
    item = {"id": found["id"], "version": found["version"], "action": "accept"}
    return Ask("/aspirations/triage", {"json": {"items": [item]}}, each=True)


@example("reports", "GET /api/v1/aspirations/track/{receipt}")
async def track_aspirations(_: World, place: Place) -> Ask:
    return Ask(f"/aspirations/track/{place.things['receipt']}", anyones=True)


@example("reports", "GET /open311/v2/discovery.{extension}")
async def discover_open311(_: World, __: Place) -> Ask:
    return Ask("/open311/v2/discovery.xml", anyones=True)


@example("reports", "GET /open311/v2/services.{extension}")
async def list_open311_services(_: World, __: Place) -> Ask:
    return Ask("/open311/v2/services.json", anyones=True)


@example("reports", "GET /open311/v2/services/{service_code}.{extension}")
async def get_open311_service(_: World, __: Place) -> Ask:
    return Ask("/open311/v2/services/aspirasi.json", anyones=True)


@example("reports", "GET /open311/v2/requests.{extension}")
async def list_open311_requests(_: World, __: Place) -> Ask:
    return Ask("/open311/v2/requests.json", anyones=True)


@example("reports", "GET /open311/v2/requests/{service_request_id}.{extension}")
async def get_open311_request(world: World, place: Place) -> Ask:
    accepted = await in_state(world, place, "accepted")
    simulated = str(accepted["simulated"]).lower()
    return Ask(f"/open311/v2/requests/{accepted['id']}.json", {"params": {"simulated": simulated}}, anyones=True)


# ---- places


async def furnish(world: World, region: str) -> Place:
    """A new agency in a region with one thing of each kind; few enough people answered to be hidden from the public."""
    place = Place(region)
    things = place.things
    things["agency"] = (await new_agency(world, place))["id"]
    things["program"] = (await new_program(world, place))["id"]
    things["location"] = (await new_location(world, place))["id"]
    things["questionnaire"] = (await published_questionnaire(world, place))["id"]
    things["review"] = (await open_review(world, place))["id"]
    things["visit"] = await visited(world, place, things["review"])
    # Examples that send responses send them here, so that those above can be counted.
    things["busy_visit"] = await visited(world, place, (await open_review(world, place))["id"])
    for number in range(RESPONDENTS):
        things["other_response"], things["other_receipt"] = things.get("response", ""), things.get("receipt", "")
        things["response"], things["receipt"] = await answered(world, things["visit"], f"Wish {number}")
    for whose in ("", "other_"):
        things[f"{whose}aspiration"] = aspiration_of(things[f"{whose}response"])
    things["attachment"] = await uploaded(world, things["busy_visit"], files.photo())
    things["refused"] = await uploaded(world, things["busy_visit"], files.noise(200))
    things["quarantined"] = await kept_aside(world, things["visit"], things["response"])
    things["recap"] = (await new_recap(world, place))["id"]
    return place


async def visited(world: World, place: Place, review: str) -> str:
    """The id of a new visit to the place's programme in a review."""
    body = forms.visit(review, program=place.things["program"], location=place.things["location"])
    return str((await world.make("surveys", "POST", "/visits", json=body))["id"])


async def answered(world: World, visit: str, wish: str) -> tuple[str, str]:
    """The id of a new response that asks for something, and its receipt."""
    body = forms.response(visit, answers=forms.answers(aspiration=wish))
    made = await world.make("surveys", "POST", "/responses", json=body)
    return str(body["id"]), str(made["receipt"])


async def kept_aside(world: World, visit: str, response: str) -> str:
    """The id under which a second content of a response is kept aside."""
    other = forms.response(visit, id=response, answers=forms.answers(aspiration=str(uuid4())))
    assert (await world.call("surveys", "POST", "/responses", json=other)).status_code == 409
    params = {"visit": visit, "limit": "500"}
    kept = await world.make("surveys", "GET", "/quarantine", params=params)
    return next(str(one["id"]) for one in kept["items"] if one["response"] == response)


from tests.support import examples_of_evaluations  # noqa: E402, F401 - enters its own, with what stands above
