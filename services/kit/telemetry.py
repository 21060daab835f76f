"""What operators see of every request: its id on each log line, a count and a duration by route.

The request id comes from `X-Request-ID` when it looks like one, else it is made here; it and `traceparent` go along
with the calls that follow. The middleware is plain ASGI because it stands in the hot path.
"""

import os
import re
import secrets
import time
from collections.abc import Callable
from functools import lru_cache

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit import headers, problems
from services.kit.logging import request_log
from services.kit.tracing import onward

REQUEST_ID = b"x-request-id"
TRACEPARENT = b"traceparent"
_SANE_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")
_QUIET = ("/health/", "/metrics")
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which the processes at one address count together; theirs is the library's."""

REQUESTS = Counter("tinjau_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "tinjau_request_seconds", "Time from the first byte of the request to the last of the answer.", ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)  # fmt: skip


# Finding a counter by its labels takes longer than counting.
_answered = lru_cache(maxsize=1024)(REQUESTS.labels)
_took = lru_cache(maxsize=256)(SECONDS.labels)


class Telemetry:
    """Names, counts and times each request, and turns what nobody caught into a problem."""

    def __init__(
        self,
        app: ASGIApp,
        as_problem: Callable[[BaseException], problems.Problem | None] = lambda _: None,
        secret: re.Pattern[str] | None = None,
    ) -> None:
        """`as_problem` knows which failures of the part's own, such as a database that is away, have a name. What
        follows a match of `secret` in a path is a code that opens something, and is not written to the log."""
        self._app = app
        self._as_problem = as_problem
        self._secret = secret
        self._log = structlog.get_logger("request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = headers.of(scope)
        given, trace = told.get(REQUEST_ID, b""), told.get(TRACEPARENT)
        request_id = named(given)
        scope["request_id"] = request_id.decode()
        structlog.contextvars.bind_contextvars(request_id=scope["request_id"])
        onward.set({"X-Request-ID": scope["request_id"]} | ({"traceparent": trace.decode("latin-1")} if trace else {}))
        started = time.perf_counter()
        status = 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, request_id)]
            await send(message)

        try:
            await self._app(scope, receive, tell)
        except ClientDisconnect:
            self._log.info("client_gone")
        except Exception as error:
            if status:
                raise
            await self._fail(error, scope, receive, tell)
        finally:
            self._count(scope, status, time.perf_counter() - started)

    async def _fail(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._as_problem(error)
        if problem is None:
            self._log.exception("unexpected_failure", exc_info=error)
            problem = problems.InternalError("The fault is logged under this request's id.")
        else:
            self._log.warning(problem.slug, error=repr(error))
        await problems.render(problem, Request(scope))(scope, receive, send)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route, path = getattr(scope.get("route"), "path", "unrouted"), scope["path"]
        shown = path if self._secret is None else concealed(path, self._secret)
        note(scope["request_id"], scope["method"], route, shown, status, seconds)


def note(request_id: str, method: str, route: str, path: str, status: int, seconds: float) -> None:
    """Count and log one answered request; `path` as it may be written to the log."""
    _answered(method, route, status).inc()
    _took(route).observe(seconds)
    if not path.startswith(_QUIET):
        request_log.write(request_id=request_id, method=method, path=path, status=status, ms=round(seconds * 1000, 1))


def named(given: bytes) -> bytes:
    """The id of a request: the one it was given, when it looks like one, else a new one."""
    return given if _SANE_ID.match(given) else secrets.token_hex(8).encode()


def concealed(path: str, secret: re.Pattern[str]) -> str:
    """The path without what follows a match of `secret`."""
    found = secret.match(path)
    return f"{found.group()}…" if found and found.end() < len(path) else path


async def metrics(_: Request) -> Response:
    """Prometheus text format: of this process, or of all at this address."""
    registry = REGISTRY
    if SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
