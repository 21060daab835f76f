"""What a file is, from its first bytes; what its sender calls it counts for nothing. Pure."""

from typing import Literal

HEAD_BYTES = 512
MPEG_LAYER_BITS = 0x06

Media = Literal["image", "audio"]

MEDIA: dict[str, Media] = {
    "image/jpeg": "image", "image/png": "image", "image/webp": "image", "image/heic": "image",
    "audio/mp4": "audio", "audio/aac": "audio", "audio/ogg": "audio", "audio/mpeg": "audio", "audio/wav": "audio",
}  # fmt: skip
"""Every type that is taken, and what it is."""

SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic", "audio/mp4": ".m4a",
    "audio/aac": ".aac", "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/wav": ".wav",
}  # fmt: skip

BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"ID3": "audio/mpeg"}
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4", b"3gp5", b"3gp6"})


def sniffed(head: bytes) -> str | None:
    """The media type behind the first bytes of a file; None for everything that is not taken."""
    for beginning, media_type in BEGINNINGS.items():
        if head.startswith(beginning):
            return media_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _of_boxes(head[8:12])
    if head.startswith(b"OggS"):
        return "audio/ogg" if b"OpusHead" in head or b"\x01vorbis" in head else None
    return _of_frames(head)


def _of_boxes(brand: bytes) -> str | None:
    if brand in HEIC_BRANDS:
        return "image/heic"
    return "audio/mp4" if brand in SOUND_BRANDS else None


def _of_frames(head: bytes) -> str | None:
    """MPEG sound without a container begins with eleven ones; the layer's bits tell ADTS (AAC) from MP3."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    layer_three = head[1] & MPEG_LAYER_BITS == 0x02
    return "audio/mpeg" if layer_three and head[1] & 0x18 != 0x08 else None
