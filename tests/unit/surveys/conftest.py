"""The surveys service in process on a database of its own for each module, and a registry that plays programs."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.kit.testing import Cast, Cluster, Signer, database_name, running
from services.surveys.app import create_app
from services.surveys.examinations.service import Examiner
from services.surveys.settings import Settings
from tests.support.served import served
from tests.unit.surveys import bodies

GOLDEN = Path(__file__).parents[2] / "contract" / "data" / "registry"


def golden(name: str) -> dict[str, Any]:
    """An answer of the real registry, kept true by `tests/contract/test_planning.py`."""
    loaded: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return loaded


@dataclass
class Registry:
    """Plays the programs service at its border: golden answers by path, silence or nonsense when a test wants it."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    silent: bool = False

    def __post_init__(self) -> None:
        self.put("programs", golden("program"))
        self.put("locations", golden("location"))
        self.answers["/api/v1/regions/33.25"] = golden("region")

    def put(self, kind: str, thing: dict[str, Any]) -> str:
        """Keep a programme or location; its id."""
        self.answers[f"/api/v1/{kind}/{thing['id']}"] = thing
        return str(thing["id"])

    async def answer(self, request: Request) -> Response:
        self.asked.append(dict(request.headers))
        if self.silent:
            await asyncio.Event().wait()
        found = self.answers.get(request.url.path)
        if isinstance(found, Response):
            return found
        return JSONResponse({"status": 404}, 404) if found is None else JSONResponse(found)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.answer)])


@dataclass
class Surveys:
    """The service, its cast, and short cuts to what most tests need."""

    cast: Cast
    registry: Registry

    async def call(self, method: str, path: str, role: str | None = "admin", **request: Any) -> httpx2.Response:
        claims = request.pop("claims", None)
        return await self.cast.call(method, f"/api/v1{path}", role, claims, **request)

    async def made(self, path: str, body: Any = None, **request: Any) -> dict[str, Any]:
        """The thing that a POST made or moved."""
        answer = await self.call("POST", path, json=body, **request)
        assert answer.status_code in {200, 201}, answer.text
        thing: dict[str, Any] = answer.json()
        return thing

    async def questionnaire(self, **other: Any) -> dict[str, Any]:
        draft = await self.made("/questionnaires", bodies.questionnaire(**other))
        return await self.made(f"/questionnaires/{draft['id']}/publish", headers={"If-Match": '"1"'})

    async def review(self, *, status: str = "open", **other: Any) -> dict[str, Any]:
        instrument = other.pop("questionnaire", None) or (await self.questionnaire())["id"]
        review = await self.made("/reviews", bodies.review(instrument, **other))
        if status != "planned":
            review = await self.made(f"/reviews/{review['id']}/open", headers={"If-Match": '"1"'})
        if status == "closed":
            review = await self.made(f"/reviews/{review['id']}/close", headers={"If-Match": '"2"'})
        return review

    async def visit(self, *, status: str = "open", **other: Any) -> dict[str, Any]:
        """A visit of a new review in a status."""
        settable = ("simulated", "region", "period", "questionnaire")
        of_review = {name: other.pop(name) for name in settable if name in other}
        review = await self.review(status="planned", **of_review)
        visit = await self.made("/visits", bodies.visit(review["id"], **other))
        for version, step in enumerate({"planned": (), "open": ("open",), "closed": ("open", "close")}[status], 1):
            await self.made(f"/reviews/{review['id']}/{step}", headers={"If-Match": f'"{version}"'})
        return visit

    async def examined(self) -> None:
        """Look at all that came in, as the service does by itself when it is let."""
        examiner = Examiner(self.cast.app.state.database)
        more = True
        while more:
            step = await examiner.step(1000)
            more = step is None or step.more

    async def changes(self) -> list[dict[str, Any]]:
        """The whole feed."""
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = (await self.call("GET", "/changes/responses", params={"limit": "1000", **after})).json()
            found += page["items"]
            after = {"after": page["next"]}
            if not page["more"]:
                return found


@pytest.fixture(scope="module")
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A database with the service's tables, for this module alone."""
    module = request.module.__name__.rpartition(".")[2]
    return asyncio.run(cluster.clone("surveys", f"{database_name('surveys')}_{module}"))


@pytest.fixture
def further() -> dict[str, Any]:
    """Settings of the service that a module wants to be its own."""
    return {}


@pytest.fixture
async def surveys(url: str, signer: Signer, tmp_path: Path, further: dict[str, Any]) -> AsyncIterator[Surveys]:
    """The service between start and stop."""
    registry = Registry()
    async with served(registry.app()) as origin:
        settings = Settings(
            database_url=url, public_key_file=signer.public_key_file, log_level="WARNING",
            programs_url=origin, programs_seconds=0.5, attachments_folder=tmp_path / "attachments",
            **{"examine": False, **further},
        )  # fmt: skip
        async with running(create_app(settings), signer) as cast:
            yield Surveys(cast, registry)
