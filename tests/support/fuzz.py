"""Requests that a service's own OpenAPI document allows and does not, sent to the service in process.

Two kinds. Requests made by schemathesis from the document, valid and invalid ones: whatever comes, the answer has a
status, a type and a shape that the document names, and is no 5xx. And valid requests with one poisoned value, of those
that break programs (text that no database stores, numbers that no column holds): the answer is a refusal.

Needs schemathesis, which only the extra `dev` brings.
"""

import asyncio
import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi import checks

from services.kit.testing import Signer, running

ORIGIN = "http://service"
PREFIX = "/api/v1/"
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance,
]  # fmt: skip

HUGE = (2**63, -(2**63) - 1, 10**19, 10**400)
TEXTS = ("\0", "a\0b", "\ud800", "\udfff ", "\ud83d")
# What stands in the place of some value of a body: nothing of it can be stored anywhere.
POISON = st.sampled_from([*TEXTS, *HUGE, {"\ud800": 1}, {"\0": "\0"}, [[[["\0"]]]], 1e308])
NUMBERS = st.sampled_from([str(number) for number in HUGE] + ["1" * 5000, "1e400", "nan", "-inf", "٤", "0x10"])


@schemathesis.serializer("application/offset+octet-stream")
def piece(_: object, value: Any) -> Any:
    """A piece of an upload is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@dataclass
class Outcome:
    """What came of it: how many requests of each operation got which status."""

    generated: Counter[tuple[str, int]] = field(default_factory=Counter)
    poisoned: Counter[tuple[str, int]] = field(default_factory=Counter)

    def accepted(self) -> set[str]:
        """Operations that took at least one generated request: the others were hardly tried."""
        return {operation for operation, status in self.generated if status < 400}


def fuzz(
    app: FastAPI,
    signer: Signer,
    *,
    role: str = "admin",
    known: Mapping[str, Sequence[Any]] | None = None,
    fixed: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
    itemwise: Sequence[str] = (),
    examples: int = 8,
) -> Outcome:
    """Send `examples` valid, invalid and poisoned requests each to every operation, as a role. Raises AssertionError,
    or schemathesis' own failure, that names the request.

    `known` are values that mean something here, by the name of a parameter or of a member of a body, with the resource
    before it where that matters (`agencies id`): most requests use one of them. `fixed` are query parameters that are
    always sent so, such as a wait of 0. `without` are ids of operations to leave out, `itemwise` of those that refuse
    each item for itself, in an answer of 200. The app must not be started; this starts and stops it.
    """
    with asyncio.Runner() as loop:
        people = running(app, signer)
        cast = loop.run(people.__aenter__())
        headers = {"Authorization": f"Bearer {signer.token(role)}"}
        transport = httpx2.ASGITransport(app=cast.app)
        client = httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
        try:
            run = _Run(loop, client, known or {}, fixed or {}, examples)
            for operation in _operations(app, without):
                run.generated(operation, GenerationMode.POSITIVE)
                run.generated(operation, GenerationMode.NEGATIVE)
                run.poisoned(operation, operation.definition.raw["operationId"] in itemwise)
        finally:
            loop.run(client.aclose())
            loop.run(people.__aexit__(None, None, None))
    return run.outcome


def _operations(app: FastAPI, without: Sequence[str]) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(copy.deepcopy(app.openapi()))
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]  # a document that is invalid fails here
        if operation.definition.raw["operationId"] not in without:
            yield operation


@dataclass
class _Run:
    loop: asyncio.Runner
    client: httpx2.AsyncClient
    known: Mapping[str, Sequence[Any]]
    fixed: Mapping[str, Any]
    examples: int
    outcome: Outcome = field(default_factory=Outcome)

    def generated(self, operation: Any, mode: GenerationMode) -> None:
        """Requests as schemathesis makes them."""
        cases = operation.as_strategy(generation_mode=mode)

        @self._often
        @given(data=st.data())
        def send(data: st.DataObject) -> None:
            case = data.draw(cases)
            if mode is GenerationMode.POSITIVE:
                self._familiar(case, data)
            request, answer = self._send(case)
            self.outcome.generated[operation.label, answer.status_code] += 1
            answer.request = request
            case.validate_response(answer, checks=CHECKS)

        # There is no wrong request to an operation that takes nothing.
        with suppress(Unsatisfiable):
            send()

    def poisoned(self, operation: Any, itemwise: bool) -> None:
        """Valid requests with one value that nothing can be done with."""
        refusals = {200, *range(400, 500)} if itemwise else set(range(400, 500))

        @self._often
        @given(data=st.data())
        def send(data: st.DataObject) -> None:
            case = data.draw(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
            self._familiar(case, data)
            poison = _poison(case, data)
            if poison is None:
                return
            request, answer = self._send(case)
            self.outcome.poisoned[operation.label, answer.status_code] += 1
            assert answer.status_code in refusals, (
                f"{answer.status_code} for {poison}: {request.method} {request.url}\n{request.content!r}\n{answer.text}"
            )

        send()

    def _often(self, test: Any) -> Any:
        """As often as asked, the same requests every time, without hypothesis' opinions on slowness."""
        return settings(
            max_examples=self.examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(test)  # fmt: skip

    def _familiar(self, case: Case[Any], data: st.DataObject) -> None:
        """Put values that mean something in the places that have a name for them."""
        resource = case.operation.path.removeprefix(PREFIX).partition("/")[0]
        for place in (case.path_parameters, case.query, case.headers, case.body):
            if isinstance(place, MutableMapping):
                for name in list(place):
                    values = self.known.get(f"{resource} {name}", self.known.get(name))
                    if values and data.draw(st.integers(0, 3)):
                        place[name] = copy.deepcopy(data.draw(st.sampled_from(list(values))))
        if isinstance(case.query, MutableMapping):
            case.query.update({name: value for name, value in self.fixed.items() if name in case.query})

    def _send(self, case: Case[Any]) -> tuple[httpx2.Request, httpx2.Response]:
        body, case.body = case.body, NOT_SET
        arguments = case.as_transport_kwargs(base_url=ORIGIN)
        case.body = body
        arguments = {name: arguments.get(name) for name in ("method", "url", "params", "headers", "cookies")}
        prepared = requests.Request(**arguments).prepare()
        # The client has a credential of its own, and knows how long the body is.
        ours = ("authorization", "content-length")
        headers = {name: str(value) for name, value in prepared.headers.items() if name.lower() not in ours}
        content = None
        if body is not NOT_SET:
            headers["Content-Type"] = case.media_type or "application/json"
            content = _content(body, headers["Content-Type"])
        request = self.client.build_request(
            prepared.method or "GET", prepared.url or "", content=content, headers=headers
        )
        answer = self.loop.run(self.client.send(request))
        return request, answer


def _content(body: Any, media_type: str) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str) and "json" not in media_type:
        return body.encode("utf-8", "surrogatepass")
    # Half a surrogate pair is escaped, which is how it travels in JSON.
    return json.dumps(body, default=str).encode()


def _poison(case: Case[Any], data: st.DataObject) -> str | None:
    """Poison one value of the request; a sentence about it, or None when there is none to poison."""
    if isinstance(case.body, str):
        case.body += data.draw(st.sampled_from(["\0", "\ud800", '"']))
        return "the end of the file"
    parameters = [(place, name) for place in (case.path_parameters, case.query) for name in place or {}]
    members = list(_leaves(case.body)) if isinstance(case.body, dict | list) else []
    if not parameters and not members:
        return None
    # Bodies have many more values than addresses have parameters.
    of_body = not parameters or (bool(members) and data.draw(st.booleans()))
    holder, key = data.draw(st.sampled_from(members if of_body else parameters))
    if of_body:
        holder[key] = data.draw(POISON)
    else:
        numeric = isinstance(holder[key], int | float) and not isinstance(holder[key], bool)
        holder[key] = data.draw(NUMBERS) if numeric else "a\0b"
    return f"{key} = {holder[key]!r}"


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every value inside, as the holder and the key at which it stands."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _leaves(inner)
