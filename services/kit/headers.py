"""The headers of a request by name, for those who ask for some of them in the hot path."""

from collections.abc import Mapping

from starlette.types import Scope

PLACE = "tinjau.headers"


def of(scope: Scope) -> Mapping[bytes, bytes]:
    """Names are in lower case; of a header that was sent twice the last. Sorted once for each request."""
    found: dict[bytes, bytes] | None = scope.get(PLACE)
    if found is None:
        found = scope[PLACE] = dict(scope["headers"])
    return found
