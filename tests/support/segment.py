"""A request in one piece. A general client sends head and body apart, and a server may answer the two kinds by
different ways."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.responses import Response


async def post(origin: str, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
    """The answer to a POST on a connection of its own, which has to say how long it is."""
    at = urlsplit(origin)
    told = [f"{name}: {value}" for name, value in headers.items()]
    head = [f"POST {path} HTTP/1.1", f"host: {at.netloc}", f"content-length: {len(body)}", *told, "", ""]
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write("\r\n".join(head).encode() + body)
    async with asyncio.timeout(5):
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        answer = Response(status_code=int(first.split()[1]))
        pairs = (line.split(": ", 1) for line in lines)
        answer.raw_headers = [(name.encode(), value.encode()) for name, value in pairs]
        answer.body = await reader.readexactly(int(answer.headers["content-length"]))
    writer.close()
    await writer.wait_closed()
    return answer
