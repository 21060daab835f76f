"""One OpenAPI document out of the services' own: what a client sees is resources, not services.

The documents are fetched when somebody asks and kept for a moment. A service that is away is left out, and the
document says so instead of failing.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway import routes
from gateway.problems import ClientTooSlow
from gateway.settings import SERVICES
from gateway.upstream import Upstream
from services.kit import VERSION
from services.kit.problems import BadUpstream, PayloadTooLarge, Problem, UpstreamTimeout, responses

KEEP_SECONDS = 30.0
SCHEMAS = "#/components/schemas/"
DESCRIPTION = """Field reviews of government programmes: the registry, questionnaires and answers, indices and reports.

Send a bearer token to act under a role; without one you are the public. Every failure is an RFC 9457 problem whose
`type` leads to a page that explains it. A thing's `ETag` is its version: send it as `If-Match` to change the thing.
Lists are pages: `next` is the `cursor` of the following one."""

# What the way to a service adds to what the service answers.
ALWAYS = responses(BadUpstream, UpstreamTimeout)
WITH_BODY = responses(ClientTooSlow, PayloadTooLarge, BadUpstream, UpstreamTimeout)

Json = dict[str, Any]


class Documents:
    """The merged document, fetched anew when it is older than `KEEP_SECONDS` or was incomplete."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._kept: tuple[float, Json] | None = None

    async def merged(self) -> Json:
        """The document of all services that answer."""
        if self._kept and self._kept[0] > time.monotonic():
            return self._kept[1]
        found = await asyncio.gather(*(self._fetch(service) for service in SERVICES))
        document = merge(dict(zip(SERVICES, found, strict=True)))
        if all(found):
            self._kept = (time.monotonic() + KEEP_SECONDS, document)
        return document

    async def _fetch(self, service: str) -> Json | None:
        try:
            status, document = await self._upstream.json(service, "/openapi.json")
        except Problem:
            return None
        return document if status == 200 and isinstance(document, dict) and "paths" in document else None


def merge(documents: Mapping[str, Json | None]) -> Json:
    """One document; services that map to None are named as missing."""
    missing = [service for service, document in documents.items() if document is None]
    public = {service: _public(service, document) for service, document in documents.items() if document}
    renamed = _renamed({service: document["schemas"] for service, document in public.items()})
    paths: Json = {}
    schemas: Json = {}
    for service, part in public.items():
        point = _repointed(renamed[service])
        paths |= {path: point(item) for path, item in part["paths"].items()}
        schemas |= {renamed[service][name]: point(schema) for name, schema in part["schemas"].items()}
    _name_operations(paths)
    note = f"\n\n**Away right now and left out here: {', '.join(missing)}.**" if missing else ""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tinjau", "version": VERSION, "description": DESCRIPTION + note},
        "servers": [{"url": "/"}],
        "x-missing": missing,
        "tags": [{"name": name} for name in routes.RESOURCES if any(_tag(path) == name for path in paths)],
        "paths": dict(sorted(paths.items(), key=_by_table)),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Made with `tinjau token`."}
            },
        },
    }


def _public(service: str, document: Json) -> Json:
    """The paths that the public table gives to this service, and the schemas that they need."""
    paths: Json = {}
    for path, item in document["paths"].items():
        resource = routes.find(path)
        if resource and resource.service == service:
            paths[path] = {key: _operation(part, resource.name) for key, part in item.items()}
    schemas = document.get("components", {}).get("schemas", {})
    needed, waiting = set[str](), list(_references(paths))
    while waiting:
        name = waiting.pop()
        if name not in needed and name in schemas:
            needed.add(name)
            waiting.extend(_references(schemas[name]))
    return {"paths": paths, "schemas": {name: schemas[name] for name in sorted(needed)}}


def _operation(part: Any, resource: str) -> Any:
    if not isinstance(part, dict) or "responses" not in part:
        return part
    ours = WITH_BODY if "requestBody" in part else ALWAYS
    answers = {str(status): answer for status, answer in ours.items()} | part["responses"]
    operation = part | {"tags": [resource], "responses": dict(sorted(answers.items()))}
    if part.get("security"):
        operation["security"] = [{"bearer": []}]
    return operation


def _references(node: Any) -> Iterator[str]:
    """Names of the schemas that a part of a document refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str) and value.startswith(SCHEMAS):
                yield value.removeprefix(SCHEMAS)
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _renamed(schemas: Mapping[str, Json]) -> dict[str, dict[str, str]]:
    """Service → name → public name. Two services may share a schema only when all of it is the same, what it refers
    to included; otherwise each one's gets the service's name in front."""
    names = {name for part in schemas.values() for name in part}
    different = {name for name in names if _differs([part[name] for part in schemas.values() if name in part])}
    while True:
        more = {
            name
            for name in names - different
            if sum(name in part for part in schemas.values()) > 1
            and any(different.intersection(_references(part[name])) for part in schemas.values() if name in part)
        }
        if not more:
            break
        different |= more
    return {
        service: {name: f"{service.capitalize()}{name}" if name in different else name for name in part}
        for service, part in schemas.items()
    }


def _differs(definitions: list[Any]) -> bool:
    return any(definition != definitions[0] for definition in definitions[1:])


def _repointed(names: Mapping[str, str]) -> Callable[[Any], Any]:
    """A function that copies a part of a document with its references renamed, discriminators included."""

    def copy(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: copy(value) for key, value in node.items()}
        if isinstance(node, list):
            return [copy(value) for value in node]
        if isinstance(node, str) and node.startswith(SCHEMAS):
            name = node.removeprefix(SCHEMAS)
            return SCHEMAS + names.get(name, name)
        return node

    return copy


def _name_operations(paths: Json) -> None:
    """Make operation ids unique: a name that several have gets the resource's behind it."""
    operations = [
        (path, part)
        for path, item in paths.items()
        for part in item.values()
        if isinstance(part, dict) and "operationId" in part
    ]
    given = [part["operationId"] for _, part in operations]
    for path, part in operations:
        if given.count(part["operationId"]) > 1:
            part["operationId"] += f"_{_tag(path).replace('/', '_')}"


def _tag(path: str) -> str:
    resource = routes.find(path)
    return resource.name if resource else ""


def _by_table(entry: tuple[str, Any]) -> tuple[int, str]:
    names = list(routes.RESOURCES)
    return names.index(_tag(entry[0])), entry[0]
