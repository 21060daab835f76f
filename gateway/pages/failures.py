"""Failures as people read them: a page for browsers, the same problem as JSON for programs."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.pages import accept
from gateway.pages.rendering import page
from gateway.pages.texts import TEXTS
from services.kit.problems import Problem, render


def answer(problem: Problem, request: Request) -> Response:
    """The problem in the form that the client asked for."""
    if not accept.wants_page(request.headers.get("accept", "")):
        return render(problem, request)
    kinds = (problem.slug, str(problem.status), "other")
    kind = next(kind for kind in kinds if f"failure.{kind}.title" in TEXTS)
    return page(
        request, "failure.html", problem.status, {**problem.headers, "Cache-Control": "no-store"},
        problem=problem, kind=kind, request_id=request.scope.get("request_id"),
    )  # fmt: skip
