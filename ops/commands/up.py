"""`tinjau up`: the whole stack on this machine, until Ctrl-C."""

import os
import signal

from ops import ports
from ops.commands.options import Port
from ops.home import Home
from ops.screen import out, say, told
from ops.stack import Stack


def up(port: Port = None) -> None:
    """Start everything on this machine and keep it running.

    That is PostgreSQL and the four processes, until Ctrl-C. Data, keys and logs are kept in .tinjau (or TINJAU_HOME).
    With TINJAU_DATABASE_URL, or one URL per service, no
    PostgreSQL is started.
    """
    with told():
        say("Starting …")
        with Stack(Home.of(), ports.chosen(port, os.environ.get("PORT")), say) as stack:
            addresses(stack.origin)
            stay()
        say("Stopped.")


def addresses(origin: str) -> None:
    """Print what can be opened."""
    console = out()
    console.print(f"Pages    {origin}/", f"API      {origin}/api/v1/", f"Docs     {origin}/api/docs", sep="\n")


def stay() -> None:
    """Wait for Ctrl-C or SIGTERM, either of which is the usual end and no failure."""
    say("Ctrl-C ends it.")
    try:
        while True:
            signal.pause()
    except KeyboardInterrupt:
        say("Stopping …")
