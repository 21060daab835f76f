"""The change feeds of programs and surveys, and names of regions, as this service reads them: through the gateway, as
an integrator."""

import asyncio
import math
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from services.kit.client import Neighbour
from services.kit.problems import BadUpstream
from services.reports.problems import FeedRefused

RESPONSES = "responses"
REGISTRY = "registry"
FEEDS = (RESPONSES, REGISTRY)
PAGES = 10
"""How many pages are taken in together, when so many are there: each sum changes once for all of them."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading raises for what is not of its type, or no JSON."""


class Change(Struct, gc=False):
    """One change of a feed. What it says of its thing stays as it came, for whoever knows what the thing is."""

    entity: str
    id: str
    action: str
    version: int
    data: Raw


class FeedPage(Struct):
    """A stretch of a feed: its changes in order, the cursor behind the last, and whether more is there already."""

    items: list[Change]
    next: str
    more: bool

    @classmethod
    def read(cls, written: bytes) -> "FeedPage":
        """A page as its feed sends it. Raises one of UNREADABLE."""
        return _PAGE.decode(written)


class _Refusal(Struct):
    """A problem, of which a reader is told the detail."""

    detail: str | None = None


_PAGE = msgspec.json.Decoder(FeedPage)


class Feeds:
    """Both feeds. The credential is read for each request, so that a new one counts without a restart."""

    def __init__(self, base_url: str, credential_file: Path, seconds: float) -> None:
        """`seconds` is how long a request may take beyond the wait it asks for."""
        self._neighbour = Neighbour("change feed", base_url, seconds=seconds)
        self._credential_file = credential_file
        self._seconds = seconds

    async def close(self) -> None:
        """Give the connections back."""
        await self._neighbour.close()

    async def read(self, name: str, after: str | None, *, limit: int, wait: float = 0) -> FeedPage:
        """What stands behind a cursor. Raises BadUpstream, UpstreamTimeout, and FeedRefused, also when there is no
        credential to show."""
        params = {"limit": str(limit), "wait": f"{wait:g}"} | ({"after": after} if after else {})
        status, body = await self._neighbour.get(
            f"/api/v1/changes/{name}",
            params,
            token=self._credential(),
            seconds=wait + self._seconds,
            decode=bytes,
        )
        if status != 200:
            raise FeedRefused(f"The feed {name} answered {status}: {_reason(body) or 'no reason given'}")
        try:
            return FeedPage.read(body)
        except UNREADABLE as error:
            raise BadUpstream(f"The feed {name} did not answer with a page of changes.") from error

    async def region_name(self, code: str) -> str | None:
        """What a region is called, with the one it lies in; None when nobody knows it. Raises BadUpstream,
        UpstreamTimeout, FeedRefused."""
        status, body = await self._neighbour.get(f"/api/v1/regions/{code}", token=self._credential())
        if status == 404:
            return None
        try:
            return ", ".join([body["name"], *(parent["name"] for parent in reversed(body["parents"]))])
        except (KeyError, TypeError) as error:
            raise BadUpstream(f"The registry did not tell what region {code} is called ({status}).") from error

    async def pages(
        self, name: str, after: str | None, *, limit: int, wait: float = 0, most: float = math.inf
    ) -> AsyncGenerator[FeedPage]:
        """What stands behind a cursor, piece by piece: each is all that is there already, up to a few pages, and as
        long as there is more the next is on its way while one is used. Ends only after `most` changes.

        Raises what `read` raises.
        """
        ahead: asyncio.Task[FeedPage] | None = None
        try:
            while most > 0:
                found = await (ahead or self._piece(name, after, limit, wait, most))
                after = found.next if found.items else after
                most -= len(found.items)
                more = found.more and most > 0
                ahead = asyncio.create_task(self._piece(name, after, limit, wait, most)) if more else None
                yield found
        finally:
            if ahead:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    async def _piece(self, name: str, after: str | None, limit: int, wait: float, most: float) -> FeedPage:
        most = int(min(most, PAGES * limit))
        found = await self.read(name, after, limit=min(limit, most), wait=wait)
        while found.more and found.items and len(found.items) < most:
            page = await self.read(name, found.next, limit=min(limit, most - len(found.items)))
            found = FeedPage(found.items + page.items, page.next, page.more)
        return found

    def _credential(self) -> str:
        try:
            return self._credential_file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise FeedRefused(f"The credential for the feeds cannot be read: {type(error).__name__}.") from error


def _reason(body: bytes) -> str | None:
    """What a problem says of itself."""
    try:
        return msgspec.json.decode(body, type=_Refusal).detail
    except UNREADABLE:
        return None
