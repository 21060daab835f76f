"""The databases of a stack: those that the operator named, else the embedded ones; and their migrations."""

import subprocess
import sys
from collections.abc import Mapping

from ops import environment, postgres
from ops.credentials import Credentials
from ops.environment import MODULES, SERVICES, Addresses
from ops.failures import Failure, tail
from ops.home import Home
from ops.processes import Supervisor


def databases_of(home: Home, supervisor: Supervisor, base: Mapping[str, str]) -> dict[str, str]:
    """The database of each service; the embedded PostgreSQL is started when one of them needs it."""
    if not environment.needs_embedded(base):
        return environment.database_urls(base, None)
    server = postgres.prepare(home.postgres)
    server.end_leftover()
    part = server.part(home.log("postgres"))
    supervisor.start(part)
    server.wait(part)
    server.make_databases([f"tinjau_{service}" for service in SERVICES])
    return environment.database_urls(base, server.url)


def databases_of_running(home: Home, base: Mapping[str, str]) -> dict[str, str]:
    """The same while a stack runs in the home, whose PostgreSQL is there already."""
    server = postgres.prepare(home.postgres) if environment.needs_embedded(base) else None
    return environment.database_urls(base, server.url if server else None)


def migrate(home: Home, databases: Mapping[str, str], keys: Credentials, base: Mapping[str, str]) -> None:
    """Bring the database of each service to its newest version, side by side. Raises Failure with what one said."""
    nowhere = Addresses(dict.fromkeys(MODULES, 0))
    running = {}
    for service in databases:
        told = environment.of_part(service, base, nowhere, databases, keys)
        with home.log(f"migrate-{service}").open("wb") as log:
            running[service] = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", f"services.{service}", "migrate"], env=told, stdout=log, stderr=log
            )
    failed = [service for service, process in running.items() if process.wait() != 0]
    if failed:
        file = home.log(f"migrate-{failed[0]}")
        raise Failure(f"The database of {failed[0]} could not be migrated; the log is {file}.", tail(file))
