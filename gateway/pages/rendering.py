"""Makes a page out of a template and what it shows."""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway import routes
from gateway.pages import language, policy, visitors
from gateway.pages.language import Language

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that a browser may keep what it has."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    return environment


ENVIRONMENT = _environment()


def page(
    request: Request,
    template: str,
    status: int = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    at: str | None = None,
    **content: Any,
) -> Response:
    """The page, in the language of the request, which its template knows as `lang`, for the one who looks at it,
    known as `visitor`. `at` is its address where it answers a form that was sent to another."""
    lang, visitor = language.of(request), visitors.of(request)
    html = ENVIRONMENT.get_template(template).render(
        lang=lang,
        visitor=visitor,
        path=at or request.url.path,
        back=_back(at or request.url.path),
        switch=("" if at == request.url.path else at or "") + _switch(request, lang),
        **content,
    )
    told = {
        **policy.HEADERS,
        "Content-Security-Policy": policy.WITH_FORMS if "<form" in html else policy.PAGES,
        "Cache-Control": "private, no-store" if visitor.signed_in else "no-cache",
        "Content-Language": lang.code,
        "Vary": "Accept, Accept-Language, Cookie",
        **(headers or {}),
    }
    answer = HTMLResponse(html, status, told)
    if visitor.ended:
        answer.headers.append("Set-Cookie", visitors.forgotten(request))
    return answer


def _switch(request: Request, lang: Language) -> str:
    """The address of this page in the other language."""
    return "?" + request.url.include_query_params(lang=lang.other).query


def _back(path: str) -> str | None:
    """Where somebody goes on after signing in; None for what only the holder of a code should know."""
    return None if routes.SECRET.match(path) else path
