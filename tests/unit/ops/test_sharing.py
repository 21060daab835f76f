"""A port that several processes share."""

import socket
import sys
from contextlib import ExitStack, suppress

import pytest

from ops.ports import HOST
from ops.sharing import shared

CONNECTIONS = 64


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a port is shared, but not evenly")
def test_new_connections_are_dealt_out_and_all_go_to_who_is_left() -> None:
    with shared(0) as one, ExitStack() as clients:
        port = one.getsockname()[1]
        with shared(port) as other:
            for door in (one, other):
                door.listen(CONNECTIONS)
                door.setblocking(False)
            connect(port, clients)
            taken = [accepted(door) for door in (one, other)]
        assert sum(taken) == CONNECTIONS
        assert min(taken) > 0
        connect(port, clients)
        assert accepted(one) == CONNECTIONS


def test_the_end_of_an_answer_does_not_wait_for_its_beginning_to_be_confirmed() -> None:
    with shared(0) as door, socket.create_connection(door_of(door)):
        connection, _ = door.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def door_of(door: socket.socket) -> tuple[str, int]:
    door.listen()
    return HOST, door.getsockname()[1]


def connect(port: int, clients: ExitStack) -> None:
    for _ in range(CONNECTIONS):
        clients.enter_context(socket.create_connection((HOST, port)))


def accepted(door: socket.socket) -> int:
    """How many connections wait at a socket; they are closed."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            door.accept()[0].close()
            count += 1
    return count
