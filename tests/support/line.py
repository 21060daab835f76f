"""A bad line between a phone and the gateway: a small TCP proxy that breaks each connection as it is told.

A connection carries one exchange. Where it is broken is counted in bytes of the request, not in time.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

HEAD_END = b"\r\n\r\n"
PIECE = 64 * 1024
# Close at once and tell the other side so (RST), instead of closing in order (FIN).
AT_ONCE = struct.pack("ii", 1, 0)


class Breaks(Enum):
    """Where a connection breaks."""

    NOWHERE = "nowhere"
    IN_THE_BODY = "in the body"  # the gateway gets a part of it
    AFTER_THE_REQUEST = "after the request"  # the gateway has it all, and nobody waits for the answer
    BEFORE_THE_ANSWER = "before the answer"  # the gateway has answered, and the phone does not hear it


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a connection: where it breaks, after which share of the body, in order or at once."""

    breaks: Breaks = Breaks.NOWHERE
    share: float = 0.5
    at_once: bool = False


class Line:
    """Listens on loopback and carries to `port`, each connection with the fate that it is given.

    Use as a context; `origin` is where phones send to, `broken` how many connections were broken.
    """

    def __init__(self, host: str, port: int, fate: Callable[[], Fate]) -> None:
        self._to = (host, port)
        self._fate = fate
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        self.broken = 0
        self.origin = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self._to[0], 0)
        host, port = self._server.sockets[0].getsockname()
        self.origin = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        fate, to_door = self._fate(), None
        try:
            door, to_door = await asyncio.open_connection(*self._to)
            if await _carried(fate, phone, to_door) and await _answered(fate, door, to_phone):
                return
            self.broken += 1
            for writer in (to_phone, to_door):
                _break(writer, at_once=fate.at_once)
        except (OSError, asyncio.IncompleteReadError):
            pass  # one of the two went away by itself, and so does the other
        finally:
            for writer in filter(None, (to_phone, to_door)):
                await _close(writer)


async def _carried(fate: Fate, phone: asyncio.StreamReader, to_door: asyncio.StreamWriter) -> bool:
    """Carry the request; whether the connection lives on."""
    head = await phone.readuntil(HEAD_END)
    length = _length(head)
    cut = fate.breaks is Breaks.IN_THE_BODY
    left = min(int(length * fate.share), length - 1) if cut else length
    said = head
    while left > 0:
        piece = await phone.read(min(left, PIECE))
        if not piece:
            raise ConnectionError("the phone went away")
        to_door.write(said + piece)  # the head goes along with the first of the body
        await to_door.drain()
        said, left = b"", left - len(piece)
    to_door.write(said)
    await to_door.drain()
    return fate.breaks not in {Breaks.IN_THE_BODY, Breaks.AFTER_THE_REQUEST}


async def _answered(fate: Fate, door: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> bool:
    """Carry the answer; whether the phone got it."""
    while piece := await door.read(PIECE):
        if fate.breaks is Breaks.BEFORE_THE_ANSWER:
            return False
        to_phone.write(piece)
        await to_phone.drain()
    return True


def _length(head: bytes) -> int:
    """The length of the body that a head tells."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _break(writer: asyncio.StreamWriter, *, at_once: bool) -> None:
    if at_once:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
