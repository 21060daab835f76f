"""Fixtures of the tests of faults: one durable stack, and a table of what they found.

Nothing of it is about time: what is counted has to be the same however slow the machine is.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.faults import database_of, durable, place
from tests.support.stack import RealStack

FIGURES = "figures"


@pytest.fixture(scope="session")
def stack() -> Iterator[RealStack]:
    """Gateway, services and a PostgreSQL with fsync. Tests share them, so each makes its own survey."""
    with place() as home, durable(home) as real:
        yield real


@pytest.fixture(scope="session")
def database(stack: RealStack) -> str:
    """The URL of the stack's database of surveys."""
    return database_of(stack)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[dict[str, Any]], None]:
    """Takes the figures of a test, to be shown at the end of the run."""
    return lambda figures: record_property(FIGURES, json.dumps(figures))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the figures of the tests that passed."""
    found = [
        (report.nodeid.rpartition("::")[2], value)
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == FIGURES
    ]
    if found:
        terminalreporter.section("figures")
    for name, value in found:
        told = "  ".join(f"{key} {figure}" for key, figure in json.loads(value).items())
        terminalreporter.write_line(f"{name}: {told}")
