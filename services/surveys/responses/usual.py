"""Responses as nearly all of them are: read, checked and made canonical by types that are compiled once.

A thorough look names every fault of a response and takes several times as long. What is taken here would be taken there
and have the same digest; whatever is unusual is left to the thorough look, so nothing is refused here.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
import orjson
from msgspec import UNSET, Raw, Struct

from services.surveys.responses import circumstances
from services.surveys.responses.clock import Clock
from services.surveys.responses.domain import Content, Context, filled_at_faults, is_device, is_identity
from services.surveys.responses.forms import UNREADABLE

_encode = msgspec.json.Encoder().encode


class Usual(Struct, forbid_unknown_fields=True, gc=False):
    """A response as it was sent, its fields of the right types; the answers are as they came."""

    id: str
    visit: str
    answers: Raw
    filled_at: str | None = None
    simulated: bool = False
    device: str | None = None
    language: str | None = None
    started_at: str | None = None
    position: Any = None


class _Batch(Struct, forbid_unknown_fields=True, gc=False):
    items: list[Usual]


class _Mixed(Struct, forbid_unknown_fields=True, gc=False):
    items: list[Raw]


class _Said(Struct, gc=False):
    """What is stored of a response; what is not set is left out."""

    answers: Raw
    filled_at: str | None
    language: Any = UNSET
    started_at: Any = UNSET
    position: Any = UNSET


class _Canonical(Struct, gc=False):
    """What the digest is of. RFC 8785 wants the fields in this order."""

    answers: Raw
    device: str | None
    filled_at: str | None
    id: str
    language: Any
    position: Any
    simulated: bool
    started_at: Any
    visit: str


_one = msgspec.json.Decoder(Usual).decode
_batch = msgspec.json.Decoder(_Batch).decode
_mixed = msgspec.json.Decoder(_Mixed).decode


def read(raw: bytes | Raw) -> Usual | None:
    """One response out of its JSON; None when it is not usual, or no JSON."""
    try:
        return _one(raw)
    except UNREADABLE:
        return None


def items(raw: bytes) -> Sequence[Usual | None] | None:
    """The items of a batch, None in the place of those that are not usual; None when the body is nothing of the
    kind."""
    try:
        return _batch(raw).items
    except UNREADABLE:
        pass
    try:
        return [read(item) for item in _mixed(raw).items]
    except UNREADABLE:
        return None


def content(sent: Usual, context: Context, clock: Clock | None) -> Content | None:
    """What is stored of a response to a visit that takes responses; None when it needs a thorough look."""
    if not is_identity(sent.id) or not (sent.device is None or is_device(sent.device)):
        return None
    if sent.simulated is not context.simulated or filled_at_faults(sent.filled_at, context, clock):
        return None
    answers = context.instrument.form.canonical(sent.answers, context.services)
    if answers is None:
        return None
    language: Any = UNSET
    started_at: Any = UNSET
    position: Any = UNSET
    placed: Any = UNSET
    if sent.language is not None or sent.started_at is not None or sent.position is not None:
        named = {name: getattr(sent, name) for name in circumstances.FIELDS}
        if circumstances.faults(named):
            return None
        language, started_at, at = (UNSET if value is None else value for value in named.values())
        if at is not UNSET:
            position = Raw(orjson.dumps(at))
            placed = Raw(orjson.dumps(circumstances.canonical(at), option=orjson.OPT_SORT_KEYS))
    id, written = sent.id.lower(), Raw(answers)
    whole = _Canonical(
        written, sent.device, sent.filled_at, id, language, placed, context.simulated, started_at, context.visit_text
    )
    said = _Said(written, sent.filled_at, language, started_at, position)
    return Content(id, context, sha256(_encode(whole)).digest(), sent.device, _encode(said))
