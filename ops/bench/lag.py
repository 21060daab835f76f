"""How long it takes from an acknowledged response until the index counts it, probed while others make load."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import orjson

from ops.bench.figures import lags
from ops.bench.site import Site, Survey
from ops.failures import Failure

POST_SECONDS = 0.1
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 300.0


@dataclass(slots=True)
class Probes:
    """Moments of acknowledgement, and what the index counted when, by the monotonic clock."""

    before: int
    acknowledged: list[float] = field(default_factory=list)
    sightings: list[tuple[float, int]] = field(default_factory=list)

    @property
    def all_seen(self) -> bool:
        """Whether the index has counted every probe."""
        return bool(self.sightings) and self.sightings[-1][1] >= self.before + len(self.acknowledged)

    @property
    def lags(self) -> list[float]:
        """Seconds of each probe. Raises Failure when one was never counted."""
        found = lags(self.acknowledged, self.sightings, self.before)
        missing = sum(lag is None for lag in found)
        if missing:
            raise Failure(f"{missing} of {len(found)} probes were not counted within {PATIENCE_SECONDS:g} seconds.")
        return [lag for lag in found if lag is not None]


async def probe(site: Site, survey: Survey, load: "asyncio.Future[Any]") -> Probes:
    """Send probes to a survey that nobody else sends to, one after the other, until the load is over; then wait until
    all of them are counted."""
    headers = {"Authorization": f"Bearer {site.stack.credentials.token('admin', subject='bench')}"}
    with survey.items.open("rb") as file:
        rest: Mapping[str, Any] = orjson.loads(b"{" + file.readline())
    async with httpx2.AsyncClient(base_url=f"{site.stack.origin}/api/v1", headers=headers, timeout=60) as client:
        probes = Probes(await _counted(client, survey))
        looking = asyncio.create_task(_look(client, survey, probes, load))
        try:
            while not load.done():
                await _post(client, rest, probes)
                await asyncio.wait([load], timeout=POST_SECONDS)
            await looking
        finally:
            looking.cancel()
    site.acknowledged += len(probes.acknowledged)
    return probes


async def _post(client: httpx2.AsyncClient, rest: Mapping[str, Any], probes: Probes) -> None:
    answer = await client.post("/responses", json={"id": str(uuid4()), **rest})
    if answer.status_code != 201:
        raise Failure(f"A probe was answered with {answer.status_code}.", answer.text)
    probes.acknowledged.append(time.monotonic())


async def _look(client: httpx2.AsyncClient, survey: Survey, probes: Probes, load: "asyncio.Future[Any]") -> None:
    until = None
    while until is None or (time.monotonic() < until and not probes.all_seen):
        counted = await _counted(client, survey)
        probes.sightings.append((time.monotonic(), counted))
        if until is None and load.done():
            until = time.monotonic() + PATIENCE_SECONDS
        await asyncio.sleep(LOOK_SECONDS)


async def _counted(client: httpx2.AsyncClient, survey: Survey) -> int:
    answer = await client.get("/indexes", params={"review": survey.review})
    if answer.status_code == 404:  # the reports have not heard of the review yet
        return 0
    if answer.status_code != 200:
        raise Failure(f"The index was answered with {answer.status_code}.", answer.text)
    return int(answer.json()["respondents"] or 0)
