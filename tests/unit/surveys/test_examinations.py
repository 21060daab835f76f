"""Flags and counts behind the intake: exactly once whoever examines when, and following every correction."""

import asyncio
import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from services.kit.database import Database
from services.kit.scope import EVERYTHING
from services.surveys.examinations import service
from services.surveys.examinations.loop import Examinations
from services.surveys.examinations.service import Examiner
from services.surveys.tables import examinations, sightings, tallies
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

NOON = datetime.fromisoformat("2020-03-03T12:00:00+07:00")
WHY = {"reason": "An example"}
HOURS = {"opens": "08:00", "closes": "15:00", "days": None}


def said(visit: str, minutes: float = 0, **other: Any) -> dict[str, Any]:
    """A response of a tablet, filled in so many minutes after noon."""
    body = bodies.response(visit, device="tablet-1", filled_at=(NOON + timedelta(minutes=minutes)).isoformat())
    return body | other


async def send(surveys: Surveys, *sent: dict[str, Any]) -> None:
    answer = await surveys.call("POST", "/responses/batch", json={"items": list(sent)})
    assert {one["status"] for one in answer.json()["results"]} == {"created"}, answer.text


async def flags(surveys: Surveys, body: dict[str, Any]) -> dict[str, Any]:
    """The flags of a response by rule."""
    shown = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    return {flag["rule"]: flag for flag in shown["flags"]}


async def flagged(surveys: Surveys, body: dict[str, Any]) -> None:
    """Wait until a response has flags."""
    async with asyncio.timeout(10):
        while True:
            if await flags(surveys, body):
                return
            await asyncio.sleep(0.01)


async def counted(surveys: Surveys, visit: str) -> dict[tuple[str, str, str], int]:
    """What stands in the running counts of a visit, without nothings."""
    database: Database = surveys.cast.app.state.database
    async with database.reading() as reading:
        rows = await reading.all(select(tallies).where(tallies.c.visit_id == UUID(visit)), EVERYTHING)
    return {(row.kind, row.key, row.value): row._mapping["count"] for row in rows if row._mapping["count"]}


async def test_a_response_is_flagged_a_moment_after_it_came_in_and_read_with_its_flags(surveys: Surveys) -> None:
    visit = await surveys.visit(hours=HOURS)
    ordinary, fast = said(visit["id"]), said(visit["id"], 300, started_at="2020-03-03T16:59:59+07:00")
    await send(surveys, ordinary, fast)
    assert await flags(surveys, fast) == {}
    await surveys.examined()
    assert await flags(surveys, ordinary) == {}
    found = await flags(surveys, fast)
    assert set(found) == {"too-fast", "outside-hours"}
    assert found["too-fast"]["detail"] == {"seconds": 1.0, "answers": 4}
    assert (found["too-fast"]["version"], found["too-fast"]["dismissed"], found["too-fast"]["revision"]) == (1, None, 1)
    for flag, ids in (("too-fast", [fast["id"]]), ("wrong-clock", [])):
        page = await surveys.call("GET", "/responses", params={"visit": visit["id"], "flag": flag})
        assert [one["id"] for one in page.json()["items"]] == ids
    unknown = await surveys.call("GET", "/responses", params={"flag": "ugly"})
    assert unknown.status_code == 422


async def test_the_place_of_a_visit_is_that_of_its_location_when_it_was_planned(surveys: Surveys) -> None:
    point = {"type": "Point", "coordinates": [109.7301, -6.9078]}
    location = next(one for path, one in surveys.registry.answers.items() if path.startswith("/api/v1/locations/"))
    location["point"] = point
    visit = await surveys.visit(program=location["program"], location=location["id"])
    assert visit["point"] == point
    here = {"longitude": 109.7301, "latitude": -6.9078, "accuracy": 20}
    near, far = said(visit["id"], position=here), said(visit["id"], 9, position=here | {"latitude": -6.8})
    await send(surveys, near, far)
    await surveys.examined()
    assert (set(await flags(surveys, near)), set(await flags(surveys, far))) == (set(), {"outside-location"})


async def test_a_correction_a_deletion_and_a_restoration_are_examined_anew(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = said(visit["id"], started_at=(NOON - timedelta(seconds=1)).isoformat())
    path = f"/responses/{body['id']}"
    await send(surveys, body)
    await surveys.examined()
    before = await counted(surveys, visit["id"])
    slow = body | {"started_at": None, "answers": bodies.answers(sex="m"), "device": None} | WHY
    for version, (method, sent, rules) in enumerate((
        ("PUT", {"json": slow}, set()), ("PUT", {"json": body | WHY}, {"too-fast"}),
        ("DELETE", {"params": WHY}, None), ("restore", {"json": WHY}, {"too-fast"}),
    ), 1):  # fmt: skip
        to = f"{path}/restore" if method == "restore" else path
        answer = await surveys.call(
            "POST" if method == "restore" else method, to, headers={"If-Match": f'"{version}"'}, **sent
        )
        assert answer.status_code == 200, answer.text
        await surveys.examined()
        if rules is not None:
            assert set(await flags(surveys, body)) == rules
        now = await counted(surveys, visit["id"])
        if method == "DELETE":
            assert now == {("state", "", "deleted"): 1, ("day", "", next(iter(now))[2]): 1} | now
            assert {key[0] for key in now} == {"state", "day"}
    assert await counted(surveys, visit["id"]) == before


async def test_a_device_is_flagged_from_its_twenty_first_of_an_hour(surveys: Surveys) -> None:
    visit = await surveys.visit()
    sent = [said(visit["id"], minute, answers=bodies.answers(aspiration=f"{minute}")) for minute in range(25)]
    elsewhere = said((await surveys.visit())["id"], 12)
    later = said(visit["id"], 90)
    await send(surveys, *sent, elsewhere, later)
    await surveys.examined()
    often = [set(await flags(surveys, body)) for body in (*sent, elsewhere, later)]
    assert often == [set()] * 20 + [{"device-too-often"}] * 5 + [set(), set()]


async def test_a_duplicate_names_the_other_and_goes_when_the_other_is_corrected(surveys: Surveys) -> None:
    visit = await surveys.visit()
    first, second = said(visit["id"]), said(visit["id"], 0.25)
    sister = said(visit["id"], 4)
    await send(surveys, first, second, sister)
    await surveys.examined()
    assert await flags(surveys, first) == await flags(surveys, sister) == {}
    assert (await flags(surveys, second))["duplicate-respondent"]["detail"] == {
        "other": first["id"], "seconds_apart": 15, "same_words": False,
    }  # fmt: skip
    corrected = first | {"answers": bodies.answers(requirements=1)} | WHY
    await surveys.call("PUT", f"/responses/{first['id']}", json=corrected, headers={"If-Match": '"1"'})
    await surveys.examined()
    assert await flags(surveys, second) == {}
    assert await counted(surveys, visit["id"]) == Counter({
        ("state", "", "received"): 3, ("device", "", "tablet-1"): 3, ("choice", "sex", "f"): 3,
        ("choice", "service", "card"): 3, ("day", "", datetime.now(NOON.tzinfo).date().isoformat()): 3,
    })  # fmt: skip


async def test_a_flag_is_dismissed_with_a_reason_and_stays_visible(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = said(visit["id"], started_at=NOON.isoformat())
    await send(surveys, body)
    await surveys.examined()
    path = f"/responses/{body['id']}/flags"
    team: dict[str, Any] = {"role": "team", "claims": {"region": "33.25"}}

    async def decide(step: str, revision: int, **other: Any) -> Any:
        headers = {"If-Match": f'"{revision}"'}
        return await surveys.call("POST", f"{path}/too-fast/{step}", headers=headers, **({"json": WHY} | team | other))

    assert (await surveys.call("POST", f"{path}/too-fast/dismiss", json=WHY)).status_code == 428
    assert (await decide("dismiss", 7)).status_code == 412
    assert (await decide("dismiss", 1, json={})).status_code == 422
    assert (await decide("dismiss", 1, claims={"region": "34"})).status_code == 404
    assert (await decide("raise", 1)).json()["type"] == "/problems/wrong-status"
    dismissed = await decide("dismiss", 1)
    assert (dismissed.status_code, dismissed.headers["etag"]) == (200, '"2"'), dismissed.text
    assert dismissed.json()["dismissed"] | {"at": None} == {"by": "test:team", "at": None, "reason": "An example"}
    assert (await decide("dismiss", 2)).json()["type"] == "/problems/wrong-status"
    assert await flags(surveys, body) == {"too-fast": dismissed.json()}
    page = await surveys.call("GET", "/responses", params={"visit": visit["id"], "flag": "too-fast"})
    assert page.json()["items"] == []
    assert (await counted(surveys, visit["id"]))["flag", "too-fast", "dismissed"] == 1
    raised = await decide("raise", 2)
    assert raised.json() == dismissed.json() | {"dismissed": None, "revision": 3}
    await decide("dismiss", 3)
    # What the rule finds anew was not what the dismissal was about.
    other = body | {"started_at": (NOON - timedelta(seconds=2)).isoformat()} | WHY
    await surveys.call("PUT", f"/responses/{body['id']}", json=other, headers={"If-Match": '"1"'})
    await surveys.examined()
    assert (await flags(surveys, body))["too-fast"]["dismissed"] is None
    whole = (await surveys.call("GET", path)).json()
    assert [one["action"] for one in whole["decisions"]] == ["dismissed", "raised", "dismissed"]
    assert (await counted(surveys, visit["id"]))["flag", "too-fast", "raised"] == 1
    assert ("flag", "too-fast", "dismissed") not in await counted(surveys, visit["id"])
    assert (await surveys.call("GET", f"/responses/{uuid4()}/flags")).status_code == 404


async def test_a_response_that_is_judged_keeps_what_was_dismissed(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = said(visit["id"], started_at=NOON.isoformat())
    await send(surveys, body)
    await surveys.examined()
    path = f"/responses/{body['id']}"
    await surveys.call("POST", f"{path}/flags/too-fast/dismiss", json=WHY, headers={"If-Match": '"1"'})
    judged = await surveys.call("POST", f"{path}/review", json={"state": "accepted"}, headers={"If-Match": '"1"'})
    assert judged.json()["flags"][0]["dismissed"]["reason"] == "An example"
    await surveys.examined()
    assert (await flags(surveys, body))["too-fast"]["dismissed"]["reason"] == "An example"
    listed = {
        state: (await surveys.call("GET", "/responses", params={"visit": visit["id"], "state": state})).json()["items"]
        for state in ("received", "accepted", "rejected")
    }
    assert {state: len(items) for state, items in listed.items()} == {"received": 0, "accepted": 1, "rejected": 0}


async def test_many_examine_while_many_send_and_correct_and_each_is_counted_once(surveys: Surveys) -> None:
    """Three examiners of several processes, one of them cut off again and again, against what is really there."""
    visit = await surveys.visit()
    database: Database = surveys.cast.app.state.database
    sent: list[dict[str, Any]] = []
    chance = random.Random(3)
    going = True

    async def examine(limit: int) -> None:
        examiner = Examiner(database)
        while going:
            await examiner.step(limit)
            await asyncio.sleep(0)

    async def cut_off() -> None:
        while going:
            task = asyncio.create_task(Examiner(database).step(5))
            await asyncio.sleep(chance.random() * 0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    examiners = [asyncio.create_task(one) for one in (examine(3), examine(50), cut_off())]
    for number in range(25):
        some = [
            said(visit["id"], number * 2 + part / 10, answers=bodies.answers(sex=chance.choice("fm")))
            for part in range(chance.randint(1, 5))
        ]
        await send(surveys, *some)
        sent += some
        one = chance.choice(some)
        step = chance.choice(["accepted", "rejected", "deleted", "corrected"])
        path, headers = f"/responses/{one['id']}", {"If-Match": '"1"'}
        if step == "deleted":
            await surveys.call("DELETE", path, params=WHY, headers=headers)
        elif step == "corrected":
            await surveys.call("PUT", path, json=one | {"device": "tablet-2"} | WHY, headers=headers)
        else:
            judgement = {"state": step} | WHY
            await surveys.call("POST", f"{path}/review", json=judgement, headers=headers)
    going = False
    await asyncio.gather(*examiners)
    await surveys.examined()
    await same_as_counted_anew(surveys, visit["id"])


async def same_as_counted_anew(surveys: Surveys, visit: str) -> None:
    """The running counts are those that counting from nothing gives."""
    running = await counted(surveys, visit)
    database: Database = surveys.cast.app.state.database
    async with database.transaction() as write:
        await write.run(text("DELETE FROM tallies"), EVERYTHING)
        await write.run(text("DELETE FROM flags"), EVERYTHING)
        await write.run(text("DELETE FROM sightings"), EVERYTHING)
        await write.run(text("UPDATE examinations SET position = 0"), EVERYTHING)
    await surveys.examined()
    anew = await counted(surveys, visit)
    assert {key: count for key, count in running.items() if key[0] != "flag"} == {
        key: count for key, count in anew.items() if key[0] != "flag"
    }
    async with database.reading() as reading:
        there = text("SELECT count(*) FROM newest_responses WHERE visit_id = :visit AND action <> 'deleted'")
        assert sum(count for key, count in running.items() if key[:2] == ("state", "") and key[2] != "deleted") == (
            await reading.value(there.bindparams(visit=UUID(visit)), EVERYTHING)
        )
        flagged = text("SELECT rule, count(*) AS many FROM flags WHERE visit_id = :visit GROUP BY rule")
        rows = await reading.all(flagged.bindparams(visit=UUID(visit)), EVERYTHING)
    assert {(row.rule, row.many) for row in rows} == {
        (key[1], count) for key, count in anew.items() if key[0] == "flag"
    }


async def test_hours_that_are_set_later_are_held_against_what_was_sent_before(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = said(visit["id"], 300)
    others = [said(visit["id"], number) for number in range(3)]
    await send(surveys, body, *others)
    await surveys.examined()
    assert await flags(surveys, body) == {}
    before = await counted(surveys, visit["id"])
    told = len(await surveys.changes())
    for version, (hours, rules) in enumerate(
        ((HOURS, {"outside-hours"}), (HOURS, {"outside-hours"}), (None, set())), 1
    ):
        asked = bodies.visit(visit["review"], hours=hours)
        await surveys.call("PUT", f"/visits/{visit['id']}", json=asked, headers={"If-Match": f'"{version}"'})
        examiner = Examiner(surveys.cast.app.state.database)
        while (step := await examiner.step(2)) and step.more:
            pass
        assert set(await flags(surveys, body)) == rules
        assert await flags(surveys, others[0]) == {}
    assert await counted(surveys, visit["id"]) == before
    # Neither flags nor counts are for the feed, so no index hears of them.
    assert len(await surveys.changes()) == told + 3


async def test_who_finds_another_at_it_leaves_it_alone(surveys: Surveys) -> None:
    database: Database = surveys.cast.app.state.database
    async with database.transaction() as write:
        await write.value(select(examinations.c.position).with_for_update(), EVERYTHING)
        assert await Examiner(database).step(10) is None


async def test_the_service_examines_by_itself(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = said(visit["id"], started_at=NOON.isoformat())
    database: Database = surveys.cast.app.state.database
    examining = Examinations(Examiner(database), lambda: 0, idle=0.01)
    examining.start()
    try:
        await send(surveys, body)
        await flagged(surveys, body)
    finally:
        await examining.close()
    async with database.reading() as reading:
        assert await service.current(reading)


async def test_who_gives_way_to_answers_gets_on_all_the_same(surveys: Surveys) -> None:
    visit = await surveys.visit()
    sent = [said(visit["id"], started_at=NOON.isoformat(), device=f"tablet-{number}") for number in range(250)]
    await send(surveys, *sent)
    stored = iter(range(1_000_000))
    examining = Examinations(Examiner(surveys.cast.app.state.database), lambda: next(stored) // 3, idle=0.01)
    examining.start()
    try:
        await flagged(surveys, sent[-1])
    finally:
        await examining.close()


async def test_while_answers_come_in_thick_nothing_is_examined(surveys: Surveys) -> None:
    visit = await surveys.visit()
    sent = [said(visit["id"], started_at=NOON.isoformat(), device=f"tablet-{number}") for number in range(2)]
    database: Database = surveys.cast.app.state.database
    stored, thick = count(), True
    examining = Examinations(Examiner(database), lambda: next(stored), lambda: thick, idle=0.01)
    await send(surveys, sent[0])
    examining.start()
    try:
        await flagged(surveys, sent[0])  # a flood is noticed between two steps
        await send(surveys, sent[1])
        await asyncio.sleep(0.3)
        async with database.reading() as reading:
            assert not await service.current(reading)
        thick = False
        await flagged(surveys, sent[1])
    finally:
        await examining.close()


async def test_a_failure_is_waited_out_and_told(surveys: Surveys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.surveys.examinations.loop.FAILED_SECONDS", 0.01)
    visit = await surveys.visit()
    body = said(visit["id"], started_at=NOON.isoformat())
    await send(surveys, body)
    database: Database = surveys.cast.app.state.database
    examining = Examinations(Examiner(database), lambda: 0, idle=0.01)
    async with database.transaction() as write:
        await write.run(text("ALTER TABLE flags RENAME TO flags_away"), EVERYTHING)
    examining.start()
    try:
        await asyncio.sleep(0.1)
        async with database.transaction() as write:
            await write.run(text("ALTER TABLE flags_away RENAME TO flags"), EVERYTHING)
        await flagged(surveys, body)
    finally:
        await examining.close()


async def test_a_time_beyond_all_calendars_stops_nothing(surveys: Surveys) -> None:
    visit = await surveys.visit(period={"start": "0001-01-01", "end": "9999-12-31"})
    edges = [
        said(visit["id"], filled_at="0001-01-01T00:00:00+07:00", started_at="9999-12-31T23:59:59-07:00"),
        said(visit["id"], filled_at="9999-12-31T23:59:59-07:00", started_at="0001-01-01T00:00:00+07:00"),
    ]
    await send(surveys, *edges)
    await surveys.examined()
    assert set(await flags(surveys, edges[0])) == {"wrong-clock"}
    database: Database = surveys.cast.app.state.database
    async with database.reading() as reading:
        ids = [UUID(body["id"]) for body in edges]
        assert not await reading.all(select(sightings).where(sightings.c.response_id.in_(ids)), EVERYTHING)


async def test_a_moment_that_is_kept_as_endless_stops_nothing(surveys: Surveys) -> None:
    visit = await surveys.visit(period={"start": "0001-01-01", "end": "9999-12-31"})
    ends = ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00")
    sent = [said(visit["id"], filled_at=end) for end in ends for _ in range(3)]
    await send(surveys, *sent)
    await surveys.examined()
    assert [set(await flags(surveys, body)) for body in sent] == [set()] * 3 + [{"wrong-clock"}] * 3
    corrected = sent[0] | {"answers": bodies.answers(requirements=1)} | WHY
    await surveys.call("PUT", f"/responses/{sent[0]['id']}", json=corrected, headers={"If-Match": '"1"'})
    await surveys.examined()
    assert await flags(surveys, sent[0]) == {}
