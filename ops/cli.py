"""`tinjau`: what people run. Each command is a module in `ops/commands`."""

import typer

from ops.commands.bench import bench
from ops.commands.demo import demo
from ops.commands.migrate import migrate
from ops.commands.openapi import openapi
from ops.commands.rebuild import rebuild
from ops.commands.secrets import secrets
from ops.commands.status import status
from ops.commands.token import token
from ops.commands.up import up
from ops.compute import compute

app = typer.Typer(
    help="Tinjau: field reviews of government programmes, from the respondent to an index that can be traced.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for command in (up, demo, migrate, status, token, compute, secrets, openapi, bench):
    app.command()(command)
app.add_typer(rebuild)
