"""The three services in one process, each on a database of its own, asking each other over real HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from services.kit.database import Database
from services.kit.testing import Cast, Cluster, Signer, running
from services.programs.regions.service import load_edition
from tests.support.apps import SERVICES, app_of, made_settings
from tests.support.served import served

WEEK_SECONDS = 7 * 86_400


@dataclass
class World:
    """The casts of the services, and what was made in them."""

    casts: dict[str, Cast]
    made: dict[str, Any] = field(default_factory=dict)

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        role: str | None = "admin",
        claims: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx2.Response:
        """One request to a service as a role; `path` stands below `/api/v1`, unless a standard sets it."""
        address = path if path.startswith("/open311/") else f"/api/v1{path}"
        return await self.casts[service].call(method, address, role, claims, **request)

    async def make(self, service: str, method: str, path: str, **request: Any) -> dict[str, Any]:
        """What a request of the admin answers with; it has to succeed."""
        answer = await self.call(service, method, path, **request)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        made: dict[str, Any] = answer.json()
        return made


class Feeds:
    """Both feeds at one address, as reports knows them from the gateway."""

    def __init__(self, registry: ASGIApp, responses: ASGIApp) -> None:
        self._registry = registry
        self._responses = responses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        of_registry = scope["path"].startswith(("/api/v1/changes/registry", "/api/v1/regions"))
        app = self._registry if of_registry else self._responses
        await app(scope, receive, send)


async def _database(cluster: Cluster, service: str, name: str) -> str:
    url = await cluster.clone(service, name)
    if service == "programs":
        database = Database(url, service, pool=1)
        try:
            async with database.transaction() as write:
                await load_edition(write)
        finally:
            await database.close()
    return url


@asynccontextmanager
async def world(cluster: Cluster, signer: Signer, name: str, folder: Path) -> AsyncIterator[World]:
    """All three between start and stop. `name` is one for their databases that nothing else uses."""
    key = signer.public_key_file
    credential = folder / "reports.token"
    credential.write_text(signer.token("integrator", seconds=WEEK_SECONDS))
    urls = {service: await _database(cluster, service, f"{name}_{service}") for service in SERVICES}
    async with AsyncExitStack() as held:
        registry = app_of("programs", made_settings("programs", key, urls["programs"]))
        casts = {"programs": await held.enter_async_context(running(registry, signer))}
        told = {
            "attachments_folder": folder / "attachments",
            "examine_idle": 0.02,
            "programs_url": await held.enter_async_context(served(without_lifespan(registry))),
        }
        surveys = app_of("surveys", made_settings("surveys", key, urls["surveys"], **told))
        casts["surveys"] = await held.enter_async_context(running(surveys, signer))
        feeds = await held.enter_async_context(served(without_lifespan(Feeds(registry, surveys))))
        told = {"feeds_url": feeds, "credential_file": credential, "feed_wait": 1}
        reports = app_of("reports", made_settings("reports", key, urls["reports"], **told))
        casts["reports"] = await held.enter_async_context(running(reports, signer))
        yield World(casts)


def without_lifespan(app: ASGIApp) -> ASGIApp:
    """An application that somebody else starts and stops."""

    async def only_http(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)

    return only_http
