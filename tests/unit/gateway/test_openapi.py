"""The merged document: the public paths of all services, no schema mistaken for another one, valid as a whole."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway import routes
from gateway.openapi import SCHEMAS, merge
from tests.unit.gateway import dom
from tests.unit.gateway.conftest import Opener, Servers
from tests.unit.gateway.golden.documents import NAMED, PROBLEM, documents, refer


def answered(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The schema with which an operation answers."""
    operation = document["paths"][path][method]
    schema: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
    elif isinstance(node, str) and node.startswith(SCHEMAS):
        yield node


def test_only_what_the_public_table_gives_to_a_service_is_taken_in_its_order() -> None:
    assert list(merge(documents())["paths"]) == [
        "/api/v1/regions/{code}", "/api/v1/programs", "/api/v1/reviews/{id}", "/api/v1/responses", "/api/v1/methods",
    ]  # fmt: skip


def test_schemas_that_are_alike_are_shared_and_others_are_told_apart() -> None:
    merged = merge(documents())
    schemas = merged["components"]["schemas"]
    assert set(schemas) == {
        "Problem", "Words", "Region", "ProgramsPage", "ProgramsItem", "SurveysPage", "SurveysItem", "Answer",
    }  # fmt: skip
    assert (schemas["Problem"], schemas["Words"]) == (PROBLEM, NAMED)
    assert schemas["ProgramsItem"]["description"] == "of programs"
    for service, path, method in (
        ("Programs", "/api/v1/programs", "post"),
        ("Surveys", "/api/v1/reviews/{id}", "get"),
    ):
        assert answered(merged, path, method) == refer(f"{service}Page")
        assert schemas[f"{service}Page"]["properties"]["items"]["items"] == refer(f"{service}Item")


def test_discriminators_follow_the_new_names() -> None:
    answer = merge(documents())["components"]["schemas"]["Answer"]
    assert answer["oneOf"] == [refer("SurveysItem"), refer("Words")]
    assert answer["discriminator"]["mapping"] == {"item": SCHEMAS + "SurveysItem", "words": SCHEMAS + "Words"}


def test_every_reference_leads_somewhere() -> None:
    merged = merge(documents())
    found = set(references(merged))
    assert found
    assert found <= {SCHEMAS + name for name in merged["components"]["schemas"]}


def test_operations_are_named_once_and_stand_under_their_resource() -> None:
    paths = merge(documents())["paths"]
    assert paths["/api/v1/regions/{code}"]["get"]["operationId"] == "get_one_regions"
    assert paths["/api/v1/reviews/{id}"]["get"]["operationId"] == "get_one_reviews"
    assert paths["/api/v1/programs"]["post"]["operationId"] == "create_program"
    assert paths["/api/v1/reviews/{id}"]["get"]["tags"] == ["reviews"]
    assert [tag["name"] for tag in merge(documents())["tags"]] == [
        "regions", "programs", "reviews", "responses", "methods",
    ]  # fmt: skip


def test_what_needs_a_token_says_so_in_the_gateways_words() -> None:
    merged = merge(documents())
    assert merged["paths"]["/api/v1/regions/{code}"]["get"]["security"] == [{"bearer": []}]
    assert "security" not in merged["paths"]["/api/v1/methods"]["get"]
    assert list(merged["components"]["securitySchemes"]) == ["bearer"]


def test_what_can_go_wrong_on_the_way_is_told_beside_what_the_service_tells() -> None:
    paths = merge(documents())["paths"]
    told = {method: list(paths[path][method]["responses"]) for path, method in (
        ("/api/v1/programs", "post"), ("/api/v1/regions/{code}", "get"),
    )}  # fmt: skip
    assert told == {"post": ["200", "408", "409", "413", "422", "502", "504"], "get": ["200", "404", "502", "504"]}
    assert paths["/api/v1/programs"]["post"]["responses"]["502"]["description"].startswith("`bad-upstream`: ")


def test_a_service_that_is_away_is_left_out_and_named() -> None:
    merged = merge({**documents(), "surveys": None})
    assert merged["x-missing"] == ["surveys"]
    assert "left out here: surveys" in merged["info"]["description"]
    assert set(merged["components"]["schemas"]) == {"Problem", "Words", "Region", "Page", "Item"}
    assert merge(dict.fromkeys(documents()))["paths"] == {}


def test_the_documents_of_the_services_are_not_changed() -> None:
    given = documents()
    merge(given)
    assert given == documents()


def test_it_is_valid_openapi() -> None:
    schemathesis = pytest.importorskip("schemathesis")
    for away in (None, "surveys"):
        merged = merge({name: None if name == away else given for name, given in documents().items()})
        schema = schemathesis.openapi.from_dict(merged)
        schema.validate()
        assert sum(1 for _ in schema.get_all_operations()) == (5 if away is None else 3)


@pytest.fixture
async def urls() -> Any:
    """Three services, each with its own document; asked how often."""
    asked: list[str] = []

    def service(name: str, document: dict[str, Any]) -> Starlette:
        async def openapi(_: Request) -> Response:
            asked.append(name)
            return JSONResponse(document)

        return Starlette(routes=[Route("/openapi.json", openapi)])

    async with Servers() as servers:
        found = {f"{name}_url": await servers.start(service(name, given)) for name, given in documents().items()}
        yield found, asked


async def test_the_door_gives_the_document_and_keeps_it_for_a_moment(open_door: Opener, urls: Any) -> None:
    found, asked = urls
    async with open_door(**found) as door:
        answers = [await door.client.get("/api/openapi.json") for _ in range(3)]
    assert answers[0].json() == merge(documents())
    assert answers[0].headers["content-type"] == "application/json"
    assert sorted(asked) == ["programs", "reports", "surveys"]


async def test_an_incomplete_document_is_not_kept(open_door: Opener, urls: Any) -> None:
    found, asked = urls
    async with open_door(**{**found, "surveys_url": "http://127.0.0.1:9"}) as door:
        answers = [await door.client.get("/api/openapi.json") for _ in range(2)]
    assert [answer.json()["x-missing"] for answer in answers] == [["surveys"]] * 2
    assert sorted(asked) == ["programs", "programs", "reports", "reports"]


async def test_the_documentation_needs_nothing_from_elsewhere(open_door: Opener) -> None:
    async with open_door() as door:
        answer = await door.client.get("/api/docs")
        page = dom.read(answer.text)
        needed = [node.attributes["src"] for node in page.all("script")]
        needed += [node.attributes["href"] for node in page.all("link") if node.attributes["rel"] != "alternate"]
        assert len(needed) == 5
        for address in needed:
            assert address.startswith("/static/")
            got = await door.client.get(address)
            assert (got.status_code, got.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        assert all("src" in node.attributes and node.text == "" for node in page.all("script"))
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


def test_the_table_knows_every_tag() -> None:
    assert {tag["name"] for tag in merge(documents())["tags"]} <= set(routes.TABLE)
