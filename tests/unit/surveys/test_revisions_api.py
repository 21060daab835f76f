"""Corrections, deletion, restoration and the team's judgement: revisions are added, and nothing that was is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from services.kit.database import server_settings
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

TEAM = {"region": "33.25"}


def if_match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def received(surveys: Surveys, visit: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    """A response as it was sent and stored."""
    body = bodies.response((visit or await surveys.visit())["id"], **other)
    answer = await surveys.call("POST", "/responses", json=body)
    assert answer.status_code == 201, answer.text
    return body


def correction(body: dict[str, Any], **other: Any) -> dict[str, Any]:
    return body | {"answers": bodies.answers(requirements=1), "reason": "Typed from paper, one line off"} | other


async def correct(surveys: Surveys, body: dict[str, Any], version: int = 1, **other: Any) -> httpx2.Response:
    return await surveys.call(
        "PUT",
        f"/responses/{body['id']}",
        "team",
        claims=TEAM,
        headers=if_match(version),
        json=correction(body, **other),
    )


async def delete(surveys: Surveys, id: str, version: int, reason: str | None = "Withdrawn") -> httpx2.Response:
    params = {} if reason is None else {"reason": reason}
    return await surveys.call(
        "DELETE", f"/responses/{id}", "team", claims=TEAM, headers=if_match(version), params=params
    )


async def judge(surveys: Surveys, id: str, version: int, state: str, **other: Any) -> httpx2.Response:
    return await surveys.call(
        "POST", f"/responses/{id}/review", "team", claims=TEAM, headers=if_match(version), json={"state": state} | other
    )


async def restore(surveys: Surveys, id: str, version: int, reason: str = "A mistake") -> httpx2.Response:
    return await surveys.call(
        "POST", f"/responses/{id}/restore", "team", claims=TEAM, headers=if_match(version), json={"reason": reason}
    )


async def revisions(surveys: Surveys, id: str) -> list[dict[str, Any]]:
    answer = await surveys.call("GET", f"/responses/{id}/revisions")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def told(surveys: Surveys, id: str) -> list[dict[str, Any]]:
    """What the feed says of a response."""
    return [one for one in await surveys.changes() if one["id"] == id]


def kind(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_a_correction_is_a_further_revision(surveys: Surveys) -> None:
    body = await received(surveys, device="phone")
    before = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    answer = await correct(surveys, body, device=None)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    after = answer.json()
    assert after == (await surveys.call("GET", f"/responses/{body['id']}")).json()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"answers", "device", "digest", "version", "changed_at"}
    assert after["answers"]["requirements"] == 1
    first, second = await revisions(surveys, body["id"])
    assert (first["version"], first["action"], first["by"], first["reason"]) == (1, "created", "test:admin", None)
    assert (first["at"], first["answers"], first["device"]) == (before["received_at"], body["answers"], "phone")
    assert (second["version"], second["action"], second["by"]) == (2, "updated", "test:team")
    assert (second["reason"], second["at"]) == ("Typed from paper, one line off", after["changed_at"])


async def test_the_original_sent_again_gets_its_first_receipt(surveys: Surveys) -> None:
    body = bodies.response((await surveys.visit())["id"])
    first = (await surveys.call("POST", "/responses", json=body)).json()
    assert (await correct(surveys, body)).status_code == 200
    assert (await delete(surveys, body["id"], 2)).status_code == 200
    again = await surveys.call("POST", "/responses", json=body)
    assert again.status_code == 200
    assert again.json() == first | {"status": "duplicate"}
    assert len(await revisions(surveys, body["id"])) == 3


async def test_a_correction_has_to_fit_as_the_first_had_to(surveys: Surveys) -> None:
    body = await received(surveys)
    faults: list[tuple[dict[str, Any], int, str, str]] = [
        ({"answers": {}}, 422, "missing-answer", "/answers/requirements"),
        ({"answers": bodies.answers(requirements=9)}, 422, "not-an-option", "/answers/requirements"),
        ({"answers": bodies.answers(colour=1)}, 422, "unknown-question", "/answers/colour"),
        ({"answers": bodies.answers(requirements="not_applicable")}, 422, "not-applicable-refused",
         "/answers/requirements"),
        ({"filled_at": "2020-03-09T00:00:00+07:00"}, 422, "outside-period", "/filled_at"),
        ({"simulated": True}, 422, "simulated-mismatch", "/simulated"),
        ({"state": "accepted"}, 422, "unknown-field", "/state"),
        ({"device": "a b"}, 422, "wrong-type", "/device"),
        ({"reason": ""}, 422, "wrong-type", "/reason"),
        ({"reason": "x" * 301}, 422, "wrong-type", "/reason"),
        ({"reason": "a\nb"}, 422, "wrong-type", "/reason"),
        ({"reason": None}, 422, "wrong-type", "/reason"),
        ({"id": str(uuid4())}, 409, "fixed-field", "/id"),
        ({"visit": str(uuid4())}, 409, "fixed-field", "/visit"),
        ({"visit": (await surveys.visit())["id"]}, 409, "fixed-field", "/visit"),
    ]  # fmt: skip
    for change, status, name, pointer in faults:
        refused = await correct(surveys, body, **change)
        assert kind(refused) == (status, name), (change, refused.text)
        assert refused.json()["errors"][0]["pointer"] == pointer
    several = await correct(surveys, body, reason="", device="a b")
    assert {fault["pointer"] for fault in several.json()["errors"]} == {"/reason", "/device"}
    assert len(await revisions(surveys, body["id"])) == 1


@pytest.mark.parametrize(
    ("content", "headers", "status", "name"),
    [
        (b"{", {}, 400, "malformed"),
        (b"[]", {}, 422, "wrong-type"),
        (b" " * 1_000_001, {}, 413, "payload-too-large"),
        (b"{}", {"Content-Type": "text/xml"}, 415, "unsupported-media-type"),
    ],
)
async def test_a_body_that_is_no_correction(
    surveys: Surveys, content: bytes, headers: dict[str, str], status: int, name: str
) -> None:
    body = await received(surveys)
    path = f"/responses/{body['id']}"
    refused = await surveys.call("PUT", path, content=content, headers=if_match(1) | headers)
    assert kind(refused) == (status, name)


async def test_a_closed_review_still_takes_corrections(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = await received(surveys, visit)
    await surveys.made(f"/reviews/{visit['review']}/close", headers=if_match(2))
    assert (await correct(surveys, body)).status_code == 200
    refused = await surveys.call("POST", "/responses", json=bodies.response(visit["id"]))
    assert kind(refused) == (409, "review-closed")


async def test_what_was_deleted_is_gone_and_comes_back_whole(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body, other = await received(surveys, visit), await received(surveys, visit)
    assert (await judge(surveys, body["id"], 1, "accepted")).status_code == 200
    before = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    deleted = await delete(surveys, body["id"], 2)
    assert (deleted.status_code, deleted.headers["etag"]) == (200, '"3"')
    assert (deleted.json()["action"], deleted.json()["reason"], deleted.json()["answers"]) == (
        "deleted", "Withdrawn", None,
    )  # fmt: skip
    gone = await surveys.call("GET", f"/responses/{body['id']}")
    assert (kind(gone), gone.headers["etag"]) == ((410, "gone"), '"3"')
    assert await listed(surveys, visit) == [other["id"]]
    for answer in (
        await correct(surveys, body, 3), await delete(surveys, body["id"], 3),
        await judge(surveys, body["id"], 3, "rejected", reason="x"),
    ):  # fmt: skip
        assert kind(answer) == (410, "gone")
    restored = await restore(surveys, body["id"], 3)
    assert (restored.status_code, restored.headers["etag"]) == (200, '"4"')
    after = restored.json()
    assert {name for name in after if after[name] != before[name]} == {"version", "changed_at"}
    assert await listed(surveys, visit) == [body["id"], other["id"]]
    assert kind(await restore(surveys, body["id"], 4)) == (409, "wrong-status")
    history = await revisions(surveys, body["id"])
    assert [one["action"] for one in history] == ["created", "reviewed", "deleted", "restored"]
    assert [one["answers"] for one in history] == [body["answers"], body["answers"], None, body["answers"]]


async def listed(surveys: Surveys, visit: dict[str, Any], **params: str) -> list[str]:
    page = await surveys.call("GET", "/responses", params={"visit": visit["id"], **params})
    return [one["id"] for one in page.json()["items"]]


async def test_a_list_has_each_once_at_its_own_place(surveys: Surveys) -> None:
    visit = await surveys.visit()
    sent = [await received(surveys, visit) for _ in range(4)]
    assert (await correct(surveys, sent[0])).status_code == 200
    assert (await delete(surveys, sent[2]["id"], 1)).status_code == 200
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await surveys.call("GET", "/responses", params={"visit": visit["id"], "limit": "1", **cursor})).json()
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert [(one["id"], one["version"]) for one in seen] == [
        (sent[0]["id"], 2), (sent[1]["id"], 1), (sent[3]["id"], 1),
    ]  # fmt: skip
    assert seen[0]["answers"]["requirements"] == 1
    assert seen[0]["sequence"] < seen[1]["sequence"]
    assert await listed(surveys, visit, review=visit["review"]) == [one["id"] for one in seen]


async def test_a_judgement_and_its_reasons(surveys: Surveys) -> None:
    body = await received(surveys)
    id = body["id"]
    steps: list[tuple[str, dict[str, str]]] = [
        ("accepted", {}), ("returned", {"reason": "Two answers are unreadable", "note": "Called\nher"}),
        ("rejected", {"reason": "Not a recipient"}), ("received", {"note": "Looked again"}),
    ]  # fmt: skip
    for version, (state, why) in enumerate(steps, start=1):
        answer = await judge(surveys, id, version, state, **why)
        assert (answer.status_code, answer.headers["etag"]) == (200, f'"{version + 1}"'), answer.text
        assert (answer.json()["state"], answer.json()["answers"]) == (state, body["answers"])
    assert [(one["state"], one["reason"], one["note"]) for one in (await revisions(surveys, id))[1:]] == [
        (state, why.get("reason"), why.get("note")) for state, why in steps
    ]
    assert kind(await judge(surveys, id, 5, "received")) == (409, "wrong-status")
    for wrong, pointer in (
        ({"state": "rejected"}, ""), ({"state": "returned", "note": "x"}, ""), ({"state": "good"}, "/state"),
        ({"state": "accepted", "reason": "a\nb"}, "/reason"), ({}, "/state"), ({"state": "accepted", "x": 1}, "/x"),
    ):  # fmt: skip
        refused = await surveys.call("POST", f"/responses/{id}/review", headers=if_match(5), json=wrong)
        assert (kind(refused), refused.json()["errors"][0]["pointer"]) == ((422, "invalid"), pointer), wrong


async def test_a_corrected_response_is_to_be_judged_anew(surveys: Surveys) -> None:
    body = await received(surveys)
    assert (await judge(surveys, body["id"], 1, "returned", reason="Unreadable")).json()["state"] == "returned"
    assert (await correct(surveys, body, 2)).json()["state"] == "received"


async def test_every_change_names_the_revision_it_was_made_from(surveys: Surveys) -> None:
    body = await received(surveys)
    id = body["id"]
    asks: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", f"/responses/{id}", {"json": correction(body)}),
        ("DELETE", f"/responses/{id}", {"params": {"reason": "x"}}),
        ("POST", f"/responses/{id}/restore", {"json": {"reason": "x"}}),
        ("POST", f"/responses/{id}/review", {"json": {"state": "accepted"}}),
    ]
    for method, path, request in asks:
        for headers, expected in (
            ({}, (428, "precondition-required")), (if_match(2), (412, "precondition-failed")),
            ({"If-Match": "x"}, (400, "malformed")),
        ):  # fmt: skip
            refused = await surveys.call(method, path, headers=headers, **request)
            assert kind(refused) == expected, (method, path, headers)
        missing = await surveys.call(method, path.replace(id, str(uuid4())), headers=if_match(1), **request)
        assert kind(missing) == (404, "not-found"), (method, path)
    assert kind(await delete(surveys, id, 1, reason=None)) == (422, "invalid")
    assert kind(await delete(surveys, id, 1, reason="a\nb")) == (422, "invalid")
    assert kind(await restore(surveys, id, 1, reason=" ")) == (422, "invalid")
    assert len(await revisions(surveys, id)) == 1


async def test_of_many_who_change_the_same_revision_one_succeeds(surveys: Surveys, url: str) -> None:
    """All of them have read it, and wait for their turn in the feed, when the first is let through."""
    body = await received(surveys)
    id = body["id"]
    connection = await asyncpg.connect(url, server_settings=server_settings("surveys"))
    try:
        async with connection.transaction():
            await connection.execute("SELECT lock_changes()")
            changes = [
                asyncio.create_task(change)
                for change in (
                    correct(surveys, body), delete(surveys, id, 1), judge(surveys, id, 1, "accepted"),
                    correct(surveys, body, reason="Another"),
                )
            ]  # fmt: skip
            await eventually(lambda: connection.fetchval(WAITING), lambda waiting: waiting == len(changes))
    finally:
        await connection.close()
    answers = await asyncio.gather(*changes)
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    assert {kind(one)[1] for one in answers if one.status_code == 412} == {"precondition-failed"}
    assert [one["version"] for one in await revisions(surveys, id)] == [1, 2]
    assert [one["version"] for one in await told(surveys, id)] == [1, 2]


WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


async def eventually(look: Callable[[], Awaitable[Any]], done: Callable[[Any], bool]) -> None:
    """Wait until what is seen is as it has to be."""
    async with asyncio.timeout(10):
        while True:
            if done(await look()):
                return
            await asyncio.sleep(0.01)


async def test_the_feed_tells_every_revision(surveys: Surveys) -> None:
    body = await received(surveys, device="phone")
    id = body["id"]
    corrected = (await correct(surveys, body, answers=bodies.answers(requirements=2))).json()
    await judge(surveys, id, 2, "rejected", reason="Not a recipient", note="secret")
    await delete(surveys, id, 3)
    await restore(surveys, id, 4)
    items = await told(surveys, id)
    assert [(one["action"], one["version"]) for one in items] == [
        ("created", 1), ("updated", 2), ("reviewed", 3), ("deleted", 4), ("restored", 5),
    ]  # fmt: skip
    assert items[3]["data"] is None
    states = [one["data"] and one["data"]["state"] for one in items]
    assert states == ["received", "received", "rejected", None, "rejected"]
    assert items[1]["data"]["answers"]["requirements"] == 2
    assert items[1]["at"] == corrected["changed_at"].replace("Z", "+00:00")
    assert items[1]["data"] == items[4]["data"] | {"state": "received"}
    assert items[1]["data"].keys() == items[0]["data"].keys()
    assert items[1]["data"]["digest"] == corrected["digest"]
    assert len({one["data"]["received_at"] for one in items if one["data"]}) == 1
    assert "secret" not in str(items)


async def test_pages_of_revisions(surveys: Surveys) -> None:
    body = await received(surveys)
    for version, state in enumerate(("accepted", "received", "accepted"), start=1):
        await judge(surveys, body["id"], version, state)
    path = f"/responses/{body['id']}/revisions"
    first = (await surveys.call("GET", path, params={"limit": "3"})).json()
    rest = (await surveys.call("GET", path, params={"limit": "3", "cursor": first["next"]})).json()
    assert [one["version"] for one in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next"] is None
    assert kind(await surveys.call("GET", path, params={"cursor": "x"})) == (400, "malformed")
    assert kind(await surveys.call("GET", f"/responses/{uuid4()}/revisions")) == (404, "not-found")


async def test_who_may_change_judge_and_look_back(surveys: Surveys) -> None:
    program = "3b1f6c1e-0000-4000-8000-0000000000b1"
    agency = {"region": "33.25", "agency": surveys.registry.answers[f"/api/v1/programs/{program}"]["agency"]}
    body = await received(surveys, await surveys.visit(program=program))
    id = body["id"]
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", f"/responses/{id}", {"json": correction(body)}),
        ("DELETE", f"/responses/{id}", {"params": {"reason": "x"}}),
        ("POST", f"/responses/{id}/restore", {"json": {"reason": "x"}}),
        ("POST", f"/responses/{id}/review", {"json": {"state": "accepted"}}),
    ]
    callers: list[tuple[str | None, dict[str, str], int, int]] = [
        (None, {}, 401, 401), ("public", {}, 401, 401), ("agency", agency, 403, 403), ("mentor", TEAM, 403, 403),
        ("enumerator", TEAM, 403, 403), ("integrator", {}, 403, 403), ("ministry", {}, 403, 200),
        ("team", {}, 403, 403), ("team", {"region": "33.26"}, 404, 404), ("team", {"region": "33.2"}, 404, 404),
    ]  # fmt: skip
    for role, claims, changing, looking in callers:
        for method, path, request in changes:
            answer = await surveys.call(method, path, role, claims=claims, headers=if_match(1), **request)
            assert answer.status_code == changing, (role, claims, method, path, answer.text)
        answer = await surveys.call("GET", f"/responses/{id}/revisions", role, claims=claims)
        assert answer.status_code == looking, (role, claims)
    assert len(await revisions(surveys, id)) == 1
