"""Small OpenAPI documents as services write them, and what is made of the three of them."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/"
PROBLEM: Json = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}


def refer(name: str) -> Json:
    return {"$ref": SCHEMAS + name}


def operation(id: str, schema: str, failures: dict[str, str] | None = None, **further: Any) -> Json:
    """An operation that answers with a schema, or with problems: status → description."""
    answers: Json = {"200": {"description": "OK", "content": {"application/json": {"schema": refer(schema)}}}}
    for status, description in (failures or {}).items():
        answers[status] = {
            "description": description,
            "content": {"application/problem+json": {"schema": refer("Problem")}},
        }
    return {"operationId": id, "summary": id.replace("_", " ").capitalize(), "responses": answers, **further}


def document(paths: Json, schemas: Json) -> Json:
    health = operation("live", "Health")
    return {
        "openapi": "3.1.0",
        "info": {"title": "A service", "version": "0.1.0"},
        "paths": {"/health/live": {"get": health}, **paths},
        "components": {
            "schemas": {"Health": {"type": "object"}, "Problem": PROBLEM, **schemas},
            "securitySchemes": {"HTTPBearer": {"type": "http", "scheme": "bearer"}},
        },
    }


SECURED = {"security": [{"HTTPBearer": []}]}
NAMED = {"type": "object", "properties": {"name": {"type": "string"}}}

PROGRAMS = document(
    {
        "/api/v1/regions/{code}": {
            "get": operation("get_one", "Region", {"404": "`not-found`: There is no such thing here"}, **SECURED),
            "parameters": [{"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}],
        },
        "/api/v1/programs": {
            "post": operation(
                "create_program",
                "Page",
                {
                    "409": "`slug-taken`: Another one has this slug; `conflict`: This contradicts what is stored",
                    "422": "`import-refused`: The file has faults; nothing of it was stored; `invalid`: A rule",
                },
                requestBody={"content": {"application/json": {"schema": {"type": "object"}}}},
            )
        },
    },
    {
        "Region": {**NAMED, "description": "of programs"},
        "Page": {"type": "object", "properties": {"items": {"type": "array", "items": refer("Item")}}},
        "Item": {**NAMED, "description": "of programs"},
        "Words": NAMED,
    },
)
SURVEYS = document(
    {
        "/api/v1/reviews/{id}": {"get": operation("get_one", "Page", parameters=[
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        ])},
        "/api/v1/responses": {"post": operation("create_response", "Answer", {"409": "`slug-taken`: Taken"})},
        "/api/v1/regions": {"get": operation("not_its_own", "Words")},
    },
    {
        # the same as that of programs, but what it refers to is not
        "Page": {"type": "object", "properties": {"items": {"type": "array", "items": refer("Item")}}},
        "Item": {**NAMED, "description": "of surveys"},
        "Answer": {
            "oneOf": [refer("Item"), refer("Words")],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"item": SCHEMAS + "Item", "words": SCHEMAS + "Words"},
            },
        },
        "Words": NAMED,
        "Unused": {"type": "string"},
    },
)  # fmt: skip
REPORTS = document({"/api/v1/methods": {"get": operation("list_methods", "Words")}}, {"Words": NAMED})


def documents() -> dict[str, Json]:
    """Service → document."""
    return deepcopy({"programs": PROGRAMS, "surveys": SURVEYS, "reports": REPORTS})
