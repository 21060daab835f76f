"""Rebuilds through the API: the same bytes, whatever has happened since, and the index answers all the while."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from starlette.responses import JSONResponse

from services.kit.scope import EVERYTHING
from services.kit.testing import Cast
from services.reports.intake import service as intake
from services.reports.rebuilds import service
from services.reports.rebuilds.repository import OF_A_GENERATION, digest
from services.reports.tables import current, sums
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports, eventually
from tests.unit.reports.test_intake import ANSWERS, plan

API = "/api/v1/rebuilds"


async def filled(reports: Reports, answers: int = 12) -> feeds.Thing:
    """Some of everything in both feeds, all of it taken in; the visit."""
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *(ANSWERS * (answers // len(ANSWERS)))))
    reports.feeds.add(*feeds.created(("agency", feeds.registered("agency", str(uuid4()), "Dinas"))), feed="registry")
    await reports.pull(5)
    return place


async def ended(cast: Cast, rebuild: str) -> dict[str, Any]:
    """The rebuild once it no longer runs."""

    async def look() -> dict[str, Any]:
        answer = await cast.call("GET", f"{API}/{rebuild}")
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    return await eventually(look, lambda seen: seen["status"] != "running")


async def rebuilt(cast: Cast) -> dict[str, Any]:
    answer = await cast.call("POST", API)
    assert answer.status_code == 202, answer.text
    started = answer.json()
    assert (started["status"], started["changes"], started["identical"]) == ("running", 0, None)
    assert answer.headers["Location"] == f"{API}/{started['id']}"
    return await ended(cast, started["id"])


async def one_generation(reports: Reports) -> bool:
    """Whether nothing is left of any generation but the current one."""
    async with reports.database.reading() as reading:
        now = await intake.generation(reading)
        return not any(
            [
                await reading.value(
                    select(func.count()).select_from(table).where(table.c.generation != now), EVERYTHING
                )
                for table in OF_A_GENERATION
            ]
        )


async def test_a_rebuild_gives_identical_bytes(reports: Reports) -> None:
    await filled(reports)
    async with reports.process(feed_page=4) as cast:
        before = (await cast.call("GET", "/api/v1/indexes/freshness")).json()
        done = await rebuilt(cast)
        assert (done["status"], done["identical"], done["changes"], done["detail"]) == ("done", True, 16, None)
        assert done["digest_before"] == done["digest_after"]
        assert done["digest_before"].startswith("sha256:")
        assert done["finished_at"] >= done["started_at"]
        after = (await cast.call("GET", "/api/v1/indexes/freshness")).json()
        assert {name: (feed["cursor"], feed["changes"], feed["applied_at"]) for name, feed in after.items()} == {
            name: (feed["cursor"], feed["changes"], feed["applied_at"]) for name, feed in before.items()
        }
        assert await eventually(lambda: one_generation(reports), bool)
        assert (await rebuilt(cast))["digest_after"] == done["digest_after"]


async def test_corrections_and_deletions_come_out_the_same(reports: Reports) -> None:
    place = await filled(reports)
    first, second, *_ = (one for one in reports.feeds.items["responses"] if one["entity"] == "response")
    revised = feeds.response(place, {"fee": 1, "sex": "f"}, id=first["id"], version=2) | {"version": 2}
    reports.feeds.add(feeds.change("response", revised, "updated"))
    reports.feeds.add(feeds.change("response", {"id": second["id"], "version": 2}, "deleted"))
    reports.feeds.add(feeds.change("visit", place | {"region": "33.24", "version": 2}, "updated"))
    await reports.pull(1)
    async with reports.process() as cast:
        assert (await rebuilt(cast))["identical"] is True


async def test_sums_that_were_damaged_are_found_and_mended(reports: Reports) -> None:
    await filled(reports)
    async with reports.database.reading() as reading:
        right = await digest(reading, 1)
    async with reports.database.transaction() as write:
        await write.run(text("UPDATE sums SET joint_sum = set_byte(joint_sum, 1, 99) WHERE group_by = ''"), EVERYTHING)
    async with reports.process() as cast:
        done = await rebuilt(cast)
    assert (done["status"], done["identical"]) == ("done", False)
    assert done["digest_after"] == right != done["digest_before"]


async def test_nothing_rebuilt_from_nothing(reports: Reports) -> None:
    async with reports.process() as cast:
        done = await rebuilt(cast)
    assert (done["status"], done["identical"], done["changes"]) == ("done", True, 0)


async def test_answers_that_come_meanwhile_are_neither_missed_nor_doubled(reports: Reports) -> None:
    place = await filled(reports)
    async with reports.process(intake=True, feed_page=10, feed_wait=1.0) as cast:

        async def answer() -> None:
            for _ in range(10):
                reports.feeds.add(*feeds.responded(place, *ANSWERS))
                await reports.until(len(reports.feeds.items["responses"]))

        answering = asyncio.create_task(answer())
        outcomes = [await rebuilt(cast) for _ in range(2)]
        await answering
        outcomes.append(await rebuilt(cast))
        shown = (await cast.call("GET", "/api/v1/indexes", params={"review": place["review"]})).json()
    assert [one["identical"] for one in outcomes] == [True] * 3
    assert shown["respondents"] == 12 + 10 * 3
    async with reports.database.reading() as reading:
        row = await reading.first(
            select(sums).where(sums.c.group_by == "", sums.c.generation == await intake.generation(reading)), EVERYTHING
        )
    assert row is not None
    given = [one["data"]["digest"] for one in reports.feeds.items["responses"] if one["entity"] == "response"]
    assert int(row.fingerprint) == sum(int(one, 16) for one in given) % 2**256


async def test_one_at_a_time(reports: Reports) -> None:
    await filled(reports)
    async with reports.process() as cast:
        running = await service.start(reports.database)
        refused = await cast.call("POST", API)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/rebuild-running")
        await service.carry_out(reports.database, reports.client, running.id, 100)
        assert (await cast.call("GET", f"{API}/{running.id}")).json()["identical"] is True
        assert (await rebuilt(cast))["identical"] is True


async def test_a_generation_that_is_gone_is_no_generation(reports: Reports) -> None:
    async with reports.database.reading() as reading:
        with pytest.raises(LookupError):
            await intake.progress(reading, 7, "responses")


async def silence(reports: Reports) -> None:
    """Let the running rebuild have been silent for too long."""
    async with reports.database.transaction() as write:
        await write.run(text("UPDATE rebuilds SET beat_at = beat_at - interval '1 hour'"), EVERYTHING)


async def test_a_rebuild_whose_process_died_counts_as_failed_and_stands_in_nobodys_way(reports: Reports) -> None:
    await filled(reports)
    dead = await service.start(reports.database)
    await silence(reports)
    async with reports.process() as cast:
        seen = (await cast.call("GET", f"{API}/{dead.id}")).json()
        assert (seen["status"], seen["detail"]) == ("failed", service.GONE)
        assert (await rebuilt(cast))["identical"] is True
        seen = (await cast.call("GET", f"{API}/{dead.id}")).json()
        assert (seen["status"], seen["detail"], seen["identical"]) == ("failed", service.GONE, None)
    for gone in (dead.id, uuid4()):
        with pytest.raises(service.Abandoned):
            await service.carry_out(reports.database, reports.client, gone, 100)


async def test_a_process_that_is_stopped_says_so(reports: Reports) -> None:
    await filled(reports)
    async with reports.process() as cast:
        reports.feeds.hold()
        started = (await cast.call("POST", API)).json()
        await reports.feeds.held()
    reports.feeds.release()
    async with reports.process() as cast:
        seen = (await cast.call("GET", f"{API}/{started['id']}")).json()
        assert (seen["status"], seen["detail"]) == ("failed", "The process that ran it was stopped.")
        assert (await rebuilt(cast))["identical"] is True
        assert await eventually(lambda: one_generation(reports), bool)


async def test_a_feed_that_fails_or_contradicts_itself_changes_nothing(reports: Reports) -> None:
    await filled(reports)
    async with reports.process() as cast:
        reports.feeds.failures.append(JSONResponse({"detail": "no"}, 403))
        failed = await rebuilt(cast)
        assert (failed["status"], failed["identical"]) == ("failed", None)
        assert failed["detail"] == "The feed responses answered 403: no"
        everything = reports.feeds.items["responses"]
        reports.feeds.items["responses"] = everything[:-1]
        assert "fewer changes" in (await rebuilt(cast))["detail"]
        reports.feeds.items["responses"] = everything
        async with reports.database.reading() as reading:
            assert await reading.value(select(current.c.generation), EVERYTHING) == 1
        reports.feeds.items["registry"].insert(0, reports.feeds.items["registry"][0])
        async with reports.database.transaction() as write:
            await write.run(text("UPDATE feeds SET cursor = 'other' WHERE name = 'registry'"), EVERYTHING)
        assert "other changes" in (await rebuilt(cast))["detail"]


async def test_who_may(reports: Reports) -> None:
    async with reports.process() as cast:
        assert (await cast.call("GET", f"{API}/{uuid4()}")).status_code == 404
        for method, path in (("POST", API), ("GET", f"{API}/{uuid4()}")):
            assert (await cast.call(method, path, None)).status_code == 401
            assert (await cast.call(method, path, "public")).status_code == 401
            for role in ("ministry", "team", "agency", "mentor", "enumerator", "integrator"):
                answer = await cast.call(method, path, role, {"region": "33.25", "agency": str(uuid4())})
                assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
