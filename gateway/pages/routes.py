"""The addresses of the pages, and of the API's documentation."""

from typing import Any, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.openapi import Documents
from gateway.pages import accept, kinds, policy, sources, views
from gateway.pages.rendering import page
from gateway.pages.sources import Sources
from gateway.problems import ServiceAway
from services.kit.problems import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/")
async def list_reviews(request: Request, region: str | None = None, cursor: str | None = None) -> Response:
    """The list of reviews."""
    view = await views.review_list(_sources(request), region, cursor)
    return page(request, "reviews.html", view=view, region=region)


@router.get("/reviews/{id}")
async def show_review(request: Request, id: str) -> Response:
    """One review and what came out of it."""
    try:
        review = UUID(id)
    except ValueError as error:
        raise NotFound("There is no review with this id.") from error
    return page(request, "review.html", view=await views.review_result(_sources(request), review))


@router.get("/problems")
async def list_problems(request: Request) -> Response:
    """All types of problems."""
    document = await _documents(request).merged()
    every = kinds.every(document)
    if not accept.wants_page(request.headers.get("accept", "")):
        return _json({"items": [kind.model_dump(exclude={"operations"}) for kind in every.values()]})
    return page(request, "problems.html", kinds=every.values(), away=document["x-missing"])


@router.get("/problems/{slug}")
async def show_problem(request: Request, slug: str) -> Response:
    """One type of problem."""
    document = await _documents(request).merged()
    kind = kinds.every(document).get(slug)
    if kind is None:
        if document["x-missing"]:  # it may be one of theirs
            raise ServiceAway(document["x-missing"][0])
        raise NotFound("There is no such type of problem.")
    if not accept.wants_page(request.headers.get("accept", "")):
        return _json(kind.model_dump())
    return page(request, "problem.html", kind=kind, away=document["x-missing"])


@router.get("/api/openapi.json")
async def openapi(request: Request) -> Response:
    """The merged OpenAPI document."""
    return _json(await _documents(request).merged())


@router.get("/api/docs")
async def docs(request: Request) -> Response:
    """The document as a page on which requests can be tried."""
    return page(request, "docs.html", headers={"Content-Security-Policy": policy.DOCUMENTATION})


def _json(content: Any) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    return Response(orjson.dumps(content), media_type="application/json", headers=headers)


def _sources(request: Request) -> Sources:
    """The services as whoever looks at this page sees them."""
    return sources.of(request)


def _documents(request: Request) -> Documents:
    return cast("Documents", request.app.state.documents)
