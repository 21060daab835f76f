"""What a client is told of each response it sent."""

from typing import Any

import orjson

from services.kit.direct import Prepared
from services.kit.problems import Problem
from services.surveys.problems import ResponseConflict
from services.surveys.responses.domain import Content
from services.surveys.responses.store import Stored


def acknowledgement(content: Content, stored: Stored) -> Prepared:
    """The answer to whoever sent one response: 201, or 200 when it was there already."""
    location = (b"location", f"/api/v1/responses/{content.id}".encode())
    return Prepared(
        orjson.dumps(receipt_of(content.id, stored)), 201 if stored.status == "created" else 200, [location]
    )


def receipt_of(id: str | None, stored: Stored) -> dict[str, Any]:
    """The receipt of a response."""
    return {
        "id": id, "status": stored.status, "receipt": stored.receipt, "sequence": stored.sequence,
        "received_at": stored.received_at, "digest": stored.digest.hex(), "simulated": stored.simulated,
    }  # fmt: skip


def result(index: int, id: str | None, outcome: Stored | Problem) -> dict[str, Any]:
    """One of many: its place, its id if it can be read at all, and a receipt or a problem."""
    if isinstance(outcome, Stored):
        return {"index": index, **receipt_of(id, outcome)}
    status = "conflict" if isinstance(outcome, ResponseConflict) else "invalid"
    return {"index": index, "id": id, "status": status, "problem": outcome.body()}
