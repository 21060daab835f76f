"""The gateway's Ed25519 key pair: made once, private to its owner, whole at every moment.

The private key signs every token; services are given the public one, which lies beside it.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PRIVATE = "gateway.key.pem"
PUBLIC = "gateway.pub.pem"


def ensure(folder: Path) -> tuple[Path, Path]:
    """The private and the public key file in a folder, made when they are not there."""
    private = folder / PRIVATE
    signing_key(private)
    return private, folder / PUBLIC


def signing_key(private: Path) -> Ed25519PrivateKey:
    """The key in a file, made when there is none. Of several starters at once all get the same key.

    Raises ValueError when the file holds something else, OSError when it cannot be read or made.
    """
    if not private.exists():
        _make(private)
    key = read(private)
    public = private.with_name(PUBLIC)
    if not public.exists():
        with suppress(PermissionError):  # a folder of secrets may be given to us for reading only
            pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            _written(public, pem, 0o644).replace(public)
    return key


def read(private: Path) -> Ed25519PrivateKey:
    """The key in a file. Raises ValueError when it holds no Ed25519 private key, OSError when it cannot be read."""
    key = load_pem_private_key(private.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{private} holds no Ed25519 private key")
    return key


def derived(key: Ed25519PrivateKey, purpose: str) -> bytes:
    """32 secret bytes for a purpose, the same in every process that has the key."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.private_bytes_raw())


def _make(private: Path) -> None:
    private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = _written(private, pem, 0o600)
    try:
        with suppress(FileExistsError):  # another starter was first; its key counts
            os.link(fresh, private)
    finally:
        fresh.unlink()


def _written(target: Path, content: bytes, mode: int) -> Path:
    """A new file beside the target, on the disk with all its content."""
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh
