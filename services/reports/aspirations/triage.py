"""Decisions about several aspirations in one request: each is answered for itself, and all are of one transaction."""

from services.kit.auth import Access
from services.kit.database import Transaction
from services.kit.problems import Problem
from services.kit.versions import etag
from services.reports.aspirations import service
from services.reports.aspirations.schemas import Item, MergeItem, Outcome, Outcomes


async def decide(write: Transaction, items: list[Item], access: Access) -> Outcomes:
    """Decide on each in order; what one is refused for stops no other."""
    if any(isinstance(item, MergeItem) for item in items):
        await service.hold_merging(write)  # before any row, as single decisions do it
    await service.lock(write, {item.id for item in items}, access.scope)
    return Outcomes(results=[await _one(write, item, access) for item in items])


async def _one(write: Transaction, item: Item, access: Access) -> Outcome:
    more = item.model_dump(exclude={"id", "version", "action"})
    try:
        # A refusal comes before anything is written, so there is nothing to take back.
        done = await service.decide(write, item.id, item.action, etag(item.version), access, **more)
    except Problem as problem:
        return Outcome(id=item.id, status="refused", aspiration=None, problem=problem.body())
    return Outcome(id=item.id, status="done", aspiration=done, problem=None)
