"""Responses as the feed shows them, read all at once and column by column: what is the same for all of them is done
once.

What is counted of a questionnaire becomes a compiled type, by which the answers to it are read and checked in one step,
and what nobody here asks for is passed over.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.structs import astuple

from services.reports.clients import UNREADABLE
from services.reports.intake.domain import (
    DIGEST_BYTES,
    NOT_APPLICABLE,
    REJECTED,
    SCORES,
    UNANSWERED,
    Columns,
    Instrument,
    Parent,
)

T = TypeVar("T")
Score = Annotated[int, Meta(ge=SCORES.start, le=SCORES.stop - 1)] | Literal["not_applicable"] | None
DIGEST = re.compile("[0-9A-Fa-f]{64}")
FORMS = 256
"""So many questionnaires keep their compiled types."""


class NoResponse(ValueError):
    """What the feed calls a response is none; `place` says which it is of those that were to be read."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(reason)
        self.place = place


class Response(Struct, gc=False):
    """What is read of a response before it is known which questionnaire it answers."""

    visit: str
    simulated: bool
    digest: Annotated[str, Meta(min_length=2 * DIGEST_BYTES, max_length=2 * DIGEST_BYTES)]
    answers: Raw
    state: str | None = None


class Reader(Generic[T]):
    """Reads many things of one type at once."""

    def __init__(self, of: type[T]) -> None:
        self._one = msgspec.json.Decoder(of)
        self._all = msgspec.json.Decoder(list[of])  # type: ignore[valid-type]

    def read(self, written: Sequence[Raw]) -> list[T]:
        """Each of them. Raises NoResponse."""
        try:
            return self._all.decode(b"[" + b",".join(written) + b"]")
        except UNREADABLE:  # which does not say where
            return [self._read(place, one) for place, one in enumerate(written)]

    def _read(self, place: int, written: Raw) -> T:
        try:
            return self._one.decode(written)
        except UNREADABLE as error:
            raise NoResponse(place, str(error)) from error


READER = Reader(Response)


def columns(
    counted: Instrument, ids: Sequence[str], versions: Sequence[int], told: Sequence[Response],
    parents: Mapping[str, Parent],
) -> Columns:  # fmt: skip
    """What responses to one questionnaire add. Raises NoResponse for what is no answer to it, for a digest that is not
    one of 256 bits, and for one that is simulated and its review is not, or the reverse."""
    for place, one in enumerate(told):
        if one.simulated is not parents[one.visit].simulated:
            raise NoResponse(place, "it is simulated and its review is not, or the reverse")
    scored, grouped = len(counted.elements), len(counted.elements) + len(counted.groups)
    answers = _form(counted).read([one.answers for one in told])
    given = _turned(list(chain.from_iterable(map(astuple, answers))), grouped + len(counted.aspirations))
    places = {name: place for place, name in enumerate(parents)}
    return Columns(
        ids=ids,
        versions=versions,
        visits=[parent.visit for parent in parents.values()],
        places=[places[one.visit] for one in told],
        digests=_digests([one.digest for one in told]),
        scores=[_scores(column) for column in given[:scored]],
        groups=[[answer or UNANSWERED for answer in column] for column in given[scored:grouped]],
        rejected=[one.state == REJECTED for one in told],
        asks=list(map(any, zip(*given[grouped:], strict=True))) or [False] * len(told),
    )


@lru_cache(FORMS)
def _form(counted: Instrument) -> Reader[Any]:
    """The answers to a questionnaire: scores, groups and aspirations, one behind the other."""
    asked = (*counted.elements, *counted.groups, *counted.aspirations)
    names = {f"q{place}": key for place, key in enumerate(asked)}
    kinds = [Score if place < len(counted.elements) else str | None for place in range(len(asked))]
    fields = [(name, kind, None) for name, kind in zip(names, kinds, strict=True)]
    return Reader(msgspec.defstruct("Answers", fields, rename=names, gc=False))


def _turned(rows: Sequence[Any], width: int) -> list[Sequence[Any]]:
    """The columns of rows that stand one behind the other: much quicker than `zip`, which goes to all of them for each
    column."""
    return [rows[place::width] for place in range(width)]


def _digests(written: Sequence[str]) -> bytes:
    """The bytes of all of them."""
    with suppress(ValueError):
        read = bytes.fromhex("".join(written))
        if len(read) == DIGEST_BYTES * len(written):  # it passes over blanks
            return read
    place = next(place for place, one in enumerate(written) if not DIGEST.fullmatch(one))
    raise NoResponse(place, "its digest is not one of 256 bits")


def _scores(answers: Sequence[Any]) -> Sequence[int | None]:
    """Scores, and None where an answer is none or does not apply."""
    if NOT_APPLICABLE in answers:
        return [None if answer == NOT_APPLICABLE else answer for answer in answers]
    return answers
