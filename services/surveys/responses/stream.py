"""Many responses in one request, taken as they come in; memory does not grow with their number.

The results are written to a file and sent when the body was read to its end: a phone sends first and listens later, and
a server that spoke in between would wait for it forever.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson

from services.kit.auth import Access
from services.kit.problems import Malformed, PayloadTooLarge, Problem
from services.surveys.quarantine.refusals import Refused
from services.surveys.responses.lines import Unreadable
from services.surveys.responses.results import result
from services.surveys.responses.service import Intake, take_all
from services.surveys.responses.service import usual as usual_of
from services.surveys.responses.store import Stored

GROUP = 500
IN_MEMORY = 1_000_000
PIECE = 256 * 1024


class Stream:
    """Takes lines in groups; while one group is being stored the next is read and looked at."""

    def __init__(self, intake: Intake, access: Access, most: int) -> None:
        self._intake, self._access, self._most = intake, access, most
        self._results: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it was sent
        self._number = 0

    async def take(self, lines: AsyncIterator[bytes | Unreadable]) -> None:
        """Store every line; what became of each is kept, in order."""
        storing: asyncio.Task[None] | None = None
        group: list[bytes | Unreadable] = []
        taken = 0
        try:
            async for line in lines:
                if taken == self._most:
                    group.append(Unreadable(PayloadTooLarge(f"{taken} responses are allowed; send the rest again.")))
                    break
                taken += 1
                group.append(line)
                if len(group) == GROUP:
                    items = await self._examined(group)
                    if storing:
                        await storing
                    storing, group = asyncio.create_task(self._store(items)), []
        finally:
            # Also when the connection is cut: whole lines that have come in are stored.
            if storing:
                await storing
            if group:
                await self._store(await self._examined(group))

    def close(self) -> None:
        """Forget the results, when nobody is there to hear them."""
        self._results.close()

    async def results(self) -> AsyncIterator[bytes]:
        """What became of each, as lines."""
        with self._results as kept:
            kept.seek(0)
            while piece := kept.read(PIECE):
                yield piece

    async def _examined(self, group: Sequence[bytes | Unreadable]) -> list[Any]:
        """What is to be stored of each line, or what it says, or that it cannot be read."""
        usual = iter(await usual_of(self._intake, [line for line in group if isinstance(line, bytes)], self._access))
        return [line if isinstance(line, Unreadable) else next(usual) or _item(line) for line in group]

    async def _store(self, items: Sequence[Any]) -> None:
        readable = [item for item in items if not isinstance(item, Unreadable)]
        outcomes = iter(await take_all(self._intake, readable, self._access))
        refused = [Refused(one.raw, one.problem, None, one.size) for one in items if isinstance(one, Unreadable)]
        if refused:
            await self._intake.refusals.keep(refused, self._access)
        for item in items:
            self._write(*((None, item.problem) if isinstance(item, Unreadable) else next(outcomes)))

    def _write(self, id: str | None, outcome: Stored | Problem) -> None:
        self._results.write(orjson.dumps(result(self._number, id, outcome), option=orjson.OPT_APPEND_NEWLINE))
        self._number += 1


def _item(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Unreadable(Malformed(f"The line is not valid JSON: {error}."), line, len(line))
