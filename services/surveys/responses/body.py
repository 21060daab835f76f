"""Reading a request's JSON once, within bounds, without a model in between."""

from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from services.kit import headers
from services.kit.problems import Malformed, PayloadTooLarge, UnsupportedMediaType

BEGINNING = 65_536
UNREADABLE = (Malformed, PayloadTooLarge, UnsupportedMediaType)


def documented(body: type[BaseModel]) -> dict[str, Any]:
    """The request body for the OpenAPI document, which the route reads by itself."""
    schema = body.model_json_schema()
    whole = _with_parts(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": whole}}}}


def _with_parts(node: Any, parts: dict[str, Any]) -> Any:
    """A schema with its parts in their places: the document's own list of parts does not know them."""
    if isinstance(node, list):
        return [_with_parts(each, parts) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _with_parts(parts[node["$ref"].removeprefix("#/$defs/")], parts)
    return {name: _with_parts(each, parts) for name, each in node.items()}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the body, or the beginning of one that is over the `limit`."""

    raw: bytes
    limit: int
    over: bool = False

    def json(self) -> Any:
        """The decoded body. Raises PayloadTooLarge or Malformed."""
        if self.over:
            raise PayloadTooLarge(f"The body may have {self.limit} bytes.")
        try:
            return orjson.loads(self.raw)
        except orjson.JSONDecodeError as error:
            raise Malformed(f"The body is not valid JSON: {error}.") from error


async def read(request: Request, limit: int) -> Sent:
    """The body of a request; of one that is over the limit no more than is worth keeping. Raises
    UnsupportedMediaType."""
    told = headers.of(request.scope)
    kind, length = told.get(b"content-type", b"application/json"), told.get(b"content-length", b"")
    if kind != b"application/json":
        kind = kind.partition(b";")[0].strip().lower()
        if kind != b"application/json" and not kind.endswith(b"+json"):
            raise UnsupportedMediaType("Send application/json.")
    told_over = length.isdigit() and int(length) > limit
    raw = await _up_to(request, min(limit, BEGINNING) if told_over else limit)
    return Sent(raw, limit, told_over or len(raw) > limit)


async def _up_to(request: Request, limit: int) -> bytes:
    """The body, or as much of it as goes beyond the limit."""
    pieces: list[bytes] = []
    size, more = 0, True
    while more and size <= limit:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        piece: bytes = message.get("body", b"")
        size += len(piece)
        pieces.append(piece)
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
