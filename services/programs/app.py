"""The programs service put together: the registry of regions, agencies, programmes and locations, and its feed."""

from fastapi import FastAPI

from services.kit.app import Service, create
from services.programs.agencies import routes as agencies
from services.programs.permissions import PERMISSIONS
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
        routers=(regions.router, registry.router, agencies.router),
    )
    return create(service, settings or Settings())
