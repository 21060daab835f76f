"""An application of the kit that serves the shop, in which things go wrong on purpose."""

from pathlib import Path
from typing import Annotated, Any, ClassVar

import orjson
from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, text
from starlette.exceptions import HTTPException as StarletteHTTPException

from services.kit.app import Service, create
from services.kit.auth import EVERY_ROW, EVERYONE, Access, requires
from services.kit.database import Read, Write
from services.kit.problems import Conflict, NotFound, responses
from services.kit.scope import EVERYTHING
from services.kit.settings import ServiceSettings, config
from tests.unit.kit.shop import colours

router = APIRouter(prefix="/colours", tags=["colours"])
MAY_READ: Access = requires("colours:read")
MAY_WRITE: Access = requires("colours:write")


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
    raise NotFound(f"{kind} is no way to fail.")


PERMISSIONS = {"colours:read": {EVERYONE: EVERY_ROW}, "colours:write": {"admin": EVERY_ROW}}


def shop(url: str, key: Path, **other: Any) -> FastAPI:
    """The application on a database."""
    told: dict[str, Any] = {"database_url": url, "public_key_file": key, "log_level": "CRITICAL"} | other
    service = Service("Shop", "Colours.", PERMISSIONS, [router])
    return create(service, Settings(**told))


def body(answer: Any) -> dict[str, Any]:
    """The problem in an answer, which has its media type."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = orjson.loads(answer.content)
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem
