"""Forms with a file: read in parts, within bounds, the file on disk while it is large."""

import asyncio

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from gateway.pages import forms
from gateway.pages.asking import File
from gateway.pages.forms import SEAL, Form, cleaned
from gateway.problems import ClientTooSlow, FormNotOurs, too_large
from services.kit.problems import Malformed, UnsupportedMediaType

MULTIPART = "multipart/form-data"
FILE_BYTES = 10_000_000
BODY_BYTES = FILE_BYTES + 256 * 1024
SECONDS = 120.0


async def read(request: Request) -> tuple[Form, File | None]:
    """The form of whoever is signed in, and its file if one was chosen. Raises as `forms.read` does."""
    if not forms.from_here(request):
        raise FormNotOurs("It was sent from another site.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise UnsupportedMediaType(f"A form with a file is sent as {MULTIPART}.")
    try:
        async with asyncio.timeout(SECONDS):
            parts = await _bounded(request).form(max_files=1, max_fields=20, max_part_size=forms.BODY_BYTES)
    except TimeoutError as error:
        raise ClientTooSlow("The form stopped coming in; send it again.") from error
    except (MultiPartException, ClientDisconnect) as error:
        raise Malformed("The form cannot be read.") from error
    values: dict[str, list[str]] = {}
    file = None
    try:
        for name, part in parts.multi_items():
            if not isinstance(part, UploadFile):
                values.setdefault(name, []).append(cleaned(part))
            elif part.filename:
                file = File(part.filename, part.content_type or "application/octet-stream", await part.read())
    finally:
        await parts.close()
    form = Form(values)
    forms.check_seal(request, form.value(SEAL))
    return form, file


def _bounded(request: Request) -> Request:
    """The request, whose body ends with PayloadTooLarge where it gets too long."""
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > BODY_BYTES:
            raise too_large(BODY_BYTES, close=True)
        return message

    return Request(request.scope, receive)
