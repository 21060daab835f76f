"""What an example of a route is: a request made for a place, and where it is entered.

`EXAMPLES` maps a service to `METHOD /path` → a function that gives the request.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.world import World


@dataclass(frozen=True)
class Place:
    """Where things are: a region, an agency in it, and ids of what was made there, by kind."""

    region: str
    things: dict[str, str] = field(default_factory=dict)

    @property
    def agency(self) -> str:
        return self.things["agency"]

    @property
    def claims(self) -> dict[str, str]:
        """The claims of whoever belongs here."""
        return {"region": self.region, "agency": self.agency}


@dataclass(frozen=True)
class Ask:
    """A request. `shows` is the id that a list has in it for those whose rows it is among; a request without is about
    one thing of the place, or about nobody's when `anyones`. `each` means that parts of it are answered apart."""

    path: str
    request: dict[str, Any] = field(default_factory=dict)
    shows: str | None = None
    anyones: bool = False
    each: bool = False


Example = Callable[[World, Place], Awaitable[Ask]]
EXAMPLES: dict[str, dict[str, Example]] = {"programs": {}, "surveys": {}, "reports": {}}


def example(service: str, route: str) -> Callable[[Example], Example]:
    """Enter a function as the example of a route."""

    def enter(function: Example) -> Example:
        EXAMPLES[service][route] = function
        return function

    return enter


def if_match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def listed(service: str, path: str, kind: str, **params: str) -> None:
    """The list at a path shows the place's thing of a kind."""

    @example(service, f"GET /api/v1{path}")
    async def _list(_: World, place: Place) -> Ask:
        given = {name: value.format(**place.things, region=place.region) for name, value in params.items()}
        return Ask(path, {"params": given}, shows=place.things[kind])


def one(service: str, path: str, kind: str) -> None:
    """The thing at a path is the place's of a kind."""

    @example(service, f"GET /api/v1{path}/{{id}}")
    async def _one(_: World, place: Place) -> Ask:
        return Ask(f"{path}/{place.things[kind]}")


def open_to_all(service: str, path: str, **more: str) -> None:
    """What stands at a path is nobody's in particular."""

    @example(service, f"GET /api/v1{path}")
    async def _open(_: World, place: Place) -> Ask:
        return Ask(path.format(**more, region=place.region), anyones=True)


def about(service: str, path: str) -> None:
    """What stands at a path is about the place's thing of the kind that the path names."""
    kind = path.partition("{")[2].partition("}")[0]

    @example(service, f"GET /api/v1{path}".replace(f"{{{kind}}}", "{id}"))
    async def _about(_: World, place: Place) -> Ask:
        return Ask(path.format(**place.things))


def sent_back(service: str, path: str, kind: str, *answered: str) -> None:
    """A PUT of what a GET gives, without the fields that only answers have."""

    @example(service, f"PUT /api/v1{path}/{{id}}")
    async def _put(world: World, place: Place) -> Ask:
        thing = await world.make(service, "GET", f"{path}/{place.things[kind]}")
        body = {name: value for name, value in thing.items() if name not in {*LIFE, *answered}}
        return Ask(f"{path}/{thing['id']}", {"json": body, "headers": if_match(thing["version"])})


def moved(service: str, path: str, step: str, fresh: Callable[[World, Place], Awaitable[dict[str, Any]]]) -> None:
    """A step in the life of a thing that was made for it."""

    @example(service, f"POST /api/v1{path}/{{id}}/{step}")
    async def _step(world: World, place: Place) -> Ask:
        thing = await fresh(world, place)
        return Ask(f"{path}/{thing['id']}/{step}", {"headers": if_match(thing["version"])})


WHY = {"reason": "An example"}
LIFE = ("version", "created_at", "updated_at", "archived")
