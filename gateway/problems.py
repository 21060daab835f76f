"""Failures that are the gateway's own; whatever a service answers passes through as it is."""

from collections.abc import Mapping

from services.kit import problems
from services.kit.problems import (
    BadUpstream,
    Forbidden,
    NotFound,
    PayloadTooLarge,
    Problem,
    Unavailable,
    UpstreamTimeout,
)


class ClientTooSlow(Problem):
    status, slug, title = 408, "client-too-slow", "The request did not arrive in time"


class FormNotOurs(Forbidden):
    slug, title = "form-not-ours", "This form was not sent from a page that was made for you"


class ServiceAway(Unavailable):
    """A page cannot be made because a service that it is made from is away."""

    def __init__(self, service: str) -> None:
        super().__init__(f"The {service} service cannot be reached right now; try again.")
        self.service = service
        self.extra = {"services": [service]}


class NotReady(Unavailable):
    """Some services are not ready; `checks` tells of each one."""

    def __init__(self, checks: Mapping[str, str]) -> None:
        missing = [service for service, state in checks.items() if state != "ok"]
        super().__init__(f"Not ready: {', '.join(missing)}.")
        self.extra = {"services": missing, "checks": dict(checks)}


OWN: tuple[type[Problem], ...] = (
    problems.Malformed, problems.Unauthenticated, Forbidden, FormNotOurs, NotFound, problems.MethodNotAllowed,
    ClientTooSlow, problems.Conflict, problems.PreconditionFailed, PayloadTooLarge, problems.UnsupportedMediaType,
    problems.Invalid, problems.PreconditionRequired, problems.InternalError, BadUpstream, problems.Unavailable,
    UpstreamTimeout,
)  # fmt: skip


def too_large(limit: int, *, close: bool) -> PayloadTooLarge:
    """A body over the limit. `close` when its end is not in sight, so that it is not read to no purpose."""
    return PayloadTooLarge(
        f"A body may have {limit} bytes at most.", headers={"Connection": "close"} if close else None, limit=limit
    )


def unknown_address() -> NotFound:
    """An address that is not in the public table."""
    return NotFound("No resource has this address; /api/docs lists those there are.")


def away(service: str) -> BadUpstream:
    """A service that cannot be reached, or that broke off."""
    return BadUpstream(f"The {service} service cannot be reached right now; try again.")


def slow(service: str) -> UpstreamTimeout:
    """A service that does not answer in time."""
    return UpstreamTimeout(f"The {service} service did not answer in time; try again.")
