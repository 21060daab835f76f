"""Settings of a service: read once from the environment at start, then passed in, never looked up again.

Each service subclasses `ServiceSettings` with its own prefix (`TINJAU_SURVEYS_…`). A database may be named once for
all services with `TINJAU_DATABASE_URL`; a service's own URL wins over it.
"""

from pathlib import Path
from typing import ClassVar

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where containers get their secrets: a file that is named like a variable stands for it, unless the variable is set.
SECRETS = Path("/run/secrets")


def config(service: str) -> SettingsConfigDict:
    """The pydantic configuration of a part named `service`: its prefix, and no surprise from unknown keys."""
    return SettingsConfigDict(
        env_prefix=f"TINJAU_{service.upper()}_",
        extra="ignore",
        populate_by_name=True,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )


class ProcessSettings(BaseSettings):
    """What every process is told: how to log."""

    log_level: str = Field("INFO", validation_alias="TINJAU_LOG_LEVEL")
    log_format: str = Field(
        "json",
        pattern="^(json|console)$",
        validation_alias="TINJAU_LOG_FORMAT",
        description="`json` for machines, `console` for people.",
    )


class ServiceSettings(ProcessSettings):
    """What every service with a database is told."""

    service: ClassVar[str]

    database_url: str = Field(description="PostgreSQL 15 or newer, `postgresql://user@host/name`.")
    database_pool: int = Field(10, ge=1, le=200, description="Connections this process keeps at most.")
    public_key_file: Path = Field(
        validation_alias="TINJAU_PUBLIC_KEY_FILE",
        description="The gateway's public key (PEM); only tokens signed with its twin are believed.",
    )


def database_url_field(service: str) -> AliasChoices:
    """Where a service looks for its database: its own variable first, then the common one."""
    return AliasChoices(f"TINJAU_{service.upper()}_DATABASE_URL", "TINJAU_DATABASE_URL")
