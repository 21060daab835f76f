"""The public API as commands use it: one origin, one credential, and every refusal a Failure in one sentence."""

import os
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx2

from ops import credentials
from ops.failures import Failure
from ops.home import Home
from ops.state import running

SECONDS = 60.0
RETRY_SECONDS = 60.0
PAUSE_SECONDS = 0.5
# What a part that is just starting again makes the gateway answer; nothing was refused by rule.
PASSING = frozenset({502, 503, 504})

Json = Any


class Api:
    """A client of the gateway. What may be sent again is sent again while a part is away for a moment."""

    def __init__(self, origin: str, token: str, patience: float = RETRY_SECONDS) -> None:
        self.origin = origin.rstrip("/")
        self._patience = patience
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx2.Client(base_url=self.origin, headers=headers, timeout=SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, **params: str) -> Json:
        """The body of a 200. Raises Failure for any other answer."""
        found = self.find(path, **params)
        if found is None:
            raise Failure(f"{self.origin}{path} does not exist.")
        return found

    def find(self, path: str, **params: str) -> Json | None:
        """The body of a 200, None for a 404. Raises Failure for any other answer."""
        answer = self._send("GET", path, params=params)
        return None if answer.status_code == 404 else self._body(answer, path, 200)

    def download(self, path: str, **params: str) -> bytes:
        """The bytes of a file, once it is made. Raises Failure when it is refused, or not made in time."""
        until = time.monotonic() + self._patience
        while True:
            answer = self._send("GET", path, params=params)
            if answer.status_code == 200:
                return answer.content
            if answer.status_code != 202 or time.monotonic() > until:
                raise Failure(f"{answer.request.method} {path} was answered with {refusal(answer)}")
            time.sleep(PAUSE_SECONDS)

    def post(self, path: str, body: Json = None, version: int | None = None) -> tuple[int, Json]:
        """Status and body of a 2xx. Everything sent here may be sent twice: it carries its id, or its version."""
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = self._send("POST", path, json=body, headers=headers)
        return answer.status_code, self._body(answer, path, 200, 201, 202)

    def put(self, path: str, body: Json, version: int) -> Json:
        """The body of a 200, after changing a version. Sent twice, the second is refused, and a Failure."""
        answer = self._send("PUT", path, json=body, headers={"If-Match": f'"{version}"'})
        return self._body(answer, path, 200)

    def ensure(self, path: str, body: Mapping[str, Json]) -> tuple[Json, bool]:
        """The resource with the body's id, made when it is not there; and whether it was made now."""
        there = self.find(f"{path}/{body['id']}")
        if there is not None:
            return there, False
        answer = self._send("POST", path, json=dict(body))
        if answer.status_code == 409 and (there := self.find(f"{path}/{body['id']}")) is not None:
            return there, False
        return self._body(answer, path, 201), True

    def _send(self, method: str, path: str, **request: Any) -> httpx2.Response:
        until = time.monotonic() + self._patience
        while True:
            try:
                answer = self._client.request(method, f"/api/v1{path}", **request)
            except httpx2.HTTPError as error:
                if time.monotonic() > until:
                    raise Failure(f"{self.origin} cannot be reached ({type(error).__name__}).") from error
            else:
                if answer.status_code not in PASSING or time.monotonic() > until:
                    return answer
            time.sleep(PAUSE_SECONDS)

    def _body(self, answer: httpx2.Response, path: str, *good: int) -> Json:
        if answer.status_code not in good:
            raise Failure(f"{answer.request.method} {path} was answered with {refusal(answer)}")
        return answer.json()


def refusal(answer: httpx2.Response) -> str:
    """A problem in a sentence, with its faults."""
    try:
        problem = answer.json()
        faults = "; ".join(f"{fault['pointer']}: {fault['detail']}" for fault in problem.get("errors") or [])
        return f"{answer.status_code} {problem['title']}: {problem['detail']}" + (f" ({faults})" if faults else "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{answer.status_code}, which is no problem document of Tinjau."


def admin(against: str | None, token: str | None) -> Api:
    """A client of role admin: of the Tinjau at `against`, else of the stack that runs in this home.

    Raises Failure when nothing runs here, or when there is neither a token nor a key to make one with.
    """
    home = Home.of(os.environ)
    state = None if against else running(home)
    if not against and not state:
        raise Failure(f"No stack runs in {home.folder}. Start one with `tinjau up`, or name one with --against URL.")
    origin = against or (state.origin if state else "")
    if token:
        return Api(origin, token)
    made = credentials.existing(home.secrets)
    if made is None:
        raise Failure("A token of role admin is needed: --token or TINJAU_TOKEN.")
    return Api(origin, made.token("admin", subject="tinjau"))
