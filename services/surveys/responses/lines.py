"""A request body as lines: decompressed and cut piece by piece, within bounds, never whole in memory."""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from services.kit.problems import Malformed, PayloadTooLarge, Problem
from services.surveys.responses.body import BEGINNING

GZIP = 16 + zlib.MAX_WBITS
PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that cannot be taken, or the end of a body that cannot be read on; `raw` is the line or its beginning,
    and `size` how long it is at least."""

    problem: Problem
    raw: bytes = b""
    size: int = 0


async def lines(pieces: AsyncIterator[bytes], *, gzipped: bool, longest: int) -> AsyncIterator[bytes | Unreadable]:
    """The lines of a body that are not blank, the last one with or without its newline.

    A line beyond `longest` bytes is one `Unreadable` in its place. A body whose compression breaks ends with one: what
    came before it was whole.
    """
    rest, skipping = b"", False
    try:
        async for text in _plain(pieces) if not gzipped else _inflated(pieces):
            *whole, rest = (rest + text).split(b"\n")
            for line in whole:
                if not skipping and (taken := _taken(line, longest)):
                    yield taken
                skipping = False
            if len(rest) > longest:
                if not skipping:
                    yield _too_long(rest, longest)
                rest, skipping = b"", True
    except zlib.error:
        yield Unreadable(Malformed("The compression is broken from here on; send the rest again."))
        return
    if not skipping and (taken := _taken(rest, longest)):
        yield taken


def _taken(line: bytes, longest: int) -> bytes | Unreadable | None:
    if len(line) > longest:
        return _too_long(line, longest)
    return line if line.strip() else None


def _too_long(line: bytes, longest: int) -> Unreadable:
    return Unreadable(PayloadTooLarge(f"A line may have {longest} bytes."), line[:BEGINNING], len(line))


async def _plain(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        yield piece


async def _inflated(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Never more than `PIECE` bytes at a time, however much a piece grows."""
    inflater = zlib.decompressobj(GZIP)
    async for piece in pieces:
        left = piece
        while left:
            if inflater.eof:  # a file may be several compressed ones behind each other
                inflater = zlib.decompressobj(GZIP)
            yield inflater.decompress(left, PIECE)
            left = inflater.unconsumed_tail or inflater.unused_data
    if not inflater.eof:
        raise zlib.error("the body ends in the middle")
