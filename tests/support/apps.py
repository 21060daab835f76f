"""The services as they are in this tree: their applications, settings, permissions and tables, found by name."""

from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import RouteContext
from pydantic import AliasChoices
from pydantic_settings import BaseSettings
from sqlalchemy import MetaData

from ops.environment import SERVICES
from services.kit.auth import Permissions
from services.kit.openapi import permission_of_route, routes
from services.kit.settings import ServiceSettings

HEALTH = "/health/"
NOWHERE = "http://127.0.0.1:9"


def settings_of(part: str) -> type[BaseSettings]:
    """The Settings class of a service or of the gateway."""
    module = import_module("gateway.settings" if part == "gateway" else f"services.{part}.settings")
    kind: type[BaseSettings] = module.Settings
    return kind


def made_settings(service: str, key: Path, database_url: str = "postgresql://nowhere/none", **told: Any) -> Any:
    """Settings of a service; an address that is required and not given leads nowhere, a file is the key's."""
    kind = settings_of(service)
    values: dict[str, Any] = {"database_url": database_url, "public_key_file": key, "log_level": "ERROR"}
    for field, info in kind.model_fields.items():
        if info.is_required() and field not in values:
            values[field] = NOWHERE if field.endswith("_url") else key
    return kind(**(values | told))


def app_of(service: str, settings: ServiceSettings) -> FastAPI:
    """The application of a service."""
    app: FastAPI = import_module(f"services.{service}.app").create_app(settings)
    return app


def permissions_of(service: str) -> Permissions:
    """The table of permissions of a service."""
    table: Permissions = import_module(f"services.{service}.permissions").PERMISSIONS
    return table


def tables_of(service: str) -> MetaData:
    """The tables of a service."""
    metadata: MetaData = import_module(f"services.{service}.tables").metadata
    return metadata


def routes_of(app: FastAPI) -> list[RouteContext]:
    """The routes of an application, those of health left out. There are always some."""
    found = [route for route in routes(app) if not str(route.path).startswith(HEALTH)]
    assert found
    return found


def guarded(app: FastAPI) -> list[tuple[str, str, str]]:
    """Method, path and permission of every guarded route."""
    return [
        (method, str(route.path), permission)
        for route in routes_of(app)
        for method in sorted(route.methods or ())
        if (permission := permission_of_route(route))
    ]


def variables_of(kind: type[BaseSettings]) -> dict[str, list[str]]:
    """The environment variables of a Settings class: field → names, the one that counts most first."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    found = {}
    for field, info in kind.model_fields.items():
        alias = info.validation_alias
        if isinstance(alias, AliasChoices):
            found[field] = [str(choice) for choice in alias.choices if str(choice).startswith("TINJAU_")]
        elif alias is None:
            found[field] = [f"{prefix}{field}".upper()]
        else:
            found[field] = [str(alias)]
    return found


__all__ = [
    "SERVICES", "app_of", "guarded", "made_settings", "permissions_of", "routes_of", "settings_of", "tables_of",
    "variables_of",
]  # fmt: skip
