"""Liveness says that the process runs; readiness says that it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.kit.problems import Unavailable, responses

Check = Callable[[], Awaitable[None]]
CHECK_SECONDS = 3.0

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    status: str
    checks: dict[str, str] = {}


@router.get("/live", summary="Is the process alive?")
async def live() -> Health:
    """Always `ok` while the process answers."""
    return Health(status="ok")


@router.get("/ready", summary="Can it do its work?", responses=responses(Unavailable))
async def ready(request: Request) -> Health:
    """`ok` when everything this part needs is there; otherwise a 503 that names what is missing."""
    checks: dict[str, Check] = request.app.state.checks
    for name, check in checks.items():
        try:
            await asyncio.wait_for(check(), CHECK_SECONDS)
        except Exception as error:
            raise Unavailable(f"{name} is not ready: {type(error).__name__}.") from error
    return Health(status="ok", checks=dict.fromkeys(checks, "ok"))
