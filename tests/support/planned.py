"""Examples of the routes of follow-ups and of the calendar that their deadlines are counted by."""

from typing import Any

from tests.support.asking import WHY, Ask, Place, example, if_match, open_to_all
from tests.support.examples import in_state
from tests.support.world import World

# ---- follow-ups

STEPS = {"in_progress": ("start",), "done": ("start", "finish"), "planned": ()}


def plan_for(place: Place, **other: Any) -> dict[str, Any]:
    origin = {"review": place.things["review"], "element": "requirements"}
    return {
        "agency": place.agency, "title": "Lampu jalan", "action": "Memperbaiki lampu", "class": "normative",
        "origin": origin,
    } | other  # fmt: skip


async def new_followup(world: World, place: Place, state: str = "planned") -> dict[str, Any]:
    """A follow-up of the place in a state."""
    made = await world.make("reports", "POST", "/followups", json=plan_for(place))
    for step in STEPS[state]:
        path = f"/followups/{made['id']}/{step}"
        made = await world.make("reports", "POST", path, json={"note": "x"}, headers=if_match(made["version"]))
    return made


def stepped(step: str, state: str, body: dict[str, Any]) -> None:
    """A step of a follow-up that was brought to a state."""

    @example("reports", f"POST /api/v1/followups/{{id}}/{step}")
    async def _step(world: World, place: Place) -> Ask:
        made = await new_followup(world, place, state)
        return Ask(f"/followups/{made['id']}/{step}", {"json": body, "headers": if_match(made["version"])})


@example("reports", "GET /api/v1/followups")
async def list_followups(_: World, place: Place) -> Ask:
    return Ask("/followups", {"params": {"review": place.things["review"]}}, anyones=True)


@example("reports", "GET /api/v1/followups/figures")
async def read_plan_figures(_: World, place: Place) -> Ask:
    return Ask("/followups/figures", {"params": {"review": place.things["review"]}}, anyones=True)


@example("reports", "GET /api/v1/followups/{id}")
async def read_followup(_: World, place: Place) -> Ask:
    return Ask(f"/followups/{place.things['followup']}", anyones=True)


@example("reports", "GET /api/v1/followups/weak-elements")
async def list_weak_elements(_: World, place: Place) -> Ask:
    return Ask("/followups/weak-elements", {"params": {"review": place.things["review"]}}, anyones=True)


@example("reports", "POST /api/v1/followups")
async def create_followup(_: World, place: Place) -> Ask:
    return Ask("/followups", {"json": plan_for(place)})


@example("reports", "PUT /api/v1/followups/{id}")
async def update_followup(world: World, place: Place) -> Ask:
    made = await new_followup(world, place)
    body = {name: value for name, value in plan_for(place).items() if name != "origin"} | WHY
    return Ask(f"/followups/{made['id']}", {"json": body, "headers": if_match(made["version"])})


stepped("start", "planned", {})
stepped("finish", "in_progress", {"note": "Sudah"})
stepped("verify", "done", {})
stepped("return", "done", WHY)
stepped("postpone", "planned", WHY | {"until": "2199-12-31"})
stepped("reopen", "done", WHY)
stepped("reschedule", "planned", WHY)


@example("reports", "GET /api/v1/followups/{id}/history")
async def read_followup_history(_: World, place: Place) -> Ask:
    return Ask(f"/followups/{place.things['followup']}/history")


@example("reports", "GET /api/v1/followups/{id}/comments")
async def list_comments(_: World, place: Place) -> Ask:
    return Ask(f"/followups/{place.things['followup']}/comments")


@example("reports", "POST /api/v1/followups/{id}/comments")
async def add_comment(_: World, place: Place) -> Ask:
    return Ask(f"/followups/{place.things['followup']}/comments", {"json": {"text": "Baik"}})


@example("reports", "GET /api/v1/followups/{id}/evidence")
async def list_evidence(_: World, place: Place) -> Ask:
    return Ask(f"/followups/{place.things['followup']}/evidence")


def picture() -> dict[str, Any]:
    headers = {"Content-Type": "image/png"}
    return {"content": b"\x89PNG\r\n\x1a\n" + b"x" * 20, "headers": headers, "params": {"name": "foto.png"}}


@example("reports", "POST /api/v1/followups/{id}/evidence")
async def add_evidence(world: World, place: Place) -> Ask:
    return Ask(f"/followups/{(await new_followup(world, place))['id']}/evidence", picture())


@example("reports", "GET /api/v1/followups/{id}/evidence/{evidence_id}")
async def read_evidence(_: World, place: Place) -> Ask:
    return Ask(f"/followups/{place.things['followup']}/evidence/{place.things['evidence']}")


@example("reports", "POST /api/v1/aspirations/track/{receipt}/objections")
async def object_to_followup(world: World, place: Place) -> Ask:
    wish = await in_state(world, place, "accepted", "other_aspiration")
    body = plan_for(place, origin={"aspirations": [wish["id"]]})
    made = await world.make("reports", "POST", "/followups", json=body)
    for step in STEPS["done"]:
        path = f"/followups/{made['id']}/{step}"
        made = await world.make("reports", "POST", path, json={"note": "x"}, headers=if_match(made["version"]))
    path = f"/aspirations/track/{place.things['other_receipt']}/objections"
    return Ask(path, {"json": {"followup": made["id"], "text": "Belum"}}, anyones=True)


# ---- the calendar

open_to_all("reports", "/deadlines")
HOLIDAY = {"kind": "national", "name": {"id": "Hari Pemilihan"}, "source": "An example", "reason": "An example"}


@example("reports", "GET /api/v1/holidays")
async def list_holidays(_: World, __: Place) -> Ask:
    return Ask("/holidays", {"params": {"year": "2026"}}, anyones=True)


@example("reports", "PUT /api/v1/holidays/{date}")
async def put_holiday(world: World, _: Place) -> Ask:
    return Ask("/holidays/2199-01-02", {"json": HOLIDAY, "headers": if_match(await edits(world))}, anyones=True)


@example("reports", "DELETE /api/v1/holidays/{date}")
async def delete_holiday(world: World, _: Place) -> Ask:
    headers = if_match(await edits(world))
    made = await world.make("reports", "PUT", "/holidays/2199-01-02", json=HOLIDAY, headers=headers)
    return Ask("/holidays/2199-01-02", {"params": WHY, "headers": if_match(made["version"])}, anyones=True)


async def edits(world: World) -> int:
    """The version of the day that these examples edit."""
    year = await world.make("reports", "GET", "/holidays", params={"year": "2199"})
    return next((int(one["version"]) for one in year["items"]), 1)
