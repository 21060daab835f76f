"""Asking a service for a page, and telling it what somebody decided on one: as that person, with reasons for a refusal.

Apart from `sources`, where a refusal only means that there is nothing to show.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from gateway.pages import visitors
from gateway.problems import ServiceAway
from gateway.upstream import Answer, Upstream, Whole
from services.kit.problems import BadUpstream, FieldError, Problem, UpstreamTimeout

Shape = TypeVar("Shape", bound=BaseModel)
Params = Mapping[str, str | None]

log = structlog.get_logger("pages")


class Refused(Problem):
    """What a service refuses, in its own words."""

    @staticmethod
    def of(content: Any, status: int) -> "Refused":
        """The problem in a service's answer, as one of ours."""
        told = content if isinstance(content, dict) else {}
        slug = str(told.get("type", "")).rpartition("/")[2] or "refused"
        named = {"status": status, "slug": slug, "title": str(told.get("title", "Refused"))}
        kind: type[Refused] = type("Refused", (Refused,), named)
        errors = [
            FieldError(str(one.get("pointer", "")), str(one.get("code", "")), str(one.get("detail", "")))
            for one in told.get("errors") or ()
        ]
        return kind(str(told.get("detail", "")), errors=errors)


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way to a service."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Told(Generic[Shape]):
    """What a service told, and the version of it."""

    content: Shape
    etag: str = ""


class Service:
    """One service, as one caller sees it. `token` gives that caller's internal token."""

    def __init__(self, upstream: Upstream, name: str, token: Callable[[], str]) -> None:
        self._upstream = upstream
        self._name = name
        self._token = token

    async def get(self, path: str, shape: type[Shape], params: Params | None = None) -> Told[Shape]:
        """What stands at a path below `/api/v1`. Raises Refused, ServiceAway."""
        given = {name: value for name, value in (params or {}).items() if value}
        return self._told(await self._ask("GET", path, given), shape)

    async def send(
        self, method: str, path: str, shape: type[Shape], body: Mapping[str, Any], etag: str | None = None
    ) -> Told[Shape]:
        """Tell the service something. `etag` names the version that was read. Raises Refused, ServiceAway."""
        return self._told(await self._ask(method, path, {}, body, etag), shape)

    async def upload(self, path: str, shape: type[Shape], file: File) -> Told[Shape]:
        """Give the service a file. Raises Refused, ServiceAway."""
        headers = self._headers() | {"Content-Type": file.media_type}
        try:
            answer = await self._upstream.ask(
                self._name, "POST", f"/api/v1{path}", {"name": file.name}, headers, file.content
            )
        except (BadUpstream, UpstreamTimeout) as error:
            raise ServiceAway(self._name) from error
        return self._told(answer, shape)

    async def download(self, path: str, params: Mapping[str, str] | None = None) -> Whole:
        """A file that the service keeps, or with status 202 how far it is that it makes. Raises Refused,
        ServiceAway."""
        try:
            answer = await self._upstream.whole(self._name, "GET", f"/api/v1{path}", params, self._headers())
        except (BadUpstream, UpstreamTimeout) as error:
            raise ServiceAway(self._name) from error
        if answer.status not in {200, 202}:
            raise Refused.of(None, answer.status)
        return answer

    async def _ask(
        self, method: str, path: str, params: Mapping[str, str], body: Any = None, etag: str | None = None
    ) -> Answer:
        headers = self._headers()
        if body is not None:
            headers["Content-Type"] = "application/json"
        if etag is not None:
            headers["If-Match"] = etag
        sent = None if body is None else orjson.dumps(body)
        try:
            return await self._upstream.ask(self._name, method, f"/api/v1{path}", params, headers, sent)
        except (BadUpstream, UpstreamTimeout) as error:
            raise ServiceAway(self._name) from error

    def _headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token()}"}
        if request_id := structlog.contextvars.get_contextvars().get("request_id"):
            headers["X-Request-ID"] = request_id
        return headers

    def _told(self, answer: Answer, shape: type[Shape]) -> Told[Shape]:
        if not 200 <= answer.status < 300:
            raise Refused.of(answer.content, answer.status)
        try:
            return Told(shape.model_validate(answer.content), answer.etag or "")
        except ValidationError as error:
            log.warning("answer_not_understood", service=self._name, shape=shape.__name__, error=str(error))
            raise ServiceAway(self._name) from error


def service(request: Request, name: str = "reports") -> Service:
    """A service as whoever looks at this page sees it."""
    return Service(request.app.state.upstream, name, visitors.of(request).token)
