"""The one pooled HTTP client, with which everything here speaks to the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
from yarl import URL

from gateway.problems import away, slow
from gateway.settings import SERVICES, Settings

# Shorter than uvicorn keeps an idle connection (5 s): a pooled connection is given up by us, not under a request.
IDLE_SECONDS = 4.0
JSON_SECONDS = 10.0

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CutOff(aiohttp.ClientError):
    """The connection broke under a request that must not be sent a second time."""


async def once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """The library repeats a PUT or DELETE whose connection broke. If the first one did arrive, its twin would fail
    its precondition, and the client would be told that somebody else was faster."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if request.method in SAFE:
            raise
        raise CutOff(str(error)) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: its JSON is None where there is no body."""

    status: int
    content: Any
    etag: str | None


class Upstream:
    """The services behind the gateway. To be made where an event loop runs, and closed."""

    def __init__(self, settings: Settings) -> None:
        self._origins = {service: settings.url(service) for service in SERVICES}
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, limit_per_host=settings.connections, keepalive_timeout=IDLE_SECONDS, ttl_dns_cache=10
            ),
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=settings.connect_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            middlewares=(once,),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self.session.close()

    def address(self, service: str, path: str, query: str = "") -> URL:
        """The address of a path, which is passed on as it was written."""
        return URL(f"{self._origins[service]}{path}{'?' if query else ''}{query}", encoded=True)

    async def json(
        self, service: str, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and decoded body. Raises UpstreamTimeout, or BadUpstream for a dead or confused service."""
        answer = await self.ask(service, "GET", path, params, headers)
        return answer.status, answer.content

    async def ask(
        self,
        service: str,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """What a service answers in JSON. Raises UpstreamTimeout, or BadUpstream for a dead or confused service."""
        timeout = aiohttp.ClientTimeout(total=JSON_SECONDS)
        address = URL(f"{self._origins[service]}{path}").with_query(dict(params or {}))
        try:
            async with self.session.request(
                method, address, headers=headers, data=body, timeout=timeout, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except TimeoutError as error:
            raise slow(service) from error
        except (aiohttp.ClientError, OSError) as error:
            raise away(service) from error
        if answer.status >= 500:
            raise away(service)
        try:
            decoded = orjson.loads(content) if content else None
        except orjson.JSONDecodeError as error:
            raise away(service) from error
        return Answer(answer.status, decoded, answer.headers.get("ETag"))
