"""`tinjau secrets`: what containers are given as files: keys, the reports credential, database passwords."""

from pathlib import Path
from typing import Annotated

import typer

from ops import credentials
from ops.environment import SERVICES
from ops.failures import Failure
from ops.screen import out, told

Folder = Annotated[Path, typer.Argument(help="Where to put them.")]


def secrets(folder: Folder = Path("secrets")) -> None:
    """Make the secrets that docker-compose.yml reads.

    Those are keys, the reports credential and database passwords. Files that are there are kept, except the reports
    credential, which is renewed. Only the owner can read them.
    """
    with told():
        try:
            made = credentials.ensure(folder)
            files = [*credentials.database_passwords(folder, SERVICES), made.private_key, made.public_key, made.reports]
        except OSError as error:
            raise Failure(f"The secrets cannot be written to {folder}: {error.strerror}.") from error
        for file in sorted(files):
            out().print(str(file))
