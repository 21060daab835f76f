"""What a request carries along to the calls it causes, so that their log lines can be found together."""

from contextvars import ContextVar

_NOTHING: dict[str, str] = {}

onward: ContextVar[dict[str, str]] = ContextVar("onward", default=_NOTHING)
"""Headers for calls to a neighbour: the request's id, and its W3C `traceparent` if it has one."""
