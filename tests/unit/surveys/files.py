"""Small files of the kinds that are taken, and the headers with which they are uploaded."""

import base64
import io
import struct
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from PIL import Image

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = "application/offset+octet-stream"
BATANG = (109.73, -6.908333)
"""Longitude and latitude of a place in Batang, as `photo` writes it."""


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), *, located: bool = True, turned: bool = False) -> bytes:
    """A photo as phones write it: with its maker, and where it was taken; `turned` when it lies on its side."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((20, 40, 220), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x010F] = "Maker of phones"
    if turned:
        exif[0x0112] = 6
    if located:
        exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 54.0, 30.0), 3: "E", 4: (109.0, 43.0, 48.0)})
    written = io.BytesIO()
    picture.save(written, kind, exif=exif, **({"comment": b"a secret"} if kind == "JPEG" else {}))
    return written.getvalue()


def noise(size: int) -> bytes:
    """Bytes that are no file of any kind."""
    return bytes(range(7, 7 + 200)) * (size // 200 + 1)


def wav(seconds: float = 0.1, *, words: bytes = b"") -> bytes:
    """A sound of silence, with a chunk of words before it."""
    sound = bytes(int(8000 * seconds) * 2)
    parts = [b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)]
    if words:
        parts.append(b"LIST" + struct.pack("<I", len(words)) + words + b"\0" * (len(words) % 2))
    parts.append(b"data" + struct.pack("<I", len(sound)) + sound)
    body = b"WAVE" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, content: bytes) -> bytes:
    """A part of an MP4 file."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def m4a(handler: bytes = b"soun", *, words: bytes = b"+6.9084+109.7300/") -> bytes:
    """The skeleton of a sound recorded by a phone, which says where it was."""
    handles = box(b"hdlr", bytes(8) + handler + bytes(12))
    moov = box(b"trak", box(b"mdia", handles)) + box(b"udta", box(b"\xa9xyz", words))
    return box(b"ftyp", b"M4A \0\0\0\0M4A mp42") + box(b"moov", moov) + box(b"mdat", b"sound" * 20)


def described(response: Mapping[str, Any], *, id: str | None = None, **other: str) -> dict[str, str]:
    """What an upload for a response says of itself."""
    return {
        "id": id or str(uuid4()), "response": str(response["id"]), "visit": str(response["visit"]),
        "question": "photo", "filename": "IMG_1.jpg",
    } | other  # fmt: skip


def announcing(said: Mapping[str, str], length: int | None) -> dict[str, str]:
    """The headers of an announcement."""
    pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    return TUS | {"Upload-Metadata": pairs} | ({} if length is None else {"Upload-Length": str(length)})


def at(offset: int, **other: str) -> dict[str, str]:
    """The headers of a piece."""
    return TUS | {"Upload-Offset": str(offset), "Content-Type": CHUNK} | other
