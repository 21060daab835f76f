"""How a service is put together: settings in, routers on, every failure a problem, health and metrics beside."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import text

from services.kit import VERSION, health, logging, memory, openapi, problems, telemetry
from services.kit.auth import Permissions, TokenVerifier
from services.kit.database import Database, as_problem
from services.kit.direct import Application, Hot
from services.kit.express import WAYS
from services.kit.scope import EVERYTHING
from services.kit.settings import ServiceSettings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Service:
    """What makes one service different from the next.

    `standards` are routers whose addresses are set elsewhere. What follows a match of `secret` in a path is in no log.
    """

    title: str
    description: str
    permissions: Permissions
    routers: Sequence[APIRouter]
    standards: Sequence[APIRouter] = ()
    lifespan: Lifespan | None = None
    hot: Sequence[Hot] = ()
    secret: re.Pattern[str] | None = None


def operation_id(route: APIRoute) -> str:
    """`list_programs`: the function's name, so that generated clients read well."""
    return route.name


def create(service: Service, settings: ServiceSettings) -> FastAPI:
    """The service's ASGI application."""
    logging.configure(settings.service, settings.log_level, settings.log_format)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with _database(app, settings), (service.lifespan or _nothing)(app):
            memory.settle()
            yield {WAYS: app.ways()}

    around = partial(telemetry.Telemetry, as_problem=as_problem, secret=service.secret)
    app = Application(
        service.hot,
        around,
        title=service.title,
        description=service.description,
        version=VERSION,
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.permissions = service.permissions
    app.state.verifier = TokenVerifier.from_file(settings.public_key_file)
    app.state.checks = {}
    for router in service.routers:
        app.include_router(router, prefix="/api/v1")
    for router in service.standards:
        app.include_router(router)
    app.include_router(health.router)
    app.add_route("/metrics", telemetry.metrics, include_in_schema=False)
    app.add_middleware(around)
    problems.install(app)
    openapi.install(app)
    return app


@asynccontextmanager
async def _database(app: FastAPI, settings: ServiceSettings) -> AsyncIterator[None]:
    database = Database(settings.database_url, settings.service, settings.database_pool)
    app.state.database = database

    async def answers() -> None:
        async with database.reading() as reading:
            await reading.value(text("SELECT 1"), EVERYTHING)

    app.state.checks["database"] = answers
    try:
        yield
    finally:
        await database.close()


@asynccontextmanager
async def _nothing(_: FastAPI) -> AsyncIterator[None]:
    yield
