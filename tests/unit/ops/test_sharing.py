"""A port that several processes share."""

import socket
import sys
from contextlib import ExitStack, suppress

import pytest

from ops.ports import HOST
from ops.sharing import shared

CONNECTIONS = 64


def test_no_new_connection_is_lost_and_all_go_to_who_is_left() -> None:
    with shared(0) as one, ExitStack() as clients:
        with shared(open_at(one)) as other:
            open_at(other)
            connect(one, clients)
            assert accepted(one) + accepted(other) == CONNECTIONS
        connect(one, clients)
        assert accepted(one) == CONNECTIONS


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one of them may get every connection")
def test_new_connections_are_dealt_out() -> None:
    with shared(0) as one, ExitStack() as clients, shared(open_at(one)) as other:
        open_at(other)
        connect(one, clients)
        assert min(accepted(one), accepted(other)) > 0


def test_the_end_of_an_answer_does_not_wait_for_its_beginning_to_be_confirmed() -> None:
    with shared(0) as door, socket.create_connection((HOST, open_at(door))):
        connection, _ = door.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def open_at(door: socket.socket) -> int:
    """The port at which the socket takes connections from now on."""
    door.listen(CONNECTIONS)
    return int(door.getsockname()[1])


def connect(door: socket.socket, clients: ExitStack) -> None:
    for _ in range(CONNECTIONS):
        clients.enter_context(socket.create_connection(door.getsockname()))


def accepted(door: socket.socket) -> int:
    """How many connections wait at a socket; they are closed."""
    door.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            door.accept()[0].close()
            count += 1
    return count
