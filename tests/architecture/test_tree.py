"""The tree itself: small files with telling names, a kit without a word of the domain, no package registry anywhere."""

import re
import tomllib
from pathlib import Path

import pytest

from services.kit import VERSION
from tests.support.tree import ROOT, files, name, with_suffix

LINES = 400
LINES_OF_TESTS = 600
HAND_WRITTEN = (".py", ".sh", ".js", ".css", ".html", ".jinja", ".md", ".yml", ".toml")
# Vendored as they were published.
BROUGHT = ("gateway/pages/static/swagger/",)
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common"}

# Law 9. Services' names are addresses and may appear; what things mean may not.
DOMAIN = {
    "region", "regions", "wilayah", "agency", "agencies", "opd", "program", "programme", "programmes", "partner",
    "partners", "questionnaire", "questionnaires", "review", "reviews", "visit", "visits", "respondent", "respondents",
    "aspiration", "aspirations", "grade", "grades", "ikm", "skm", "evaluation", "evaluations", "followup", "followups",
    "ministry", "mentor", "enumerator", "assessor", "province", "regency", "district", "survey", "report", "score",
}  # fmt: skip

REGISTRIES = tuple(
    "".join(parts)
    for parts in (
        ("pypi", ".org"), ("pythonhosted", ".org"), ("npmjs", ".org"), ("npmjs", ".com"), ("registry", ".yarnpkg"),
        ("docker", ".io"), ("ghcr", ".io"), ("quay", ".io"), ("conda", ".anaconda"), ("crates", ".io"),
    )
)  # fmt: skip


def hand_written() -> list[Path]:
    return [file for file in with_suffix(*HAND_WRITTEN) if not name(file).startswith(BROUGHT)]


def test_no_file_is_longer_than_one_can_read_in_a_sitting() -> None:
    lengths = {name(file): len(file.read_text().splitlines()) for file in hand_written()}
    assert not {
        each: length
        for each, length in lengths.items()
        if length > (LINES_OF_TESTS if each.startswith("tests/") else LINES)
    }


def test_no_module_is_a_drawer_for_whatever_has_no_place() -> None:
    assert not [name(file) for file in files() if DRAWERS & {part.removesuffix(".py") for part in file.parts}]


def test_every_python_file_with_something_in_it_opens_with_a_sentence() -> None:
    texts = {name(file): file.read_text() for file in with_suffix(".py")}
    assert not [each for each, text in texts.items() if text and not text.startswith('"""')]


@pytest.mark.parametrize("file", with_suffix(".py", under="services/kit"), ids=lambda file: file.name)
def test_the_kit_has_no_word_of_the_domain(file: Path) -> None:
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", file.read_text())
    assert not DOMAIN & set(re.findall(r"[a-z]+", text.lower()))


def test_no_file_names_a_package_registry() -> None:
    found = []
    for file in files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [(name(file), host) for host in REGISTRIES if host in text]
    assert not found


def test_the_lock_names_packages_and_hashes_and_no_place_to_get_them_from() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"^\s*(-i\b|--(extra-)?index-url|--find-links|--trusted-host)", lock, re.MULTILINE)
    assert "://" not in lock


def test_the_version_is_the_same_wherever_it_stands() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert project["version"] == VERSION == newest.group(1)
