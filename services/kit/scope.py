"""Which rows a caller may touch, bound to every statement on its way to the database.

A table says in `Table.info["bound"]` which of its columns belong to a claim, for instance
`{"area": "area_code"}`. A `Scope` holds the caller's claims. `bind` adds the condition to each bound table of a
statement; a statement whose bound table it cannot reach is refused with `UnscopedStatement`, so that forgetting is an
error and not a leak. Values are dotted hierarchies: a claim `33` covers `33`, `33.25` and all below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnClause, Delete, Executable, Insert, Join, Select, Table, TextClause, Update, or_
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ClauseElement, ColumnElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, SelectBase

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
        """The statement, narrowed to the scope. Raises UnscopedStatement where that cannot be done; rows to insert
        are checked by their values, with `covers`."""
        if not self.claims:
            return statement
        reachable = _reachable(statement)
        _refuse_hidden(statement, reachable)
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
    """Bound tables that a `where` on the statement itself narrows: those it selects from or joins, or changes."""
    if isinstance(statement, Select):
        sources = list(statement.get_final_froms())
    elif isinstance(statement, Update | Delete):
        sources = [statement.table]
    elif isinstance(statement, Insert):
        sources = []
    else:
        raise UnscopedStatement(f"{type(statement).__name__} cannot be narrowed to a scope")
    tables: list[Table] = []
    while sources:
        source = sources.pop()
        if isinstance(source, Join):
            sources += [source.left, source.right]
        elif isinstance(source, TextClause):
            raise UnscopedStatement("nobody knows what stands in a text")
        elif isinstance(source, Table) and BOUND in source.info and source not in tables:
            tables.append(source)
    return tables


def _refuse_hidden(statement: Any, reachable: Sequence[Table]) -> None:
    """Raises UnscopedStatement when a bound table stands anywhere else: in a subquery, an alias, a common table
    expression, or behind a column that brings its table along."""
    for part in visitors.iterate(statement):
        if part is not statement and isinstance(part, AliasedReturnsRows | SelectBase | UpdateBase):
            hidden = _bound_tables(part)
        else:
            # The two sides of a join come by themselves.
            sources = [source for source in _sources(part) if source not in reachable and not isinstance(source, Join)]
            hidden = [table for source in sources for table in _bound_tables(source)]
        if hidden:
            raise UnscopedStatement(f"{hidden[0].name} stands where its scope cannot be applied")


def _bound_tables(clause: Any) -> list[Table]:
    """Every bound table in a clause, however deep."""
    found: list[Table] = []
    seen: set[int] = set()
    pending = [clause]
    while pending:
        for part in visitors.iterate(pending.pop()):
            if id(part) in seen:
                continue
            seen.add(id(part))
            if isinstance(part, Table) and BOUND in part.info:
                found.append(part)
            pending += [source for source in _sources(part) if id(source) not in seen]
    return found


def _sources(part: Any) -> list[Any]:
    """What a part of a statement takes its rows from: the table that it is or belongs to, that it changes or reads."""
    if isinstance(part, Table):
        return [part]
    if isinstance(part, ColumnClause | UpdateBase):
        return [part.table] if isinstance(part.table, ClauseElement) else []
    if isinstance(part, Select):
        return list(part.get_final_froms())
    if isinstance(part, AliasedReturnsRows):
        return [part.element]
    return []
