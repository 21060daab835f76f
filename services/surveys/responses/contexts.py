"""What the intake knows of visits, kept in memory: a response that comes in asks the database nothing but to store it.

A visit is looked up again after `FRESH_SECONDS`, or at once when this process changes something; a compiled
questionnaire is kept for good, because a published one never changes.
"""

import asyncio
import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Row

from services.kit.database import Database
from services.kit.scope import EVERYTHING
from services.surveys.responses.domain import Context
from services.surveys.responses.instrument import Instrument
from services.surveys.tables import questionnaires, reviews, visits

FRESH_SECONDS = 2.0
KEPT_VISITS = 20_000
KEPT_INSTRUMENTS = 500


class Contexts:
    """Visits by id, as the intake needs them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._visits: OrderedDict[str, tuple[float, Context | None]] = OrderedDict()
        self._instruments: OrderedDict[UUID, Instrument] = OrderedDict()
        self._asked: dict[UUID, asyncio.Future[Context | None]] = {}
        self._generation = 0

    def forget(self) -> None:
        """Look everything up again: a review or visit has changed."""
        self._visits.clear()
        self._asked.clear()
        self._generation += 1

    def known(self, visit: str) -> Context | None:
        """The context of a visit, by its id in lower case, if it was looked up just now."""
        kept = self._visits.get(visit)
        return kept[1] if kept and kept[0] > time.monotonic() else None

    async def find(self, visit: UUID) -> Context | None:
        """The visit's context, or None when there is no such visit. Many who ask at once cause one question."""
        kept = self._visits.get(str(visit))
        if kept and kept[0] > time.monotonic():
            return kept[1]
        asked = self._asked.get(visit)
        if asked is None:
            asked = self._asked[visit] = asyncio.ensure_future(self._fetch(visit, self._generation))
            asked.add_done_callback(lambda done: self._answered(visit, done))
        return await asyncio.shield(asked)

    def _answered(self, visit: UUID, done: "asyncio.Future[Context | None]") -> None:
        if self._asked.get(visit) is done:
            del self._asked[visit]
        if not done.cancelled():
            done.exception()  # whoever asked was told; nobody needs to be warned that it was not looked at

    async def _fetch(self, visit: UUID, generation: int) -> Context | None:
        async with self._database.reading() as reading:
            row = await reading.first(STATEMENT.where(visits.c.id == visit), EVERYTHING)
            instrument = row and self._instruments.get(row.questionnaire_id)
            if row is not None and instrument is None:
                statement = select(questionnaires.c.questions).where(questionnaires.c.id == row.questionnaire_id)
                instrument = Instrument(await reading.value(statement, EVERYTHING))
        context = None if row is None else _context(row, instrument)
        if row is not None and instrument is not None:
            _keep(self._instruments, row.questionnaire_id, instrument, KEPT_INSTRUMENTS)
        if generation == self._generation:
            _keep(self._visits, str(visit), (time.monotonic() + FRESH_SECONDS, context), KEPT_VISITS)
        return context


STATEMENT = (
    select(visits.c.id, visits.c.services, visits.c.agency_id, reviews.c.id.label("review_id"))
    .add_columns(reviews.c.region_code, reviews.c.status, reviews.c.simulated, reviews.c.starts_on, reviews.c.ends_on)
    .add_columns(reviews.c.questionnaire_id)
    .join_from(visits, reviews, reviews.c.id == visits.c.review_id)
)


def _context(row: Row[Any], instrument: Any) -> Context:
    return Context(
        visit=row.id,
        review=row.review_id,
        region=row.region_code,
        agency=row.agency_id,
        open=row.status == "open",
        simulated=row.simulated,
        start=row.starts_on,
        end=row.ends_on,
        services=frozenset(service["value"] for service in row.services),
        instrument=instrument,
    )


def _keep(store: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
