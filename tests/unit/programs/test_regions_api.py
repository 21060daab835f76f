"""Regions through the API: by level and parent, by name, one with those above it."""

import pytest
from sqlalchemy import text

from services.kit.database import Database
from services.kit.scope import EVERYTHING
from services.kit.testing import Cast
from services.programs.__main__ import main, prepare


async def test_everyone_may_list_regions_by_level_and_parent(cast: Cast) -> None:
    provinces = await cast.call("GET", "/api/v1/regions?level=province&limit=500", role="public")
    assert len(provinces.json()["items"]) == 38
    assert provinces.json()["next"] is None
    districts = (await cast.call("GET", "/api/v1/regions?parent=33.25", role="public")).json()["items"]
    assert [region["code"] for region in districts] == [f"33.25.{number:02}" for number in range(1, 16)]
    assert {region["level"] for region in districts} == {"district"}
    assert districts[0] | {"name": ""} == {
        "code": "33.25.01", "name": "", "level": "district", "parent": "33.25", "code_system": "kemendagri",
        "edition": "2025",
    }  # fmt: skip


async def test_pages_join_up_without_gap_or_overlap(cast: Cast) -> None:
    codes: list[str] = []
    cursor: str | None = None
    while True:
        params = {"level": "regency", "limit": "200"} | ({"cursor": cursor} if cursor else {})
        page = (await cast.call("GET", "/api/v1/regions", params=params)).json()
        codes += [region["code"] for region in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(codes) == len(set(codes)) == 514
    assert codes == sorted(codes)


@pytest.mark.parametrize("part", ["batang", "BATANG", "Kabupaten Batang"])
async def test_a_name_is_found_in_any_case_and_a_whole_word_comes_first(cast: Cast, part: str) -> None:
    found = (await cast.call("GET", "/api/v1/regions", params={"q": part, "level": "regency"})).json()["items"]
    assert found[0]["name"] == "Kabupaten Batang"
    assert "Kabupaten Batanghari" in [region["name"] for region in found]


async def test_a_name_is_found_by_its_middle_after_those_that_begin_so(cast: Cast) -> None:
    found = (await cast.call("GET", "/api/v1/regions", params={"q": "gal", "limit": "500"})).json()["items"]
    names = [region["name"].lower() for region in found]
    begins = [any(word.startswith("gal") for word in name.split(" ")) for name in names]
    assert all("gal" in name for name in names)
    assert begins == sorted(begins, reverse=True)
    assert begins[0]
    assert "kota tegal" in names[begins.index(False) :]


async def test_signs_that_mean_something_to_like_are_ordinary_signs_here(cast: Cast) -> None:
    for sign in ("%", "_", "\\"):
        found = await cast.call("GET", "/api/v1/regions", params={"q": sign})
        assert found.json()["items"] == []


async def test_a_region_comes_with_those_above_it(cast: Cast) -> None:
    district = (await cast.call("GET", "/api/v1/regions/33.25.11", role="public")).json()
    assert [(one["code"], one["level"]) for one in district["parents"]] == [("33", "province"), ("33.25", "regency")]
    assert (await cast.call("GET", "/api/v1/regions/33")).json()["parents"] == []


async def test_an_unknown_region_is_404_and_what_is_no_code_422(cast: Cast) -> None:
    assert (await cast.call("GET", "/api/v1/regions/33.99")).json()["type"] == "/problems/not-found"
    assert (await cast.call("GET", "/api/v1/regions/33.25.99")).status_code == 404
    assert (await cast.call("GET", "/api/v1/regions/batang")).status_code == 422
    assert (await cast.call("GET", "/api/v1/regions?cursor=nonsense")).json()["type"] == "/problems/malformed"


async def test_nobody_without_a_token_reads_anything(cast: Cast) -> None:
    assert (await cast.call("GET", "/api/v1/regions", role=None)).status_code == 401


async def test_the_migrate_step_loads_regions_once_and_mends_what_differs(url: str) -> None:
    assert await prepare(url) == 0
    database = Database(url, "programs", pool=1)
    try:
        async with database.transaction() as write:
            await write.run(text("UPDATE regions SET name = 'Elsewhere' WHERE code = '33.25'"), EVERYTHING)
            await write.run(text("DELETE FROM regions WHERE code = '33.25.15'"), EVERYTHING)
    finally:
        await database.close()
    assert await prepare(url) == 2
    assert await prepare(url) == 0


def test_the_command_knows_one_step(
    url: str, signer: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    monkeypatch.setenv("TINJAU_PROGRAMS_DATABASE_URL", url)
    monkeypatch.setenv("TINJAU_PUBLIC_KEY_FILE", str(signer.public_key_file))  # type: ignore[attr-defined]
    assert main(["migrate"]) == 0
    assert "0 regions new or changed" in capsys.readouterr().err
