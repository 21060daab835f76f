"""Tokens: what is minted is believed, what services get is short-lived, and neither stands in for the other."""

import time
from pathlib import Path

import jwt
import pytest

from gateway.identity import keys, tokens
from gateway.identity.tokens import Exchange
from services.kit.identity import AUDIENCE
from services.kit.problems import Unauthenticated


def inside(private_key: Path, token: str) -> dict[str, object]:
    """An internal token as services read it."""
    public = keys.read(private_key).public_key()
    decoded: dict[str, object] = jwt.decode(
        token, public, algorithms=["EdDSA"], audience=AUDIENCE, issuer="tinjau-gateway"
    )
    return decoded


def signed(private_key: Path, **changes: object) -> str:
    """A bearer token that differs from a good one in what is given; None leaves a field out."""
    now = int(time.time())
    good = {"iss": "tinjau-gateway", "aud": tokens.DOOR, "sub": "x", "role": "team", "iat": now, "exp": now + 600}
    payload = {name: value for name, value in (good | changes).items() if value is not None}
    return jwt.encode(payload, keys.read(private_key), algorithm="EdDSA")


def test_role_subject_and_claims_are_handed_on(private_key: Path) -> None:
    token = tokens.mint(private_key, "agency", region="33.25", agency="a1", subject="dinas")
    payload = inside(private_key, Exchange(keys.read(private_key)).internal(f"Bearer {token}"))
    assert (payload["sub"], payload["role"]) == ("dinas", "agency")
    assert payload["claims"] == {"region": "33.25", "agency": "a1"}


def test_without_credential_one_is_anonymous_and_public(private_key: Path) -> None:
    payload = inside(private_key, Exchange(keys.read(private_key)).internal(""))
    assert (payload["sub"], payload["role"], payload["claims"]) == ("anonymous", "public", {})


def test_an_unknown_role_is_not_minted(private_key: Path) -> None:
    with pytest.raises(ValueError, match="emperor"):
        tokens.mint(private_key, "emperor", subject="x")


def test_an_internal_token_lives_shortly_and_never_longer_than_its_bearer(private_key: Path) -> None:
    exchange, now = Exchange(keys.read(private_key)), int(time.time())
    long = inside(private_key, exchange.internal(f"Bearer {tokens.mint(private_key, 'team', subject='x')}"))
    short = inside(private_key, exchange.internal(f"Bearer {signed(private_key, exp=now + 20)}"))
    assert now + 290 <= int(str(long["exp"])) <= now + 310
    assert short["exp"] == now + 20


def test_it_is_remembered_and_the_memory_is_bounded(private_key: Path) -> None:
    exchange = Exchange(keys.read(private_key), remember=2)
    bearers = [f"Bearer {tokens.mint(private_key, 'team', subject=str(n))}" for n in range(3)]
    first = exchange.internal(bearers[0])
    assert exchange.internal(bearers[0]) is first
    for bearer in bearers:
        exchange.internal(bearer)
    assert len(exchange._known) == 2


def test_one_about_to_expire_is_not_taken_from_memory(private_key: Path) -> None:
    exchange = Exchange(keys.read(private_key))
    bearer = f"Bearer {signed(private_key, exp=int(time.time()) + tokens.MARGIN_SECONDS - 1)}"
    assert exchange.internal(bearer) is not exchange.internal(bearer)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1},
        {"exp": None},
        {"aud": AUDIENCE},  # an internal token does not open the door
        {"iss": "somebody"},
        {"role": None},
        {"sub": None},
    ],
)
def test_what_is_not_a_fresh_bearer_token_of_ours_is_refused(private_key: Path, changes: dict[str, object]) -> None:
    with pytest.raises(Unauthenticated):
        Exchange(keys.read(private_key)).internal(f"Bearer {signed(private_key, **changes)}")


def test_a_token_of_another_key_or_no_algorithm_is_refused(private_key: Path, tmp_path: Path) -> None:
    stranger = keys.ensure(tmp_path)[0]
    for token in (signed(stranger), jwt.encode({"sub": "x", "role": "admin"}, "", algorithm="none"), "x" * 5000, ""):
        with pytest.raises(Unauthenticated):
            Exchange(keys.read(private_key)).internal(f"Bearer {token}")


@pytest.mark.parametrize("header", ["Basic dTpw", "bearer", "Bearer a, Bearer b"])
def test_other_credentials_are_refused(private_key: Path, header: str) -> None:
    with pytest.raises(Unauthenticated):
        Exchange(keys.read(private_key)).internal(header)
