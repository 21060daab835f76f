"""What the pages ask of the services, as whoever looks at them: nobody is shown more than the API would show them."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from gateway.pages import visitors
from gateway.pages.visitors import Visitor
from gateway.pages.wire import Evaluation, ListedPage, PlannedPage, PlannedReview, Region
from gateway.problems import ServiceAway
from gateway.upstream import Upstream
from services.kit.problems import BadUpstream, NotFound, UpstreamTimeout

PAGE_SIZE = 20
PLANNED_AT_MOST = 500
NAME_SECONDS = 3600.0
NAMES_AT_MOST = 10_000

Shape = TypeVar("Shape", bound=BaseModel)

log = structlog.get_logger("pages")


class Sources:
    """The services, as one caller sees them. `token` gives that caller's internal token."""

    def __init__(
        self, upstream: Upstream, token: Callable[[], str], names: dict[str, tuple[float, str]] | None = None
    ) -> None:
        self._upstream = upstream
        self._token = token
        self._names = {} if names is None else names

    def seen_by(self, visitor: Visitor) -> "Sources":
        """The same services as a visitor of the pages sees them. Names of regions are everybody's."""
        return Sources(self._upstream, visitor.token, self._names)

    async def reviews(self, region: str | None, cursor: str | None) -> ListedPage:
        """A page of reviews with what came out of them, newest first. Raises NotFound, ServiceAway."""
        params = {"limit": str(PAGE_SIZE), "region": region, "cursor": cursor}
        found = await self._get("reports", "/api/v1/indexes/reviews", ListedPage, params)
        if found is None:
            raise NotFound("There is no such list of reviews.")
        return found

    async def planned(self, region: str | None) -> list[PlannedReview]:
        """Reviews as surveys has them. Raises ServiceAway."""
        params = {"limit": str(PLANNED_AT_MOST), "region": region}
        found = await self._get("surveys", "/api/v1/reviews", PlannedPage, params)
        return found.items if found else []

    async def planned_review(self, review: UUID) -> PlannedReview | None:
        """One review as surveys has it. Raises ServiceAway."""
        return await self._get("surveys", f"/api/v1/reviews/{review}", PlannedReview)

    async def evaluation(self, review: UUID, group_by: str) -> Evaluation | None:
        """A review's result with its groups; None when reports does not know the review, or no such grouping of it.

        Raises ServiceAway.
        """
        return await self._get("reports", "/api/v1/indexes", Evaluation, {"review": str(review), "group_by": group_by})

    async def regions(self, codes: Iterable[str]) -> dict[str, str]:
        """Code → full name of those regions that programs knows. Raises ServiceAway."""
        wanted = sorted(set(codes))
        names = await asyncio.gather(*(self._region(code) for code in wanted))
        return {code: name for code, name in zip(wanted, names, strict=True) if name}

    async def _region(self, code: str) -> str | None:
        known = self._names.get(code)
        if known and known[0] > time.monotonic():
            return known[1]
        found = await self._get("programs", f"/api/v1/regions/{code}", Region)
        if found is None:
            return None
        name = ", ".join([found.name, *(region.name for region in reversed(found.parents))])
        if len(self._names) >= NAMES_AT_MOST:
            self._names.clear()
        self._names[code] = (time.monotonic() + NAME_SECONDS, name)
        return name

    async def _get(
        self, service: str, path: str, shape: type[Shape], params: dict[str, str | None] | None = None
    ) -> Shape | None:
        """An answer of a service, or None when it says that there is no such thing."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        headers = {"Authorization": f"Bearer {self._token()}"}
        if request_id := structlog.contextvars.get_contextvars().get("request_id"):
            headers["X-Request-ID"] = request_id
        try:
            status, content = await self._upstream.json(service, path, given, headers)
            if status in {400, 404, 422}:
                return None
            if status == 200:
                return shape.model_validate(content)
        except (BadUpstream, UpstreamTimeout) as error:
            raise ServiceAway(service) from error
        except ValidationError as error:
            log.warning("answer_not_understood", service=service, path=path, error=str(error))
            raise ServiceAway(service) from error
        log.warning("answer_refused", service=service, path=path, status=status)
        raise ServiceAway(service)


def of(request: Request) -> Sources:
    """The services as whoever looks at this page sees them."""
    kept: Sources = request.app.state.sources
    return kept.seen_by(visitors.of(request))
