"""Every route says who may use it, what it does and how it refuses; and the public table leads to each of them."""

import ast
import json
import re
from collections import Counter
from importlib import import_module

from fastapi import FastAPI
from fastapi.routing import RouteContext

from gateway import routes as table
from gateway.openapi import merge
from services.kit.openapi import permission_of_route
from services.kit.problems import MEDIA_TYPE
from services.kit.versions import IfMatch
from tests.support.apps import guarded, permissions_of, routes_of
from tests.support.tree import ROOT, with_suffix


def parameters(route: RouteContext) -> set[str]:
    """Names of what a route reads besides its body."""
    dependant = route.dependant
    return {field.alias for field in [*dependant.query_params, *dependant.path_params, *dependant.header_params]}


def name(route: RouteContext) -> str:
    return f"{'/'.join(sorted(route.methods or ()))} {route.path}"


def test_every_route_has_a_permission_of_the_table(service: str, app: FastAPI) -> None:
    without = [name(route) for route in routes_of(app) if permission_of_route(route) is None]
    assert not without
    assert {permission for _, _, permission in guarded(app)} <= set(permissions_of(service))


def test_every_permission_of_the_table_is_asked_for(service: str, app: FastAPI) -> None:
    """By a route, or further on: whoever lacks such a one still gets an answer, with less in it."""
    guards = {permission for _, _, permission in guarded(app)}
    code = [file for file in with_suffix(".py", under=f"services/{service}") if file.name != "permissions.py"]
    asked = {
        node.args[1].value
        for file in code
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "permit"
        and isinstance(node.args[1], ast.Constant)
    }
    assert set(permissions_of(service)) == guards | asked


def test_every_route_has_a_summary_a_description_and_a_name_of_its_own(app: FastAPI) -> None:
    silent = [name(route) for route in routes_of(app) if not (route.summary and route.description)]
    assert not silent
    names = Counter(route.name for route in routes_of(app))
    assert not [each for each, count in names.items() if count > 1]


def test_every_route_declares_the_problems_that_follow_from_what_it_reads(app: FastAPI) -> None:
    missing = []
    for route in routes_of(app):
        read = parameters(route)
        expected = set()
        if "cursor" in read or "after" in read or route.dependant.body_params:
            expected.add(400)
        if "id" in read:
            expected.add(404)
        if "If-Match" in read:
            expected |= {400, 412, 428}
        if not expected <= {int(status) for status in route.responses}:
            missing.append((name(route), sorted(expected)))
    assert not missing
    assert IfMatch  # the header's alias above is the kit's


def test_everything_that_the_document_refers_to_is_in_it(app: FastAPI) -> None:
    document = app.openapi()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named <= document["components"]["schemas"].keys()
    assert '"#/$defs/' not in json.dumps(document)


# Standards that set the addresses of their routes set the form of their errors too.
STANDARDS = tuple(f"/{name}/" for name in table.STANDARDS)
OF_A_STANDARD = ["text/xml", "application/json"]


def test_every_refusal_in_the_document_is_a_problem_with_a_sentence(app: FastAPI) -> None:
    document = app.openapi()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    own = path.startswith(STANDARDS) and status in {"400", "404"}
                    assert list(answer["content"]) == (OF_A_STANDARD if own else [MEDIA_TYPE]), (method, path, status)
                    assert answer["description"].strip(), (method, path, status)


def test_routes_that_need_a_credential_say_so_in_the_document(app: FastAPI) -> None:
    document = app.openapi()
    for method, path, permission in guarded(app):
        operation = document["paths"][path][method.lower()]
        assert operation["security"], (method, path)
        assert operation["x-permission"] == permission
        assert "401" in operation["responses"]


def test_a_route_that_is_answered_directly_is_the_one_that_is_documented(service: str, app: FastAPI) -> None:
    declared = {
        (method, str(route.path)): (permission_of_route(route), route.endpoint)
        for route in routes_of(app)
        for method in route.methods or ()
    }
    for file in with_suffix(".py", under=f"services/{service}"):
        if file.name == "routes.py":
            module = import_module(f"services.{service}.{file.parent.name}.routes")
            for hot in getattr(module, "HOT", ()):
                assert declared[hot.method, hot.path] == (hot.permission, hot.answer)


def test_the_public_table_leads_to_every_route(service: str, app: FastAPI) -> None:
    for _, path, _ in guarded(app):
        found = table.find(path)
        assert found, f"{path} is in no line of gateway/routes.py"
        assert found.service == service, path


def test_every_line_of_the_public_table_has_a_route_behind_it(apps: dict[str, FastAPI]) -> None:
    behind = {
        (service, found.name)
        for service, app in apps.items()
        for _, path, _ in guarded(app)
        if (found := table.find(path))
    }
    assert {(one.service, one.name) for one in table.RESOURCES.values()} == behind


def test_the_document_that_is_kept_is_the_one_that_clients_get(apps: dict[str, FastAPI]) -> None:
    """`make openapi` writes it; a change of the interface shows in the change that makes it."""
    kept = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(merge({service: app.openapi() for service, app in apps.items()})))
