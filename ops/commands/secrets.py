"""`tinjau secrets`: what containers are given as files: keys, the reports credential, database passwords."""

from pathlib import Path
from typing import Annotated

import typer

from ops import credentials
from ops.environment import SERVICES
from ops.failures import Failure
from ops.home import Home
from ops.screen import out, told

Folder = Annotated[
    Path | None, typer.Argument(help="Where to put them. [default: the secrets of this home]", show_default=False)
]


def secrets(folder: Folder = None) -> None:
    """Make the secrets that docker-compose.yml reads.

    Those are keys, the reports credential and database passwords. Files that are there are kept, except the reports
    credential, which is renewed. Only the owner can enter the folder.
    """
    with told():
        where = folder or Home.of().secrets
        try:
            files = credentials.for_containers(where, SERVICES)
        except OSError as error:
            raise Failure(f"The secrets cannot be written to {where}: {error.strerror}.") from error
        for file in sorted(files):
            out().print(str(file), soft_wrap=True)
