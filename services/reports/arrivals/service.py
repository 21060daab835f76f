"""Taking aspirations in, in the transaction that counts their responses.

An aspiration remembers from which version of its response it comes; what is not newer than that changes nothing. So a
rebuild, which hears everything again, brings those that are missing and leaves every decision as it is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.kit.database import Transaction
from services.reports.arrivals import repository
from services.reports.arrivals.domain import Said, Turn, turn
from services.reports.aspirations import service as aspirations
from services.reports.aspirations.schemas import Aspiration
from services.reports.moves import service as moves
from services.reports.moves.service import INTAKE, Moved

Row = Mapping[str, Any]


async def take(
    write: Transaction, versions: Mapping[UUID, int], say: Callable[[Collection[UUID]], Sequence[Said]]
) -> None:
    """Take in what responses say now. `versions` has every response that may have aspirations, deleted ones included;
    what one of them does not say any more is withdrawn. `say` gives what some of them say: only those are asked that
    are newer than what is here."""
    if not versions:
        return
    await repository.hold_arrivals(write)
    known: dict[UUID, int] = {}
    stored: dict[UUID, list[UUID]] = defaultdict(list)
    for id, response, version in map(tuple, await repository.versions(write, versions)):
        known[response] = max(version, known.get(response, version))
        stored[response].append(id)
    newer = [response for response, version in versions.items() if known.get(response, 0) < version]
    if not newer:
        return
    there = {id for response in newer for id in stored.get(response, ())}
    by_id = {one.id: one for one in say(newer)}
    told = await _arrive(write, [one for id, one in by_id.items() if id not in there])
    told += await _turn(write, there, versions, by_id)
    repository.announce(write, told)


async def follow_visits(write: Transaction, visits: Collection[UUID]) -> None:
    """Let the aspirations of visits lie where the visits lie now."""
    ids = await repository.moved(write, visits)
    if not ids:
        return
    rows = [row._asdict() for row in await repository.locked(write, ids)]
    places = await repository.places(write, {row["visit_id"] for row in rows})
    turns = {
        row["id"]: Turn(
            {name: places[row["visit_id"]]._mapping[name] for name in ("region_code", "agency_id", *REGISTRY)}, "moved"
        )
        for row in rows
    }
    repository.announce(write, await _apply(write, rows, turns))


REGISTRY = ("program_id", "location_id")


async def _arrive(write: Transaction, said: Sequence[Said]) -> list[tuple[str, Aspiration]]:
    if not said:
        return []
    places = await repository.places(write, {one.visit for one in said})
    at = datetime.now(UTC)
    rows = [_new(one, places[one.visit], at) for one in said]
    await repository.insert(write, rows)
    fresh = {"state": "new", "reason": None, "merged_into": None, "personal_data": False, "version": 1}
    return [("created", aspirations.announced(row | fresh, ())) for row in rows]


def _new(one: Said, place: Any, at: datetime) -> dict[str, Any]:
    return {
        "id": one.id, "response_id": one.response, "response_version": one.version, "question": one.question,
        "questionnaire_id": place.questionnaire_id, "review_id": place.review_id, "visit_id": one.visit,
        "program_id": place.program_id, "location_id": place.location_id, "region_code": place.region_code,
        "agency_id": place.agency_id, "simulated": place.simulated, "rejected": one.rejected,
        "received_at": one.received_at, "receipt_digest": one.receipt, "language": one.language, "text": one.text,
        "words": one.words, "created_at": at, "updated_at": at,
    }  # fmt: skip


async def _turn(
    write: Transaction, ids: Collection[UUID], versions: Mapping[UUID, int], said: Mapping[UUID, Said]
) -> list[tuple[str, Aspiration]]:
    if not ids:
        return []
    rows = [row._asdict() for row in await repository.locked(write, ids)]
    turns = {row["id"]: turn(row, versions[row["response_id"]], said.get(row["id"])) for row in rows}
    return await _apply(write, rows, turns)


async def _apply(write: Transaction, rows: Sequence[Row], turns: Mapping[UUID, Turn]) -> list[tuple[str, Aspiration]]:
    """Change stored aspirations, note it in their history, and give what the feed is to say."""
    told: list[tuple[str, Aspiration]] = []
    noted: list[Moved] = []
    followups = await aspirations.followups_of(write, [row["id"] for row in rows])
    for row in rows:
        one = turns[row["id"]]
        await repository.change(write, row["id"], one.values, announced=one.action is not None)
        if one.action is None:
            continue
        after = {**row, **one.values, "version": row["version"] + 1, "updated_at": datetime.now(UTC)}
        told.append((one.action, aspirations.announced(after, followups.get(row["id"], ()))))
        noted.append(_noted(row, after, one))
    await moves.note(write, INTAKE, noted)
    return told


def _noted(row: Row, after: Row, one: Turn) -> Moved:
    return Moved(
        "aspiration", row["id"], after["version"], one.action or "", row["state"], after["state"],
        after["region_code"], after["agency_id"], one.reason,
    )  # fmt: skip
