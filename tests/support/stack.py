"""A real stack for end-to-end tests: four processes on loopback, databases of its own in the run's PostgreSQL."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import httpx2

from ops import ports
from ops.environment import SERVICES
from ops.home import Home
from ops.stack import Stack
from services.kit.testing import Cluster, run
from tests.support.segment import EitherWay

PATIENCE_SECONDS = 30.0

T = TypeVar("T")


def environment(cluster: Cluster) -> dict[str, str]:
    """The environment of a stack whose services each have a new, empty database in the cluster.

    The run's cluster does without fsync, so a stack on it is quick; what an operator gets is never weakened.
    """
    name = uuid4().hex[:12]
    databases = {service: f"e2e_{name}_{service}" for service in SERVICES}
    run(cluster.execute(*(f"CREATE DATABASE {database}" for database in databases.values())))
    urls = {f"TINJAU_{service.upper()}_DATABASE_URL": cluster.url(database) for service, database in databases.items()}
    return {**os.environ, **urls}


class RealStack:
    """A running stack, and the ways in which tests treat it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.origin = stack.origin

    def token(self, role: str, **claims: str) -> str:
        """A bearer token of a role; claims are `region` and `agency`."""
        return self.stack.credentials.token(role, region=claims.get("region"), agency=claims.get("agency"))

    def client(self, role: str | None = "admin", **claims: str) -> httpx2.Client:
        """A client of the public door; role None sends no credential."""
        headers = {} if role is None else {"Authorization": f"Bearer {self.token(role, **claims)}"}
        return httpx2.Client(base_url=f"{self.origin}/api/v1", headers=headers, timeout=30)

    def async_client(self, role: str | None = "admin", **claims: str) -> httpx2.AsyncClient:
        """The same for concurrent requests."""
        headers = {} if role is None else {"Authorization": f"Bearer {self.token(role, **claims)}"}
        return httpx2.AsyncClient(base_url=f"{self.origin}/api/v1", headers=headers, timeout=30, transport=EitherWay())

    def kill(self, part: str) -> int:
        """Kill a process outright; its id. The stack starts another one."""
        pid = self.stack.part(part).pid
        assert pid, f"{part} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self, part: str) -> None:
        """End a process and leave it ended."""
        self.stack.hold(part)

    def start(self, part: str) -> None:
        """Start a process that was ended, and wait until it is ready."""
        self.stack.resume(part)


@contextmanager
def running(cluster: Cluster, folder: Path, extra: Mapping[str, str] | None = None) -> Iterator[RealStack]:
    """A stack with its home in `folder`, ready to be used. `extra` are further settings."""
    said: list[str] = []
    base = environment(cluster) | dict(extra or {})
    with Stack(Home(folder), ports.free(1)[0], said.append, base) as stack:
        yield RealStack(stack)


def eventually(ask: Callable[[], T], enough: Callable[[T], bool], seconds: float = PATIENCE_SECONDS) -> T:
    """Ask again until the answer is enough; the last answer in the failure if it never is."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if enough(answer):
            return answer
        assert time.monotonic() < until, f"still {answer!r} after {seconds:.0f} seconds"
        time.sleep(0.02)
