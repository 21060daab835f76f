"""Keys are made once, whoever starts first, and are their owner's alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from gateway.identity import keys

STARTERS = 16


def public(pem: bytes) -> bytes:
    return load_pem_public_key(pem).public_bytes(Encoding.Raw, PublicFormat.Raw)


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    private, _ = keys.ensure(tmp_path / "new" / "secrets")
    assert private.stat().st_mode & 0o777 == 0o600
    assert private.parent.stat().st_mode & 0o777 == 0o700
    assert {file.name for file in private.parent.iterdir()} == {keys.PRIVATE, keys.PUBLIC}


def test_many_starters_at_once_get_one_key(tmp_path: Path) -> None:
    together = Barrier(STARTERS)

    def start(_: int) -> bytes:
        together.wait()
        key = keys.signing_key(tmp_path / keys.PRIVATE)
        return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    with ThreadPoolExecutor(STARTERS) as pool:
        seen = set(pool.map(start, range(STARTERS)))
    assert seen == {public((tmp_path / keys.PUBLIC).read_bytes())}
    assert {file.name for file in tmp_path.iterdir()} == {keys.PRIVATE, keys.PUBLIC}


def test_a_public_key_that_got_lost_is_written_again(tmp_path: Path) -> None:
    private, beside = keys.ensure(tmp_path)
    before, lost = private.read_bytes(), beside.read_bytes()
    beside.unlink()
    keys.ensure(tmp_path)
    assert (private.read_bytes(), beside.read_bytes()) == (before, lost)


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / keys.PRIVATE
    key = generate_private_key(SECP256R1())
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ValueError, match="no Ed25519"):
        keys.signing_key(file)
