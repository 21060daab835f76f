"""Many responses in one request, taken as they come in; memory does not grow with their number.

The results are written to a file and sent when the body was read to its end: a phone sends first and listens later, and
a server that spoke in between would wait for it forever.
"""

import asyncio
from collections import deque
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
from services.surveys.responses.usual import read

GROUP = 1000
GROUP_BYTES = 2_000_000
"""Lines are taken together up to so many, and up to about so many bytes."""
AHEAD = 4
"""So many groups wait for their commit while the next is looked at: the database has no pause between two of them,
and stores what has come together at once."""
IN_MEMORY = 1_000_000
PIECE = 256 * 1024


class Stream:
    """Takes lines in groups; while some are being stored the next one is read and looked at."""

    def __init__(self, intake: Intake, access: Access, most: int) -> None:
        self._intake, self._access, self._most = intake, access, most
        self._results: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it was sent
        self._number = 0

    async def take(self, lines: AsyncIterator[bytes | Unreadable]) -> None:
        """Store every line; what became of each is kept, in order."""
        storing: deque[asyncio.Task[None]] = deque()
        group: list[bytes | Unreadable] = []
        taken = size = 0
        try:
            async for line in lines:
                if taken == self._most:
                    group.append(Unreadable(PayloadTooLarge(f"{taken} responses are allowed; send the rest again.")))
                    break
                taken += 1
                group.append(line)
                size += len(line) if isinstance(line, bytes) else 0
                if len(group) == GROUP or size >= GROUP_BYTES:
                    items = await self._examined(group)
                    if len(storing) == AHEAD:
                        await storing.popleft()
                    storing.append(self._begin(items, storing))
                    group, size = [], 0
        finally:
            # Also when the connection is cut: whole lines that have come in are stored.
            try:
                if group:
                    storing.append(self._begin(await self._examined(group), storing))
            finally:
                # Nobody leaves before what is on its way has arrived or failed: results are written until then.
                for error in await asyncio.gather(*storing, return_exceptions=True):
                    if error is not None:
                        raise error

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
        sent = (read(line) for line in group if isinstance(line, bytes))
        usual = iter(await usual_of(self._intake, sent, self._access))
        return [line if isinstance(line, Unreadable) else next(usual) or _item(line) for line in group]

    def _begin(self, items: Sequence[Any], storing: Sequence[asyncio.Task[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(self._store(items, storing[-1] if storing else None))

    async def _store(self, items: Sequence[Any], before: asyncio.Task[None] | None) -> None:
        """Store some lines; what became of them is written behind what became of those before."""
        readable = [item for item in items if not isinstance(item, Unreadable)]
        outcomes = iter(await take_all(self._intake, readable, self._access))
        refused = [Refused(one.raw, one.problem, None, one.size) for one in items if isinstance(one, Unreadable)]
        if refused:
            await self._intake.refusals.keep(refused, self._access)
        if before is not None:
            await before
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
