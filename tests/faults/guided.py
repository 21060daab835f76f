"""Bodies of a fuzzer that sees which branches of the intake's rules it reaches: `python -m tests.faults.guided`.

A process of its own, because the fuzzer owns the one it runs in and ends it. Options are libFuzzer's: `-runs=20000`,
`-seed=3`, a folder with bodies to start from. It fails with the body that broke a promise.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from uuid import UUID

import atheris
import orjson
import rfc8785

with atheris.instrument_imports(include=["services.surveys.responses"]):
    from services.surveys.responses.domain import Content, Context, envelope, examine, identity, whole
    from services.surveys.responses.instrument import Instrument
    from services.surveys.responses.lines import Unreadable, lines
    from services.surveys.responses.usual import content as usual_content
    from services.surveys.responses.usual import read as usual

from tests.unit.surveys import bodies

VISIT = UUID("1beed89e-f0eb-5fed-b16a-0b501ee9f107")
LONGEST = 200
ONE_BODY, PLAIN_LINES = 0, 1
WAYS = 3


def instrument() -> Instrument:
    """The rules of the questionnaire that tests of surveys use, as a stored one has them."""
    defaults = {"required": False, "not_applicable": False, "group": False, "options_from": None, "options": []}
    required = {"required": True}
    return Instrument([
        defaults | (required if question["kind"] == "score" else {}) | question for question in bodies.questions()
    ])  # fmt: skip


CONTEXT = Context(
    visit=VISIT, review=VISIT, region="33.25", agency=None, open=True, simulated=False, start=date(2020, 3, 2),
    end=date(2020, 3, 6), services=frozenset({"card"}), instrument=instrument(),
)  # fmt: skip


def judge(item: object) -> None:
    """A value is either named with every fault, or its canonical content is what RFC 8785 says, with its digest."""
    found = envelope(item)
    if not found and isinstance(item, dict) and identity(item["visit"]) is not None:
        content = examine(item, CONTEXT)
        if isinstance(content, Content):
            canonical = whole(content)
            assert sha256(canonical).digest() == content.digest
            assert rfc8785.dumps(orjson.loads(canonical)) == canonical
            return
        found = content
    for pointer, code, sentence in found:
        assert pointer == "" or pointer.startswith("/")
        assert code
        assert sentence


async def cut(data: bytes, *, gzipped: bool) -> None:
    """A file is cut into lines within their bounds, and each is judged as a body."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 64):
            yield data[start : start + 64]

    async for line in lines(pieces(), gzipped=gzipped, longest=LONGEST):
        if not isinstance(line, Unreadable):
            assert line.strip()
            assert len(line) <= LONGEST
            read(line)


def read(data: bytes) -> None:
    """What is JSON is judged, and what is taken at first sight would be taken after that too."""
    sent = usual(data)
    taken = usual_content(sent, CONTEXT, None) if sent and sent.visit.lower() == str(VISIT) else None
    try:
        item = orjson.loads(data)
    except orjson.JSONDecodeError:
        assert taken is None
        return
    judge(item)
    if taken:
        thorough = examine(item, CONTEXT)
        assert isinstance(thorough, Content)
        assert (taken.id, taken.digest, taken.device) == (thorough.id, thorough.digest, thorough.device)


def one_input(data: bytes) -> None:
    """The first byte says which way the others come in."""
    way = data[0] % WAYS if data else ONE_BODY
    if way == ONE_BODY:
        read(data[1:])
    else:
        asyncio.run(cut(data[1:], gzipped=way != PLAIN_LINES))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
