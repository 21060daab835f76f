"""Reading a request's JSON once, within bounds, without a model in between."""

from typing import Any

import orjson
from fastapi import Request
from pydantic import BaseModel

from services.kit.problems import Malformed, PayloadTooLarge, UnsupportedMediaType

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


async def read_json(request: Request, limit: int) -> Any:
    """The decoded body. Raises PayloadTooLarge, UnsupportedMediaType or Malformed."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType("Send application/json.")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise PayloadTooLarge(f"The body may have {limit} bytes.")
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise PayloadTooLarge(f"The body may have {limit} bytes.")
        pieces.append(piece)
    try:
        return orjson.loads(pieces[0] if len(pieces) == 1 else b"".join(pieces))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not valid JSON: {error}.") from error
