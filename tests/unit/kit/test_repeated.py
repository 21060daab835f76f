"""Something that is done now and then."""

import asyncio

from services.kit.repeated import Repeated


async def test_what_fails_is_done_the_next_time_until_it_is_closed() -> None:
    done = asyncio.Event()
    times = 0

    async def once() -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise ConnectionError("away")
        done.set()

    repeated = Repeated("a test", 0.001, once)
    async with asyncio.timeout(5):
        await done.wait()
    await repeated.close()
    closed_at = times
    await asyncio.sleep(0.01)
    assert times == closed_at >= 2
