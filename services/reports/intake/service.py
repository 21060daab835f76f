"""Applying changes: a page of a feed and the move of its cursor are one transaction.

Several processes may read the same feed. Whoever holds the feed's row applies, and only what comes right behind the
cursor that stands there; so a page that another process was quicker with is dropped, and nothing counts twice.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import compress
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from services.kit.database import Database, Reading, Taken, Transaction
from services.reports.arrivals import service as arrivals
from services.reports.arrivals.domain import Said, said
from services.reports.clients import FEEDS, RESPONSES, Change, FeedPage
from services.reports.intake import repository
from services.reports.intake.columns import READER, NoResponse, Response, columns
from services.reports.intake.domain import (
    Columns,
    Contribution,
    Instrument,
    Parent,
    differences,
    instrument,
)
from services.reports.intake.facts import FACTS, RESPONSE
from services.reports.intake.schemas import FeedState, Freshness
from services.reports.problems import FeedBroken

T = TypeVar("T")
NOT_AS_PROMISED = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a thing raises that is not what its feed promises."""
SILENCE = timedelta(seconds=60)
"""A feed that has not been heard of for so long is not known to be in. Longer than the longest wait for news."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How many changes were taken in, by entity, and how many were of a kind that nobody here knows."""

    entities: Mapping[str, int] = field(default_factory=dict)
    skipped: int = 0


async def generation(reading: Reading) -> int:
    """The generation that answers are given from."""
    return await repository.generation(reading)


async def cursor(reading: Reading, name: str) -> str | None:
    """Where a feed goes on."""
    found: str | None = (await repository.feed(reading, await generation(reading), name)).cursor
    return found


async def apply(database: Database, name: str, after: str | None, page: FeedPage) -> Applied | None:
    """Take in a page that was read behind the cursor `after`; None when the stored cursor is another one by now.

    Raises FeedBroken for what contradicts what came before; nothing of the page is stored then.
    """
    async with database.transaction() as write:
        generation = await repository.held_generation(write)
        if (await repository.locked_feed(write, generation, name)).cursor != after:
            return None
        applied = await take(write, generation, name, page.items, page.next) if page.items else Applied()
        await repository.note_answer(write, generation, name, more=page.more)
        return applied


async def note_error(database: Database, name: str, error: str) -> None:
    """Remember why a feed is not read."""
    async with database.transaction() as write:
        await repository.note_error(write, await repository.held_generation(write), name, error)


async def take(write: Transaction, generation: int, name: str, changes: Sequence[Change], cursor: str) -> Applied:
    """Take changes of a feed into a generation whose feed is locked, and put its cursor behind them."""
    known = FACTS[name].keys() | ({RESPONSE} if name == RESPONSES else set())
    sorted_out: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        sorted_out[change.entity if change.entity in known else ""].append(change)
    skipped = len(sorted_out.pop("", ()))
    for entity in FACTS[name]:
        if entity in sorted_out:
            await _copy(write, generation, name, entity, sorted_out[entity])
    if RESPONSE in sorted_out:
        await _count(write, generation, sorted_out[RESPONSE])
    await repository.move(write, generation, name, cursor, len(changes), skipped)
    return Applied({entity: len(several) for entity, several in sorted_out.items()}, skipped)


async def _copy(write: Transaction, generation: int, name: str, entity: str, changes: Sequence[Change]) -> None:
    fact = FACTS[name][entity]
    last = {UUID(change.id): change for change in changes}
    rows = []
    for id, change in last.items():
        if change.action == "deleted":
            continue
        data = msgspec.json.decode(change.data)
        try:
            found = fact.columns(data)
        except NOT_AS_PROMISED as error:
            raise FeedBroken(f"The {entity} {id} is not what the feed {name} promises: {error!r}.") from error
        rows.append({"generation": generation, "id": id, "version": change.version, "data": data} | found)
    if rows:
        await repository.store_facts(write, fact.table, rows)
    if len(rows) < len(last):
        await repository.drop_facts(write, fact.table, generation, last.keys() - {row["id"] for row in rows})
    if entity == "visit":
        await repository.follow_visits(write, generation, last.keys())
        if generation == await repository.generation(write):
            await arrivals.follow_visits(write, last.keys())


async def _count(write: Transaction, generation: int, changes: Sequence[Change]) -> None:
    last = {change.id: change for change in changes}
    later = [id for id, change in last.items() if change.version > 1 or change.action == "deleted"]
    try:
        async with write.attempt():  # nobody has heard of a first version before, as a rule
            await _replace(write, generation, last, later)
    except Taken:
        await _replace(write, generation, last, last)


async def _replace(write: Transaction, generation: int, changes: Mapping[str, Change], known: Collection[str]) -> None:
    """Count these versions of responses instead of earlier ones of those that may be `known` here. Raises
    Taken when another one is as well."""
    last = dict(changes)
    removed = await _outdated(write, generation, last, known) if known else {}
    there = [change for change in last.values() if change.action != "deleted"]
    # In threads, here and below: ten thousand take a tenth of a second, for which nobody else would be answered.
    told = await asyncio.to_thread(_read, there)
    visits = _visits(there, told)
    named = {*visits.values(), *(one.visit for several in removed.values() for one in several)}
    places = {row.id: row for row in await repository.places(write, generation, named)}
    instruments = await _instruments(
        write, generation, {row.questionnaire_id for row in places.values()} | removed.keys()
    )
    parents = {
        name: Parent(place.id, instruments[place.questionnaire_id], place.simulated)
        for name, visit in visits.items()
        if (place := places.get(visit)) and place.questionnaire_id in instruments
    }
    apart = _by_questionnaire(there, told, parents)
    added = {id: await asyncio.to_thread(_columns, instruments[id], several, parents) for id, several in apart.items()}
    counted = [instruments[id] for id in added.keys() | removed.keys()]
    summing = asyncio.gather(  # while the database takes the responses
        *[asyncio.to_thread(differences, one, added.get(one.id), removed.get(one.id, ())) for one in counted]
    )
    await repository.replace_contributions(write, generation, [one.id for one in _all(removed)], added)
    for one, change in zip(counted, await summing, strict=True):
        stored = await repository.stored_sums(write, generation, change.keys())
        after = {key: total.plus(stored[key]) if key in stored else total for key, total in change.items()}
        await repository.store_sums(write, generation, one, after, places)
    versions = _may_ask([last[id] for id in known if id in last], added.values())
    await arrivals.take(write, versions, partial(_aspirations, last, parents))


async def _outdated(
    write: Transaction, generation: int, last: dict[str, Change], known: Collection[str]
) -> dict[UUID, list[Contribution]]:
    """What was counted of responses that have a newer version now, by questionnaire. What is not newer than what was
    counted goes out of `last`."""
    removed: dict[UUID, list[Contribution]] = defaultdict(list)
    for questionnaire, one in await repository.contributed(write, generation, known):
        if one.version < last[str(one.id)].version:
            removed[questionnaire].append(one)
        else:
            del last[str(one.id)]
    return removed


def _may_ask(later: Iterable[Change], added: Iterable[Columns]) -> dict[UUID, int]:
    """The versions of responses that ask for something, or an earlier version of which may have."""
    asking = [
        one for several in added for one in compress(zip(several.ids, several.versions, strict=True), several.asks)
    ]
    return {UUID(id): version for id, version in (*((one.id, one.version) for one in later), *asking)}


def _aspirations(last: Mapping[str, Change], parents: Mapping[str, Parent], ids: Iterable[UUID]) -> list[Said]:
    """What some of these responses ask for. Raises FeedBroken for one that does not say when it was received."""
    found = []
    for change in (last[str(id)] for id in ids):
        if change.action == "deleted":
            continue
        data = msgspec.json.decode(change.data)
        parent = parents[data["visit"]]
        for key in parent.counted.aspirations:
            try:
                found.append(said(key, UUID(change.id), change.version, parent.visit, data))
            except NOT_AS_PROMISED as error:
                raise FeedBroken(f"The response {change.id} cannot be read: {error}.") from error
    return [one for one in found if one]


async def _instruments(reading: Reading, generation: int, ids: set[UUID]) -> dict[UUID, Instrument]:
    return {
        UUID(data["id"]): instrument(data) for data in await repository.questionnaire_data(reading, generation, ids)
    }


def _read(changes: Sequence[Change]) -> list[Response]:
    """What responses say, as far as it is known before their questionnaires are. Raises FeedBroken."""
    return _named(changes, lambda: READER.read([change.data for change in changes]))


def _visits(changes: Iterable[Change], told: Iterable[Response]) -> dict[str, UUID]:
    """The visits of responses, by what the feed calls them. Raises FeedBroken for what names none."""
    found: dict[str, UUID] = {}
    for change, one in zip(changes, told, strict=True):
        if one.visit not in found:
            try:
                found[one.visit] = UUID(one.visit)
            except ValueError as error:
                raise FeedBroken(f"The response {change.id} names no visit.") from error
    return found


def _by_questionnaire(
    changes: Iterable[Change], told: Iterable[Response], parents: Mapping[str, Parent]
) -> dict[UUID, list[tuple[Change, Response]]]:
    """Responses apart. Raises FeedBroken for one whose parents did not come before it."""
    found: dict[UUID, list[tuple[Change, Response]]] = {parent.counted.id: [] for parent in parents.values()}
    lists = {name: found[parent.counted.id] for name, parent in parents.items()}
    for pair in zip(changes, told, strict=True):
        several = lists.get(pair[1].visit)
        if several is None:
            raise FeedBroken(f"The response {pair[0].id} came before its visit, review or questionnaire.")
        several.append(pair)
    return found


def _columns(counted: Instrument, several: Sequence[tuple[Change, Response]], parents: Mapping[str, Parent]) -> Columns:
    """What responses to one questionnaire add. Raises FeedBroken for one that is no answer to it, or whose mark of
    being simulated is not its review's."""
    changes, told = [change for change, _ in several], [one for _, one in several]
    ids, versions = [change.id for change in changes], [change.version for change in changes]
    return _named(changes, lambda: columns(counted, ids, versions, told, parents))


def _named(changes: Sequence[Change], read: Callable[[], T]) -> T:
    """What is read of responses. Raises FeedBroken, naming the one that is none."""
    try:
        return read()
    except NoResponse as error:
        raise FeedBroken(f"The response {changes[error.place].id} cannot be counted: {error}.") from error


def _all(groups: Mapping[UUID, Sequence[Contribution]]) -> list[Contribution]:
    return [one for several in groups.values() for one in several]


async def progress(reading: Reading, generation: int, name: str) -> Any:
    """How far a generation has read a feed: `cursor` and the number of `changes` up to it."""
    return await repository.feed(reading, generation, name)


async def cursors(reading: Reading, generation: int) -> dict[str, str | None]:
    """Where each feed goes on, in a generation."""
    return {name: (await repository.feed(reading, generation, name)).cursor for name in FEEDS}


async def freshness(reading: Reading) -> Freshness:
    """How far each feed was read, and how old the newest is that may be missing."""
    generation = await repository.generation(reading)
    now = datetime.now(UTC)
    return Freshness(**{name: _state(await repository.feed(reading, generation, name), now) for name in FEEDS})


def _state(row: Any, now: datetime) -> FeedState:
    return FeedState(
        cursor=row.cursor,
        changes=row.changes,
        skipped=row.skipped,
        applied_at=row.applied_at,
        behind_seconds=behind(row.polled_at, row.current_at, row.error, now),
        error=row.error,
    )


def behind(polled_at: datetime | None, current_at: datetime | None, error: str | None, now: datetime) -> float | None:
    """Seconds for which changes may have been made that are not in. None when the feed never said that it had no more.

    0 while the feed is being waited on: it answers as soon as there is news.
    """
    if current_at is None:
        return None
    waiting = error is None and polled_at == current_at and now - current_at < SILENCE
    return 0.0 if waiting else round(max(0.0, (now - current_at).total_seconds()), 3)
