"""Reminders: each is told once, whoever looks at once and wherever one of them dies; and figures of a plan."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from services.kit.scope import EVERYTHING
from services.reports.followups import reminding
from services.reports.tables import changes, followups, reminders
from tests.unit.reports.conftest import Reports, eventually
from tests.unit.reports.test_followups_api import AGENCY, API, REVIEW, Board, board

__all__ = ["board"]


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 3, tzinfo=UTC)


async def told(reports: Reports) -> list[tuple[str, str, str]]:
    """Kind, level and title of what the feed tells."""
    async with reports.database.reading() as reading:
        rows = await reading.all(select(changes).order_by(changes.c.position), EVERYTHING)
    return [(row.action, row.data["level"], row.data["title"]) for row in rows if row.entity == "reminder"]


async def test_what_is_told_when(board: Board) -> None:
    """Due on Monday, 30 November; three working days before it is Wednesday, the 25th."""
    await board.plan()
    database = board.reports.database
    expected: list[tuple[datetime, list[tuple[str, str]]]] = [
        (at(11, 24), []), (at(11, 25), [("due_soon", "agency")]), (at(11, 30), []),
        (at(12, 1), [("overdue", "agency")]), (at(12, 2), []), (at(12, 3), [("escalated", "team")]),
        (at(12, 13), []), (at(12, 14), [("escalated", "ministry")]), (at(12, 31), []),
    ]  # fmt: skip
    so_far: list[tuple[str, str]] = []
    for moment, new in expected:
        assert await reminding.remind(database, moment) == len(new), moment
        assert await reminding.remind(database, moment) == 0
        so_far += new
        assert [(kind, level) for kind, level, _ in await told(board.reports)] == so_far
    feed = await board.get("/api/v1/changes/reports", "integrator", limit=1000)
    last = [one for one in feed["items"] if one["entity"] == "reminder"][-1]
    assert (last["data"]["deadline"], last["data"]["region"], last["data"]["agency"]) == ("2026-11-30", "33.25", AGENCY)


async def test_nothing_is_told_of_what_is_done_and_all_of_it_anew_when_reopened(board: Board) -> None:
    id = (await board.plan())["id"]
    database = board.reports.database
    assert await reminding.remind(database, at(11, 25)) == 1
    await board.done(id)
    assert await reminding.remind(database, at(12, 31)) == 0
    board.now = at(12, 1)
    await board.step(id, "reopen", "team", reason="Gelap")  # due on the 8th
    assert await reminding.remind(database, at(12, 2)) == 0
    assert await reminding.remind(database, at(12, 3)) == 1
    assert await reminding.remind(database, at(12, 9)) == 1
    assert [kind for kind, _, _ in await told(board.reports)] == ["due_soon", "due_soon", "overdue"]


async def test_after_a_long_silence_what_is_over_is_not_told(board: Board) -> None:
    await board.plan()
    assert await reminding.remind(board.reports.database, at(12, 31)) == 3
    assert [(kind, level) for kind, level, _ in await told(board.reports)] == [
        ("overdue", "agency"), ("escalated", "team"), ("escalated", "ministry"),
    ]  # fmt: skip


async def test_of_many_that_look_at_once_one_tells(board: Board) -> None:
    for number in range(12):
        await board.plan(title=f"Nomor {number}")
    looks = [reminding.remind(board.reports.database, at(12, 31)) for _ in range(4)]
    assert sum(await asyncio.gather(*looks)) == 36
    said = await told(board.reports)
    assert len(said) == len(set(said)) == 36


async def test_one_that_dies_in_between_has_told_nothing_and_the_next_tells_it_once(board: Board) -> None:
    for number in range(5):
        await board.plan(title=f"Nomor {number}")

    async def dying() -> None:
        async with board.reports.database.transaction() as write:
            assert await reminding.once(write, at(12, 1)) == (5, 5)
            raise ConnectionResetError

    for _ in range(3):
        with pytest.raises(ConnectionResetError):
            await dying()
    assert await told(board.reports) == []
    assert await reminding.remind(board.reports.database, at(12, 1)) == 5
    assert len(set(await told(board.reports))) == 5


async def test_what_was_told_is_not_told_again_even_if_the_day_is_forgotten(board: Board) -> None:
    """The key alone keeps it from being told twice."""
    await board.plan()
    assert await reminding.remind(board.reports.database, at(12, 1)) == 1
    async with board.reports.database.transaction() as write:
        await write.run(followups.update().values(remind_on=at(11, 1).date()), EVERYTHING)
    assert await reminding.remind(board.reports.database, at(12, 1)) == 0
    async with board.reports.database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(reminders), EVERYTHING) == 1


async def test_a_process_looks_by_itself(board: Board) -> None:
    board.now = datetime(2020, 3, 2, 3, tzinfo=UTC)
    await board.plan()

    async def seen() -> int:
        return len(await told(board.reports))

    async with board.reports.process(reminders=0.01), board.reports.process(reminders=0.01):
        await eventually(seen, lambda count: count == 3)
    async with board.reports.process(reminders=0.01) as cast:
        assert "tinjau_reports_reminders_total" in (await cast.call("GET", "/metrics")).text
    assert await seen() == 3


@pytest.fixture
async def planned(board: Board) -> Board:
    """Three follow-ups: one verified in November, one said to be done in December, one not."""
    ids = [(await board.plan(title=title))["id"] for title in ("satu", "dua", "tiga")]
    await board.done(ids[0])
    await board.step(ids[0], "verify", "team")
    board.now = at(12, 14)
    await board.done(ids[1])
    return board


async def figures(board: Board, **params: Any) -> Any:
    return await board.get(f"{API}/figures", "public", **params)


async def test_figures_with_the_counts_they_come_from(planned: Board) -> None:
    for asked in ({"review": REVIEW["id"]}, {"region": "33"}, {"agency": AGENCY}):
        found = await figures(planned, **asked)
        assert (found["total"], found["done"], found["verified"], found["overdue"]) == (3, 2, 1, 1)
        assert (found["completion"]["score"], found["completion"]["percentage"]) == (3, "66.67")
        assert [(one["method"]["version"], one["score"], one["most"]) for one in found["speed"]] == [
            (2, 0, 5),
            (1, 0, 4),
        ]
        assert (found["last_done_on"], found["simulated"]) == (None, False)
        assert found["states"] == {
            "planned": 1, "in_progress": 0, "done": 1, "verified": 1, "returned": 0, "postponed": 0, "reopened": 0,
        }  # fmt: skip


async def test_figures_when_all_is_done(planned: Board) -> None:
    (last,) = (await planned.get(API, state="planned"))["items"]
    await planned.done(last["id"])
    found = await figures(planned, review=REVIEW["id"], since="2026-11-15")
    assert (found["completion"]["score"], found["completion"]["percentage"]) == (4, "100.00")
    assert (found["last_done_on"], [one["score"] for one in found["speed"]]) == ("2026-12-14", [5, 4])
    # Without the day of a report it counts from the last day of the review, in March 2020.
    assert [one["score"] for one in (await figures(planned, review=REVIEW["id"]))["speed"]] == [0, 0]
    for one in (await planned.get(API, state="done"))["items"]:
        await planned.step(one["id"], "verify", "team")
    assert (await figures(planned, review=REVIEW["id"]))["completion"]["score"] == 5


async def test_figures_of_nothing_and_of_too_much(planned: Board) -> None:
    nothing = await figures(planned, region="34")
    assert (nothing["total"], nothing["completion"]["score"], nothing["completion"]["percentage"]) == (0, 0, None)
    assert (await figures(planned, region="33", simulated="true"))["total"] == 0
    for wrong in ({}, {"region": "33", "agency": AGENCY}):
        refused = await planned.call("GET", f"{API}/figures", params=wrong)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "one")
    unknown = await planned.call("GET", f"{API}/figures", params={"review": AGENCY})
    assert unknown.status_code == 404
