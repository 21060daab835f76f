"""`tinjau migrate`: bring databases to the newest version, without starting the services."""

import os
from typing import Annotated

import typer

from ops import credentials
from ops.databases import databases_of, databases_of_running
from ops.databases import migrate as run_migrations
from ops.environment import SERVICES
from ops.failures import Failure
from ops.home import Home
from ops.processes import Supervisor
from ops.screen import out, say, told
from ops.state import only_one, running

Services = Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Which ones; all of them if none.")]


def migrate(services: Services = None) -> None:
    """Bring the databases of the services to the newest version."""
    with told():
        wanted = services or list(SERVICES)
        unknown = sorted(set(wanted) - set(SERVICES))
        if unknown:
            raise Failure(f"There is no service {unknown[0]}; there are {', '.join(SERVICES)}.")
        home = Home.of()
        home.make()
        keys = credentials.ensure(home.secrets)
        if running(home):
            run_migrations(home, only(wanted, databases_of_running(home, os.environ)), keys, os.environ)
        else:
            supervisor = Supervisor(say)
            with only_one(home):
                try:
                    run_migrations(home, only(wanted, databases_of(home, supervisor, os.environ)), keys, os.environ)
                finally:
                    supervisor.stop()
        out().print("At the newest version:", ", ".join(wanted))


def only(wanted: list[str], databases: dict[str, str]) -> dict[str, str]:
    """The databases of the wanted services."""
    return {service: databases[service] for service in wanted}
