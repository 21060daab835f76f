"""What surveys asks of programs when a review is planned: the real answers have the shape of the golden files, with
which the tests of surveys play the registry."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.kit.database import Database
from services.kit.testing import Cast, Cluster, Signer, database_name, running
from services.programs.app import create_app
from services.programs.regions.service import load_edition
from services.programs.settings import Settings
from tests.contract.shapes import shape

GOLDEN = Path(__file__).parent / "data" / "registry"
SENT = {
    "agencies": ("id", "region", "slug", "name"),
    "programs": ("id", "region", "slug", "name", "agency", "dimension", "sub_dimension", "status"),
    "locations": ("id", "program", "slug", "name"),
}


@pytest.fixture
async def registry(cluster: Cluster, signer: Signer) -> AsyncIterator[Cast]:
    url = await cluster.clone("programs", f"{database_name('contract')}_planning")
    database = Database(url, "programs", pool=1)
    async with database.transaction() as write:
        await load_edition(write)
    await database.close()
    async with running(create_app(Settings(database_url=url, public_key_file=signer.public_key_file)), signer) as cast:
        yield cast


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


async def test_answers_have_the_shape_that_surveys_was_tested_with(registry: Cast) -> None:
    agency, program, location = golden("agency"), golden("program"), golden("location")
    for path, thing in (("agencies", agency), ("programs", program), ("locations", location)):
        body = {key: thing[key] for key in SENT[path]}
        made = await registry.call("POST", f"/api/v1/{path}", json=body)
        assert made.status_code == 201, made.text
        answer = await registry.call("GET", f"/api/v1/{path}/{thing['id']}", "team", {"region": "33.25"})
        assert shape(answer.json()) == shape(thing)
    region = await registry.call("GET", "/api/v1/regions/33.25", "team", {"region": "33.25"})
    assert region.json() == golden("region")


async def test_what_is_not_there_is_a_404(registry: Cast) -> None:
    for path in ("regions/99", f"programs/{uuid4()}", f"locations/{uuid4()}"):
        assert (await registry.call("GET", f"/api/v1/{path}")).status_code == 404
