"""`tinjau token`: a bearer token, signed with this installation's key."""

from typing import Annotated

import typer

from ops import credentials
from ops.home import Home
from ops.screen import told

Role = Annotated[
    str,
    typer.Option(
        help="admin, ministry, team, agency, mentor, assessor, enumerator, integrator or public.", show_default=False
    ),
]
Region = Annotated[str | None, typer.Option(help="Code of the region it is bound to; a province covers its regencies.")]
Agency = Annotated[str | None, typer.Option(help="Id of the agency it is bound to.")]
Subject = Annotated[str | None, typer.Option(help="Whom it speaks for, as shown in records.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="For how long it is valid.")]


def token(role: Role, region: Region = None, agency: Agency = None, subject: Subject = None, days: Days = 30) -> None:
    """Print a bearer token of a role. Whoever has it is that role until it expires: treat it like a password."""
    with told():
        made = credentials.existing(Home.of().secrets) or credentials.ensure(Home.of().secrets)
        typer.echo(made.token(role, region=region, agency=agency, subject=subject, days=days))
