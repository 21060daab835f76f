"""A valid request for every route of evaluations and instruments, as `examples` has them for the others."""

from typing import Any

from tests.support.examples import WHY, Ask, Place, example, if_match, moved, open_to_all
from tests.support.world import World
from tests.unit.reports import bodies as records


async def new_instrument(world: World, _: Place) -> dict[str, Any]:
    return await world.make("reports", "POST", "/evaluations/instruments", json=records.instrument())


async def published_instrument(world: World, place: Place) -> dict[str, Any]:
    path = f"/evaluations/instruments/{(await new_instrument(world, place))['id']}/publish"
    return await world.make("reports", "POST", path, headers=if_match(1))


async def new_evaluation(world: World, place: Place) -> dict[str, Any]:
    return await world.make("reports", "POST", "/evaluations", json=records.evaluation(place.region))


async def agreed_evaluation(world: World, place: Place) -> dict[str, Any]:
    found = await new_evaluation(world, place)
    for key, score in records.KEDIRI.items():
        body = {"score": score, "reason": "An example"}
        path = f"/evaluations/{found['id']}/consensus/{key}"
        found = await world.make("reports", "PUT", path, json=body, headers=if_match(found["version"]))
    return found


async def stepped(world: World, found: dict[str, Any], *steps: str) -> dict[str, Any]:
    for step in steps:
        headers = if_match(found["version"])
        found = await world.make("reports", "POST", f"/evaluations/{found['id']}/{step}", headers=headers)
    return found


async def concluded_evaluation(world: World, place: Place) -> dict[str, Any]:
    return await stepped(world, await agreed_evaluation(world, place), "conclude")


async def published_evaluation(world: World, place: Place) -> dict[str, Any]:
    return await stepped(world, await concluded_evaluation(world, place), "publish")


async def with_evidence(world: World, place: Place) -> tuple[str, dict[str, Any]]:
    path = f"/evaluations/{(await new_evaluation(world, place))['id']}/evidence"
    body = {"criterion": "output", "title": "A regulation", "url": "https://example.org/perbup.pdf"}
    return path, await world.make("reports", "POST", path, json=body)


open_to_all("reports", "/evaluations/methods")
open_to_all("reports", "/evaluations/methods/{method}", method="smart-city-2022")
open_to_all("reports", "/comparisons")
open_to_all("reports", "/evaluations/instruments")
moved("reports", "/evaluations/instruments", "publish", new_instrument)
moved("reports", "/evaluations/instruments", "retire", published_instrument)
moved("reports", "/evaluations", "conclude", agreed_evaluation)
moved("reports", "/evaluations", "publish", concluded_evaluation)


@example("reports", "GET /api/v1/evaluations/ranking")
async def read_ranking(_: World, __: Place) -> Ask:
    return Ask("/evaluations/ranking", {"params": {"year": "2022"}}, anyones=True)


@example("reports", "POST /api/v1/evaluations/instruments")
async def create_instrument(_: World, __: Place) -> Ask:
    return Ask("/evaluations/instruments", {"json": records.instrument()})


@example("reports", "GET /api/v1/evaluations/instruments/{id}")
async def read_instrument(world: World, place: Place) -> Ask:
    return Ask(f"/evaluations/instruments/{(await published_instrument(world, place))['id']}", anyones=True)


@example("reports", "PUT /api/v1/evaluations/instruments/{id}")
async def update_instrument(world: World, place: Place) -> Ask:
    path = f"/evaluations/instruments/{(await new_instrument(world, place))['id']}"
    return Ask(path, {"json": records.instrument(), "headers": if_match(1)})


@example("reports", "GET /api/v1/evaluations/instruments/{id}/history")
async def read_instrument_history(world: World, place: Place) -> Ask:
    return Ask(f"/evaluations/instruments/{(await new_instrument(world, place))['id']}/history")


@example("reports", "POST /api/v1/evaluations")
async def create_evaluation(_: World, place: Place) -> Ask:
    return Ask("/evaluations", {"json": records.evaluation(place.region)})


@example("reports", "PUT /api/v1/evaluations/{id}")
async def update_evaluation(world: World, place: Place) -> Ask:
    found = await new_evaluation(world, place)
    body = {name: found[name] for name in ("region", "year", "method", "source")}
    return Ask(f"/evaluations/{found['id']}", {"json": body, "headers": if_match(1)})


@example("reports", "POST /api/v1/evaluations/{id}/reopen")
async def reopen_evaluation(world: World, place: Place) -> Ask:
    found = await concluded_evaluation(world, place)
    return Ask(f"/evaluations/{found['id']}/reopen", {"json": WHY, "headers": if_match(found["version"])})


@example("reports", "POST /api/v1/evaluations/{id}/withdraw")
async def withdraw_evaluation(world: World, place: Place) -> Ask:
    found = await published_evaluation(world, place)
    return Ask(f"/evaluations/{found['id']}/withdraw", {"json": WHY, "headers": if_match(found["version"])})


async def place_evaluation(world: World, place: Place) -> str:
    """The id of the place's published evaluation, made when it is asked for first."""
    if "evaluation" not in place.things:
        place.things["evaluation"] = (await published_evaluation(world, place))["id"]
    return place.things["evaluation"]


@example("reports", "GET /api/v1/evaluations")
async def list_evaluations(world: World, place: Place) -> Ask:
    shown = await place_evaluation(world, place)
    return Ask("/evaluations", {"params": {"region": place.region, "limit": "500"}}, shows=shown)


@example("reports", "GET /api/v1/evaluations/{id}")
async def read_evaluation(world: World, place: Place) -> Ask:
    return Ask(f"/evaluations/{await place_evaluation(world, place)}")


for what in ("history", "assessments", "evidence"):

    @example("reports", f"GET /api/v1/evaluations/{{id}}/{what}")
    async def _read_of_evaluation(world: World, place: Place, what: str = what) -> Ask:
        return Ask(f"/evaluations/{await place_evaluation(world, place)}/{what}")


for path, who in (("assessments/own", "assessor"), ("self-assessment", "team")):

    @example("reports", f"PUT /api/v1/evaluations/{{id}}/{path}")
    async def _score(world: World, place: Place, path: str = path) -> Ask:
        return Ask(f"/evaluations/{(await new_evaluation(world, place))['id']}/{path}", {"json": records.scored()})

    @example("reports", f"POST /api/v1/evaluations/{{id}}/{path}/submit")
    async def _submit(world: World, place: Place, path: str = path, who: str = who) -> Ask:
        whole = f"/evaluations/{(await new_evaluation(world, place))['id']}/{path}"
        await world.make("reports", "PUT", whole, role=who, claims=place.claims, json=records.scored())
        return Ask(f"{whole}/submit", {"headers": if_match(1)})


@example("reports", "PUT /api/v1/evaluations/{id}/consensus/{key}")
async def put_consensus(world: World, place: Place) -> Ask:
    path = f"/evaluations/{(await new_evaluation(world, place))['id']}/consensus/output"
    return Ask(path, {"json": {"score": "3.21", "reason": "An example"}, "headers": if_match(1)})


@example("reports", "DELETE /api/v1/evaluations/{id}/consensus/{key}")
async def delete_consensus(world: World, place: Place) -> Ask:
    found = await agreed_evaluation(world, place)
    path = f"/evaluations/{found['id']}/consensus/output"
    return Ask(path, {"params": WHY, "headers": if_match(found["version"])})


@example("reports", "POST /api/v1/evaluations/{id}/evidence")
async def create_evidence(world: World, place: Place) -> Ask:
    body = {"criterion": "output", "title": "A regulation", "url": "https://example.org/perbup.pdf"}
    return Ask(f"/evaluations/{(await new_evaluation(world, place))['id']}/evidence", {"json": body})


@example("reports", "POST /api/v1/evaluations/{id}/evidence/{document}/withdraw")
async def withdraw_evidence(world: World, place: Place) -> Ask:
    path, document = await with_evidence(world, place)
    return Ask(f"{path}/{document['id']}/withdraw", {"json": WHY, "headers": if_match(1)})
