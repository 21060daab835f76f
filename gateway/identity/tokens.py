"""Bearer tokens: minted for people and systems, and exchanged at the door for short-lived ones that services believe.

Both are signed with the same key and differ in their audience, so that neither can stand in for the other.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.identity import keys
from services.kit.identity import ANONYMOUS, AUDIENCE, ISSUER, PUBLIC, Caller
from services.kit.problems import Unauthenticated

DOOR = "tinjau-gateway"
ALGORITHM = "EdDSA"
ROLES = ("admin", "ministry", "team", "agency", "mentor", "assessor", "enumerator", "integrator", PUBLIC)
DAY_SECONDS = 86_400
INTERNAL_SECONDS = 300
# A token from the cache is still good for this long when a service gets to read it.
MARGIN_SECONDS = 60
LONGEST_TOKEN = 4096


def mint(
    private_key: Path, role: str, *, region: str | None = None, agency: str | None = None, subject: str, days: int = 1
) -> str:
    """A bearer token of a role, bound to a region (`33.25`) and an agency (id) when they are given.

    Raises ValueError for a role that does not exist.
    """
    if role not in ROLES:
        raise ValueError(f"There is no role {role}; the roles are {', '.join(ROLES)}.")
    claims = {name: value for name, value in (("region", region), ("agency", agency)) if value}
    now = int(time.time())
    return _sign(keys.read(private_key), DOOR, Caller(subject, role, claims), now, now + days * DAY_SECONDS)


def verify(key: Ed25519PrivateKey, token: str) -> tuple[Caller, int]:
    """The caller a bearer token speaks for, and when it expires (Unix seconds). Raises Unauthenticated."""
    try:
        payload: dict[str, Any] = jwt.decode(
            token, key.public_key(), algorithms=[ALGORITHM], audience=DOOR, issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "role"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated("The bearer token has expired; get a new one.") from error
    except jwt.PyJWTError as error:
        raise Unauthenticated("The bearer token is not one of ours.") from error
    claims = {name: str(value) for name, value in payload.get("claims", {}).items()}
    return Caller(payload["sub"], payload["role"], claims), int(payload["exp"])


def _sign(key: Ed25519PrivateKey, audience: str, caller: Caller, now: int, expires: int) -> str:
    payload = {
        "iss": ISSUER, "aud": audience, "iat": now, "exp": expires,
        "sub": caller.subject, "role": caller.role, "claims": dict(caller.claims),
    }  # fmt: skip
    return jwt.encode(payload, key, algorithm=ALGORITHM)


def authorization(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """What a request says in Authorization; two of them are joined into one that nobody can believe."""
    return ", ".join(value.decode("latin-1") for name, value in headers if name == b"authorization")


class Exchange:
    """Gives the internal token for what a request carries, and remembers it for as long as it is fresh."""

    def __init__(self, key: Ed25519PrivateKey, remember: int = 10_000) -> None:
        self._key = key
        self._remember = remember
        self._known: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def internal(self, authorization: str) -> str:
        """The internal token for the value of an Authorization header; an empty one is an anonymous caller's.

        Raises Unauthenticated for anything but a valid bearer token of ours.
        """
        known = self._known.get(authorization)
        if known and known[0] > time.time():
            self._known.move_to_end(authorization)
            return known[1]
        now = int(time.time())
        caller, expires = self._caller(authorization, now)
        expires = min(expires, now + INTERNAL_SECONDS)
        token = _sign(self._key, AUDIENCE, caller, now, expires)
        self._known[authorization] = (expires - MARGIN_SECONDS, token)
        self._known.move_to_end(authorization)
        while len(self._known) > self._remember:
            self._known.popitem(last=False)
        return token

    def _caller(self, authorization: str, now: int) -> tuple[Caller, int]:
        if not authorization:
            return Caller(ANONYMOUS, PUBLIC), now + INTERNAL_SECONDS
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Authorization has to be a bearer token.")
        return self.known(token)

    def known(self, token: str) -> tuple[Caller, int]:
        """The caller a bearer token speaks for, and when it expires (Unix seconds). Raises Unauthenticated."""
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated("The bearer token is not one of ours.")
        return verify(self._key, token.strip())

    def secret(self, purpose: str) -> bytes:
        """32 secret bytes for a purpose of the gateway's own."""
        return keys.derived(self._key, purpose)
