"""Everything behind the door that is not a resource: pages, documents, health and metrics."""

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.problems import away, unknown_address
from gateway.settings import SERVICES, Settings
from gateway.upstream import Upstream
from services.kit import health, problems, telemetry

PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

Opened = Callable[[FastAPI], AbstractAsyncContextManager[Upstream]]


def create(settings: Settings, opened: Opened) -> FastAPI:
    """The inner application; `opened` gives it the client of the services while it runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(app) as upstream:
            app.state.checks = {service: partial(_ready, upstream, service) for service in SERVICES}
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.settings = settings
    app.state.checks = {}
    app.include_router(health.router)
    app.add_api_route("/metrics", _metrics, include_in_schema=False)
    problems.install(app)
    app.add_exception_handler(HTTPException, _on_http)
    return app


async def _ready(upstream: Upstream, service: str) -> None:
    """Raises BadUpstream when a service is not ready."""
    status, _ = await upstream.json(service, "/health/ready")
    if status != 200:
        raise away(service)


async def _metrics(request: Request) -> Response:
    """Counters for Prometheus. They say how much happens here and where, so not everybody gets them."""
    allowed = request.app.state.settings.metrics
    if allowed == "off" or (allowed == "loopback" and not _from_this_machine(request)):
        raise unknown_address()
    return await telemetry.metrics(request)


def _from_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _on_http(request: Request, error: Exception) -> Response:
    problem = problems.from_http(cast("HTTPException", error))
    if problem.status == 404:
        problem = unknown_address()
    return problems.render(problem, request)
