"""What a response says to the questions that ask for aspirations, and what a newer version of it does to them.

Pure rules. A decision is about words: when a correction changes them, the decision is taken back. What the team cut out
of a text for the sake of somebody's personal data is not kept here, nor are the words of a response that was deleted;
the response itself lies in the surveys service, under its own rights.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from services.reports.aspirations.domain import NEW, WITHDRAWN


@dataclass(frozen=True)
class Said:
    """What a version of a response answers to one question that asks for aspirations."""

    response: UUID
    version: int
    question: str
    text: str
    visit: UUID
    received_at: datetime
    rejected: bool
    language: str | None
    receipt: bytes | None

    @cached_property
    def id(self) -> UUID:
        """The aspiration's, whatever version of the response it comes from."""
        return uuid5(self.response, self.question)

    @property
    def words(self) -> bytes:
        """The digest by which a change of the text is seen."""
        return hashlib.sha256(self.id.bytes + self.text.encode()).digest()


def said(key: str, response: UUID, version: int, visit: UUID, data: Mapping[str, Any]) -> Said | None:
    """What a response as its feed shows it says to a question, by a text or nothing; None when it says nothing."""
    text = (data["answers"].get(key) or "").strip()
    if not text:
        return None
    receipt = data.get("receipt_digest")
    return Said(
        response, version, key, text, visit, datetime.fromisoformat(data["received_at"]),
        data.get("state") == "rejected", data.get("language"), bytes.fromhex(receipt) if receipt else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a stored aspiration: the columns that change, and what that is called; None when nobody needs to
    hear of it."""

    values: Mapping[str, Any]
    action: str | None = None
    reason: str | None = None


def turn(stored: Mapping[str, Any], version: int, now_said: Said | None) -> Turn:
    """What a newer version of its response does to an aspiration; `now_said` is None when its answer is gone."""
    if now_said is None:
        return _gone(stored, version)
    values: dict[str, Any] = {
        "response_version": version, "rejected": now_said.rejected, "language": now_said.language,
        "receipt_digest": now_said.receipt or stored["receipt_digest"],
    }  # fmt: skip
    if now_said.words != stored["words"] or (stored["state"] == WITHDRAWN and stored["personal_data"]):
        fresh = {"text": now_said.text, "words": now_said.words, "personal_data": False, "before": None}
        undecided = {"state": NEW, "reason": None, "merged_into": None}
        back = stored["state"] == WITHDRAWN
        reason = "The words that were decided on are not these any more." if stored["state"] != NEW else None
        return Turn(values | fresh | undecided, "restored" if back else "corrected", reason)
    if stored["state"] == WITHDRAWN:
        return Turn(values | {"text": now_said.text, "state": stored["before"], "before": None}, "restored")
    told = any(values[name] != stored[name] for name in ("rejected", "language"))
    return Turn(values, "updated" if told else None)


def _gone(stored: Mapping[str, Any], version: int) -> Turn:
    values: dict[str, Any] = {"response_version": version}
    if stored["state"] == WITHDRAWN:
        return Turn(values)
    return Turn(values | {"text": None, "before": stored["state"], "state": WITHDRAWN}, "withdrawn")
