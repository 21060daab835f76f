"""The programs service, asked when a review is planned; never while an answer comes in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.kit.auth import Caller
from services.kit.client import Neighbour
from services.kit.problems import BadUpstream


@dataclass(frozen=True, slots=True)
class Program:
    """What a visit needs to know of a programme."""

    region: str
    agency: str | None
    name: str
    archived: bool


@dataclass(frozen=True, slots=True)
class Location:
    """What a visit needs to know of a location."""

    program: UUID
    name: str
    archived: bool
    point: dict[str, Any] | None


class Programs:
    """Questions to the registry, asked with the credential of whoever plans."""

    def __init__(self, url: str, seconds: float) -> None:
        self._neighbour = Neighbour("programs", url, seconds=seconds)

    async def close(self) -> None:
        """Give the connections back."""
        await self._neighbour.close()

    async def has_region(self, code: str, caller: Caller) -> bool:
        """Whether there is a region of this code."""
        return await self._find(f"regions/{code}", caller) is not None

    async def program(self, id: UUID, caller: Caller) -> Program | None:
        """A programme, or None."""
        found = await self._find(f"programs/{id}", caller)
        return found and Program(found["region"], found["agency"], found["name"], found["archived"])

    async def location(self, id: UUID, caller: Caller) -> Location | None:
        """A location, or None."""
        found = await self._find(f"locations/{id}", caller)
        return found and Location(UUID(found["program"]), found["name"], found["archived"], found["point"])

    async def _find(self, path: str, caller: Caller) -> Any:
        """The resource, or None for a 404. Raises UpstreamTimeout, or BadUpstream for any other answer."""
        status, body = await self._neighbour.get(f"/api/v1/{path}", token=caller.token)
        if status == 404:
            return None
        if status != 200:
            raise BadUpstream(f"The programs service answered {status} when it was asked for {path}.")
        return body
