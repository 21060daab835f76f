"""The whole of Tinjau on one machine: the embedded PostgreSQL, the services and the gateway, started and ended as one.

`with Stack(...) as stack:` gives a stack whose every part is ready; leaving the block ends the services first and the
database last. See `docs/operations.md` for what is kept where.
"""

import os
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

import httpx2

from ops import credentials, environment, ports
from ops.credentials import Credentials
from ops.databases import databases_of, migrate
from ops.environment import MODULES, SERVICES, Addresses, part_of
from ops.failures import Failure, tail
from ops.home import Home
from ops.processes import Part, Say, Supervisor, died
from ops.signals import ignoring
from ops.state import Running, State, end_leftovers, only_one

READY_SECONDS = 60.0
POLL_SECONDS = 0.05
# Idle connections from the gateway's pool must not be closed by the service first, or a request could be lost between.
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 5


class Stack:
    """A stack in a home, with its door on `port`; `say` is told what happens while it runs."""

    def __init__(self, home: Home, port: int, say: Say, base: Mapping[str, str] = os.environ) -> None:
        self.home = home
        self.origin = f"http://{ports.HOST}:{port}"
        self._base = {"TINJAU_SURVEYS_ATTACHMENTS_FOLDER": str(home.attachments), **base}
        self._say = say
        self._addresses = Addresses({"gateway": port})
        self._supervisor = Supervisor(say, self._tell)
        self._held = ExitStack()
        self._credentials: Credentials | None = None

    @property
    def credentials(self) -> Credentials:
        """The keys of this installation; only of a started stack."""
        if self._credentials is None:
            raise Failure("The stack has not been started.")
        return self._credentials

    def part(self, name: str) -> Part:
        """One process of a started stack, by its name; `postgres` is one where it is embedded, and the gateway has
        `gateway-2` and so on beside `gateway`."""
        return next(part for part in self._supervisor.parts if part.name == name)

    def processes(self, part: str) -> list[Part]:
        """Every process of one part of a started stack; the gateway has several."""
        return [each for each in self._supervisor.parts if part_of(each.name) == part]

    def hold(self, name: str) -> None:
        """End one process and leave it ended."""
        self._supervisor.hold(self.part(name))

    def resume(self, name: str) -> None:
        """Start a process that was ended, and wait until it is ready."""
        self._supervisor.start(self.part(name))
        self._tell()
        self.wait(name)

    def url(self, part: str) -> str:
        """The origin of one process of a started stack."""
        return self._addresses.url(part_of(part))

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> None:
        self.home.make()
        self._held.enter_context(only_one(self.home))
        for name in end_leftovers(self.home):
            self._say(f"{name} was left over from a stack that was killed; it was ended.")
        self._keep_ports()
        self._credentials = credentials.ensure(self.home.secrets)
        databases = databases_of(self.home, self._supervisor, self._base)
        migrate(self.home, databases, self._credentials, self._base)
        self._forget_counters()
        names = [name for part in MODULES for name in environment.processes(part, self._base)]
        for name in names:
            self._supervisor.start(self._process(name, databases))
        self._tell()
        for name in names:
            self.wait(name)
        self._supervisor.watch()

    def _keep_ports(self) -> None:
        """For as long as the stack is there: between a start and the next, anybody's connection could take one."""
        wanted = {"gateway": self._addresses.ports["gateway"], **dict.fromkeys(SERVICES, 0)}
        kept = {part: self._held.enter_context(ports.kept(port)) for part, port in wanted.items()}
        self._addresses = Addresses({part: ports.number(keeper) for part, keeper in kept.items()})

    def _forget_counters(self) -> None:
        shutil.rmtree(self.home.counters, ignore_errors=True)
        self.home.counters.mkdir(exist_ok=True)

    def _process(self, name: str, databases: Mapping[str, str]) -> Part:
        part = part_of(name)
        told = environment.of_part(part, self._base, self._addresses, databases, self.credentials)
        if part == "gateway":
            told[environment.COUNTERS] = str(self.home.counters)
        return Part(name, command(part, self._addresses.ports[part]), told, self.home.log(name))

    def wait(self, name: str) -> None:
        """Wait until a process is ready. Raises Failure with the end of its log when it dies or takes too long."""
        part = self.part(name)
        until, heard = time.monotonic() + READY_SECONDS, "nothing"
        while time.monotonic() < until:
            if part.process and (code := part.process.poll()) is not None:
                raise Failure(f"{name} {died(code)} while it started; its log is {part.log}.", tail(part.log))
            with suppress(httpx2.HTTPError):
                answer = httpx2.get(f"{self.url(name)}/health/ready", timeout=5)
                if answer.status_code == 200:
                    return
                heard = answer.text
            time.sleep(POLL_SECONDS)
        raise Failure(
            f"{name} was not ready after {READY_SECONDS:.0f} seconds and last said: {heard}. Its log is {part.log}.",
            tail(part.log),
        )

    def _stop(self) -> None:
        with ignoring():
            self._supervisor.stop()
            if self._credentials is not None:
                self.home.state.unlink(missing_ok=True)
            self._held.close()

    def _tell(self) -> None:
        state = State(os.getpid(), self.origin)
        for part in self._supervisor.parts:
            if part.pid:
                url = self.url(part.name) if part_of(part.name) in MODULES else None
                state.parts[part.name] = Running(part.pid, str(part.log), url)
        state.write(self.home)


def command(part: str, port: int) -> list[str]:
    """How a process is started. `-P` keeps the current folder from shadowing a module. Only the gateway may have a
    proxy before it."""
    proxy = [] if part == "gateway" else ["--no-proxy-headers"]
    return [
        sys.executable, "-P", "-m", "ops.sharing", str(port), f"{MODULES[part]}:create_app", "--factory", *proxy,
        "--loop", "uvloop", "--http", "services.kit.express:Express", "--no-access-log", "--no-server-header",
        "--timeout-keep-alive", str(KEEP_ALIVE_SECONDS), "--timeout-graceful-shutdown", str(GRACE_SECONDS),
    ]  # fmt: skip
