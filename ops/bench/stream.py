"""One request with very many responses: NDJSON, gzip, written and read at the same time.

A service may answer lines while it still reads others, so whoever only writes first and then reads could stand still
against it. That is why this speaks HTTP by itself.
"""

import asyncio
import gzip
import itertools
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httptools
import orjson

from ops.failures import Failure

PATH = "/api/v1/responses/stream"
NOT_OFFERED = frozenset({404, 405})
PIECE = 1 << 16
CREATED = b'"status":"created"'
ANSWER_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Streamed:
    """What came of a stream: the status, lines that say `created`, all lines, and the seconds it took."""

    status: int
    created: int
    lines: int
    seconds: float
    beginning: str


class Tally:
    """Counts the lines of an answer as it comes in."""

    def __init__(self) -> None:
        self.created = 0
        self.lines = 0
        self.beginning = b""
        self.complete = False
        self._rest = b""

    def on_body(self, body: bytes) -> None:
        """A piece of the body; httptools calls this."""
        self.beginning = self.beginning or body[:400]
        whole, mark, rest = (self._rest + body).rpartition(b"\n")
        self._rest = rest
        self._count(whole + mark)

    def on_message_complete(self) -> None:
        """The end of the answer; httptools calls this."""
        if self._rest:  # a last line without its end
            self._count(self._rest + b"\n")
        self.complete = True

    def _count(self, lines: bytes) -> None:
        self.lines += lines.count(b"\n")
        self.created += lines.count(CREATED)


def bodies(items: Path, count: int) -> list[Any]:
    """So many responses with new ids, made from a file of items."""
    return [orjson.loads(line) for line in _lines(items, count)]


def write(file: Path, items: Path, count: int) -> None:
    """A gzip file of the same, one response per line."""
    with gzip.open(file, "wb", compresslevel=6) as target:
        target.writelines(_lines(items, count))


def send(origin: str, token: str, file: Path) -> Streamed:
    """Send a file of `write`. Raises Failure when the connection breaks or nothing comes."""
    try:
        return asyncio.run(asyncio.wait_for(_send(origin, token, file.read_bytes()), ANSWER_SECONDS))
    except (OSError, TimeoutError, httptools.HttpParserError) as error:
        raise Failure(f"The stream of responses broke ({error!r}).") from error


async def _send(origin: str, token: str, content: bytes) -> Streamed:
    where = urlsplit(origin)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    started = time.perf_counter()
    writing = asyncio.create_task(_write(writer, head.encode() + content))
    try:
        tally = Tally()
        parser = httptools.HttpResponseParser(tally)
        while not tally.complete:
            piece = await reader.read(PIECE)
            if not piece:
                raise ConnectionError("the answer ended in the middle")
            parser.feed_data(piece)
        seconds = time.perf_counter() - started
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError, OSError):  # who refuses may close before it has read everything
            await writing
        writer.close()
    beginning = tally.beginning.decode(errors="replace")
    return Streamed(parser.get_status_code(), tally.created, tally.lines, seconds, beginning)


async def _write(writer: asyncio.StreamWriter, request: bytes) -> None:
    for start in range(0, len(request), PIECE):
        writer.write(request[start : start + PIECE])
        await writer.drain()


def _lines(items: Path, count: int) -> Iterator[bytes]:
    with items.open("rb") as source:
        lines = source.readlines()
    for line in itertools.islice(itertools.cycle(lines), max(0, count)):
        yield b'{"id":"%s",' % str(uuid4()).encode() + line
