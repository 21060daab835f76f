"""Positions in the feed of reports, drawn one by one and many at once side by side: a reader misses none."""

import asyncio
from uuid import uuid4

from sqlalchemy import func, select

from services.kit.scope import EVERYTHING
from services.reports.tables import changes
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports
from tests.unit.reports.test_intake import plan

WISHES, DECISIONS = 30, 15


async def decide(reports: Reports) -> None:
    """Announce something as people's decisions are announced: the position is drawn at the commit."""
    told = {"entity": "recap", "entity_id": uuid4(), "action": "created", "version": 1, "data": {}}
    async with reports.database.transaction() as write:
        await write.insert(changes, told, EVERYTHING)
        await write.value(select(func.pg_sleep(0.002)), EVERYTHING)


async def test_no_change_appears_behind_a_position_that_was_passed(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *feeds.same(WISHES, aspiration="Lampu")))

    async def decisions() -> None:
        for _ in range(DECISIONS):
            await decide(reports)

    writing = asyncio.gather(decisions(), reports.pull(3))
    seen: list[int] = []
    done = False
    while not done:
        done = writing.done()
        async with reports.database.reading() as reading:
            behind = select(changes.c.position).where(changes.c.position > (seen[-1] if seen else 0))
            seen += [row.position for row in await reading.all(behind.order_by(changes.c.position), EVERYTHING)]
    await writing
    async with reports.database.reading() as reading:
        everything = await reading.all(select(changes.c.position).order_by(changes.c.position), EVERYTHING)
    assert seen == [row.position for row in everything]
    assert len(seen) == WISHES + DECISIONS
