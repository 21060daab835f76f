"""What sound files say beside their sound: what is in them, and how their words about maker and place are blanked.

Blanking overwrites in place with what players skip, so nothing moves and the sound stays byte for byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

PIECE = 256 * 1024
DEEPEST = 6
MOST_BOXES = 10_000

PARENTS = frozenset({b"moov", b"trak", b"mdia"})
WORDS = frozenset({b"udta", b"meta", b"uuid"})
SOUND_CHUNKS = frozenset({b"fmt ", b"data", b"fact", b"JUNK"})


class Damaged(ValueError):
    """The file's parts do not add up."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of an MP4 file: its type, where it begins, where its content begins, and where it ends."""

    type: bytes
    start: int
    content: int
    end: int


def boxes(file: BinaryIO, start: int, end: int, depth: int = 0) -> Iterator[Box]:
    """The boxes of a stretch and of those that hold others. Raises Damaged."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, kind, content = int.from_bytes(head[:4]), head[4:8], at + 8
        if size == 1:
            size, content = int.from_bytes(head[8:16]), at + 16
        elif size == 0:
            size = end - at
        if size < content - at or at + size > end:
            raise Damaged("the parts of the file do not fit into it")
        yield Box(kind, at, content, at + size)
        if kind in PARENTS and depth < DEEPEST:
            yield from boxes(file, content, at + size, depth + 1)
        at += size


def tracks(file: BinaryIO, size: int) -> set[bytes]:
    """What an MP4 file has tracks of, `soun` or `vide` or others. Raises Damaged."""
    found = set[bytes]()
    for number, box in enumerate(boxes(file, 0, size)):
        if number > MOST_BOXES:
            raise Damaged("the file has too many parts")
        if box.type == b"hdlr":
            file.seek(box.content + 8)
            found.add(file.read(4))
    return found


def blank(file: BinaryIO, size: int, media_type: str) -> None:
    """Overwrite what the file says beside its sound. Raises Damaged."""
    if media_type == "audio/mp4":
        for box in list(boxes(file, 0, size)):
            if box.type in WORDS:
                _write(file, box.start + 4, b"free")
                _zero(file, box.content, box.end)
    elif media_type == "audio/mpeg":
        _blank_tags(file, size)
    elif media_type == "audio/wav":
        _blank_chunks(file, size)


def _blank_tags(file: BinaryIO, size: int) -> None:
    """ID3: zeros within the tag at the beginning are padding; the one at the end has a fixed length."""
    file.seek(0)
    head = file.read(10)
    if head[:3] == b"ID3":
        length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        _write(file, 5, b"\0")  # no extended header, no footer: only padding
        _zero(file, 10, min(10 + length, size))
    if size >= 128:
        file.seek(size - 128)
        if file.read(3) == b"TAG":
            _zero(file, size - 125, size)


def _blank_chunks(file: BinaryIO, size: int) -> None:
    at = 12
    while at + 8 <= size:
        file.seek(at)
        head = file.read(8)
        end = at + 8 + int.from_bytes(head[4:], "little")
        if head[:4] not in SOUND_CHUNKS:
            _write(file, at, b"JUNK")
            _zero(file, at + 8, min(end, size))
        at = end + end % 2


def _write(file: BinaryIO, at: int, data: bytes) -> None:
    file.seek(at)
    file.write(data)


def _zero(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    for at in range(start, end, PIECE):
        file.write(bytes(min(PIECE, end - at)))
