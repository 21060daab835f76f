"""What contradicts a stored response is kept aside, and somebody decides: a response of its own, or none."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2

from services.kit.repeated import Repeated
from services.surveys.quarantine.count import measure
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

TEAM = {"region": "33.25"}


async def kept(surveys: Surveys, visit: dict[str, Any] | None = None, **other: Any) -> tuple[str, dict[str, Any]]:
    """The id in the quarantine, and what was sent under the id of another response."""
    body = bodies.response((visit or await surveys.visit())["id"])
    assert (await surveys.call("POST", "/responses", json=body)).status_code == 201
    second = body | {"answers": bodies.answers(requirements=1), "device": "tablet"} | other
    answer = await surveys.call("POST", "/responses", "enumerator", claims=TEAM, json=second)
    assert answer.status_code == 409
    return next(one["id"] for one in await listed(surveys, body["visit"]) if one["response"] == body["id"]), second


async def listed(surveys: Surveys, visit: str, **params: str) -> list[dict[str, Any]]:
    found = await surveys.call("GET", "/quarantine", params={"visit": visit, **params})
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def accept(surveys: Surveys, id: str, new_id: str) -> httpx2.Response:
    return await surveys.call("POST", f"/quarantine/{id}/accept", "team", claims=TEAM, json={"id": new_id})


async def drop(surveys: Surveys, id: str, reason: str = "The same person again") -> httpx2.Response:
    return await surveys.call("POST", f"/quarantine/{id}/drop", "team", claims=TEAM, json={"reason": reason})


def kind(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_what_is_accepted_is_a_response_of_its_own(surveys: Surveys) -> None:
    id, body = await kept(surveys)
    new_id = str(uuid4())
    answer = await accept(surveys, id, new_id)
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/responses/{new_id}")
    stored = (await surveys.call("GET", f"/responses/{new_id}")).json()
    assert (stored["answers"], stored["device"], stored["version"]) == (body["answers"], "tablet", 1)
    receipt = answer.json()
    assert {name: receipt[name] for name in ("receipt", "sequence", "digest", "received_at")} == {
        name: stored[name] for name in ("receipt", "sequence", "digest", "received_at")
    }
    assert receipt["status"] == "created"
    assert [one["id"] for one in await surveys.changes()][-1] == new_id
    history = (await surveys.call("GET", f"/responses/{new_id}/revisions")).json()["items"]
    assert [(one["action"], one["by"]) for one in history] == [("created", "test:enumerator")]
    assert await listed(surveys, body["visit"]) == []
    (resolved,) = await listed(surveys, body["visit"], resolved="true")
    assert (resolved["resolution"], resolved["accepted_as"], resolved["resolved_by"]) == (
        "accepted", new_id, "test:team",
    )  # fmt: skip
    same = await surveys.call("POST", "/responses", json=body | {"id": new_id})
    assert (same.status_code, same.json()["receipt"]) == (200, receipt["receipt"])


async def test_accepting_again_changes_nothing(surveys: Surveys) -> None:
    visit = await surveys.visit()
    id, _ = await kept(surveys, visit)
    new_id = str(uuid4())
    first = (await accept(surveys, id, new_id)).json()
    await surveys.made(f"/reviews/{visit['review']}/close", headers={"If-Match": '"2"'})
    again = await accept(surveys, id, new_id)
    assert (again.status_code, again.json()) == (200, first | {"status": "duplicate"})
    assert kind(await accept(surveys, id, str(uuid4()))) == (409, "wrong-status")
    assert kind(await drop(surveys, id)) == (409, "wrong-status")


async def test_those_who_accept_at_the_same_moment_make_one_response(surveys: Surveys) -> None:
    visit = await surveys.visit()
    id, _ = await kept(surveys, visit)
    ids = [str(uuid4()) for _ in range(4)]
    answers = await asyncio.gather(*(accept(surveys, id, new_id) for new_id in (*ids, ids[0])))
    assert [one.status_code for one in answers].count(201) == 1
    assert {one.status_code for one in answers} <= {200, 201, 409}
    page = (await surveys.call("GET", "/responses", params={"visit": visit["id"]})).json()
    assert len(page["items"]) == 2


async def test_what_is_dropped_stays_and_waits_no_more(surveys: Surveys) -> None:
    id, body = await kept(surveys)
    dropped = await drop(surveys, id)
    assert dropped.status_code == 200
    assert dropped.json() == (await surveys.call("GET", f"/quarantine/{id}")).json()
    assert (dropped.json()["resolution"], dropped.json()["resolution_reason"]) == ("dropped", "The same person again")
    assert await listed(surveys, body["visit"]) == []
    assert [one["id"] for one in await listed(surveys, body["visit"], resolved="true")] == [id]
    assert (await surveys.call("POST", "/responses", json=body)).status_code == 409
    assert await listed(surveys, body["visit"]) == []
    assert kind(await accept(surveys, id, str(uuid4()))) == (409, "wrong-status")
    assert kind(await drop(surveys, id)) == (409, "wrong-status")


async def test_what_intake_would_refuse_is_not_accepted(surveys: Surveys) -> None:
    visit = await surveys.visit()
    id, body = await kept(surveys, visit)
    assert kind(await accept(surveys, id, body["id"])) == (409, "already-exists")
    await surveys.made(f"/reviews/{visit['review']}/close", headers={"If-Match": '"2"'})
    assert kind(await accept(surveys, id, str(uuid4()))) == (409, "review-closed")
    for wrong in ({}, {"id": "7"}, {"id": str(uuid4()), "x": 1}):
        refused = await surveys.call("POST", f"/quarantine/{id}/accept", json=wrong)
        assert kind(refused) == (422, "invalid")
    for wrong in ({}, {"reason": " "}, {"reason": "a\nb"}):
        assert kind(await surveys.call("POST", f"/quarantine/{id}/drop", json=wrong)) == (422, "invalid")
    assert [one["id"] for one in await listed(surveys, body["visit"])] == [id]
    assert kind(await accept(surveys, str(uuid4()), str(uuid4()))) == (404, "not-found")
    assert kind(await drop(surveys, str(uuid4()))) == (404, "not-found")


async def test_who_decides(surveys: Surveys) -> None:
    id, _ = await kept(surveys)
    for role, claims, status in (
        (None, {}, 401), ("public", {}, 401), ("ministry", {}, 403), ("agency", TEAM | {"agency": str(uuid4())}, 403),
        ("enumerator", TEAM, 403), ("integrator", {}, 403), ("team", {}, 403), ("team", {"region": "33.26"}, 404),
    ):  # fmt: skip
        for step, body in (("accept", {"id": str(uuid4())}), ("drop", {"reason": "x"})):
            answer = await surveys.call("POST", f"/quarantine/{id}/{step}", role, claims=claims, json=body)
            assert answer.status_code == status, (role, claims, step)
    assert (await surveys.call("GET", f"/quarantine/{id}")).json()["resolution"] is None


async def metric(surveys: Surveys, name: str) -> float:
    async with surveys.cast.as_(None) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)


async def test_what_operators_see(surveys: Surveys) -> None:
    names = [
        "tinjau_surveys_conflicts_total", 'tinjau_surveys_quarantine_resolved_total{resolution="accepted"}',
        'tinjau_surveys_quarantine_resolved_total{resolution="dropped"}', "tinjau_surveys_quarantine_open",
    ]  # fmt: skip
    database = surveys.cast.app.state.database
    await measure(database)
    before = [await metric(surveys, name) for name in names]
    (first, _), (second, _), _ = [await kept(surveys) for _ in range(3)]
    new_id = str(uuid4())
    for _ in range(2):
        await accept(surveys, first, new_id)
        await drop(surveys, second)
    await measure(database)
    after = [await metric(surveys, name) for name in names]
    assert [later - earlier for later, earlier in zip(after, before, strict=True)] == [3, 1, 1, 1]


async def test_counting_starts_with_the_service_and_ends_with_it(surveys: Surveys) -> None:
    counting: Repeated = surveys.cast.app.state.quarantine
    task = next(one for one in asyncio.all_tasks() if one.get_name() == "quarantine count")
    await counting.close()
    assert task.done()
