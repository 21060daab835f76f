"""`docs/operations.md` names every setting and no other, with the default that the code has."""

import re

import pytest
from pydantic_settings import BaseSettings

from tests.support.apps import SERVICES, settings_of, variables_of
from tests.support.tree import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(TINJAU_[A-Z_]+)` \| ([^|]*) \|", re.MULTILINE)
PARTS = (*SERVICES, "gateway")

# What commands and docker-compose.yml read, besides the settings of processes.
OF_COMMANDS = {
    "TINJAU_HOME",
    "TINJAU_TOKEN",
    "TINJAU_BIND",
    "TINJAU_PORT",
    "TINJAU_SECRETS",
    "TINJAU_GATEWAY_PROCESSES",
}


def variables() -> set[str]:
    return {name for part in PARTS for names in variables_of(settings_of(part)).values() for name in names}


def test_it_has_a_row_for_every_variable_that_is_read_and_for_no_other() -> None:
    rows = [name for name, _ in ROW.findall(PAGE)]
    assert len(rows) == len(set(rows))
    assert set(rows) == variables() | OF_COMMANDS


def test_it_mentions_no_variable_that_nobody_reads() -> None:
    mentioned = set(re.findall(r"TINJAU_[A-Z_]*[A-Z]", PAGE))
    assert mentioned <= variables() | OF_COMMANDS


@pytest.mark.parametrize("part", PARTS)
def test_each_default_is_the_one_of_the_code(part: str) -> None:
    kind = settings_of(part)
    said = dict(ROW.findall(PAGE))
    for field, names in variables_of(kind).items():
        assert said[names[0]].strip() == default(kind, field), names[0]


def default(kind: type[BaseSettings], field: str) -> str:
    """A field's default as the page writes it."""
    info = kind.model_fields[field]
    if info.is_required():
        return "required"
    value = info.default
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "none" if value is None else f"`{value}`"
