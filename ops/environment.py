"""What each process of a stack is told, as environment variables: the settings of `docs/operations.md`."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.credentials import Credentials
from ops.failures import Failure
from ops.ports import HOST

SERVICES = ("programs", "surveys", "reports")
# Children import the very tree that this module is in, wherever they are started and whatever else is installed.
TREE = str(Path(__file__).resolve().parent.parent)
MODULES = {**{name: f"services.{name}.app" for name in SERVICES}, "gateway": "gateway.app"}
COUNTERS = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes at one address count together; the name is the library's."""
GATEWAYS = "TINJAU_GATEWAY_PROCESSES"
# Two stand in for each other and wait less for surveys than one; see `docs/decisions/0009-two-gateways.md`.
GATEWAYS_DEFAULT = 2
GATEWAYS_MOST = 64


def processes(part: str, environment: Mapping[str, str]) -> list[str]:
    """The names of the processes of a part, of which the gateway has several. Raises Failure for a number that is
    none."""
    if part != "gateway":
        return [part]
    told = environment.get(GATEWAYS) or str(GATEWAYS_DEFAULT)
    if not (told.isascii() and told.isdigit() and 1 <= int(told) <= GATEWAYS_MOST):
        raise Failure(f"{GATEWAYS} is {told!r}, which is no number from 1 to {GATEWAYS_MOST}.")
    return [part, *(f"{part}-{number}" for number in range(2, int(told) + 1))]


def part_of(process: str) -> str:
    """The part that a process belongs to, by its name."""
    return process.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports of a stack's processes, all on loopback."""

    ports: Mapping[str, int]

    def url(self, part: str) -> str:
        """The origin of a part."""
        return f"http://{HOST}:{self.ports[part]}"


def given_url(service: str, environment: Mapping[str, str]) -> str | None:
    """The database URL that the operator gave a service: its own variable first, then the common one."""
    return environment.get(f"TINJAU_{service.upper()}_DATABASE_URL") or environment.get("TINJAU_DATABASE_URL") or None


def database_urls(environment: Mapping[str, str], embedded: Callable[[str], str] | None) -> dict[str, str]:
    """The database URL of each service: as given, else one database each in the embedded PostgreSQL."""
    urls = {}
    for service in SERVICES:
        url = given_url(service, environment) or (embedded(f"tinjau_{service}") if embedded else None)
        if url:
            urls[service] = url
    return urls


def needs_embedded(environment: Mapping[str, str]) -> bool:
    """Whether some service was given no database of its own."""
    return any(given_url(service, environment) is None for service in SERVICES)


def of_part(
    part: str, base: Mapping[str, str], addresses: Addresses, databases: Mapping[str, str], credentials: Credentials
) -> dict[str, str]:
    """The environment of a part's processes: no part is told another's database, and only the gateway the private
    key."""
    told = {name: value for name, value in base.items() if not _is_database(name)}
    told["PYTHONPATH"] = os.pathsep.join(filter(None, (TREE, base.get("PYTHONPATH"))))
    told["TINJAU_PUBLIC_KEY_FILE"] = str(credentials.public_key)
    if part in databases:
        told[f"TINJAU_{part.upper()}_DATABASE_URL"] = databases[part]
    if part == "surveys":
        told["TINJAU_SURVEYS_PROGRAMS_URL"] = addresses.url("programs")
    if part == "reports":
        told.setdefault("TINJAU_REPORTS_PUBLIC_URL", addresses.url("gateway"))
        told["TINJAU_REPORTS_FEEDS_URL"] = addresses.url("gateway")
        told["TINJAU_REPORTS_CREDENTIAL_FILE"] = str(credentials.reports)
    if part == "gateway":
        told |= {f"TINJAU_GATEWAY_{service.upper()}_URL": addresses.url(service) for service in SERVICES}
        told["TINJAU_GATEWAY_PRIVATE_KEY_FILE"] = str(credentials.private_key)
    return told


def _is_database(name: str) -> bool:
    return name.startswith("TINJAU_") and name.endswith("_DATABASE_URL")
