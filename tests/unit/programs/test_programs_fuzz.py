"""The service against requests made from its own OpenAPI document."""

import asyncio

import pytest

from services.kit.testing import Cast, Signer, running
from services.programs.app import create_app
from services.programs.settings import Settings
from tests.unit.programs import bodies

fuzzing = pytest.importorskip(
    "tests.support.fuzz", reason="schemathesis comes with the extra dev", exc_type=ImportError
)


async def stored(cast: Cast) -> dict[str, str]:
    """One thing of each kind; their ids."""
    agency = (await cast.call("POST", "/api/v1/agencies", json=bodies.agency())).json()["id"]
    program = (await cast.call("POST", "/api/v1/programs", json=bodies.program(agency=agency))).json()["id"]
    location = (await cast.call("POST", "/api/v1/locations", json=bodies.location(program))).json()["id"]
    return {"agency": agency, "program": program, "location": location}


def test_no_request_breaks_the_service_and_every_answer_is_as_documented(url: str, signer: Signer) -> None:
    settings = Settings(database_url=url, public_key_file=signer.public_key_file, log_level="CRITICAL")

    async def ids() -> dict[str, str]:
        async with running(create_app(settings), signer) as cast:
            return await stored(cast)

    there = asyncio.run(ids())
    outcome = fuzzing.fuzz(
        create_app(settings), signer, fixed={"wait": 0},
        known={
            "agencies id": [there["agency"]], "programs id": [there["program"]], "locations id": [there["location"]],
            "agency": [there["agency"], None], "program": [there["program"]], "If-Match": ['"1"'],
            "region": ["33.25", "33.26"], "code": ["33.25.11"], "parent": ["33"], "district": ["33.25.11", None],
            "slug": [bodies.slug("a"), bodies.slug("b"), bodies.slug("c")], "dimension": ["living"],
            "sub_dimension": ["health", None], "point": [None, {"type": "Point", "coordinates": [109.7, -6.9]}],
            "partners": [[]], "years": [[]], "sources": [[]], "programs": [[]], "locations": [[]],
        },
    )  # fmt: skip
    # The rest was hardly tried if these never got past the door.
    assert outcome.accepted() >= {
        "GET /api/v1/regions", "GET /api/v1/regions/{code}", "GET /api/v1/agencies/{id}", "GET /api/v1/programs/{id}",
        "GET /api/v1/locations/{id}", "POST /api/v1/agencies", "POST /api/v1/programs", "POST /api/v1/locations",
        "GET /api/v1/registry/export", "GET /api/v1/changes/registry",
    }  # fmt: skip
    refused = {operation for operation, _ in outcome.poisoned}
    assert refused >= {"POST /api/v1/programs", "PUT /api/v1/programs/{id}", "POST /api/v1/registry/import"}
