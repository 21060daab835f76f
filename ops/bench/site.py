"""A whole stack for a benchmark: in a folder of its own, durable as an operator gets it, with reviews that are open.

Everything in it is made up and marked as simulated. Leaving the block ends the stack and deletes the folder.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import asyncpg
import orjson

from gateway.identity.keys import signing_key
from gateway.identity.tokens import Exchange
from ops import ports, postgres
from ops.api import Api
from ops.bench.wrk import Load, Request
from ops.demo.reviews import publish_questionnaire
from ops.demo.simulate import respondents
from ops.failures import Failure
from ops.home import Home
from ops.postgres import Postgres
from ops.processes import Say
from ops.stack import Stack

REGION = "33.25"
DAY = "2020-03-03"
VISITS = 20
ITEMS_PER_VISIT = 50
PARTS = ("gateway", "surveys", "reports", "postgres")
LOOK_SECONDS = 0.3
STUCK_SECONDS = 90.0
STORED = "SELECT count(*) FROM surveys.responses"
NEWEST = "SELECT max(position) FROM surveys.responses"
EXAMINED = "SELECT position FROM surveys.examinations"
UNEXAMINED = f"{STORED} WHERE position > ({EXAMINED})"
SERVICES = (
    {"value": "counter", "label": {"id": "Loket", "en": "Counter"}},
    {"value": "online", "label": {"id": "Daring", "en": "Online"}},
)


@dataclass(frozen=True, slots=True)
class Survey:
    """An open review with its visits, and a file of responses to it: one per line, without opening brace and id."""

    review: str
    visits: Sequence[str]
    items: Path


@dataclass(slots=True)
class Site:
    """A running stack and what the benchmark needs to know of it."""

    stack: Stack
    api: Api
    server: Postgres
    folder: Path
    surveys: dict[str, Survey] = field(default_factory=dict)
    acknowledged: int = 0

    @property
    def pids(self) -> dict[str, list[int]]:
        """The processes of each part that answers for a response. Raises Failure when one is away."""
        found = [(name, process) for name in PARTS for process in self.stack.processes(name)]
        away = [process for _, process in found if not process.pid]
        if away:
            raise Failure(f"{away[0].name} does not run; its log is {away[0].log}.")
        return {name: [process.pid for part, process in found if part == name and process.pid] for name in PARTS}

    def survey(self, name: str, visits: int = VISITS) -> Survey:
        """An open review by a name of ours, made when it is asked for first."""
        if name not in self.surveys:
            self.surveys[name] = self._open(name, visits)
        return self.surveys[name]

    def token(self) -> str:
        """The bearer token of somebody who sends responses."""
        return self.stack.credentials.token("enumerator", region=REGION, subject="bench")

    def sending(self, survey: Survey, batch: int = 0) -> Request:
        """Responses to a survey through the gateway, alone or so many at once."""
        path = "responses/batch" if batch else "responses"
        return Request(f"{self.stack.origin}/api/v1/{path}", self.token(), survey.items, batch)

    def sending_direct(self, survey: Survey) -> Request:
        """Single responses straight to the surveys service, with the token that the gateway would give it."""
        internal = Exchange(signing_key(self.stack.credentials.private_key)).internal(f"Bearer {self.token()}")
        return Request(f"{self.stack.url('surveys')}/api/v1/responses", internal, survey.items)

    def reading(self, survey: Survey) -> Request:
        """The index of a survey, asked with every right."""
        token = self.stack.credentials.token("admin", subject="bench")
        return Request(f"{self.stack.origin}/api/v1/indexes?review={survey.review}", token)

    def took(self, load: Load) -> None:
        """Remember how many responses were acknowledged."""
        self.acknowledged += load.good

    def stored(self, survey: Survey | None = None) -> int:
        """Responses in the database: of one survey, or all."""
        if survey:
            return int(asyncio.run(self._value(f"{STORED} WHERE review_id = $1", survey.review)))
        return int(asyncio.run(self._value(STORED)))

    def counted(self, survey: Survey) -> int:
        """Respondents in the index of a survey."""
        found = self.api.find("/indexes", review=survey.review)
        return int(found["respondents"] or 0) if found else 0

    def unexamined(self) -> int:
        """Responses that surveys has not examined yet, behind the intake."""
        return int(asyncio.run(self._value(UNEXAMINED)))

    def positions(self) -> tuple[int, int]:
        """The newest position in the feed of responses, and up to which one they are examined: cheap to ask for."""
        return asyncio.run(self._value(NEWEST)) or 0, asyncio.run(self._value(EXAMINED))

    def settle(self) -> float:
        """Wait until everything that was stored is counted and examined, so that the next measure finds a stack with
        nothing to do; the seconds until it was counted.

        Raises Failure when either does not get on, or when less is stored than was acknowledged.
        """
        before, best, since = -1, None, time.perf_counter()
        began, behind = since, None
        while True:
            stored, counted = self.stored(), sum(self.counted(survey) for survey in self.surveys.values())
            if counted == stored and behind is None:
                behind = time.perf_counter() - began
            left = self.unexamined()
            if counted == stored == before and not left:  # nothing has come in since the look before either
                break
            if best is None or counted - left > best:
                best, since = counted - left, time.perf_counter()
            self.patience(since, f"Of {stored} responses {counted} are counted, {left} not examined, and no more are.")
            before = stored
            time.sleep(LOOK_SECONDS)
        if stored < self.acknowledged:
            raise Failure(f"{self.acknowledged} responses were acknowledged and {stored} are stored.")
        return behind or 0.0

    def patience(self, since: float, stuck: str) -> None:
        """Raises Failure with a sentence when nothing has moved for too long, since a moment of `perf_counter`."""
        if time.perf_counter() > since + STUCK_SECONDS:
            raise Failure(stuck, self._why())

    def checkpoint(self) -> None:
        """Have the database write out what it has changed, so that this does not fall into the next measure."""
        asyncio.run(self._checkpoint())

    def _why(self) -> str:
        """What the reports say about the feed of responses."""
        return str(self.api.get("/indexes/freshness")["responses"]["error"] or "")

    def _url(self) -> str:
        return self.server.url("tinjau_surveys")

    async def _value(self, statement: str, *values: str) -> Any:
        connection = await asyncpg.connect(self._url())
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    async def _checkpoint(self) -> None:
        connection = await asyncpg.connect(self._url())
        try:
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()

    def _open(self, name: str, count: int) -> Survey:
        questionnaire = publish_questionnaire(self.api)
        review = str(uuid5(NAMESPACE_OID, f"bench {name}"))
        planned, _ = self.api.ensure("/reviews", {
            "id": review, "region": REGION, "title": {"id": f"Uji beban {name}", "en": f"Load test {name}"},
            "period": {"start": DAY, "end": DAY}, "questionnaire": questionnaire["id"], "simulated": True,
        })  # fmt: skip
        visits = [self._visit(review, number) for number in range(1, count + 1)]
        self.api.post(f"/reviews/{review}/open", version=planned["version"])
        file = self.folder / f"{name}.items"
        file.write_bytes(
            b"".join(_line(item) for visit in visits for item in respondents(visit, ITEMS_PER_VISIT, False))
        )
        return Survey(review, [visit["id"] for visit in visits], file)

    def _visit(self, review: str, number: int) -> Any:
        body = {
            "id": str(uuid5(NAMESPACE_OID, f"bench {review} {number}")), "review": review, "name": f"Pasar {number}",
            "date": DAY, "services": list(SERVICES),
        }  # fmt: skip
        return self.api.ensure("/visits", body)[0]


def _line(item: dict[str, Any]) -> bytes:
    return orjson.dumps({name: value for name, value in item.items() if name != "id"})[1:] + b"\n"


@contextmanager
def site(say: Say) -> Iterator[Site]:
    """A new stack. Databases that the environment names are left alone: it gets the embedded PostgreSQL."""
    base = {name: value for name, value in os.environ.items() if not name.endswith("_DATABASE_URL")}
    beside = Home.of().folder  # an operator's data would lie on this disk too
    beside.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=beside))
    folder.chmod(0o755)  # the database may run as a user of its own; secrets have a closed folder of their own
    try:
        home = Home(folder)
        with Stack(home, ports.free(1)[0], say, base) as stack:
            server = postgres.prepare(home.postgres)
            with Api(stack.origin, stack.credentials.token("admin", subject="bench")) as api:
                yield Site(stack, api, server, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
