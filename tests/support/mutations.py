"""Requests to the intake that were once valid: a value, a few characters, some bytes or the wrapping was changed.

Made quickly and by the hundred thousand, the same ones for the same chance; `tests/support/fuzz.py` makes fewer and
more considerate ones from the OpenAPI document.
"""

import gzip
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
NDJSON = "application/x-ndjson"
SINGLE, BATCH, STREAM = "/responses", "/responses/batch", "/responses/stream"
DEEP = 900  # what the parser still takes
HUGE = 1_100_000  # more than one response may have
SELDOM = 0.002  # what is large or deep costs more than the rest together

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, 4, -1, 5, 2**31, 2**63, 2**64, -(2**63) - 1, 10**30, 1.0, 2.5, 1e308, "", "1", "2",
    "\0", "a\0b", "f", "not_applicable", "\ufeff", "\u2028", "\U0010ffff", "\ud800", "x" * 101, "x" * 5000,
    [], {}, [[]], [1], {"a": 1}, {"": ""}, {"~/": "~1/"}, {"\ud800": 1}, "00000000-0000-0000-0000-000000000000",
    "2020-03-03T09:30:00+07:00", "2020-03-04", "2020-03-04T09:30:00", "2020-03-04T24:00:00+07:00",
    "2020-W10-3T10:00+07:00", "20200304T1000+0700", "2020-03-04x10:00:00.123456789+07:00",
    "2020-03-04T10:00:00+07:00:01", "9999-12-31T23:59:59-23:59",
)  # fmt: skip
TOKENS = (
    b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\u0000", b"\\ud800", b"\\", b'"', b"{", b"}",
    b"[", b"]", b",", b":", b"\n", b"\r\n", b"\t", b"null", b"NaN", b"Infinity", b"1e999", b"-0", b"0x1", b"/**/",
    b"9" * 400,
)  # fmt: skip
TYPES = (
    JSON, JSON, JSON, NDJSON, "application/json; charset=utf-16", "application/vnd.x+json", "text/plain", "", "a/b/c",
    "application/json, application/json", "APPLICATION/JSON",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the intake."""

    path: str
    content: bytes
    headers: Mapping[str, str]


class Mutations:
    """Makes requests from valid responses, which `valid` gives anew each time."""

    def __init__(self, valid: Callable[[], dict[str, Any]], chance: random.Random) -> None:
        self._valid, self._chance = valid, chance
        self._ways = (self._value, self._value, self._shape, self._text, self._bytes)

    def request(self) -> Request:
        """The next one. Some are still valid: those show that the others are refused for a reason."""
        path = self._chance.choice((SINGLE, SINGLE, SINGLE, BATCH, STREAM))
        if path == STREAM:
            content, headers = self._file()
        else:
            content = self._single() if path == SINGLE else self._batch()
            headers = {"Content-Type": JSON if self._chance.random() < 0.95 else self._chance.choice(TYPES)}
        return Request(path, content, headers)

    def _single(self) -> bytes:
        if self._chance.random() < SELDOM:
            return self._chance.choice((self._deep, self._large, self._many))()
        return self._chance.choice(self._ways)()

    def _value(self) -> bytes:
        """A value, somewhere, is another."""
        body = self._valid()
        holder = body if self._chance.random() < 0.5 else body["answers"]
        holder[self._chance.choice(list(holder))] = self._chance.choice(VALUES)
        return written(body)

    def _shape(self) -> bytes:
        """A field is gone, is new, or the whole is something else."""
        body = self._valid()
        holder = body if self._chance.random() < 0.5 else body["answers"]
        way = self._chance.randrange(4)
        if way == 0:
            del holder[self._chance.choice(list(holder))]
        elif way == 1:
            holder[str(self._chance.choice(VALUES))] = self._chance.choice(VALUES)
        elif way == 2:
            return written(self._chance.choice((*VALUES, [body], {"items": [body]}, {"items": body})))
        else:
            # The same key twice, which JSON allows.
            name = self._chance.choice(list(body))
            return b'{"%s": %s, %s' % (name.encode(), written(self._chance.choice(VALUES)), written(body)[1:])
        return written(body)

    def _text(self) -> bytes:
        """A few characters more, or a piece twice."""
        text = bytearray(written(self._valid()))
        for _ in range(self._chance.randint(1, 3)):
            place = self._chance.randrange(len(text) + 1)
            text[place:place] = self._chance.choice(TOKENS) if self._chance.random() < 0.7 else text[place : place + 40]
        return bytes(text)

    def _bytes(self) -> bytes:
        """Bytes are wrong, missing, or in another encoding."""
        text = bytearray(written(self._valid()))
        way = self._chance.randrange(4)
        if way == 0:
            for _ in range(self._chance.randint(1, 8)):
                text[self._chance.randrange(len(text))] = self._chance.randrange(256)
        elif way == 1:
            del text[self._chance.randrange(len(text)) :]
        elif way == 2:
            return bytes(text).decode().encode(self._chance.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7")))
        else:
            return self._chance.randbytes(self._chance.randrange(600))
        return bytes(text)

    def _deep(self) -> bytes:
        """Nested as deep as the parser goes, or deeper, in a place that is shown again in the answer."""
        depth = self._chance.choice((DEEP, DEEP, 5000))
        opened, closed = self._chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
        nested = opened * depth + b"1" + closed * depth
        name = self._chance.choice(("id", "visit", "answers", "device", "filled_at", "new"))
        return b'{"%s": %s, %s' % (name.encode(), nested, written(self._without(name))[1:])

    def _without(self, name: str) -> dict[str, Any]:
        body = self._valid()
        body.pop(name, None)
        return body

    def _large(self) -> bytes:
        """One text that is too long."""
        body = self._valid()
        body[self._chance.choice(("id", "device", "new"))] = "x" * self._chance.choice((HUGE // 2, HUGE))
        return written(body)

    def _many(self) -> bytes:
        """Fields without number, each of which is a fault."""
        body = self._valid()
        holder = body if self._chance.random() < 0.5 else body["answers"]
        holder.update((f"k{number}", number) for number in range(5000))
        return written(body)

    def _item(self) -> bytes:
        """One of several: every third is as it has to be."""
        return self._single() if self._chance.random() < 2 / 3 else written(self._valid())

    def _batch(self) -> bytes:
        items = b", ".join(self._item() for _ in range(self._chance.randint(0, 3)))
        whole = b'{"items": [%s]}' % items
        return whole if self._chance.random() < 0.9 else whole[: self._chance.randrange(len(whole))]

    def _file(self) -> tuple[bytes, dict[str, str]]:
        ends = (b"\n", b"\n", b"\n", b"\r\n", b"\n\n", b"\r", b" ")
        text = b"".join(self._item() + self._chance.choice(ends) for _ in range(self._chance.randint(0, 4)))
        headers = {"Content-Type": NDJSON if self._chance.random() < 0.95 else self._chance.choice(TYPES)}
        if self._chance.random() < 0.3:
            headers["Content-Encoding"] = self._chance.choice(("gzip", "gzip", "gzip", "identity", "br", ""))
            text = self._packed(text)
        return text, headers

    def _packed(self, text: bytes) -> bytes:
        """Compressed: well, cut, spoiled, twice, with something behind."""
        packed = bytearray(gzip.compress(text, 1))
        way = self._chance.randrange(5)
        if way == 0:
            del packed[self._chance.randrange(len(packed)) :]
        elif way == 1:
            packed[self._chance.randrange(len(packed))] ^= 1 << self._chance.randrange(8)
        elif way == 2:
            packed += gzip.compress(written(self._valid()), 1)
        elif way == 3:
            packed += self._chance.choice(TOKENS)
        return bytes(packed)


def written(value: Any) -> bytes:
    """As JSON; half a surrogate pair is escaped, which is how it travels."""
    return json.dumps(value).encode()
