"""A service put together: hot routes, the OpenAPI document, what operators see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.kit.openapi import permission_of_route, routes
from services.kit.testing import Cast, Signer, running
from tests.unit.kit.apps import body, shop

API = "/api/v1/colours"


@pytest.fixture
async def cast(url: str, signer: Signer) -> AsyncIterator[Cast]:
    async with running(shop(url, signer.public_key_file), signer) as people:
        yield people


async def test_a_hot_route_answers_like_any_other_to_whoever_may(cast: Cast) -> None:
    assert (await cast.call("GET", f"{API}/hot", "public")).json() == {"role": "public", "claims": {}}
    assert body(await cast.call("GET", f"{API}/hot", role=None))["type"] == "/problems/unauthenticated"
    assert body(await cast.call("POST", f"{API}/hot", "mentor"))["type"] == "/problems/forbidden"
    assert body(await cast.call("POST", f"{API}/hot", "admin"))["type"] == "/problems/conflict"
    assert body(await cast.call("PUT", f"{API}/hot", "admin"))["type"] == "/problems/method-not-allowed"
    metrics = (await cast.call("GET", "/metrics", role=None)).text
    assert f'route="{API}/hot"' in metrics


def test_the_document_says_who_may_and_what_may_go_wrong(signer: Signer) -> None:
    app = shop("postgresql://nobody@127.0.0.1:1/none", signer.public_key_file)
    document = app.openapi()
    assert document is app.openapi()
    create = document["paths"][API]["post"]
    assert create["operationId"] == "create_colour"
    assert create["x-permission"] == "colours:write"
    assert create["description"].endswith("For: admin (`colours:write`).")
    assert {"201", "401", "403", "409", "422", "503"} <= set(create["responses"])
    for status, answer in create["responses"].items():
        assert (status >= "400") == ("application/problem+json" in answer.get("content", {}))
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert {"Problem", "FieldErrorBody"} <= set(document["components"]["schemas"])
    live = document["paths"]["/health/live"]["get"]
    assert "x-permission" not in live
    assert "401" not in live["responses"]


def test_every_route_of_the_shop_is_guarded_except_health(signer: Signer) -> None:
    app = shop("postgresql://nobody@127.0.0.1:1/none", signer.public_key_file)
    open_ones = {str(route.path) for route in routes(app) if permission_of_route(route) is None}
    assert open_ones == {"/health/live", "/health/ready"}


def test_a_service_without_the_gateways_key_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        shop("postgresql://nobody@127.0.0.1:1/none", tmp_path / "missing.pem")


async def test_a_failure_in_the_middle_of_an_answer_is_not_dressed_up_as_another_answer(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        await cast.call("GET", f"{API}/faults/halfway")
