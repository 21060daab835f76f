"""What tests of faults share: how often, a durable stack, phones that go on sending through whatever happens, and the
books that are held against what the phones remember."""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx2

from gateway.identity import keys
from ops import ports
from ops.databases import databases_of_running
from ops.home import Home
from ops.processes import FIRST_PAUSE_SECONDS, Part, Supervisor
from ops.stack import Stack, command
from services.kit.testing import Signer
from tests.support.command import ready
from tests.support.segment import EitherWay
from tests.support.stack import RealStack, eventually
from tests.support.survey import ELEMENTS, Survey, counted, index

SETTING = "TINJAU_FAULTS"
PHONES = 16
# How long a phone leaves a door alone that did not answer; not something that could be waited for.
PHONE_PAUSE_SECONDS = 0.1
HEAR_SECONDS = 60.0
COUNT_SECONDS = 120.0
DAY_SECONDS = 86_400
KEPT_ASIDE = """
SELECT q.response_id::text AS id, count(*) AS times FROM quarantine q JOIN visits v ON v.id = q.visit_id
WHERE v.review_id::text = $1 AND q.reason = 'conflict' GROUP BY q.response_id
"""
TALLIED = "SELECT kind, sum(count) AS times FROM tallies WHERE review_id::text = $1 GROUP BY kind"
RAISED = """
SELECT key AS rule, sum(count) AS times FROM tallies
WHERE review_id::text = $1 AND kind = 'flag' GROUP BY key HAVING sum(count) > 0
"""
FLAGGED = "SELECT rule, count(*) AS times FROM flags WHERE review_id::text = $1 GROUP BY rule"
SEEN = "SELECT count(*) AS times FROM sightings WHERE response_id = ANY($1::text[]::uuid[])"
AWAY = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Size:
    """How often: kills of each part, ids in races and storms, bodies out of valid ones, bodies of a guided fuzzer."""

    kills: int
    ids: int
    bodies: int
    guided: int


SIZES = {
    "small": Size(kills=2, ids=200, bodies=3_000, guided=10_000),
    "full": Size(kills=20, ids=10_000, bodies=1_000_000, guided=1_000_000),
}
SIZE = SIZES[os.environ.get(SETTING) or "small"]


def alone() -> dict[str, str]:
    """This process's environment without any database that somebody named: the stack brings its own."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_DATABASE_URL")}


@contextmanager
def place() -> Iterator[Home]:
    """A home that is gone afterwards. Everybody may pass through it: PostgreSQL, started by root, runs as another
    user, and any other run of pytest closes pytest's own folders to that one."""
    with TemporaryDirectory(prefix="tinjau-faults-") as folder:
        Path(folder).chmod(0o755)
        yield Home(Path(folder))


@contextmanager
def durable(home: Home) -> Iterator[RealStack]:
    """A stack on the embedded PostgreSQL as an operator gets it, with fsync."""
    said: list[str] = []
    with Stack(home, ports.free(1)[0], said.append, alone()) as stack:
        yield RealStack(stack)


def database_of(stack: RealStack, service: str = "surveys") -> str:
    """The URL of a service's database in a durable stack."""
    return databases_of_running(stack.stack.home, alone())[service]


def kill(stack: RealStack, part: str) -> None:
    """Kill all processes of a part outright, with all that they have started, as when the power fails. They are started
    again after the first, short pause, however often they were killed before."""
    for process in stack.stack.processes(part):
        process.pause = FIRST_PAUSE_SECONDS
        pid = process.pid
        assert pid, f"{process.name} does not run"
        for each in [pid, *children(pid)]:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that run."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (map(int, line.split()) for line in listed.splitlines())
    return [child for child, parent in pairs if parent == pid]


@asynccontextmanager
async def beside(stack: RealStack, folder: Path, **further: str) -> AsyncIterator[str]:
    """The origin of one more process of surveys, beside that of the stack, with further settings."""
    (port,) = ports.free(1)
    told = {**stack.stack.part("surveys").environment, **further}
    part = Part("surveys-beside", command("surveys", port), told, folder / "surveys-beside.log")
    supervisor = Supervisor(lambda _: None)
    origin = f"http://{ports.HOST}:{port}"
    try:
        supervisor.start(part)
        assert await asyncio.to_thread(ready, origin), part.log.read_text()
        yield origin
    finally:
        await asyncio.to_thread(supervisor.stop)


def internal(stack: RealStack) -> dict[str, str]:
    """The credential with which the gateway sends an enumerator on to a service, good for a day."""
    credentials = stack.stack.credentials
    signer = Signer(keys.read(credentials.private_key), credentials.public_key)
    return {"Authorization": f"Bearer {signer.token('enumerator', {'region': '33.25'}, DAY_SECONDS)}"}


def straight(stack: RealStack, origin: str) -> httpx2.AsyncClient:
    """A client of one process of surveys."""
    return httpx2.AsyncClient(base_url=f"{origin}/api/v1", headers=internal(stack), timeout=30, transport=EitherWay())


class Phones:
    """Enumerators who send without a pause, and remember what they sent and which receipts they were given."""

    def __init__(self, survey: Survey, client: httpx2.AsyncClient, chance: random.Random) -> None:
        self.sent: list[dict[str, Any]] = []
        self.acknowledged: dict[str, str] = {}
        self.over = False
        self._survey, self._client, self._chance = survey, client, chance
        self._heard = asyncio.Condition()

    @asynccontextmanager
    async def sending(self, count: int = PHONES) -> AsyncIterator[None]:
        """So many phones send for as long as the block lasts. Raises what one of them did not expect to hear."""
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self._run(f"phone-{number}"))
            try:
                yield
            finally:
                self.over = True

    async def _run(self, device: str) -> None:
        while not self.over:
            body = self._survey.response(self._chance.randint(1, 4), device=device)
            self.sent.append(body)
            answer = await try_to_send(self._client, body)
            if answer is None:
                await asyncio.sleep(PHONE_PAUSE_SECONDS)
                continue
            assert answer.status_code == 201, answer.text
            async with self._heard:
                self.acknowledged[body["id"]] = answer.json()["receipt"]
                self._heard.notify_all()

    async def hear_of(self, more: int) -> None:
        """Wait until so many more were acknowledged."""
        target = len(self.acknowledged) + more
        async with asyncio.timeout(HEAR_SECONDS), self._heard:
            await self._heard.wait_for(lambda: len(self.acknowledged) >= target)

    async def send_all_again(self) -> None:
        """What phones do that were not answered; it doubles nothing, and who was answered keeps the receipt."""
        left = iter(self.sent)

        async def send_them() -> None:
            for body in left:
                answer = await deliver(self._client, body)
                first = self.acknowledged.get(body["id"])
                assert answer.status_code in ({200} if first else {200, 201}), answer.text
                given = self.acknowledged.setdefault(body["id"], answer.json()["receipt"])
                assert given == answer.json()["receipt"]

        async with asyncio.TaskGroup() as group:
            for _ in range(PHONES):
                group.create_task(send_them())


async def try_to_send(client: httpx2.AsyncClient, body: Mapping[str, Any]) -> httpx2.Response | None:
    """The answer; None when there was none, or when it says that somebody is away."""
    try:
        answer = await client.post("/responses", json=body)
    except httpx2.HTTPError:
        return None
    return None if answer.status_code in AWAY else answer


async def deliver(client: httpx2.AsyncClient, body: Mapping[str, Any]) -> httpx2.Response:
    """Send until there is an answer, as a phone does."""
    while (answer := await try_to_send(client, body)) is None:  # noqa: ASYNC110 - nobody calls a phone back
        await asyncio.sleep(PHONE_PAUSE_SECONDS)
    return answer


async def ask(url: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    """The rows of a statement on the database of surveys."""
    connection = await asyncpg.connect(url, server_settings={"search_path": "surveys"})
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement, *values)
    finally:
        await connection.close()
    return rows


async def stored(url: str, survey: Survey) -> list[str]:
    """The id of every stored response of the survey, as often as it is stored."""
    rows = await ask(url, "SELECT id::text FROM responses WHERE review_id::text = $1", survey.review)
    return [row["id"] for row in rows]


async def kept_aside(url: str, survey: Survey) -> dict[str, int]:
    """How often a response of the survey lies in quarantine, by its id."""
    rows = await ask(url, KEPT_ASIDE, survey.review)
    return {row["id"]: row["times"] for row in rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a test of faults found; all but the last two are numbers of responses."""

    sent: int
    acknowledged: int  # before anything was sent again
    kept: int  # stored by then; no fewer, because an answer can be lost
    stored: int
    counted: int
    examined: int
    doubled: int
    faults: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """By name, for the report."""
        return asdict(self)


class Books:
    """Holds what is stored and what is counted against what phones sent; a clock runs from the start."""

    def __init__(self, stack: RealStack, survey: Survey, database: str) -> None:
        self._stack, self._survey, self._database = stack, survey, database
        self._started = time.monotonic()

    async def close(self, phones: Phones, faults: int) -> Figures:
        """What was acknowledged is stored; when all was sent again, each is stored once and counted once."""
        acknowledged = set(phones.acknowledged)
        kept = set(await stored(self._database, self._survey))
        assert acknowledged <= kept, f"{len(acknowledged - kept)} acknowledged responses are lost"
        await phones.send_all_again()
        rows = await self.stored_exactly(phones.sent)
        return Figures(
            sent=len(phones.sent),
            acknowledged=len(acknowledged),
            kept=len(kept),
            stored=len(set(rows)),
            counted=await self.counted_exactly(phones.sent),
            examined=await self.examined_exactly(phones.sent),
            doubled=len(rows) - len(set(rows)),
            faults=faults,
            seconds=round(time.monotonic() - self._started, 1),
        )

    async def stored_exactly(self, sent: list[dict[str, Any]]) -> list[str]:
        """The ids of what is stored: those that were sent, each once."""
        rows = await stored(self._database, self._survey)
        assert sorted(rows) == sorted(body["id"] for body in sent)
        return rows

    async def counted_exactly(self, sent: list[dict[str, Any]]) -> int:
        """How many are counted: those that were sent, each once, with the values that they have."""
        await asyncio.to_thread(
            eventually, lambda: counted(self._stack, self._survey), lambda count: count >= len(sent), COUNT_SECONDS
        )
        found = await asyncio.to_thread(index, self._stack, self._survey)
        sums = {key: sum(body["answers"][key] for body in sent) for key in ELEMENTS}
        assert {one["key"]: one["sum"] for one in found["elements"]} == sums
        assert found["respondents"] == len(sent)
        return int(found["respondents"])

    async def examined_exactly(self, sent: list[dict[str, Any]]) -> int:
        """How many were examined behind the intake: those that were sent, each once; and the flags that are counted are
        those that there are."""
        await asyncio.to_thread(eventually, self._current, bool, COUNT_SECONDS)
        tallied = {row["kind"]: int(row["times"]) for row in await ask(self._database, TALLIED, self._survey.review)}
        flagged = {row["rule"]: row["times"] for row in await ask(self._database, FLAGGED, self._survey.review)}
        counted = {row["rule"]: int(row["times"]) for row in await ask(self._database, RAISED, self._survey.review)}
        (seen,) = await ask(self._database, SEEN, [body["id"] for body in sent])
        by_device = sum(1 for body in sent if body.get("device"))
        assert tallied["state"] == tallied["day"] == len(sent)
        assert (tallied.get("device", 0), seen["times"]) == (by_device, by_device)
        assert counted == flagged
        return tallied["state"]

    def _current(self) -> bool:
        with self._stack.client() as client:
            answer = client.get(f"/reviews/{self._survey.review}/progress")
        return answer.status_code == 200 and bool(answer.json()["current"])
