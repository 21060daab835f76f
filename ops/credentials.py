"""Keys and credentials of an installation: made once, in a folder that only its owner can read.

The gateway's key pair signs and checks every token. The reports service reads the change feeds like any integrator and
gets a token of its own for that. For containers there are database passwords as well, never a default one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gateway.identity import keys, tokens
from ops.failures import Failure

OWNER_ONLY = 0o700
OWNER_READS = 0o600
IN_CLOSED_FOLDER = 0o644
ALL_MODES = 0o777
DATABASE_HOST = "postgres:5432"
REPORTS_SUBJECT = "service:reports"
REPORTS_DAYS = 400
PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Credentials:
    """The files in a folder of secrets."""

    private_key: Path
    public_key: Path
    reports: Path

    def token(
        self, role: str, *, region: str | None = None, agency: str | None = None,
        subject: str | None = None, days: int = 1,
    ) -> str:  # fmt: skip
        """A bearer token of a role. Raises Failure for a role that does not exist."""
        try:
            return tokens.mint(
                self.private_key, role, region=region, agency=agency, subject=subject or f"token:{role}", days=days
            )
        except ValueError as error:
            raise Failure(str(error)) from error


def ensure(folder: Path) -> Credentials:
    """The credentials in a folder. Keys are made when there are none; the reports credential is renewed every time, so
    that it lives on for as long as the installation is started once a year."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY)
    private_key, public_key = keys.ensure(folder)
    made = Credentials(private_key, public_key, folder / "reports.token")
    write(made.reports, made.token("integrator", subject=REPORTS_SUBJECT, days=REPORTS_DAYS))
    return made


def existing(folder: Path) -> Credentials | None:
    """The credentials in a folder when it has a key, without making or renewing anything."""
    made = Credentials(folder / keys.PRIVATE, folder / keys.PUBLIC, folder / "reports.token")
    return made if made.private_key.is_file() else None


def for_containers(folder: Path, services: Sequence[str]) -> list[Path]:
    """The secrets that `docker-compose.yml` names, in a folder; those that are there are kept, the reports credential
    is renewed.

    A container is given single files and reads them as a user that does not exist here, so the files can be read by
    everybody who gets to them; the folder lets nobody in but its owner.
    """
    made = ensure(folder)
    files = [made.private_key, made.public_key, made.reports, *_database(folder, services)]
    for file in files:
        file.chmod(IN_CLOSED_FOLDER)
    return files


def _database(folder: Path, services: Sequence[str]) -> list[Path]:
    """Files with a random password for the database's owner and for each service's role, and each service's URL."""
    made = []
    for name in ("postgres", *services):
        password = folder / f"{name}.password"
        if not password.exists():
            write(password, secrets.token_urlsafe(PASSWORD_BYTES))
        made.append(password)
        if name != "postgres":
            url = folder / f"{name}.url"
            given = quote(password.read_text(encoding="utf-8").strip(), safe="")
            write(url, f"postgresql://tinjau_{name}:{given}@{DATABASE_HOST}/tinjau_{name}")
            made.append(url)
    return made


def write(path: Path, text: str) -> None:
    """Write a secret. A new one is never readable by others, not even for a moment; a file that was opened to
    containers stays so."""
    mode = path.stat().st_mode & ALL_MODES if path.exists() else OWNER_READS
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(OWNER_READS, exist_ok=False)
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(mode)
    fresh.replace(path)
