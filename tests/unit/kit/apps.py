"""An application of the kit that serves the shop, in which things go wrong on purpose."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

import orjson
from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, text
from starlette.exceptions import HTTPException as StarletteHTTPException

from services.kit.app import Service, create
from services.kit.auth import EVERY_ROW, EVERYONE, Access, requires
from services.kit.database import Read, Write
from services.kit.direct import Hot
from services.kit.problems import Conflict, NotFound, responses
from services.kit.scope import EVERYTHING
from services.kit.settings import ServiceSettings, config
from tests.unit.kit.shop import colours

router = APIRouter(prefix="/colours", tags=["colours"])
MAY_READ: Access = requires("colours:read")
MAY_WRITE: Access = requires("colours:write")


async def _halfway() -> AsyncIterator[bytes]:
    yield b"so far, so good"
    raise ZeroDivisionError


class Settings(ServiceSettings):
    """Settings of the shop."""

    service: ClassVar[str] = "shop"
    model_config = config("shop")


class Inner(BaseModel):
    """Something in a body."""

    model_config = ConfigDict(extra="forbid")
    size: int


class Colour(BaseModel):
    """A colour as it is sent."""

    model_config = ConfigDict(extra="forbid")
    id: int
    name: str
    parts: dict[str, Inner] = {}
    more: list[Inner] = []


@router.get("", responses=responses())
async def list_colours(
    read: Read, tags: Annotated[list[int] | None, Query()] = None, access: Access = MAY_READ
) -> list[str]:
    """All of them."""
    return [row.name for row in await read.all(select(colours.c.name).order_by(colours.c.id), EVERYTHING)]


@router.post("", status_code=201, responses=responses(Conflict))
async def create_colour(body: Colour, write: Write, access: Access = MAY_WRITE) -> dict[str, int]:
    """Store one; `late` is refused by the database only when the transaction is committed."""
    await write.insert(colours, {"id": body.id, "name": body.name}, EVERYTHING)
    if body.name == "refused":
        raise Conflict("No such colour, please.", colour=body.name)
    return {"id": body.id}


@router.get("/faults/{kind}", responses=responses(NotFound))
async def fail(kind: str, request: Request, read: Read, access: Access = MAY_READ) -> Response:
    """Go wrong in the given way."""
    if kind == "teapot":
        raise HTTPException(418, "Short and stout.", headers={"X-Pot": "tea"})
    if kind == "plain":
        raise StarletteHTTPException(404)
    if kind == "broken":
        raise ZeroDivisionError("a secret")
    if kind == "writing":
        await read.all(insert(colours).values(id=99, name="sneaked in").returning(colours.c.id), EVERYTHING)
    if kind == "cut":
        await read.all(text("SELECT pg_terminate_backend(pg_backend_pid())"), EVERYTHING)
    if kind == "halfway":
        return StreamingResponse(_halfway())
    raise NotFound(f"{kind} is no way to fail.")


@router.get("/hot", responses=responses())
async def read_hot(request: Request, access: Access = MAY_READ) -> Response:
    """Who is calling."""
    return JSONResponse({"role": access.caller.role, "claims": dict(access.scope.claims)})


@router.post("/hot", responses=responses(Conflict))
async def write_hot(request: Request, access: Access = MAY_WRITE) -> Response:
    """Refuse."""
    raise Conflict("Not today.")


PERMISSIONS = {"colours:read": {EVERYONE: EVERY_ROW}, "colours:write": {"admin": EVERY_ROW}}


def shop(url: str, key: Path, **other: Any) -> FastAPI:
    """The application on a database."""
    told: dict[str, Any] = {"database_url": url, "public_key_file": key, "log_level": "CRITICAL"} | other
    hot = (
        Hot("GET", "/api/v1/colours/hot", "colours:read", read_hot),
        Hot("POST", "/api/v1/colours/hot", "colours:write", write_hot),
    )
    service = Service("Shop", "Colours.", PERMISSIONS, [router], hot=hot)
    return create(service, Settings(**told))


def body(answer: Any) -> dict[str, Any]:
    """The problem in an answer, which has its media type."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = orjson.loads(answer.content)
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem
