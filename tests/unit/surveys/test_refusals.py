"""What was refused lies in the quarantine as it came, until somebody decides what it was."""

import asyncio
import gzip
from base64 import b64decode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest
from sqlalchemy import update

from services.kit.problems import Malformed
from services.kit.scope import EVERYTHING
from services.surveys.quarantine import refusals
from services.surveys.quarantine.count import sweep
from services.surveys.quarantine.refusals import Refusals
from services.surveys.tables import quarantine
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

TEAM = {"region": "33.25"}


async def send(surveys: Surveys, content: bytes, path: str = "", **headers: str) -> httpx2.Response:
    kind = {"Content-Type": "application/json"} | headers
    return await surveys.call("POST", f"/responses{path}", "enumerator", claims=TEAM, content=content, headers=kind)


async def listed(surveys: Surveys, role: str = "team", **params: str) -> list[dict[str, Any]]:
    found = await surveys.call("GET", "/quarantine", role, claims=TEAM, params={"limit": "500", **params})
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def newest(surveys: Surveys, role: str = "team") -> dict[str, Any]:
    return (await listed(surveys, role))[-1]


async def accept(surveys: Surveys, case: str, **body: Any) -> httpx2.Response:
    return await surveys.call("POST", f"/quarantine/{case}/accept", "team", claims=TEAM, json=body)


def kind(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_an_answer_that_does_not_fit_is_kept_and_accepted_when_corrected(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.response(visit["id"], answers=bodies.answers(requirements=9))
    refused = await send(surveys, orjson.dumps(body))
    assert kind(refused) == (422, "not-an-option")
    case = await newest(surveys)
    told = {name: value for name, value in refused.json().items() if name not in {"instance", "request_id"}}
    assert {name: value for name, value in case["problem"].items() if value is not None} == told
    assert (case["reason"], case["response"], case["visit"], case["region"], case["body"], case["raw"]) == (
        "not-an-option", body["id"], visit["id"], "33.25", body, None,
    )  # fmt: skip
    assert (case["received_by"], case["times"], case["bytes"]) == ("test:enumerator", 1, len(orjson.dumps(body)))
    assert kind(await accept(surveys, case["id"], id=body["id"])) == (422, "not-an-option")
    right = body | {"answers": bodies.answers(requirements=4)}
    assert kind(await accept(surveys, case["id"], id=body["id"], body=right)) == (422, "invalid")
    accepted = await accept(surveys, case["id"], id=body["id"], body=right, reason="The paper form says 4")
    assert accepted.status_code == 201
    stored = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    assert (stored["answers"], stored["receipt"]) == (right["answers"], accepted.json()["receipt"])
    history = (await surveys.call("GET", f"/responses/{body['id']}/revisions")).json()["items"]
    assert [(one["action"], one["by"]) for one in history] == [("created", "test:enumerator")]
    decided = (await surveys.call("GET", f"/quarantine/{case['id']}")).json()
    assert (decided["resolution"], decided["resolution_reason"]) == ("accepted", "The paper form says 4")
    assert (await send(surveys, orjson.dumps(right))).status_code == 200


async def test_what_came_too_late_is_accepted_as_it_is_once_the_review_is_open_again(surveys: Surveys) -> None:
    visit = await surveys.visit()
    await surveys.made(f"/reviews/{visit['review']}/close", headers={"If-Match": '"2"'})
    body = bodies.response(visit["id"])
    assert kind(await send(surveys, orjson.dumps(body))) == (409, "review-closed")
    case = await newest(surveys)
    assert (case["reason"], case["visit"]) == ("review-closed", visit["id"])
    assert kind(await accept(surveys, case["id"], id=body["id"])) == (409, "review-closed")
    await surveys.made(f"/reviews/{visit['review']}/open", headers={"If-Match": '"3"'})
    assert (await accept(surveys, case["id"], id=body["id"])).status_code == 201
    again = await send(surveys, orjson.dumps(body))
    assert (again.status_code, again.json()["id"]) == (200, body["id"])


async def test_what_was_stored_and_is_sent_again_after_the_close_is_the_one_that_is_there(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.response(visit["id"])
    first = await send(surveys, orjson.dumps(body))
    await surveys.made(f"/reviews/{visit['review']}/close", headers={"If-Match": '"2"'})
    again = await send(surveys, orjson.dumps(body))
    assert (again.status_code, again.json()["receipt"]) == (200, first.json()["receipt"])
    other = body | {"answers": bodies.answers(requirements=1)}
    unfit = body | {"answers": {"unknown": 1}}
    batch = await send(surveys, orjson.dumps({"items": [body, other, unfit]}), "/batch")
    assert [(one["status"], one.get("receipt")) for one in batch.json()["results"]] == [
        ("duplicate", first.json()["receipt"]), ("invalid", None), ("invalid", None),
    ]  # fmt: skip
    assert kind(await send(surveys, orjson.dumps(other))) == (409, "review-closed")


async def test_what_is_nested_deeper_than_it_can_be_written_is_kept_as_it_came(surveys: Surveys) -> None:
    visit = await surveys.visit()
    deep = b"[" * 400 + b'"\\"",{"a":null}' + b"]" * 400
    body = b'{"id":"%s","visit":"%s","device":%s,"answers":{}}' % (
        str(uuid4()).encode(), visit["id"].encode(), deep
    )  # fmt: skip
    for path, content, headers in (
        ("", body, {}), ("/batch", b'{"items":[%s]}' % body, {}),
        ("/stream", body, {"Content-Type": "application/x-ndjson"}),
    ):  # fmt: skip
        answer = await send(surveys, content, path, **headers)
        assert answer.status_code == (200 if path else 422), answer.text
        case = await newest(surveys)
        assert b64decode(case["raw"]).startswith(b'{"id":"'), path
        assert (case["reason"], case["visit"], case["bytes"], case["body"]) == (
            "wrong-type", visit["id"], len(body), None,
        ), path  # fmt: skip


async def test_outside_the_period_and_at_no_known_visit_is_kept_for_the_senders_region(surveys: Surveys) -> None:
    visit = await surveys.visit()
    late = bodies.response(visit["id"], filled_at="2031-03-03T09:30:00+07:00")
    assert kind(await send(surveys, orjson.dumps(late))) == (422, "outside-period")
    assert (await newest(surveys))["reason"] == "outside-period"
    nowhere = bodies.response(str(uuid4()))
    assert kind(await send(surveys, orjson.dumps(nowhere))) == (404, "unknown-visit")
    case = await newest(surveys)
    assert (case["reason"], case["visit"], case["region"], case["body"]) == ("unknown-visit", None, "33.25", nowhere)
    placed = nowhere | {"visit": visit["id"]}
    answer = await accept(surveys, case["id"], id=str(uuid4()), body=placed, reason="Sent before the visit was planned")
    assert answer.status_code == 201


async def test_a_visit_of_another_region_is_not_told_of(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = orjson.dumps(bodies.response(visit["id"]))
    answer = await surveys.call(
        "POST", "/responses", "enumerator", claims={"region": "33.26"}, content=body,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert kind(answer) == (404, "unknown-visit")
    case = (await surveys.call("GET", "/quarantine", "team", claims={"region": "33.26"})).json()["items"][-1]
    assert (case["visit"], case["region"]) == (None, "33.26")
    assert all(one["id"] != case["id"] for one in await listed(surveys))


@pytest.mark.parametrize("raw", [b'{"id": "half', b"\xff\xfe\0", b'[{"id": 1}]', b'{"a": "\\ud800"}'])
async def test_what_nobody_can_read_is_kept_byte_by_byte(surveys: Surveys, raw: bytes) -> None:
    refused = await send(surveys, raw)
    assert refused.status_code in {400, 422}
    case = await newest(surveys)
    assert (b64decode(case["raw"]), case["body"], case["bytes"]) == (raw, None, len(raw))
    assert (case["response"], case["visit"], case["region"]) == (None, None, "33.25")
    assert kind(await accept(surveys, case["id"], id=str(uuid4()))) == (422, "invalid")
    right = bodies.response((await surveys.visit())["id"])
    done = await accept(surveys, case["id"], id=right["id"], body=right, reason="Read from the phone's own file")
    assert done.status_code == 201


async def test_of_what_is_far_too_long_the_beginning_is_kept(surveys: Surveys) -> None:
    raw = b'{"id":"' + b"x" * 1_200_000 + b'"}'
    assert kind(await send(surveys, raw)) == (413, "payload-too-large")
    (case,) = [one for one in await listed(surveys, reason="payload-too-large") if one["raw"] is None]
    assert case["bytes"] == len(raw)
    whole = (await surveys.call("GET", f"/quarantine/{case['id']}")).json()
    assert b64decode(whole["raw"]) == raw[: refusals.BEGINNING_BYTES]


async def test_each_of_a_batch_and_of_a_stream_is_kept_for_itself(surveys: Surveys) -> None:
    visit = await surveys.visit()
    good, bad, worse = (bodies.response(visit["id"]) for _ in range(3))
    bad["answers"], worse["colour"] = bodies.answers(requirements=7), "red"
    answer = await send(surveys, orjson.dumps({"items": [good, bad, 7]}), "/batch")
    assert [one["status"] for one in answer.json()["results"]] == ["created", "invalid", "invalid"]
    text = b"\n".join((orjson.dumps(worse), b"{half", orjson.dumps(good)))
    lines = await send(surveys, gzip.compress(text), "/stream", **{
        "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip",
    })  # fmt: skip
    assert [orjson.loads(line)["status"] for line in lines.content.splitlines()] == ["invalid", "invalid", "duplicate"]
    kept = await listed(surveys)
    assert [one["reason"] for one in kept if one["response"] in {bad["id"], worse["id"]}] == [
        "not-an-option", "unknown-field",
    ]  # fmt: skip
    assert {b64decode(one["raw"]) for one in kept if one["raw"]} >= {b"7", b"{half"}
    assert kind(await send(surveys, b'{"items": {}}', "/batch")) == (422, "invalid")
    assert kind(await send(surveys, b'{"items": [', "/batch")) == (400, "malformed")
    assert [one["reason"] for one in (await listed(surveys))[-2:]] == ["invalid", "malformed"]


async def test_the_same_again_is_one_case_that_says_how_often(surveys: Surveys) -> None:
    raw = b'{"the same": again'
    for _ in range(3):
        await send(surveys, raw)
    (case,) = [one for one in await listed(surveys) if one["raw"] and b64decode(one["raw"]) == raw]
    assert case["times"] == 3
    assert case["last_received_at"] > case["received_at"]
    dropped = await surveys.call(
        "POST", f"/quarantine/{case['id']}/drop", "team", claims=TEAM, json={"reason": "No response at all"}
    )
    assert (dropped.status_code, dropped.json()["resolution"]) == (200, "dropped")
    await send(surveys, raw)
    assert all(one["id"] != case["id"] for one in await listed(surveys))


async def test_whoever_may_not_send_leaves_nothing(surveys: Surveys) -> None:
    before = len(await listed(surveys, "admin"))
    for role in (None, "public", "ministry"):
        answer = await surveys.call("POST", "/responses", role, content=b"{half")
        assert answer.status_code in {401, 403}
    assert (await send(surveys, b"<xml/>", **{"Content-Type": "text/xml"})).status_code == 415
    assert len(await listed(surveys, "admin")) == before


async def test_there_is_an_end_to_what_is_kept(surveys: Surveys, monkeypatch: pytest.MonkeyPatch) -> None:
    state = surveys.cast.app.state
    await send(surveys, b"{the first")
    before = len(await listed(surveys))

    async def more(*raws: bytes) -> int:
        for raw in raws:
            assert kind(await send(surveys, raw)) == (400, "malformed")
        return len(await listed(surveys)) - before

    with monkeypatch.context() as bounds:
        bounds.setattr(refusals, "SENDER_CASES", 0)
        assert await more(b"{too many cases") == 0
    with monkeypatch.context() as bounds:
        bounds.setattr(refusals, "SENDER_BYTES", 10)
        assert await more(b"{too many bytes") == 0
    state.refusals = Refusals(state.database, state.contexts, 1)
    assert await more(b"{no room") == 0
    with monkeypatch.context() as bounds:
        bounds.setattr(refusals, "BURST", 2)
        bounds.setattr(refusals, "PER_SECOND", 0.0)
        state.refusals = Refusals(state.database, state.contexts, 1_000_000)
        assert await more(b"{one", b"{two", b"{three", b"{four") == 2
    text = (await surveys.cast.call("GET", "/metrics", role=None)).text
    for what in ("kept", "no room", "too many"):
        assert f'tinjau_surveys_refused_total{{reason="malformed",what="{what}"}}' in text


async def test_a_refusal_is_answered_whatever_becomes_of_keeping_it(surveys: Surveys) -> None:
    state = surveys.cast.app.state

    class Away:
        def transaction(self) -> Any:
            raise ConnectionError("the database is away")

    state.refusals = Refusals(Away(), state.contexts, 1_000_000)  # type: ignore[arg-type]
    assert kind(await send(surveys, b"{away")) == (400, "malformed")
    text = (await surveys.cast.call("GET", "/metrics", role=None)).text
    assert 'tinjau_surveys_refused_total{reason="malformed",what="failed"}' in text


async def test_what_is_old_is_forgotten(surveys: Surveys) -> None:
    database = surveys.cast.app.state.database
    await send(surveys, b"{waits too long")
    await send(surveys, b"{was decided")
    waiting, decided = (await listed(surveys))[-2:]
    drop = {"reason": "No response at all"}
    await surveys.call("POST", f"/quarantine/{decided['id']}/drop", "team", claims=TEAM, json=drop)
    await sweep(database, 1)
    assert (await surveys.call("GET", f"/quarantine/{waiting['id']}")).json() == waiting
    await age(surveys, timedelta(days=40))
    await sweep(database, 30)
    assert (await surveys.call("GET", f"/quarantine/{waiting['id']}")).status_code == 404
    left = (await surveys.call("GET", f"/quarantine/{decided['id']}")).json()
    assert (left["body"], left["raw"], left["resolution_reason"]) == (None, None, drop["reason"])
    assert left["bytes"] == len(b"{was decided")


async def age(surveys: Surveys, by: timedelta) -> None:
    """Let all that was refused be so much older."""
    moved = {name: quarantine.c[name] - by for name in ("last_received_at", "resolved_at")}
    async with surveys.cast.app.state.database.transaction() as write:
        await write.run(update(quarantine).values(moved), EVERYTHING)


async def test_many_who_are_refused_at_once_are_all_kept(surveys: Surveys) -> None:
    raws = [b"{%d" % number for number in range(40)]
    answers = await asyncio.gather(*(send(surveys, raw) for raw in raws * 2))
    assert {answer.json()["type"] for answer in answers} == {f"/problems/{Malformed.slug}"}
    kept = [b64decode(one["raw"]) for one in await listed(surveys) if one["raw"]]
    assert [kept.count(raw) for raw in raws] == [1] * 40
