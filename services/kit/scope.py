"""Which rows a caller may touch, bound to every statement on its way to the database.

A table says in `Table.info["bound"]` which of its columns belong to a claim, for instance
`{"area": "area_code"}`. A `Scope` holds the caller's claims. `bind` adds the condition to each bound table of a
statement; a statement whose bound table it cannot reach is refused with `UnscopedStatement`, so that forgetting is an
error and not a leak. Values are dotted hierarchies: a claim `33` covers `33`, `33.25` and all below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Delete, Executable, Insert, Select, Table, Update, or_
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Alias, Subquery

BOUND = "bound"


class UnscopedStatement(RuntimeError):
    """A statement reads or writes a bound table in a place where its scope cannot be applied."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a caller may touch: all of them when `claims` is empty."""

    claims: Mapping[str, str] = field(default_factory=dict)

    def covers(self, **values: str | None) -> bool:
        """Whether a row with these bound values lies in the scope; a value that is None lies outside any claim."""
        for claim, wanted in self.claims.items():
            if claim not in values:
                return False
            value = values[claim]
            if value is None or not (str(value) == wanted or str(value).startswith(wanted + ".")):
                return False
        return True

    def bind(self, statement: Executable) -> Executable:
        """The statement, narrowed to the scope. Insertions are checked by their values, with `covers`."""
        if not self.claims or isinstance(statement, Insert):
            return statement
        reachable = _reachable(statement)
        for table in _bound_tables(statement):
            if table not in reachable:
                raise UnscopedStatement(f"{table.name} stands where its scope cannot be applied")
        narrowed: Any = statement
        for table in reachable:
            for condition in self._conditions(table):
                narrowed = narrowed.where(condition)
        return narrowed  # type: ignore[no-any-return]

    def _conditions(self, table: Table) -> list[ColumnElement[bool]]:
        bound: Mapping[str, str] = table.info[BOUND]
        missing = set(self.claims) - set(bound)
        if missing:
            raise UnscopedStatement(f"{table.name} has no column for {', '.join(sorted(missing))}")
        conditions = []
        for claim, value in self.claims.items():
            column = table.c[bound[claim]]
            conditions.append(or_(column == value, column.startswith(value + ".", autoescape=True)))
        return conditions


EVERYTHING = Scope()


def _reachable(statement: Executable) -> list[Table]:
    """Bound tables that a `where` on the statement itself narrows."""
    if isinstance(statement, Select):
        sources = statement.get_final_froms()
    elif isinstance(statement, Update | Delete):
        sources = [statement.table]
    else:
        raise UnscopedStatement(f"{type(statement).__name__} cannot be narrowed to a scope")
    tables = []
    for source in sources:
        for part in visitors.iterate(source):
            if isinstance(part, Table) and BOUND in part.info and part not in tables:
                tables.append(part)
            if isinstance(part, Alias | Subquery):
                break
    return tables


def _bound_tables(statement: Executable) -> list[Table]:
    """Every bound table the statement mentions anywhere."""
    found: list[Table] = []
    for part in visitors.iterate(statement):  # type: ignore[arg-type]
        tables = [part] if isinstance(part, Table) else []
        if isinstance(part, Alias | Subquery):
            tables = [t for t in visitors.iterate(part.element) if isinstance(t, Table)]
            if any(BOUND in table.info for table in tables):
                raise UnscopedStatement("a bound table stands in a subquery or alias")
        if isinstance(part, Select) and part is not statement:
            tables = [t for f in part.get_final_froms() for t in visitors.iterate(f) if isinstance(t, Table)]
            if any(BOUND in table.info for table in tables):
                raise UnscopedStatement("a bound table stands in an inner select")
        found.extend(t for t in tables if BOUND in t.info and t not in found)
    return found
