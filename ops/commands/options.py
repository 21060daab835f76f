"""Options that several commands share."""

from typing import Annotated

import typer

Port = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        min=1,
        max=65535,
        help="Port of the gateway on loopback. [default: the PORT variable, else 8080]",
    ),
]
Against = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Use the Tinjau that answers at this address instead of one on this machine."),
]
Token = Annotated[
    str | None,
    typer.Option(
        metavar="TOKEN",
        envvar="TINJAU_TOKEN",
        help="Bearer token of role admin for --against; without one it is made with the keys in .tinjau, if there.",
    ),
]
