"""Calls to a neighbouring service: pooled, bounded in time, and every failure is a problem of ours."""

import ssl
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx2
import orjson

from services.kit.problems import BadUpstream, UpstreamTimeout
from services.kit.tracing import onward

CONNECT_SECONDS = 2.0


class Neighbour:
    """Another service, asked over HTTP with the caller's own credential or with one given here."""

    def __init__(self, name: str, base_url: str, *, seconds: float = 5.0, token: str | None = None) -> None:
        self.name = name
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            timeout=httpx2.Timeout(seconds, connect=CONNECT_SECONDS),
            headers=headers,
            verify=_authorities(),
        )

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        token: str | None = None,
        seconds: float | None = None,
        decode: Callable[[bytes], Any] = orjson.loads,
    ) -> tuple[int, Any]:
        """Status and decoded body: `decode` is for JSON, and `bytes` leaves it as it came. Raises UpstreamTimeout, or
        BadUpstream for a dead or confused neighbour."""
        headers = onward.get() | ({"Authorization": f"Bearer {token}"} if token else {})
        timeout = httpx2.USE_CLIENT_DEFAULT if seconds is None else httpx2.Timeout(seconds, connect=CONNECT_SECONDS)
        try:
            answer = await self._client.get(path, params=dict(params or {}), headers=headers, timeout=timeout)
        except httpx2.TimeoutException as error:
            raise UpstreamTimeout(f"The {self.name} service did not answer in time.") from error
        except httpx2.HTTPError as error:
            raise BadUpstream(f"The {self.name} service cannot be reached.") from error
        if answer.status_code >= 500:
            raise BadUpstream(f"The {self.name} service failed with {answer.status_code}.")
        try:
            return answer.status_code, decode(answer.content)
        except orjson.JSONDecodeError as error:
            raise BadUpstream(f"The {self.name} service did not answer with JSON.") from error


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates are trusted: read once for all neighbours, because it takes as long as many requests."""
    return httpx2.create_ssl_context()
