"""Nobody sees what is not theirs: tables with a region or an agency are bound, and what runs unbound is named here."""

import ast
from pathlib import Path

import pytest

from services.kit.scope import BOUND
from tests.support.apps import SERVICES, permissions_of, tables_of
from tests.support.tree import name, with_suffix

CLAIMS = {"region": ("region_code", "region"), "agency": ("agency_id", "agency")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_a_region_or_an_agency_is_bound_by_it(service: str) -> None:
    for table in tables_of(service).tables.values():
        expected = {claim: column for claim, columns in CLAIMS.items() for column in columns if column in table.columns}
        assert table.info.get(BOUND, {}) == expected, table.name


@pytest.mark.parametrize("service", SERVICES)
def test_permissions_bind_rows_by_claims_that_tables_know(service: str) -> None:
    known = {claim for table in tables_of(service).tables.values() for claim in table.info.get(BOUND, {})}
    asked = {claim for roles in permissions_of(service).values() for rows in roles.values() for claim in rows.claims}
    assert asked <= known


class Functions(ast.NodeVisitor):
    """Collects the functions in which a name is used, as `Class.function`."""

    def __init__(self, wanted: str) -> None:
        self.found: set[str] = set()
        self._wanted = wanted
        self._within: list[str] = []

    def _enter(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._within.append(node.name)
        self.generic_visit(node)
        self._within.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _enter  # noqa: N815 - ast's own names

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self._wanted and isinstance(node.ctx, ast.Load):
            self.found.add(".".join(self._within))


def using(file: Path, wanted: str) -> set[str]:
    """`path:function` for every function of a file that uses a name."""
    visitor = Functions(wanted)
    visitor.visit(ast.parse(file.read_text()))
    return {f"{name(file)}:{function}" for function in visitor.found}


def of_services() -> list[Path]:
    return [file for service in SERVICES for file in with_suffix(".py", under=f"services/{service}")]


# Group commit: the one place where each microsecond is paid by every respondent. It only inserts what `domain` checked
# against the caller's rows, and reads back by the ids it was given.
PAST_THE_KIT = {"services/surveys/responses/store.py"}


@pytest.mark.parametrize("file", [file for file in of_services() if name(file) not in PAST_THE_KIT], ids=name)
def test_only_the_kit_talks_to_the_driver(file: Path) -> None:
    """Statements reach the database through `Reading` and `Transaction`, which ask for a scope each time."""
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    ways = ("asyncpg", "sqlalchemy.ext.asyncio", "sqlalchemy.create_engine", "sqlalchemy.orm")
    assert not [each for each in imported if each.startswith(ways)]
