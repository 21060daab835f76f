"""What a response has to be before it is stored: its envelope, its answers, its canonical content.

Pure rules. `examine` gives either what is to be stored or every fault at once.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from services.surveys.responses import circumstances
from services.surveys.responses.circumstances import NO_MOMENT, moment
from services.surveys.responses.clock import Clock
from services.surveys.responses.instrument import Fault, Instrument

PLAIN_FIELDS = frozenset({"id", "visit", "filled_at", "answers", "simulated", "device"})
FIELDS = PLAIN_FIELDS | frozenset(circumstances.FIELDS)
LONGEST_DEVICE = 100
OUTSIDE_PERIOD = "outside-period"
_UUID = re.compile(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_DEVICE = re.compile(r"^[A-Za-z0-9._:-]{1,100}\Z")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in _CROCKFORD for low in _CROCKFORD]


@dataclass(frozen=True, slots=True)
class Context:
    """What the intake has to know of a visit; no program, no agency is asked while an answer comes in."""

    visit: UUID
    review: UUID
    region: str
    agency: str | None
    open: bool
    simulated: bool
    start: date
    end: date
    services: frozenset[str]
    instrument: Instrument
    visit_text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "visit_text", str(self.visit))


@dataclass(slots=True)  # a frozen one takes three times as long to make, and each response makes one
class Content:
    """A sound response: what is stored of it. `id` is a UUID as text in lower case, and `body` the JSON of its answers,
    of when they were given, and of the circumstances that it names. Nobody changes it."""

    id: str
    context: Context
    digest: bytes
    device: str | None
    body: bytes


def identity(value: Any) -> UUID | None:
    """The UUID that a text writes in the usual 8-4-4-4-12 form, of any version; None for anything else."""
    return UUID(value) if is_identity(value) else None


def is_identity(value: Any) -> bool:
    """Whether something is a text that writes a UUID so."""
    return type(value) is str and _UUID.match(value) is not None


def is_device(value: Any) -> bool:
    """Whether something is a text that can name a device."""
    return type(value) is str and _DEVICE.match(value) is not None


def envelope(item: Any) -> list[Fault]:
    """Faults of the fields around the answers, before the visit is looked up."""
    if type(item) is not dict:
        return [("", "wrong-type", "A response is an object.")]
    if _as_usual(item):
        return []
    found: list[Fault] = [
        (f"/{name.replace('~', '~0').replace('/', '~1')}", "unknown-field", "A response has no such field.")
        for name in item
        if name not in FIELDS
    ]
    found.extend(
        (f"/{name}", "wrong-type", "A UUID in its usual form is needed here.")
        for name in ("id", "visit")
        if not is_identity(item.get(name))
    )
    if type(item.get("answers")) is not dict:
        found.append(("/answers", "wrong-type", "The answers are an object: question key to value."))
    if type(item.get("simulated", False)) is not bool:
        found.append(("/simulated", "wrong-type", "Either true or false."))
    device = item.get("device")
    if device is not None and not is_device(device):
        found.append(("/device", "wrong-type", f"Up to {LONGEST_DEVICE} letters, digits or any of . _ : -"))
    found.extend(circumstances.faults(item))
    return found


def _as_usual(item: dict[str, Any]) -> bool:
    """Whether an envelope is what nearly all are: sound at first sight, and silent about its circumstances."""
    device = item.get("device")
    return (
        item.keys() <= PLAIN_FIELDS
        and is_identity(item.get("id"))
        and is_identity(item.get("visit"))
        and type(item.get("answers")) is dict
        and type(item.get("simulated", False)) is bool
        and (device is None or is_device(device))
    )


def examine(item: Mapping[str, Any], context: Context, clock: Clock | None = None) -> Content | list[Fault]:
    """A response whose envelope is sound, held against its visit. `clock` is that of the device that sent it."""
    answers: dict[str, Any] = item["answers"]
    found = context.instrument.faults(answers, context.services)
    found.extend(filled_at_faults(item.get("filled_at"), context, clock))
    if item.get("simulated", False) is not context.simulated:
        kind = "simulated" if context.simulated else "real"
        found.append(("/simulated", "simulated-mismatch", f"This review takes {kind} responses only."))
    return found or _content(item, answers, context)


def only_outside_period(faults: Sequence[Fault]) -> bool:
    """Whether nothing but its date keeps a response out."""
    return all(code == OUTSIDE_PERIOD for _, code, _ in faults)


def filled_at_faults(value: Any, context: Context, clock: Clock | None) -> list[Fault]:
    """What is wrong with the moment at which a response was filled in."""
    if value is None:
        return []
    filled = moment(value)
    if filled is None:
        return [("/filled_at", "wrong-type", NO_MOMENT)]
    if context.start <= filled.date() <= context.end:
        return []
    corrected = clock and clock.correct(filled)
    if corrected and context.start <= corrected.date() <= context.end:
        return []
    period = f"from {context.start} to {context.end}"
    return [("/filled_at", OUTSIDE_PERIOD, f"The review lasts {period}, by the clock of the place.")]


def content_of(item: Mapping[str, Any], context: Context) -> Content:
    """A response as it would be stored, whether or not it may be."""
    return _content(item, item["answers"], context)


def _content(item: Mapping[str, Any], answers: dict[str, Any], context: Context) -> Content:
    id, device = item["id"].lower(), item.get("device")
    given = {key: value for key, value in answers.items() if value is not None} if None in answers.values() else answers
    said = {"answers": given, "filled_at": item.get("filled_at")}
    if not item.keys().isdisjoint(circumstances.FIELDS):
        said |= circumstances.given(item)
    digest = sha256(_canonical(said, id, device, context)).digest()
    return Content(id, context, digest, device, orjson.dumps(said))


def whole(content: Content) -> bytes:
    """The canonical JSON (RFC 8785) of a response: id, visit, device, filled_at, answers and simulated, those left out
    as null or false, and the circumstances that it names."""
    return _canonical(orjson.loads(content.body), content.id, content.device, content.context)


def _canonical(said: Mapping[str, Any], id: str, device: str | None, context: Context) -> bytes:
    """Sorting by code point is what RFC 8785 asks for here, since keys are ASCII; fractions stand in positions only."""
    fields = {
        **said, "device": device, "id": id, "simulated": context.simulated, "visit": context.visit_text,
    }  # fmt: skip
    if "position" in said:
        fields["position"] = circumstances.canonical(said["position"])
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def first_revision(content: Content, received_by: str) -> dict[str, Any]:
    """The row of `responses` that a sound response becomes, with its receipt."""
    context = content.context
    return {
        "id": UUID(content.id), "version": 1, "action": "created", "visit_id": context.visit,
        "review_id": context.review, "region_code": context.region, "agency_id": context.agency,
        "simulated": context.simulated, "received_by": received_by, "receipt": receipt(), "digest": content.digest,
        "device": content.device, "body": orjson.loads(content.body),
    }  # fmt: skip


def receipt() -> str:
    """A code that a citizen can keep and read aloud: 60 random bits as `XXXX-XXXX-XXXX` in Crockford's base 32."""
    return receipts(1)[0]


def receipts(count: int) -> list[str]:
    """So many codes; the system is asked for randomness once for all of them."""
    bits = memoryview(secrets.token_bytes(8 * count)).cast("Q")
    return [
        f"{_PAIRS[n & 1023]}{_PAIRS[n >> 10 & 1023]}-{_PAIRS[n >> 20 & 1023]}{_PAIRS[n >> 30 & 1023]}"
        f"-{_PAIRS[n >> 40 & 1023]}{_PAIRS[n >> 50 & 1023]}"
        for n in bits
    ]
