"""`tinjau demo`: the main job on real input, through the public API."""

import os
from contextlib import ExitStack
from typing import Annotated

import typer

from ops import ports
from ops.api import Api, admin
from ops.commands.options import Against, Port, Token
from ops.commands.up import stay
from ops.demo import documents
from ops.demo.run import run
from ops.demo.show import show, show_report
from ops.failures import Failure
from ops.home import Home
from ops.screen import err, out, say, told
from ops.stack import Stack

Exit = Annotated[bool, typer.Option("--exit", help="End after printing, with status 0 if every comparison holds.")]


def demo(exit_: Exit = False, against: Against = None, token: Token = None, port: Port = None) -> None:
    """Do the main job on real input and print what comes out.

    Starts everything on this machine first and keeps it running until Ctrl-C. A second run adds nothing.
    """
    with told(), ExitStack() as held:
        api, ours = door(held, against, token, port)
        outcome = run(api, err())
        show(out(), outcome, api.origin)
        if outcome.faults:
            raise Failure("The demo found differences.", "\n".join(outcome.faults))
        report = documents.publish(api, outcome.kediri)
        files = documents.write(api, report, Home.of().demo, "laporan-kediri")
        show_report(out(), report, files, api.origin)
        if ours and not exit_:
            stay()


def door(held: ExitStack, against: str | None, token: str | None, port: int | None) -> tuple[Api, bool]:
    """A client of role admin, and whether the stack behind it was started here."""
    if against:
        return held.enter_context(admin(against, token)), False
    say("Starting …")
    stack = held.enter_context(Stack(Home.of(), ports.chosen(port, os.environ.get("PORT")), say))
    return held.enter_context(Api(stack.origin, stack.credentials.token("admin", subject="demo"))), True
