"""Agencies in the database."""

from sqlalchemy import ColumnElement

from services.programs.repository import below, in_use, named
from services.programs.tables import agencies


def conditions(*, region: str | None, name: str | None, archived: str) -> list[ColumnElement[bool]]:
    """What the filters of the list ask for."""
    wanted = in_use(agencies, archived)
    if region:
        wanted.append(below(agencies.c.region_code, region))
    if name:
        wanted.append(named(agencies.c.name, name))
    return wanted
