"""Feed cursors and pages, and the watch that wakes waiting readers."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.changes import ChangePage, Watch, decode, encode, item, page
from services.kit.problems import Malformed

feeds = st.text(st.characters(categories=["Ll"]), min_size=1, max_size=12)


@given(feeds, st.integers(0, 10**18 - 1))
def test_a_cursor_brings_its_position_back_in_its_own_feed_only(feed: str, position: int) -> None:
    assert decode(feed, encode(feed, position)) == position
    assert decode(feed, None) == 0
    with pytest.raises(Malformed):
        decode(feed + "x", encode(feed, position))


@pytest.mark.parametrize("name", ["", "x", "\0", "ü", "cmVnaXN0cnk6", *(encode("registry", n) for n in (-1, 10**18))])
def test_what_is_no_cursor_is_malformed(name: str) -> None:
    with pytest.raises(Malformed) as refusal:
        decode("registry", name)
    assert refusal.value.errors[0].pointer == "after"


@given(st.text())
def test_whatever_is_sent_is_a_position_or_malformed(text: str) -> None:
    try:
        position = decode("registry", text)
    except Malformed:
        return
    assert 0 <= position < 2**63


def row(position: int, data: str | None = '{"name": "ü"}') -> SimpleNamespace:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return SimpleNamespace(id=f"t{position}", action="created", version=1, at=at, position=position, data=data)


@pytest.mark.parametrize(
    ("positions", "limit", "kept", "following", "more"),
    [
        ([], 3, [], 5, False),
        ([6, 9], 3, [6, 9], 9, False),
        ([6, 9], 2, [6, 9], 9, False),
        ([6, 9, 10], 2, [6, 9], 9, True),
        ([6, 9], 1, [6], 6, True),
    ],
)
def test_a_page_goes_on_behind_its_last_change(
    positions: list[int], limit: int, kept: list[int], following: int, more: bool
) -> None:
    content = page("registry", 5, [item("thing", row(position)) for position in positions], limit)
    answer = ChangePage.model_validate_json(content)
    assert [change.id for change in answer.items] == [f"t{position}" for position in kept]
    assert (decode("registry", answer.next), answer.more) == (following, more)
    for change in answer.items:
        assert (change.entity, change.action, change.version, change.data) == ("thing", "created", 1, {"name": "ü"})
        assert change.at == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_change_may_be_without_data() -> None:
    assert orjson.loads(item("thing", row(1, None))[1])["data"] is None


class Head:
    """A feed's head as a test moves it; it can be out of order."""

    def __init__(self) -> None:
        self.position = 0
        self.asked = 0
        self.broken = False

    async def __call__(self) -> int:
        self.asked += 1
        if self.broken:
            raise ConnectionError
        return self.position


async def asked(head: Head, times: int) -> None:
    async with asyncio.timeout(10):
        while head.asked < times:  # noqa: ASYNC110 - the watch asks by itself
            await asyncio.sleep(0.005)


async def test_waiting_readers_wake_up_when_the_feed_grows_beyond_them_and_no_sooner() -> None:
    head = Head()
    watch = Watch(head)
    near, far = (asyncio.create_task(watch.beyond(position, 10)) for position in (0, 5))
    await asked(head, 2)
    assert watch.readers == 2
    head.position = 5
    assert await near
    assert not far.done()
    head.position = 6
    assert await far
    assert watch.readers == 0
    await watch.close()


async def test_a_wait_ends_without_news() -> None:
    watch = Watch(Head())
    assert not await watch.beyond(0, 0.01)
    assert not await watch.beyond(0, 0)
    await watch.close()


async def test_a_database_that_is_away_for_a_while_does_not_end_the_waiting() -> None:
    head = Head()
    head.broken = True
    watch = Watch(head)
    waiting = asyncio.create_task(watch.beyond(0, 10))
    await asked(head, 2)
    assert not waiting.done()
    head.broken, head.position = False, 1
    assert await waiting
    await watch.close()


async def test_nobody_asks_while_nobody_waits_and_waiting_begins_again() -> None:
    head = Head()
    watch = Watch(head)
    head.position = 1
    assert await watch.beyond(0, 10)
    poller = watch._poller
    assert poller
    await poller
    times = head.asked
    head.position = 2
    assert await watch.beyond(1, 10)
    assert head.asked > times
    await watch.close()
    await Watch(head).close()


async def test_a_reader_that_goes_away_is_counted_out() -> None:
    head = Head()
    watch = Watch(head)
    gone, stays = (asyncio.create_task(watch.beyond(0, 10)) for _ in range(2))
    await asked(head, 1)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert watch.readers == 1
    head.position = 1
    assert await stays
    await watch.close()
