"""The region and dimension data that programs ships: whole, well formed, of one edition, and attributed."""

import csv
import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

REGIONS = files("services.programs.regions").joinpath("data")
DIMENSIONS = files("services.programs.registry").joinpath("data", "dimensions-2024.json")
LEVELS = {
    "provinces": (r"\d{2}", ["code", "name"]),
    "regencies": (r"\d{2}\.\d{2}", ["code", "province_code", "name"]),
    "districts": (r"\d{2}\.\d{2}\.\d{2}", ["code", "regency_code", "name"]),
}
SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def rows(level: str) -> list[dict[str, str]]:
    with REGIONS.joinpath(f"{level}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def edition() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(REGIONS.joinpath("edition.json").read_text(encoding="utf-8"))
    return loaded


def dimensions() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DIMENSIONS.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("level", LEVELS)
def test_codes_are_well_formed_unique_named_and_as_many_as_the_edition_says(level: str) -> None:
    shape, columns = LEVELS[level]
    found = rows(level)
    codes = [row["code"] for row in found]
    assert list(found[0]) == columns
    assert len(found) == len(set(codes)) == edition()["counts"][level]
    assert [code for code in codes if not re.fullmatch(shape, code)] == []
    assert [row for row in found if row["name"] != row["name"].strip() or not row["name"]] == []


@pytest.mark.parametrize(
    ("level", "parent", "column"),
    [("regencies", "provinces", "province_code"), ("districts", "regencies", "regency_code")],
)
def test_every_parent_exists_and_is_the_prefix_of_the_code(level: str, parent: str, column: str) -> None:
    parents = {row["code"] for row in rows(parent)}
    children = rows(level)
    assert [row for row in children if row["code"].rpartition(".")[0] != row[column]] == []
    assert {row[column] for row in children} == parents


def test_cities_are_numbered_from_71_and_regencies_below() -> None:
    kinds = Counter("city" if int(row["code"][3:]) >= 71 else "regency" for row in rows("regencies"))
    assert kinds == {"regency": 416, "city": 98}


def test_the_regions_of_the_demo_are_there() -> None:
    names = {row["code"]: row["name"] for row in rows("regencies")}
    batang = [row["code"] for row in rows("districts") if row["regency_code"] == "33.25"]
    assert (names["33.25"], names["35.71"]) == ("Kabupaten Batang", "Kota Kediri")
    assert batang == [f"33.25.{number:02}" for number in range(1, 16)]


def test_the_edition_names_its_code_system_decree_and_licence() -> None:
    found = edition()
    assert (found["code_system"], found["edition"], found["license"]) == ("kemendagri", "2025", "ODbL-1.0")
    assert found["decree"] == "Kepmendagri 300.2.2-2138/2025"
    assert found["decided_on"] == "2025-04-25"


def test_the_licence_notice_stands_in_the_edition_and_in_the_page_beside_the_files() -> None:
    found = edition()
    page = REGIONS.joinpath("README.md").read_text(encoding="utf-8")
    for address in (found["license_url"], found["upstream"]["url"]):
        assert address.startswith("https://")
        assert address in found["attribution"]
        assert address in page


def test_six_dimensions_have_three_sub_dimensions_each_in_two_languages() -> None:
    found = dimensions()["dimensions"]
    assert [len(dimension["sub_dimensions"]) for dimension in found] == [3] * 6
    entries = [*found, *(sub for dimension in found for sub in dimension["sub_dimensions"])]
    assert [entry for entry in entries if not SNAKE.fullmatch(entry["key"])] == []
    assert [entry for entry in entries if not all(entry["label"][language] for language in ("id", "en"))] == []


def test_no_name_of_a_dimension_or_sub_dimension_is_ambiguous() -> None:
    found = dimensions()["dimensions"]
    subs = [sub for dimension in found for sub in dimension["sub_dimensions"]]
    for siblings in (found, subs):
        names = Counter(name for entry in siblings for name in _names(entry))
        assert [name for name, times in names.items() if times > 1] == []


def test_a_name_in_use_elsewhere_finds_its_sub_dimension() -> None:
    living = next(entry for entry in dimensions()["dimensions"] if entry["key"] == "living")
    mobility = next(entry for entry in living["sub_dimensions"] if entry["key"] == "mobility")
    assert "building" in _names(mobility)


def _names(entry: dict[str, Any]) -> set[str]:
    """Everything an import may call this entry, without regard to case."""
    return {name.casefold() for name in (entry["key"], *entry["label"].values(), *entry["aliases"])}
