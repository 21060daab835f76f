"""What may be done with a stored response, and what the next revision of it is. Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.surveys.responses.domain import Content
from services.surveys.responses.instrument import Fault

LONGEST_REASON = 300
MUST_SAY_WHY = frozenset({"returned", "rejected"})
# What a revision takes over from the one before it, unless it is what it changes.
KEPT = (
    "id", "visit_id", "review_id", "region_code", "agency_id", "simulated", "received_at", "received_by", "receipt",
    "digest", "device", "body", "state",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """Who makes a revision, when and why."""

    by: str
    at: datetime
    reason: str | None
    note: str | None = None


def following(row: Mapping[str, Any], action: str, mark: Mark, **changed: Any) -> dict[str, Any]:
    """The revision behind `row`, as it is stored."""
    kept = {name: row[name] for name in KEPT}
    return kept | changed | {
        "version": row["version"] + 1, "action": action, "changed_at": mark.at, "changed_by": mark.by,
        "reason": mark.reason, "note": mark.note,
    }  # fmt: skip


def corrected(content: Content, body: Any) -> dict[str, Any]:
    """What a correction changes. `body` is the content's, decoded. The team's judgement was about what stood there
    before, so the response is `received` anew."""
    return {"digest": content.digest, "device": content.device, "body": body, "state": "received"}


def reason_of(item: Any) -> str | list[Fault]:
    """The reason in a body, or what is wrong with it."""
    reason = item.get("reason") if isinstance(item, Mapping) else None
    text = reason.strip() if isinstance(reason, str) else ""
    if 0 < len(text) <= LONGEST_REASON and text.isprintable():
        return text
    return [("/reason", "wrong-type", f"Say why, in 1 to {LONGEST_REASON} characters on one line.")]
