"""Tokens: ours, fresh, for this audience, or nothing; and what a table of permissions opens."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.kit.auth import EVERY_ROW, EVERYONE, TokenVerifier, own, permit, within
from services.kit.identity import ANONYMOUS, AUDIENCE, ISSUER, Caller
from services.kit.problems import Forbidden, Unauthenticated
from services.kit.scope import EVERYTHING
from services.kit.testing import Signer


def payload(**other: Any) -> dict[str, Any]:
    now = int(time.time())
    fresh = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 60, "sub": "u1", "role": "team", "claims": {}}
    return {name: value for name, value in (fresh | other).items() if value is not None}


@pytest.fixture
def verifier(signer: Signer) -> TokenVerifier:
    return TokenVerifier.from_file(signer.public_key_file)


def signed(signer: Signer, **other: Any) -> str:
    return jwt.encode(payload(**other), signer.key, algorithm="EdDSA")


def caller_of(verifier: TokenVerifier, token: str) -> Caller:
    return verifier.known(f"Bearer {token}".encode()).caller


def test_a_token_of_ours_says_who_calls(verifier: TokenVerifier, signer: Signer) -> None:
    token = signed(signer, claims={"region": "33.25", "agency": 7})
    caller = caller_of(verifier, token)
    assert (caller.subject, caller.role, caller.claims) == ("u1", "team", {"region": "33.25", "agency": "7"})
    assert not caller.anonymous
    assert caller.token == token
    assert token not in repr(caller)


@pytest.mark.parametrize(
    "other",
    [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"iat": None},
        {"iat": int(time.time()) + 3600},
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "somebody-else"},
        {"iss": None},
        {"sub": None},
        {"role": None},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 3600},
        {"claims": None, "role": ["admin"]},
        {"claims": ["region"]},
        {"claims": "33"},
    ],
)
def test_a_token_that_is_not_whole_fresh_and_for_us_is_not_believed(
    verifier: TokenVerifier, signer: Signer, other: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        caller_of(verifier, signed(signer, **other))


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_a_token_of_another_key_or_algorithm_is_not_believed(verifier: TokenVerifier, signer: Signer) -> None:
    raw = signer.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    content = payload(role="admin")
    head, body, signature = signed(signer).split(".")
    for token in (
        jwt.encode(content, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(content, elliptic(SECP256R1()), algorithm="ES256"),
        jwt.encode(content, raw, algorithm="HS256"),
        jwt.encode(content, None, algorithm="none"),
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(content)}.",
        f"{part({'alg': 'None'})}.{part(content)}.{signature}",
        f"{head}.{part(content)}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        "nonsense",
        "",
        "ü",
    ):
        with pytest.raises(Unauthenticated):
            caller_of(verifier, token)


def test_a_token_is_remembered_until_it_ends_and_no_longer(
    verifier: TokenVerifier, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed(signer)
    assert caller_of(verifier, token) is caller_of(verifier, token)
    remembered = caller_of(verifier, token)
    later = time.time() + 61
    monkeypatch.setattr("services.kit.auth.time.time", lambda: later)
    assert caller_of(verifier, token) is not remembered


def test_only_so_many_tokens_are_remembered(signer: Signer) -> None:
    verifier = TokenVerifier(signer.key.public_key(), remember=2)
    first = signed(signer, sub="first")
    known = caller_of(verifier, first)
    for number in range(2):
        caller_of(verifier, signed(signer, sub=f"u{number}"))
    again = caller_of(verifier, first)
    assert again == known
    assert again is not known


def test_a_file_without_such_a_key_is_an_error_at_start(tmp_path: Path) -> None:
    other = tmp_path / "ec.pem"
    key = elliptic(SECP256R1()).public_key()
    other.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(ValueError, match="no Ed25519 public key"):
        TokenVerifier.from_file(other)
    with pytest.raises(FileNotFoundError):
        TokenVerifier.from_file(tmp_path / "missing.pem")


PERMISSIONS = {
    "things:read": {EVERYONE: EVERY_ROW, "team": own("region")},
    "things:write": {"admin": EVERY_ROW, "team": own("region"), "agency": own("region", "agency")},
    "things:feed": {"integrator": within("region")},
}
PUBLIC_CALLER = Caller(ANONYMOUS, "public")


def caller(role: str, **claims: str) -> Caller:
    return Caller(f"test:{role}", role, claims)


def test_a_role_gets_the_rows_of_its_line() -> None:
    assert permit(PERMISSIONS, "things:write", caller("admin", region="33")).scope == EVERYTHING
    scope = permit(PERMISSIONS, "things:write", caller("agency", region="33.25", agency="a", other="x")).scope
    assert scope.claims == {"region": "33.25", "agency": "a"}
    assert permit(PERMISSIONS, "things:read", PUBLIC_CALLER).scope == EVERYTHING
    assert permit(PERMISSIONS, "things:read", caller("team", region="33")).scope.claims == {"region": "33"}


def test_a_claim_that_is_not_needed_narrows_when_it_is_there() -> None:
    assert permit(PERMISSIONS, "things:feed", caller("integrator")).scope == EVERYTHING
    assert permit(PERMISSIONS, "things:feed", caller("integrator", region="33")).scope.claims == {"region": "33"}


def test_a_role_without_a_line_is_forbidden_and_nobody_is_asked_who_they_are() -> None:
    with pytest.raises(Forbidden, match="mentor has no permission things:write"):
        permit(PERMISSIONS, "things:write", caller("mentor", region="33"))
    with pytest.raises(Unauthenticated):
        permit(PERMISSIONS, "things:write", PUBLIC_CALLER)


@pytest.mark.parametrize("claims", [{}, {"region": "33.25"}, {"agency": "a"}])
def test_a_token_without_a_claim_that_the_line_needs_is_forbidden(claims: dict[str, str]) -> None:
    with pytest.raises(Forbidden, match="names no"):
        permit(PERMISSIONS, "things:write", caller("agency", **claims))
