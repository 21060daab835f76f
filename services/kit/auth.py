"""Who is calling, and what may they do here.

Services believe one thing only: a short-lived token signed by the gateway. No header and no network position counts.
What a role may do is a table in each service's `permissions.py`: permission → role → which rows. `requires` turns a
line of that table into a FastAPI dependency; a test finds routes that have none.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from starlette.datastructures import State

from services.kit import headers
from services.kit.identity import ANONYMOUS, AUDIENCE, ISSUER, PUBLIC, Caller
from services.kit.problems import Forbidden, Unauthenticated
from services.kit.scope import EVERYTHING, Scope

EVERYONE = "everyone"

bearer = HTTPBearer(auto_error=False, description="A token made by the gateway.")


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows a role reaches: those under the named claims of the caller."""

    claims: tuple[str, ...] = ()
    required: bool = True

    def scope(self, caller: Caller) -> Scope:
        """The caller's scope. Raises Forbidden when the caller's token lacks a claim that this rule needs."""
        missing = [name for name in self.claims if name not in caller.claims]
        if missing and self.required:
            raise Forbidden(f"Your token names no {missing[0]}, and role {caller.role} needs one.")
        return Scope({name: caller.claims[name] for name in self.claims if name not in missing})


EVERY_ROW = Rows()


def own(*claims: str) -> Rows:
    """The rows under the caller's claims; a caller without them is refused."""
    return Rows(claims)


def within(*claims: str) -> Rows:
    """The rows under the caller's claims, and every row for a caller who has none."""
    return Rows(claims, required=False)


Permissions = Mapping[str, Mapping[str, Rows]]


@dataclass(frozen=True, slots=True)
class Access:
    """A caller who was let in, and the rows that this permission opens to them."""

    caller: Caller
    scope: Scope


def permit(permissions: Permissions, permission: str, caller: Caller) -> Access:
    """Let the caller in, or raise: nobody known → Unauthenticated, the wrong role → Forbidden."""
    roles = permissions[permission]
    rows = roles.get(caller.role, roles.get(EVERYONE))
    if rows is None:
        if caller.anonymous:
            raise Unauthenticated
        raise Forbidden(f"Role {caller.role} has no permission {permission}.")
    return Access(caller, rows.scope(caller))


@dataclass(slots=True)
class Known:
    """A caller whose token was checked: until when it is good (Unix seconds), and what they were let in to."""

    until: float
    caller: Caller
    admitted: dict[str, Access]


class TokenVerifier:
    """Checks the gateway's tokens and remembers the good ones until they expire."""

    def __init__(self, public_key: Ed25519PublicKey, remember: int = 10_000) -> None:
        self._key = public_key
        self._remember = remember
        self._known: OrderedDict[bytes, Known] = OrderedDict()

    @classmethod
    def from_file(cls, path: Path) -> "TokenVerifier":
        """Raises ValueError when the file holds no Ed25519 public key, OSError when it cannot be read."""
        key = load_pem_public_key(path.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError(f"{path} holds no Ed25519 public key")
        return cls(key)

    def known(self, authorization: bytes) -> Known:
        """Whom the value of an Authorization header speaks for. Raises Unauthenticated for anything but a valid, fresh
        token of ours."""
        known = self._known.get(authorization)
        if known is None or known.until <= time.time():
            known = self._known[authorization] = self._checked(authorization)
            while len(self._known) > self._remember:
                self._known.popitem(last=False)
        return known

    def _checked(self, authorization: bytes) -> Known:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        try:
            payload: dict[str, Any] = jwt.decode(
                token, self._key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER,
                options={"require": ["exp", "iat", "sub", "role"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise Unauthenticated("The token is not valid here.") from error
        role, claims = payload["role"], payload.get("claims", {})
        if not isinstance(role, str) or not isinstance(claims, dict):
            raise Unauthenticated("The token is not valid here.")
        caller = Caller(payload["sub"], role, {name: str(value) for name, value in claims.items()}, token)
        return Known(float(payload["exp"]), caller, {})


def admitted(request: Request, permission: str) -> Access:
    """The caller of a request, let in under `permission`. Raises Unauthenticated or Forbidden."""
    return admit(request.app.state, headers.of(request.scope), permission)


def admit(state: State, told: Mapping[bytes, bytes], permission: str) -> Access:
    """The same by the request's headers, for an application with that state."""
    known: Known = state.verifier.known(told.get(b"authorization", b""))
    access = known.admitted.get(permission)
    if access is None:
        access = known.admitted[permission] = permit(state.permissions, permission, known.caller)
    return access


def requires(permission: str) -> Any:
    """A route's `access` parameter: the caller, let in under `permission`, with the rows it opens."""

    async def access(request: Request, _: Annotated[Any, Security(bearer)] = None) -> Access:
        return admitted(request, permission)

    access.permission = permission  # type: ignore[attr-defined]
    return Depends(access)


def permission_of(dependency: Callable[..., Any]) -> str | None:
    """The permission behind a dependency made by `requires`, for documentation and tests."""
    return getattr(dependency, "permission", None)


__all__ = [
    "ANONYMOUS", "AUDIENCE", "EVERYONE", "EVERYTHING", "EVERY_ROW", "ISSUER", "PUBLIC", "Access", "Caller",
    "Permissions", "Rows", "TokenVerifier", "admitted", "own", "permission_of", "permit", "requires", "within",
]  # fmt: skip
