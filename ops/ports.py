"""Ports on loopback: whether one is free, and several that are."""

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


def require(port: int) -> None:
    """Raises Failure when the port cannot be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection that a former run closed a moment ago is no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Failure(
                f"Port {port} on {HOST} cannot be used ({error.strerror}). "
                "Stop what listens there, or choose another port with --port or PORT=."
            ) from error


def chosen(option: int | None, environment: str | None) -> int:
    """The gateway's port: the option, else the PORT variable, else 8080. Raises Failure for a PORT that is no port."""
    if option is not None:
        return option
    if not environment:
        return GATEWAY
    if environment.isascii() and environment.isdigit() and 0 < int(environment) < 65536:
        return int(environment)
    raise Failure(f"PORT is {environment!r}, which is no port number.")
