"""Both change feeds as reports knows them from the gateway, played by a small application, and things to put in them.

What it sends has the shape of the golden files in `tests/contract/data/feeds`, which the contract tests compare with
what the real services send.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.kit import changes
from services.reports.clients import FeedPage

AT = "2020-03-03T02:30:00.000000Z"
TOKEN = "a-token"
Thing = dict[str, Any]


@dataclass
class Feeds:
    """Two feeds in memory. `failures` are answered instead of pages, first in first out."""

    items: dict[str, list[Thing]] = field(default_factory=lambda: {"responses": [], "registry": []})
    failures: list[Response] = field(default_factory=list)
    regions: dict[str, str] = field(default_factory=lambda: {"33.25": "Kabupaten Batang"})
    _grown: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def __post_init__(self) -> None:
        self._open.set()

    def hold(self) -> None:
        """Answer nobody until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Answer again."""
        self._open.set()

    async def held(self, count: int = 1) -> None:
        """Wait until so many requests were held."""
        for _ in range(count):
            await self._waiting.acquire()

    def add(self, *things: Thing, feed: str = "responses") -> None:
        """Put changes behind those that are there."""
        self.items[feed].extend(things)
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    def app(self) -> Starlette:
        """The application that serves them."""
        regions = Route("/api/v1/regions/{code}", self._region)
        return Starlette(routes=[Route("/api/v1/changes/{name}", self._read), regions])

    async def _region(self, request: Request) -> Response:
        if self.failures:
            return self.failures.pop(0)
        name = self.regions.get(request.path_params["code"])
        found = {"name": name, "parents": [{"name": "Jawa Tengah"}]} if name else {"detail": "No such region."}
        return JSONResponse(found, 200 if name else 404)

    async def _read(self, request: Request) -> Response:
        name, query = request.path_params["name"], request.query_params
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"detail": "This needs a bearer token."}, 401)
        if not self._open.is_set():
            self._waiting.release()
            await self._open.wait()
        if self.failures:
            return self.failures.pop(0)
        position, limit = changes.decode(name, query.get("after")), int(query["limit"])
        if len(self.items[name]) <= position and float(query["wait"]):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._grown.wait(), float(query["wait"]))
        rows = list(enumerate(map(orjson.dumps, self.items[name]), start=1))[position : position + limit + 1]
        return Response(changes.page(name, position, rows, limit), media_type="application/json")


def page(*changes: Thing) -> FeedPage:
    """A last page of changes, as a reader has it."""
    return FeedPage.read(orjson.dumps({"items": changes, "next": "a-cursor", "more": False}))


def words(text: str) -> dict[str, str]:
    return {"id": text, "en": f"{text} (en)"}


def change(entity: str, data: Thing, action: str = "created") -> Thing:
    """A change of a thing to what `data` says."""
    return {
        "entity": entity, "id": data["id"], "action": action, "version": data.get("version", 1), "at": AT,
        "data": None if action == "deleted" else data,
    }  # fmt: skip


def life(**other: Any) -> Thing:
    return {"version": 1, "created_at": AT, "updated_at": AT} | other


def questionnaire(
    elements: Sequence[str] = ("requirements", "procedure", "fee"), groups: Sequence[str] = ("sex",), **other: Any
) -> Thing:
    """A published questionnaire with scored elements, choices that group, and a free text."""
    options = [{"value": value, "label": words(str(value))} for value in (1, 2, 3, 4)]
    scores = [
        {"kind": "score", "key": key, "code": f"U{place}", "text": words(f"Asks {key}"), "required": True,
         "not_applicable": True, "options": options}
        for place, key in enumerate(elements, start=1)
    ]  # fmt: skip
    choices = [
        {"kind": "choice", "key": key, "text": words(key), "required": False, "group": True,
         "options": [] if key == "service" else [{"value": one, "label": words(one)} for one in ("f", "m")],
         "options_from": "visit" if key == "service" else None}
        for key in groups
    ]  # fmt: skip
    rest = [
        {"kind": "choice", "key": "colour", "text": words("colour"), "required": False, "group": False,
         "options": [{"value": "red", "label": words("red")}], "options_from": None},
        {"kind": "text", "key": "aspiration", "text": words("wish"), "required": False, "role": "aspiration",
         "max_length": 2000},
    ]  # fmt: skip
    return life(
        id=str(uuid4()), key="skm", region=None, title=words("SKM"), source=None, method="skm-2017", version_number=1,
        status="published", questions=[*scores, *choices, *rest],
    ) | other  # fmt: skip


def review(questionnaire: Thing, **other: Any) -> Thing:
    return life(
        id=str(uuid4()), region="33.25", title=words("Batang"), period={"start": "2020-03-02", "end": "2020-03-06"},
        questionnaire=questionnaire["id"], method="skm-2017", simulated=False, status="open", note=None, source=None,
    ) | other  # fmt: skip


def visit(review: Thing, **other: Any) -> Thing:
    return life(
        id=str(uuid4()), review=review["id"], region=review["region"], agency=None, program=None, location=None,
        program_name=None, location_name=None, name="Pasar", date=None, target=50, population=None,
        services=[{"value": "card", "label": words("card")}], point=None, hours=None, quotas={},
    ) | other  # fmt: skip


def response(
    visit: Thing,
    answers: Thing,
    *,
    simulated: bool = False,
    id: str | None = None,
    version: int = 1,
    state: str = "received",
) -> Thing:
    """A response as the feed shows it; its version goes into the change around it."""
    data = {
        "id": id or str(uuid4()), "visit": visit["id"], "review": visit["review"], "simulated": simulated,
        "received_at": AT, "filled_at": None, "answers": answers, "state": state, "language": None,
        "receipt_digest": hashlib.sha256(uuid4().bytes).hexdigest(),
    }  # fmt: skip
    digest = hashlib.sha256(orjson.dumps(data | {"version": version}, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return data | {"digest": digest}


def responded(visit: Thing, *answers: Thing, simulated: bool = False) -> list[Thing]:
    """Changes that create a response for each of these answers."""
    return [change("response", response(visit, one, simulated=simulated)) for one in answers]


def created(*things: tuple[str, Thing]) -> list[Thing]:
    """Changes that create things."""
    return [change(entity, data) for entity, data in things]


def registered(entity: str, id: str, name: str, region: str = "33.25", **other: Any) -> Thing:
    """A thing of the registry as its feed shows it."""
    own: Thing = {"short_name": None} if entity == "agency" else {"agency": None}
    return life(id=id, region=region, slug=name.lower().replace(" ", "-"), name=name, archived=False) | own | other


def same(count: int, **answers: Any) -> list[Thing]:
    """So many equal answers."""
    return [dict(answers) for _ in range(count)]
