"""Everything behind the door that is not a resource: pages, documentation, health and metrics."""

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway import health
from gateway.express import Straight
from gateway.identity.tokens import Exchange
from gateway.openapi import Documents
from gateway.pages import failures, routes, signing
from gateway.pages.board import aspiration, followup, planning, triage
from gateway.pages.board import routes as board
from gateway.pages.citizen import routes as citizen
from gateway.pages.compared import routes as compared
from gateway.pages.documents import routes as documents
from gateway.pages.guard import Guard
from gateway.pages.rendering import STATIC
from gateway.pages.seal import Seal
from gateway.pages.sources import Sources
from gateway.problems import unknown_address
from gateway.settings import Settings
from gateway.upstream import Upstream
from services.kit import problems, telemetry
from services.kit.express import WAYS
from services.kit.problems import Problem

PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

Opened = Callable[[FastAPI], AbstractAsyncContextManager[Upstream]]


def create(settings: Settings, opened: Opened, identity: Exchange) -> FastAPI:
    """The inner application; `opened` gives it the client of the services while it runs, `identity` knows who signed
    in and makes the tokens that services believe."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with opened(app) as upstream:
            app.state.upstream = upstream
            app.state.sources = Sources(upstream, partial(identity.internal, ""))
            app.state.documents = Documents(upstream)
            yield {WAYS: Straight(settings, identity, upstream).ways()}

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.settings = settings
    app.state.identity = identity
    app.state.seal = Seal(identity.secret("forms"))
    app.include_router(health.router)
    app.include_router(routes.router)
    app.include_router(signing.router)
    app.include_router(documents.router)
    for router in (
        citizen.router,
        board.router,
        triage.router,
        aspiration.router,
        planning.router,
        followup.router,
        compared.router,
    ):
        app.include_router(router)
    app.add_api_route("/metrics", _metrics, include_in_schema=False)
    app.mount(_Static.path, _Static(directory=STATIC))
    app.add_middleware(Guard)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_validation)
    return app


class _Static(StaticFiles):
    """Files whose address changes with their content, and that may therefore be kept."""

    path = "/static"  # what metrics count them under

    async def get_response(self, path: str, scope: Scope) -> Response:
        scope["route"] = self
        response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"
        response.headers["Cache-Control"] = kept
        return response


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


async def _on_problem(request: Request, error: Exception) -> Response:
    return failures.answer(cast("Problem", error), request)


async def _on_http(request: Request, error: Exception) -> Response:
    problem = problems.from_http(cast("HTTPException", error))
    return failures.answer(unknown_address() if problem.status == 404 else problem, request)


async def _on_validation(request: Request, error: Exception) -> Response:
    """An id in an address that is none names nothing; anything else breaks a rule."""
    faults = cast("RequestValidationError", error)
    in_path = all(fault["loc"][0] == "path" for fault in faults.errors())
    return failures.answer(unknown_address() if in_path else problems.from_validation(faults), request)
