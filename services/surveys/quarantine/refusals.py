"""What was refused is kept as it came, because a phone may give up and the respondent is gone.

Only of whom we know, only so much of each and of all, each body once. It happens before the refusal is sent and never
changes it; where it fails, that is logged and counted. See `docs/decisions/0006-refused-bodies.md`.
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
import structlog

from services.kit.auth import Access
from services.kit.database import Database, Reading
from services.kit.problems import Problem
from services.surveys.quarantine import metrics, repository
from services.surveys.responses.contexts import Contexts
from services.surveys.responses.domain import identity

WHOLE_BYTES = 1_000_000
"""A body up to here is kept whole: the largest that is a response."""
BEGINNING_BYTES = 65_536
"""Of a larger one the beginning."""
SENDER_BYTES = 20_000_000
SENDER_CASES = 5_000
"""So much may wait of one sender; what was decided does not count."""
BURST = 2_000
PER_SECOND = 20.0
"""How many of one sender each process looks at: a phone that comes home brings some hundreds at once."""
SENDERS = 10_000
RECOUNT_SECONDS = 15.0
ERRORS = 20

log = structlog.get_logger("refusals")


@dataclass(frozen=True, slots=True)
class Refused:
    """A body, or its beginning, and why it was refused; `item` is what it says, where that can be read, and `size` how
    long it was, where it is not there whole."""

    raw: bytes
    problem: Problem
    item: Any = None
    size: int | None = None


class Refusals:
    """Keeps what was refused."""

    def __init__(self, database: Database, contexts: Contexts, most_bytes: int) -> None:
        """`most_bytes` may wait altogether, give or take what comes in within seconds."""
        self._database = database
        self._contexts = contexts
        self._most_bytes = most_bytes
        self._allowances: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._waiting_bytes = 0
        self._counted_at = float("-inf")

    async def keep(self, refused: Sequence[Refused], access: Access) -> None:
        """Keep what there is room for. Never raises."""
        some = {one.raw: one for one in refused if one.raw}
        if not some:
            return
        allowed = self._allow(access.caller.subject, len(some))
        for one in list(some.values())[allowed:]:
            metrics.REFUSED.labels(one.problem.slug, "too many").inc()
        try:
            await self._keep(list(some.values())[:allowed], access)
        except Exception as error:  # noqa: BLE001 - whoever is refused is told why, whatever becomes of this
            log.warning("refusal_not_kept", count=allowed, error=repr(error))
            for one in list(some.values())[:allowed]:
                metrics.REFUSED.labels(one.problem.slug, "failed").inc()

    async def _keep(self, refused: Sequence[Refused], access: Access) -> None:
        rows = [await self._row(one, access) for one in refused]
        sender = access.caller.subject
        async with self._database.transaction() as write:
            await self._recount(write)
            cases, size = await repository.waiting(write, sender)
            kept = []
            for row in rows:
                cases, size = cases + 1, size + len(row["raw"])
                if cases > SENDER_CASES or size > SENDER_BYTES or self._waiting_bytes >= self._most_bytes:
                    metrics.REFUSED.labels(row["reason"], "no room").inc()
                    continue
                self._waiting_bytes += len(row["raw"])
                kept.append(row)
            if kept:
                await repository.keep(write, kept)
        for row in kept:
            metrics.REFUSED.labels(row["reason"], "kept").inc()

    async def _recount(self, reading: Reading) -> None:
        now = time.monotonic()
        if now - self._counted_at > RECOUNT_SECONDS:
            _, self._waiting_bytes = await repository.waiting(reading)
            self._counted_at = now

    async def _row(self, refused: Refused, access: Access) -> dict[str, Any]:
        """A row under the visit that the body names, or under whoever sent it."""
        item = refused.item if isinstance(refused.item, dict) else {}
        visit = identity(item.get("visit"))
        context = visit and await self._contexts.find(visit)
        if context and not access.scope.covers(region=context.region, agency=context.agency):
            context = None
        sender, claims = access.caller.subject, access.caller.claims
        raw = refused.raw if len(refused.raw) <= WHOLE_BYTES else refused.raw[:BEGINNING_BYTES]
        return {
            "response_id": identity(item.get("id")), "visit_id": context.visit if context else None,
            "region_code": context.region if context else claims.get("region"),
            "agency_id": context.agency if context else claims.get("agency"),
            "reason": refused.problem.slug, "problem": _problem(refused.problem), "raw": raw,
            "bytes": refused.size or len(refused.raw), "received_by": sender,
            "digest": sha256(sender.encode() + b"\0" + refused.raw).digest(),
        }  # fmt: skip

    def _allow(self, sender: str, wanted: int) -> int:
        """How many of so many are looked at."""
        now = time.monotonic()
        left, since = self._allowances.pop(sender, (float(BURST), now))
        left = min(float(BURST), left + (now - since) * PER_SECOND)
        allowed = min(wanted, int(left))
        self._allowances[sender] = (left - allowed, now)
        while len(self._allowances) > SENDERS:
            self._allowances.popitem(last=False)
        return allowed


def _problem(problem: Problem) -> dict[str, Any]:
    """A problem as it was answered, with its first faults; text that no column holds is left out."""
    body = problem.body()
    if "errors" in body:
        body["errors"] = body["errors"][:ERRORS]
    try:
        orjson.dumps(body)
    except TypeError:
        return {name: body[name] for name in ("type", "title", "status")} | {"detail": problem.title}
    return body
