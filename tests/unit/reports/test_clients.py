"""Reading a feed ahead: every change once and in order, the next ones on their way while some are used."""

from contextlib import aclosing

import pytest
from starlette.responses import JSONResponse

from services.reports.clients import PAGES, Change
from services.reports.problems import FeedRefused
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports


def visits(count: int) -> list[feeds.Thing]:
    """Changes that create so many visits."""
    planned = feeds.review(feeds.questionnaire())
    return feeds.created(*(("visit", feeds.visit(planned)) for _ in range(count)))


def ids(changes: list[feeds.Thing]) -> list[str]:
    return [change["id"] for change in changes]


def read(changes: list[Change]) -> list[str]:
    return [change.id for change in changes]


@pytest.mark.parametrize("most", [1, 2, 2 * PAGES, 2 * PAGES + 1, 4 * PAGES])
async def test_pages_come_together_in_order_and_not_one_change_more_than_asked_for(reports: Reports, most: int) -> None:
    known = visits(4 * PAGES + 3)
    reports.feeds.add(*known)
    found = [piece async for piece in reports.client.pages("responses", None, limit=2, most=most)]
    assert {len(piece.items) for piece in found[:-1]} <= {2 * PAGES}
    assert read([change for piece in found for change in piece.items]) == ids(known[:most])
    following = await reports.client.read("responses", found[-1].next, limit=1)
    assert read(following.items) == ids(known[most : most + 1])


async def test_the_next_are_on_their_way_while_some_are_used_and_are_called_off_with_them(reports: Reports) -> None:
    reports.feeds.add(*visits(2 * PAGES))
    async with aclosing(reports.client.pages("responses", None, limit=1)) as pieces:
        assert (await anext(pieces)).more
        reports.feeds.hold()
        await reports.feeds.held()
    reports.feeds.release()


async def test_nobody_waits_for_news_while_something_is_there_to_be_used(reports: Reports) -> None:
    known = visits(3)
    reports.feeds.add(*known[:2])
    async with aclosing(reports.client.pages("responses", None, limit=2, wait=20)) as pieces:
        first = await anext(pieces)
        assert (read(first.items), first.more) == (ids(known[:2]), False)
        reports.feeds.add(*known[2:])
        assert read((await anext(pieces)).items) == ids(known[2:])


async def test_what_fails_ahead_is_told_after_what_was_read_before_it(reports: Reports) -> None:
    known = visits(2 * PAGES)
    reports.feeds.add(*known)
    pieces = reports.client.pages("responses", None, limit=1)
    assert read((await anext(pieces)).items) == ids(known[:PAGES])
    reports.feeds.failures.append(JSONResponse({"detail": "no"}, 403))  # before the next request can have been made
    with pytest.raises(FeedRefused, match="403: no"):
        await anext(pieces)
