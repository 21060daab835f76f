"""The public table: what is in it has one service, what is not in it is nobody's."""

import pytest

from gateway.routes import STANDARDS, TABLE, find
from gateway.settings import SERVICES


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v1/regions", "programs"),
        ("/api/v1/programs/0b5c/targets", "programs"),
        ("/api/v1/responses/batch", "surveys"),
        ("/api/v1/changes/registry", "programs"),
        ("/api/v1/changes/responses", "surveys"),
        ("/api/v1/indexes/freshness", "reports"),
        ("/open311/v2/requests.xml", "reports"),
    ],
)
def test_a_resource_and_all_below_it_belong_to_one_service(path: str, service: str) -> None:
    resource = find(path)
    assert resource
    assert resource.service == service


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/changes",  # only whole names count
        "/api/v1/changes/other",
        "/api/v1/response",
        "/api/v1/Responses",
        "/api/v2/responses",
        "/api/v1//responses",
        "/api/v1/responses/../../../openapi.json",
        "/api/v1/responses/./1",
        "/api/v1/openapi.json",
        "/metrics",
        "/open311/v2",
        "/open311/v3/requests.xml",
        "/open311/v2/../../api/v1/reviews",
        "/api/v1/open311/v2/requests.xml",
    ],
)
def test_anything_else_belongs_to_nobody(path: str) -> None:
    assert find(path) is None


def test_the_table_names_only_services_that_there_are() -> None:
    assert {*TABLE.values(), *STANDARDS.values()} == set(SERVICES)
