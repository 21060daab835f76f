"""The types of problems that the parts may answer with, so that each `type` leads to something one can read.

The gateway knows its own. A service's are written in its OpenAPI document, where each answer of each operation lists
them as `slug`: title.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from gateway.pages import explanations
from gateway.pages.wire import Words
from gateway.problems import OWN

_LISTED = re.compile(r"`([a-z0-9-]+)`: (.+?)(?=; `[a-z0-9-]+`: |$)", re.DOTALL)


class Operation(BaseModel):
    """A request that may be answered with a problem."""

    method: str
    path: str
    summary: str


class Kind(BaseModel):
    """A type of problem: `meaning` and `remedy` hold for its status."""

    type: str
    slug: str
    status: int
    title: str
    meaning: Words
    remedy: Words
    operations: list[Operation] = []


def every(document: Mapping[str, Any]) -> dict[str, Kind]:
    """Slug → type, of the gateway and of every service in the merged document, by status and slug."""
    kinds = {problem.slug: _kind(problem.slug, problem.status, problem.title) for problem in OWN}
    for operation, status, slug, title in _listed(document):
        kinds.setdefault(slug, _kind(slug, status, title)).operations.append(operation)
    return dict(sorted(kinds.items(), key=lambda entry: (entry[1].status, entry[0])))


def _kind(slug: str, status: int, title: str) -> Kind:
    meaning, remedy = explanations.of(status)
    return Kind(type=f"/problems/{slug}", slug=slug, status=status, title=title, meaning=meaning, remedy=remedy)


def _listed(document: Mapping[str, Any]) -> Iterator[tuple[Operation, int, str, str]]:
    """Each problem that each operation lists."""
    for path, item in document["paths"].items():
        for method, part in item.items():
            if not isinstance(part, dict) or "responses" not in part:
                continue
            operation = Operation(method=method.upper(), path=path, summary=part.get("summary", ""))
            for status, answer in part["responses"].items():
                if status.isdigit() and int(status) >= 400:
                    for slug, title in _LISTED.findall(answer.get("description", "")):
                        yield operation, int(status), slug, title
