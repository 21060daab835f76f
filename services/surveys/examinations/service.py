"""An examination in order: read on in the service's own feed, count, look at each response, raise or lower flags, and
move the cursor; all in one transaction, so that nothing counts twice and nothing is left out, whoever is killed when.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.kit.database import Database, Reading, Transaction
from services.surveys.examinations import flagging, repository
from services.surveys.examinations.cases import Case, Place, case
from services.surveys.examinations.counts import DEVICE, Count, Counts, Device, Key
from services.surveys.examinations.domain import Form, Revision, Visit
from services.surveys.examinations.flagging import SLICE, Looked
from services.surveys.responses.circumstances import moment

PAGE = 500


@dataclass(frozen=True, slots=True)
class Step:
    """What one examination came to: how many revisions, whether there may be more, and the flags it raised by rule."""

    revisions: int
    more: bool
    flags: Counter[str]


class Examiner:
    """Examines revisions of responses; what it knows of questionnaires it keeps, because they never change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._forms: dict[UUID, Form] = {}

    async def step(self, limit: int) -> Step | None:
        """Examine up to `limit` revisions; None when another process is at it."""
        async with self._database.transaction() as write:
            position = await repository.position(write)
            if position is None:
                return None
            fresh = await _following(write, position, limit)
            if not fresh:
                return await self._step_again(write, position, limit)
            revised = {row.id for row in fresh if row.version > 1}
            again = revised | set(await repository.naming(write, revised))
            flags = await self._examine(write, fresh, again, fresh[-1].position)
            await repository.move(write, fresh[-1].position)
        return Step(len(fresh), more=True, flags=flags)

    async def _step_again(self, write: Transaction, position: int, limit: int) -> Step:
        """Look again at some responses of a visit that has changed, if there is one."""
        asked = await repository.asked_again(write)
        if asked is None:
            return Step(0, more=False, flags=Counter())
        some = await repository.of_visit(write, asked.visit_id, asked.after, position, limit)
        flags = await self._examine(write, (), {row.id for row in some}, position)
        await repository.looked_again(write, asked.visit_id, some[-1].position if some else None)
        return Step(len(some), more=True, flags=flags)

    async def _examine(
        self, write: Transaction, fresh: Sequence[Revision], again: set[UUID], until: int
    ) -> Counter[str]:
        """Count what is fresh, and look at it and at others again, all as they were at a position."""
        lives: dict[UUID, list[Revision]] = {}
        for row in await repository.lives(write, again, until):
            lives.setdefault(row.id, []).append(row)
        visits = {row.visit_id for row in fresh} | {life[0].visit_id for life in lives.values()}
        places = await self._places(write, visits)
        counts = Counts()
        for row in fresh:
            form = places[row.visit_id].visit.form
            if row.version > 1:
                counts.follow(row, lives[row.id][row.version - 2], form)
            elif row.id in again:
                counts.receive(row, form, moment(row.body["filled_at"]))
        received = await _received([row for row in fresh if row.id not in again], places, counts)
        revised = [case(life[0], life[-1], places[life[0].visit_id]) for life in lives.values()]
        known = await repository.known(write, counts.devices())
        flags = await flagging.look(write, Looked(received, revised, known), counts)
        await _tally(write, counts, known, places)
        return flags

    async def _places(self, write: Transaction, ids: set[UUID]) -> dict[UUID, Place]:
        found = {}
        for row in await repository.places(write, ids):
            form = self._forms.get(row.questionnaire_id)
            if form is None:
                form = Form.of(await repository.questions(write, row.questionnaire_id))
                self._forms[row.questionnaire_id] = form
            point = row.point and (row.point["coordinates"][0], row.point["coordinates"][1])
            bound = {"review_id": row.review_id, "region_code": row.region_code, "agency_id": row.agency_id}
            found[row.id] = Place(Visit(form, point, row.hours), bound)
        return found


async def count(write: Transaction, visit: UUID, changes: Mapping[Key, int]) -> None:
    """Change counts of a visit in a transaction that changes what they count."""
    await repository.tally(write, [(visit, key, number, None) for key, number in changes.items()])


async def again(write: Transaction, visit: UUID) -> None:
    """Have all responses of a visit looked at again, in a transaction that changes what they are held against."""
    await repository.ask_again(write, visit)


async def current(reading: Reading) -> bool:
    """Whether everything that was stored has been examined."""
    return await repository.left(reading) is None


async def _following(write: Transaction, position: int, limit: int) -> list[Revision]:
    """Up to so many revisions behind a position, read by pages, so that answers meanwhile wait for one of them only."""
    found: list[Revision] = []
    while len(found) < limit:
        asked = min(PAGE, limit - len(found))
        some = await repository.following(write, found[-1].position if found else position, asked)
        found += some
        if len(some) < asked:
            break
    return found


async def _received(rows: Sequence[Revision], places: Mapping[UUID, Place], counts: Counts) -> list[Case]:
    """Cases of responses that came in, each counted."""
    cases = []
    for number, row in enumerate(rows, 1):
        place = places[row.visit_id]
        cases.append(case(row, row, place))
        counts.receive(row, place.visit.form, cases[-1].facts.filled)
        if not number % SLICE:
            await asyncio.sleep(0)
    return cases


async def _tally(write: Transaction, counts: Counts, known: set[Device], places: Mapping[UUID, Place]) -> None:
    """Write counts; most that begin are of devices, each of which is new once."""
    first: list[Count] = []
    others: list[Count] = []
    for one in counts:
        visit, (kind, _, value), *_ = one
        (first if kind == DEVICE and (visit, value) not in known else others).append(one)
    await repository.tally_first(write, first, {visit: place.bound for visit, place in places.items()})
    await repository.tally(write, others)
