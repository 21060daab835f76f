"""Readiness of the whole: the gateway can do its work when every service can."""

import asyncio

from fastapi import APIRouter, Request

from gateway.problems import NotReady
from gateway.settings import SERVICES
from gateway.upstream import Upstream
from services.kit import health
from services.kit.health import CHECK_SECONDS, Health
from services.kit.problems import Problem

router = APIRouter(prefix="/health")
router.add_api_route("/live", health.live)


@router.get("/ready")
async def ready(request: Request) -> Health:
    """`ok` when every service is ready; otherwise a 503 that names each one that is not."""
    upstream: Upstream = request.app.state.upstream
    states = await asyncio.gather(*(_state(upstream, service) for service in SERVICES))
    checks = dict(zip(SERVICES, states, strict=True))
    if any(state != "ok" for state in states):
        raise NotReady(checks)
    return Health(status="ok", checks=checks)


async def _state(upstream: Upstream, service: str) -> str:
    try:
        status, _ = await asyncio.wait_for(upstream.json(service, "/health/ready"), CHECK_SECONDS)
    except (Problem, TimeoutError):
        return "away"
    return "ok" if status == 200 else "not ready"
