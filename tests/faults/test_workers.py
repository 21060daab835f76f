"""Two processes of surveys on one database that receive the same id at the same moment."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from gateway.identity import keys
from ops import ports
from ops.processes import Part, Supervisor
from ops.stack import command
from services.kit.testing import Signer
from tests.support.command import ready
from tests.support.faults import PHONES, SIZE, Books, ask
from tests.support.stack import RealStack
from tests.support.survey import ELEMENTS, open_survey

TOKEN_SECONDS = 3600
KEPT_ASIDE = """
SELECT q.response_id::text AS id, count(*) AS times FROM quarantine q JOIN visits v ON v.id = q.visit_id
WHERE v.review_id::text = $1 AND q.reason = 'conflict' GROUP BY q.response_id
"""


@pytest.fixture(scope="module")
def workers(stack: RealStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The origins of the stack's process of surveys and of a second one beside it."""
    (port,) = ports.free(1)
    first = stack.stack.part("surveys")
    log = tmp_path_factory.mktemp("second") / "surveys.log"
    second = Part("surveys-second", command("surveys", port), first.environment, log)
    supervisor = Supervisor(lambda _: None)
    try:
        supervisor.start(second)
        origin = f"http://{ports.HOST}:{port}"
        assert ready(origin), log.read_text()
        yield stack.stack.url("surveys"), origin
    finally:
        supervisor.stop()


def clients(stack: RealStack, origins: tuple[str, str]) -> list[httpx2.AsyncClient]:
    """A client of each process, as the gateway would send an enumerator on."""
    credentials = stack.stack.credentials
    signer = Signer(keys.read(credentials.private_key), credentials.public_key)
    headers = {"Authorization": f"Bearer {signer.token('enumerator', {'region': '33.25'}, TOKEN_SECONDS)}"}
    return [httpx2.AsyncClient(base_url=f"{origin}/api/v1", headers=headers, timeout=30) for origin in origins]


async def race(
    stack: RealStack, origins: tuple[str, str], pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> list[tuple[httpx2.Response, ...]]:
    """Send the two of each pair at the same moment, one to each process; their answers."""
    one, other = clients(stack, origins)
    left, answers = iter(pairs), []

    async def send() -> None:
        for first, second in left:
            answers.append(
                await asyncio.gather(one.post("/responses", json=first), other.post("/responses", json=second))
            )

    async with one, other:
        await asyncio.gather(*(send() for _ in range(PHONES)))
    return [tuple(pair) for pair in answers]


async def test_the_same_response_is_created_by_one_and_known_to_the_other(
    stack: RealStack, workers: tuple[str, str], database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    bodies = [survey.response(1 + number % 4) for number in range(SIZE.ids)]
    answers = await race(stack, workers, [(body, body) for body in bodies])
    assert {tuple(sorted(answer.status_code for answer in pair)) for pair in answers} == {(200, 201)}
    assert all(len({answer.json()["receipt"] for answer in pair}) == 1 for pair in answers)
    await books.stored_exactly(bodies)
    first = Counter(pair[0].status_code for pair in answers)[201]
    tell({"ids": SIZE.ids, "by the first": first, "counted": await books.counted_exactly(bodies)})


async def test_of_two_contents_one_is_stored_and_the_other_kept_aside(
    stack: RealStack, workers: tuple[str, str], database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    pairs = []
    for _ in range(SIZE.ids):
        body = survey.response(1)
        pairs.append((body, body | {"answers": dict.fromkeys(ELEMENTS, 4)}))
    answers = await race(stack, workers, pairs)
    assert {tuple(sorted(answer.status_code for answer in pair)) for pair in answers} == {(201, 409)}
    aside = {row["id"]: row["times"] for row in await ask(database, KEPT_ASIDE, survey.review)}
    assert aside == {first["id"]: 1 for first, _ in pairs}
    created = {pair[0].json()["id"] for pair in answers if pair[0].status_code == 201}
    won = [first if first["id"] in created else second for first, second in pairs]
    await books.stored_exactly(won)
    tell({"ids": SIZE.ids, "aside": len(aside), "counted": await books.counted_exactly(won)})
