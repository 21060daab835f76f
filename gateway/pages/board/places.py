"""The region that a page is about, and what there is in it to choose from."""

import re
from dataclasses import dataclass

from fastapi import Request

from gateway.pages import language, sources
from gateway.pages.asking import Refused, service
from gateway.pages.board.wire import NamedPage
from gateway.problems import ServiceAway
from services.kit.problems import NotFound

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,2}")
MOST = "500"


@dataclass(frozen=True, slots=True)
class Place:
    """A region by its code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What lists can be narrowed to; empty while the service that knows is away."""

    programs: list[tuple[str, str]]
    agencies: list[tuple[str, str]]
    reviews: list[tuple[str, str]]


async def find(request: Request, code: str) -> Place:
    """The region of a page; by its code while the registry is away. Raises NotFound."""
    if not CODE.fullmatch(code):
        raise NotFound("There is no region with this code.")
    try:
        names = await sources.of(request).regions([code])
    except ServiceAway:
        return Place(code, code)
    if code not in names:
        raise NotFound("There is no region with this code.")
    return Place(code, names[code])


async def choices(request: Request, place: Place) -> Choices:
    """The programmes, agencies and reviews of a region."""
    return Choices(
        await _named(request, "/programs", place), await _named(request, "/agencies", place),
        await _reviews(request, place),
    )  # fmt: skip


async def _named(request: Request, path: str, place: Place) -> list[tuple[str, str]]:
    try:
        found = await service(request, "programs").get(path, NamedPage, {"region": place.code, "limit": MOST})
    except (ServiceAway, Refused):
        return []
    return sorted(((str(one.id), one.name) for one in found.content.items), key=lambda one: one[1].casefold())


async def _reviews(request: Request, place: Place) -> list[tuple[str, str]]:
    lang = language.of(request)
    try:
        found = await sources.of(request).planned(place.code)
    except ServiceAway:
        return []
    return [(str(one.id), lang.plain(one.title)) for one in found]
