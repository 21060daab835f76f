"""The OpenAPI document of a service: our problems instead of the framework's, and who may use each route."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from services.kit.auth import permission_of
from services.kit.problems import MEDIA_TYPE, PROBLEM_SCHEMA, ProblemBody

ALWAYS = {
    "401": "No credential, or one that is not believed.",
    "403": "The role may not do this.",
    "422": "A field breaks a rule; `errors` names each.",
    "503": "The database is away; nothing was acknowledged.",
}


def routes(app: FastAPI) -> list[RouteContext]:
    """Every route that `app` declares, under its full address; FastAPI keeps those of a router apart."""
    return [route for route in iter_route_contexts(app.routes) if isinstance(route.original_route, APIRoute)]


def permission_of_route(route: RouteContext) -> str | None:
    """The permission that guards a route, or None when nothing does."""
    for dependency in route.dependant.dependencies:
        name = permission_of(dependency.call) if dependency.call else None
        if name:
            return name
    return None


def install(app: FastAPI) -> None:
    """Replace the app's OpenAPI by ours."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        openapi_version="3.1.0",
    )
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    for name, definition in problem.pop("$defs", {}).items():
        components[name] = definition
    components["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    for route in routes(app):
        if route.include_in_schema:
            for method in route.methods or ():
                _describe(schema["paths"][route.path_format][method.lower()], route, app.state.permissions)
    return schema


def _describe(operation: dict[str, Any], route: RouteContext, permissions: Any) -> None:
    permission = permission_of_route(route)
    answers = operation["responses"]
    for status, text in ALWAYS.items():
        if status == "503" or permission:
            answers.setdefault(status, {"description": text})
    if "422" in answers and "HTTPValidationError" in str(answers["422"]):
        answers["422"] = {"description": ALWAYS["422"]}
    for status, answer in answers.items():
        # A standard that sets the addresses of its routes has errors of its own.
        if int(status) >= 400 and "text/xml" not in answer.get("content", {}):
            answer["content"] = {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}
    if permission:
        roles = ", ".join(sorted(permissions[permission]))
        operation["x-permission"] = permission
        operation["description"] = f"{operation.get('description', '')}\n\nFor: {roles} (`{permission}`).".strip()
