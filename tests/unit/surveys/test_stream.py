"""Files of responses: each line for itself, within bounds, and whole lines only when the connection is cut."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc

from services.kit.auth import Access, Caller
from services.kit.database import Database, server_settings
from services.kit.scope import EVERYTHING
from services.surveys.responses.contexts import Contexts
from services.surveys.responses.lines import PIECE, Unreadable, lines
from services.surveys.responses.service import Intake
from services.surveys.responses.stream import GROUP, Stream
from tests.support.served import served
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

KIND = {"Content-Type": "application/x-ndjson"}
GZIP = KIND | {"Content-Encoding": "gzip"}


def file_of(items: Sequence[Any]) -> bytes:
    return b"".join(orjson.dumps(item) + b"\n" for item in items)


async def pieces(*some: bytes) -> AsyncIterator[bytes]:
    for piece in some:
        yield piece


async def read(*some: bytes, gzipped: bool = False, longest: int = 100) -> list[bytes | str]:
    """Lines, and the names of problems."""
    return [
        line.problem.slug if isinstance(line, Unreadable) else line
        async for line in lines(pieces(*some), gzipped=gzipped, longest=longest)
    ]


@given(st.lists(st.binary(max_size=20).filter(lambda line: line.strip() and b"\n" not in line)), st.data())
async def test_lines_are_the_same_however_they_come_in(texts: list[bytes], data: st.DataObject) -> None:
    gzipped = data.draw(st.booleans())
    whole = b"\n".join(texts) + data.draw(st.sampled_from([b"", b"\n", b"\n\n"]))
    body = gzip.compress(whole) if gzipped else whole
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    some = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert await read(*some, gzipped=gzipped) == texts


async def test_a_line_that_is_too_long_is_one_refusal_in_its_place() -> None:
    assert await read(b"a\n" + b"x" * 101 + b"\nb\n") == [b"a", "payload-too-large", b"b"]
    assert await read(b"a\n", *[b"x" * 60] * 5, b"x\nb") == [b"a", "payload-too-large", b"b"]
    assert await read(b"x" * 101) == ["payload-too-large"]


async def test_broken_compression_is_told_after_what_was_whole() -> None:
    body = gzip.compress(b"a\nb\nc\n")
    assert await read(body[:-9], gzipped=True) == [b"a", b"b", b"c", "malformed"]
    assert await read(b"nothing of the kind", gzipped=True) == ["malformed"]
    assert await read(body, gzip.compress(b"d\n"), gzipped=True) == [b"a", b"b", b"c", b"d"]


async def test_what_was_compressed_a_thousandfold_is_never_held_whole() -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(b"x" * PIECE) for _ in range(200)) + packer.flush()
    assert len(bomb) < 60_000
    assert await read(bomb, gzipped=True, longest=1000) == ["payload-too-large"]


@pytest.mark.parametrize("headers", [KIND, GZIP])
async def test_each_line_is_answered_for_itself_in_order(surveys: Surveys, headers: dict[str, str]) -> None:
    visit = await surveys.visit()
    items: list[Any] = [bodies.response(visit["id"]) for _ in range(1203)]
    items[7] = {"id": items[7]["id"]}
    items[700] = items[3]
    items[1100] = items[3] | {"device": "other"}
    body = file_of(items).replace(orjson.dumps(items[9]), b"{nonsense")
    body = gzip.compress(body) if headers is GZIP else body
    answer = await surveys.call(
        "POST", "/responses/stream", "enumerator", claims={"region": "33.25"}, content=body, headers=headers
    )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    results = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["index"] for one in results] == list(range(1203))
    other = {7: "invalid", 9: "invalid", 700: "duplicate", 1100: "conflict"}
    assert [one["status"] for one in results] == [other.get(place, "created") for place in range(1203)]
    assert results[9]["problem"]["type"] == "/problems/malformed"
    assert results[700]["receipt"] == results[3]["receipt"]
    again = await surveys.call("POST", "/responses/stream", content=body, headers=headers)
    assert {json.loads(line)["status"] for line in again.text.splitlines()} == {"duplicate", "invalid", "conflict"}


async def test_a_cut_connection_leaves_whole_responses_and_sending_again_goes_on(surveys: Surveys) -> None:
    visit = await surveys.visit()
    items = [bodies.response(visit["id"]) for _ in range(900)]
    body = file_of(items)

    head = {
        "Host": "surveys", "Content-Length": str(len(body)), **KIND,
        "Authorization": f"Bearer {surveys.cast.signer.token('enumerator', {'region': '33.25'})}",
    }  # fmt: skip
    async with served(surveys.cast.app) as origin:
        host, port = origin.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /api/v1/responses/stream HTTP/1.1\r\n")
        writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n")
        writer.write(body[: len(body) * 2 // 3])
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    again = await surveys.call("POST", "/responses/stream", content=body, headers=KIND)
    statuses = [json.loads(line)["status"] for line in again.text.splitlines()]
    stored = statuses.count("duplicate")
    assert statuses == ["duplicate"] * stored + ["created"] * (900 - stored)


async def test_what_is_on_its_way_arrives_when_the_rest_cannot_be_looked_at(surveys: Surveys, url: str) -> None:
    visit = await surveys.visit()
    items = [bodies.response(visit["id"]) for _ in range(GROUP)]
    state = surveys.cast.app.state
    database = Database(url, "surveys", pool=1, pool_seconds=0.1)
    intake = Intake(Contexts(database), state.store, state.refusals)
    stream = Stream(intake, Access(Caller("test", "admin"), EVERYTHING), most=2 * GROUP)

    async def sent() -> AsyncIterator[bytes]:
        for item in items:
            yield orjson.dumps(item)
        await held.enter_async_context(database.reading())  # there is no other connection
        yield orjson.dumps(bodies.response(str(uuid4())))

    other = await asyncpg.connect(url, server_settings=server_settings("surveys"))
    async with AsyncExitStack() as held:
        held.push_async_callback(database.close)
        held.push_async_callback(other.close)
        async with other.transaction():
            await other.execute("SELECT lock_changes()")
            taking = asyncio.create_task(stream.take(sent()))
            done, _ = await asyncio.wait({taking}, timeout=0.5)
            assert not done
        with pytest.raises(exc.TimeoutError):
            await taking
    stream.close()
    again = await surveys.call("POST", "/responses/stream", content=file_of(items), headers=KIND)
    assert {json.loads(line)["status"] for line in again.text.splitlines()} == {"duplicate"}


async def test_no_more_than_so_many(surveys: Surveys) -> None:
    visit = await surveys.visit()
    state = surveys.cast.app.state
    access = Access(Caller("test", "admin"), EVERYTHING)
    stream = Stream(Intake(state.contexts, state.store, state.refusals), access, most=3)
    body = file_of([bodies.response(visit["id"]) for _ in range(5)])
    await stream.take(lines(pieces(body), gzipped=False, longest=10_000))
    results = [json.loads(line) for line in b"".join([piece async for piece in stream.results()]).splitlines()]
    assert [one["status"] for one in results] == ["created"] * 3 + ["invalid"]
    assert results[3]["problem"]["type"] == "/problems/payload-too-large"


async def test_what_is_no_file_of_lines_is_refused(surveys: Surveys) -> None:
    for headers in ({"Content-Type": "application/json"}, KIND | {"Content-Encoding": "br"}, {}):
        refused = await surveys.call("POST", "/responses/stream", content=b"{}", headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (415, "/problems/unsupported-media-type")
    assert (await surveys.call("POST", "/responses/stream", content=b"", headers=KIND)).text == ""
    for role, status in ((None, 401), ("public", 401), ("mentor", 403)):
        answer = await surveys.call("POST", "/responses/stream", role, content=b"", headers=KIND)
        assert answer.status_code == status
