"""Ports on loopback: several that are free, and one that is kept for processes that are yet to come."""

import socket
from contextlib import ExitStack

from ops.failures import Failure

HOST = "127.0.0.1"
GATEWAY = 8080


def free(count: int) -> list[int]:
    """So many different ports that nobody listens on; held together while they are picked, so that none comes twice."""
    with ExitStack() as held:
        picked = []
        for _ in range(count):
            probe = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            probe.bind((HOST, 0))
            picked.append(int(probe.getsockname()[1]))
        return picked


def kept(port: int = 0) -> socket.socket:
    """Keeps a port, by default any free one, until it is closed: nobody gets it but who shares it (`ops/sharing.py`),
    also while none of those runs. Raises Failure when the port cannot be used."""
    keeper = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # As servers do: a connection that a former run closed a moment ago is no reason to refuse.
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        keeper.bind((HOST, port))
    except OSError as error:
        keeper.close()
        raise Failure(
            f"Port {port} on {HOST} cannot be used ({error.strerror}). "
            "Stop what listens there, or choose another port with --port or PORT=."
        ) from error
    # Only now: a port that others share already is not ours to keep.
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return keeper


def number(keeper: socket.socket) -> int:
    """The number of a port that is kept."""
    return int(keeper.getsockname()[1])


def chosen(option: int | None, environment: str | None) -> int:
    """The gateway's port: the option, else the PORT variable, else 8080. Raises Failure for a PORT that is no port."""
    if option is not None:
        return option
    if not environment:
        return GATEWAY
    if environment.isascii() and environment.isdigit() and 0 < int(environment) < 65536:
        return int(environment)
    raise Failure(f"PORT is {environment!r}, which is no port number.")
