"""Codes for phones, which lead to the page that verifies a document."""

from io import BytesIO
from typing import Literal

import segno


def qr(text: str, kind: Literal["svg", "png"] = "svg") -> bytes:
    """A QR code of a text, without a border."""
    written = BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind=kind, border=0, scale=4)
    return written.getvalue()
