"""The server of an application at a port that several processes share: the system deals new connections out to them,
and a stack can keep the port for them while none of them runs.

`python -m ops.sharing PORT …`, with the arguments of uvicorn, which cannot do this by itself: its workers take
connections from one queue, and whichever wakes first takes all that have come in.
"""

import socket
import sys

import uvicorn

from ops.ports import HOST


def shared(port: int) -> socket.socket:
    """A socket of this process at a port that others may have as well, if they say so too."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # Its connections take this over. The server does not set it where it is handed a socket, and without it the end of
    # an answer waits 40 ms for the client to confirm its beginning.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.bind((HOST, port))
    return opened


if __name__ == "__main__":
    with shared(int(sys.argv[1])) as door:
        uvicorn.main([*sys.argv[2:], "--fd", str(door.fileno())])
