"""An application that does nothing but read the request and answer: what the server alone can do."""

from starlette.types import ASGIApp, Receive, Scope, Send

ANSWER = b'{"status":"created"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


def create_app() -> ASGIApp:
    """The application."""
    return nothing


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request with 201."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 201, "headers": HEADERS})
    await send({"type": "http.response.body", "body": ANSWER})
