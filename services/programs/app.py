"""The programs service put together: the registry of regions, agencies, programmes and locations, and its feed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.kit.app import Service, create
from services.kit.changes import Watch
from services.programs.agencies import routes as agencies
from services.programs.changes import routes as changes
from services.programs.changes.service import FEED
from services.programs.exchange import routes as exchange
from services.programs.locations import routes as locations
from services.programs.permissions import PERMISSIONS
from services.programs.programs import routes as programs
from services.programs.regions import routes as regions
from services.programs.registry import routes as registry
from services.programs.settings import Settings

DESCRIPTION = "Which programmes a region runs for its people, by which agency, where, with what aims and results."


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application, with settings from the environment unless they are given."""
    service = Service(
        title="Tinjau programs",
        description=DESCRIPTION,
        permissions=PERMISSIONS,
        routers=(
            regions.router,
            registry.router,
            agencies.router,
            programs.router,
            locations.router,
            exchange.router,
            changes.router,
        ),
        lifespan=_watch,
    )
    return create(service, settings or Settings())


@asynccontextmanager
async def _watch(app: FastAPI) -> AsyncIterator[None]:
    app.state.watch = Watch(partial(FEED.head, app.state.database))
    try:
        yield
    finally:
        await app.state.watch.close()
