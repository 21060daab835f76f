"""Conditional requests: a thing's version is its ETag, and a change names the version it was made from."""

import re
from typing import Annotated

from fastapi import Header, Response

from services.kit.problems import Malformed, PreconditionFailed, PreconditionRequired

IfMatch = Annotated[
    str | None, Header(alias="If-Match", description='ETag of the version being changed, such as `"3"`.')
]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", include_in_schema=False)]

_ETAG = re.compile(r'^(?:W/)?"([0-9]{1,18})"$')


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def tag(response: Response, version: int) -> None:
    """Put the version on a response."""
    response.headers["ETag"] = etag(version)


def expected(if_match: str | None) -> int:
    """The version a change was made from. Raises PreconditionRequired without one, Malformed for what is no ETag."""
    if if_match is None:
        raise PreconditionRequired("Send If-Match with the ETag that you read.")
    match = _ETAG.match(if_match.strip())
    if not match:
        raise Malformed("If-Match is not an ETag of this service.")
    return int(match.group(1))


def check(current: int, if_match: str | None) -> None:
    """Raises PreconditionFailed when the thing has moved on since."""
    if expected(if_match) != current:
        raise PreconditionFailed(
            f"The current version is {etag(current)}; read it and try again.", current=etag(current)
        )
