"""Keyset pages: a page says where the next one starts, and rows added meanwhile shift nothing.

A cursor is opaque to clients: the sort key of the last row, in base64url.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, Field

from services.kit.problems import FieldError, Malformed

MAX_LIMIT = 500

T = TypeVar("T")
R = TypeVar("R")


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(None, description="Cursor of the next page; null on the last.")


Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows on a page at most.")]
After = Annotated[str | None, Query(alias="cursor", description="`next` of the page before.")]


def encode(*key: Any) -> str:
    """An opaque cursor for a sort key."""
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).rstrip(b"=").decode()


def decode(cursor: str, *kinds: type) -> list[Any]:
    """The sort key behind a cursor of ours, each part of the given type. Raises Malformed for anything else."""
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        key = None
    if (
        not isinstance(key, list)
        or len(key) != len(kinds)
        or any(type(part) is not kind for part, kind in zip(key, kinds, strict=True))
        or not all(_storable(part) for part in key)
    ):
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        )
    return key


def _storable(part: Any) -> bool:
    """Whether PostgreSQL can compare it with anything: it takes no NUL in a text, and numbers of 64 bits at most."""
    if isinstance(part, str):
        return "\0" not in part
    return not isinstance(part, int) or -(2**63) <= part < 2**63


def cut(rows: Sequence[R], limit: int, *columns: str) -> tuple[Sequence[R], str | None]:
    """A page from `limit + 1` rows that were asked for: the rows, and the cursor when there are more."""
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode(*(getattr(last, column) for column in columns))
