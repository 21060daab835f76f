"""The headers of tus 1.0.0: what a request has to say, what every answer says."""

from collections.abc import Callable, Coroutine
from datetime import UTC
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from services.kit.problems import FieldError, Malformed, Problem, UnsupportedMediaType
from services.surveys.attachments.domain import CHECKSUMS, Checksum, Wanted, announced, checksum, metadata, number
from services.surveys.attachments.uploads import Piece, Upload
from services.surveys.problems import ProtocolVersion

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
CHUNK = "application/offset+octet-stream"
EVERYWHERE = {"Tus-Resumable": VERSION}

Resumable = Annotated[str | None, Header(alias="Tus-Resumable", description=f"Always `{VERSION}`.")]
Length = Annotated[str | None, Header(alias="Upload-Length", description="Bytes of the whole file.")]
Metadata = Annotated[
    str | None,
    Header(
        alias="Upload-Metadata",
        description="`id`, `response`, `visit`, `question`, and `filename` if you like: pairs of key and base64.",
    ),
]
Offset = Annotated[str | None, Header(alias="Upload-Offset", description="Where the piece begins.")]
Sum = Annotated[
    str | None,
    Header(alias="Upload-Checksum", description=f"One of {', '.join(CHECKSUMS)}, and the sum in base64."),
]


class ResumableRoute(APIRoute):
    """A route whose every answer, refusals included, says the version of the protocol."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the router, with the header added to what it gives or raises."""
        answer = super().get_route_handler()

        async def resumable(request: Request) -> Response:
            try:
                response = await answer(request)
            except Problem as problem:
                problem.headers |= EVERYWHERE
                raise
            response.headers.update(EVERYWHERE)
            return response

        return resumable


def capabilities(largest: int) -> dict[str, str]:
    """What a client asks for with OPTIONS."""
    return {
        "Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(largest),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }  # fmt: skip


def require_version(given: str | None) -> None:
    """Raises ProtocolVersion for a client that speaks another one."""
    if given != VERSION:
        raise ProtocolVersion(f"Send Tus-Resumable: {VERSION}.", headers={"Tus-Version": VERSION})


def read_announcement(length: str | None, pairs: str | None) -> Wanted:
    """What is to be uploaded. Raises Malformed."""
    size, given = number(length), metadata(pairs or "")
    if size is None:
        raise _malformed("Upload-Length", "The number of bytes is needed here, from the start.")
    if given is None:
        raise _malformed("Upload-Metadata", "Pairs are needed here: a key, a space, base64; with commas between.")
    found = announced(given, size)
    if isinstance(found, list):
        raise Malformed("The upload does not say what it is.", errors=[FieldError(*fault) for fault in found])
    return found


def read_piece(request: Request, offset: str | None, sum_: str | None) -> Piece:
    """A piece of a file. Raises Malformed or UnsupportedMediaType."""
    if content_type(request) != CHUNK:
        raise UnsupportedMediaType(f"Send {CHUNK}.")
    begin = number(offset)
    if begin is None:
        raise _malformed("Upload-Offset", "The byte at which the piece begins is needed here.")
    proof: Checksum | None = None
    if sum_ is not None:
        proof = checksum(sum_)
        if proof is None:
            raise _malformed("Upload-Checksum", f"One of {', '.join(CHECKSUMS)}, a space, and the sum in base64.")
    return Piece(begin, request.stream(), number(request.headers.get("content-length")), proof)


def content_type(request: Request) -> str:
    """The media type of the body, in small letters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def progress(upload: Upload) -> dict[str, str]:
    """How far an upload is, and until when it is kept."""
    headers = {"Upload-Offset": str(upload.offset), "Cache-Control": "no-store"}
    if upload.expires_at is not None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)
    return headers


def _malformed(name: str, sentence: str) -> Malformed:
    return Malformed(f"{name} is not as it has to be.", errors=[FieldError(name, "wrong-type", sentence)])
