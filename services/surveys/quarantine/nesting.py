"""Values that are nested deeper than the libraries write, though not deeper than they read: nobody's answers, but they
can be sent, and they are kept as they came and shown as bytes."""

from collections.abc import Iterator
from typing import Any

import orjson

DEEPEST = 100
"""Levels of what is shown as a value. A page of it has a few more, and pydantic and orjson write some 250."""


def is_deep(value: Any) -> bool:
    """Whether a value out of JSON has more levels than are shown."""
    level = [value]
    for _ in range(DEEPEST):
        level = [child for one in level if isinstance(one, dict | list) for child in _children(one)]
        if not level:
            return False
    return True


def written(value: Any) -> bytes:
    """A value out of JSON as JSON again, whatever its depth."""
    return orjson.dumps(value) if not is_deep(value) else b"".join(_pieces(value))


def _children(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    yield from value.values() if isinstance(value, dict) else value


def _pieces(value: Any) -> Iterator[bytes]:
    """Bytes on the pile are written as they are; no value out of JSON is bytes."""
    pile: list[Any] = [value]
    while pile:
        one = pile.pop()
        if isinstance(one, bytes):
            yield one
        elif isinstance(one, dict):
            parts = [part for key, child in one.items() for part in (b",", orjson.dumps(key), b":", child)]
            pile += reversed([b"{", *parts[1:], b"}"])
        elif isinstance(one, list):
            pile += reversed([b"[", *[part for child in one for part in (b",", child)][1:], b"]"])
        else:
            yield orjson.dumps(one)
