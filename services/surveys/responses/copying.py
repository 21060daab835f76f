"""Responses as PostgreSQL's binary COPY reads them: https://www.postgresql.org/docs/current/sql-copy.html.

A row is written as soon as its response has come in, while the group before it is on its way. Its position and moment
are known only under the feed's lock, which many wait for; so they stand at its end and are added there.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from uuid import UUID

from services.surveys.responses.clock import Clock
from services.surveys.responses.domain import Content, Context

COLUMNS = (
    "id", "receipt", "digest", "device", "body", "visit_id", "review_id", "region_code", "agency_id", "simulated",
    "received_by", "device_time", "clock_offset_ms",
)  # fmt: skip
ALL_COLUMNS = (*COLUMNS, "position", "received_at")
SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PIECE = 200
"""So many rows are sent at once; a socket takes about as many."""

_length = Struct("!i").pack
_bigint = Struct("!iq").pack
_end = Struct("!iqiq").pack

NULL = _length(-1)
BEGIN = Struct("!hi").pack(len(ALL_COLUMNS), 16)
RECEIPT = _length(14)
DIGEST = _length(32)


def begun(contents: Sequence[Content], receipts: Sequence[str], received_by: str, clock: Clock | None) -> list[bytes]:
    """The rows of responses that came together, up to their positions and moment."""
    sender = _text(received_by) + _times(clock)
    places: dict[int, bytes] = {}  # by the context itself: one that was looked up anew may say something else
    rows = []
    for content, receipt in zip(contents, receipts, strict=True):
        context, body = content.context, content.body
        place = places.get(id(context))
        if place is None:
            place = places[id(context)] = _place(context) + sender
        rows.append(b"".join((
            BEGIN, bytes.fromhex(content.id.replace("-", "")), RECEIPT, receipt.encode(), DIGEST, content.digest,
            _text(content.device), _length(len(body)), body, place,
        )))  # fmt: skip
    return rows


def pieces(rows: Sequence[bytes], first: int, moment: datetime) -> Iterator[bytes]:
    """What COPY reads: the rows at positions from `first` on, all received at one moment."""
    at = _microseconds(moment)
    yield SIGNATURE
    for start in range(0, len(rows), PIECE):
        some = enumerate(rows[start : start + PIECE], first + start)
        yield b"".join([part for position, row in some for part in (row, _end(8, position, 8, at))])
    yield TRAILER


def _place(context: Context) -> bytes:
    return b"".join((
        _uuid(context.visit), _uuid(context.review), _text(context.region), _text(context.agency),
        _length(1), bytes([context.simulated]),
    ))  # fmt: skip


def _times(clock: Clock | None) -> bytes:
    if clock is None:
        return NULL + NULL
    return _bigint(8, _microseconds(clock.device_time)) + _bigint(8, clock.milliseconds)


def _text(value: str | None) -> bytes:
    if value is None:
        return NULL
    raw = value.encode(errors="surrogatepass")  # what is no text is for the database to refuse, alone
    return _length(len(raw)) + raw


def _uuid(value: UUID) -> bytes:
    return _length(16) + value.bytes


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
