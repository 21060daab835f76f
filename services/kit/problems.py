"""Every failure has a name, a status and a sentence, once (RFC 9457).

Problem                      status  when
├── Malformed                  400   the request cannot be read at all
├── Unauthenticated            401   no credential, or one that is not believed
├── Forbidden                  403   the role may not do this
├── NotFound                   404   no such thing, or not in the caller's rows
├── MethodNotAllowed           405
├── Conflict                   409   it contradicts what is stored
├── PreconditionFailed         412   the thing changed since the caller read it
├── PayloadTooLarge            413
├── UnsupportedMediaType       415
├── Invalid                    422   readable, but breaks a rule; `errors` names each field
├── PreconditionRequired       428   a change without If-Match
├── InternalError              500   a fault of ours
├── BadUpstream                502   a neighbour answered nonsense or not at all
├── Unavailable                503   the database is away
└── UpstreamTimeout            504   a neighbour took too long

Services subclass these in their own `problems.py`. A problem is raised as an exception and written to the wire here,
the framework's own errors included.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, cast

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field: `pointer` is a JSON pointer into the body, or the name of a parameter."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """A refusal with a name. `detail` is one sentence about this very case; `extra` lands beside it in the body."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = headers or {}
        self.extra = extra

    def body(self, instance: str | None = None, request_id: str | None = None) -> dict[str, Any]:
        """The RFC 9457 object."""
        content: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if instance:
            content["instance"] = instance
        if request_id:
            content["request_id"] = request_id
        if self.errors:
            content["errors"] = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in self.errors]
        return content | self.extra


class Malformed(Problem):
    status, slug, title = 400, "malformed", "The request cannot be read"


class Unauthenticated(Problem):
    status, slug, title = 401, "unauthenticated", "Say who you are"

    def __init__(self, detail: str = "This needs a bearer token.") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    status, slug, title = 403, "forbidden", "Your role may not do this"


class NotFound(Problem):
    status, slug, title = 404, "not-found", "There is no such thing here"


class MethodNotAllowed(Problem):
    status, slug, title = 405, "method-not-allowed", "This address does not know that method"


class Conflict(Problem):
    status, slug, title = 409, "conflict", "This contradicts what is stored"


class PreconditionFailed(Problem):
    status, slug, title = 412, "precondition-failed", "It was changed since you read it"


class PayloadTooLarge(Problem):
    status, slug, title = 413, "payload-too-large", "The body is too large"


class UnsupportedMediaType(Problem):
    status, slug, title = 415, "unsupported-media-type", "This content type is not understood"


class Invalid(Problem):
    status, slug, title = 422, "invalid", "The request breaks a rule"


class PreconditionRequired(Problem):
    status, slug, title = 428, "precondition-required", "Say which version you are changing"


class InternalError(Problem):
    status, slug, title = 500, "internal-error", "Something went wrong on our side"


class BadUpstream(Problem):
    status, slug, title = 502, "bad-upstream", "A neighbouring service did not answer properly"


class Unavailable(Problem):
    status, slug, title = 503, "unavailable", "Not available right now"

    def __init__(self, detail: str, *, retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class UpstreamTimeout(Problem):
    status, slug, title = 504, "upstream-timeout", "A neighbouring service took too long"


class FieldErrorBody(BaseModel):
    """One fault of one field."""

    pointer: str = Field(description="JSON pointer into the body, or the name of a parameter.")
    code: str
    detail: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details; some problems carry further members."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    request_id: str | None = None
    errors: list[FieldErrorBody] | None = None


def responses(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route, from the problems it may raise; problems of one status share an entry."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = by_status.setdefault(
            problem.status, {"description": "", "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}
        )
        lines = [line for line in entry["description"].split("; ") if line]
        entry["description"] = "; ".join([*lines, f"`{problem.slug}`: {problem.title}"])
    return by_status


PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}

BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        Malformed, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, Conflict, PayloadTooLarge,
        UnsupportedMediaType, Invalid, InternalError, Unavailable,
    )
}  # fmt: skip


def pointer(location: Iterable[int | str]) -> str:
    """A pydantic error location as JSON pointer (`/answers/fee`), or the parameter's name outside a body."""
    where, *path = list(location) or ["body"]
    if where != "body":
        return str(path[0]) if path else str(where)
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def from_validation(error: RequestValidationError) -> Problem:
    """FastAPI's own complaint as ours: unreadable JSON is 400, a broken rule 422 with a pointer for each fault."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Malformed("The body is not valid JSON.")
    errors = [FieldError(pointer(fault["loc"]), fault["type"], fault["msg"]) for fault in faults]
    named = ", ".join(dict.fromkeys(e.pointer or "the body" for e in errors))
    return Invalid(f"These fields break a rule: {named}.", errors=errors)


def from_http(error: HTTPException) -> Problem:
    """Starlette's and FastAPI's plain HTTP errors as a problem of the same status."""
    try:
        phrase = HTTPStatus(error.status_code).phrase
    except ValueError:
        phrase = f"HTTP {error.status_code}"
    kind = BY_STATUS.get(error.status_code)
    if kind is None:
        slug = re.sub(r"[^a-z0-9]+", "-", phrase.lower())
        kind = type("HttpProblem", (Problem,), {"status": error.status_code, "slug": slug, "title": phrase})
    detail = str(error.detail)
    problem = kind(kind.title + "." if detail in {phrase, ""} else detail)
    problem.headers |= dict(error.headers or {})
    return problem


def render(problem: Problem, request: Request) -> Response:
    """The problem as a response to this request."""
    content = problem.body(request.url.path, request.scope.get("request_id"))
    return Response(
        _json(content),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers | {"Cache-Control": "no-store"},
    )


def _json(content: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:
        # A pointer or a sentence may repeat what the caller sent, and JSON can carry half of a surrogate pair.
        return json.dumps(content, ensure_ascii=False, default=str).encode("utf-8", "replace")


def install(app: FastAPI) -> None:
    """Make every failure of the app a problem, whoever raised it."""

    async def on_problem(request: Request, error: Exception) -> Response:
        return render(cast("Problem", error), request)

    async def on_http(request: Request, error: Exception) -> Response:
        return render(from_http(cast("HTTPException", error)), request)

    async def on_validation(request: Request, error: Exception) -> Response:
        return render(from_validation(cast("RequestValidationError", error)), request)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
