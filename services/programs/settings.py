"""Settings of the programs service, all with prefix `TINJAU_PROGRAMS_`."""

from typing import ClassVar

from pydantic import Field

from services.kit.settings import ServiceSettings, config, database_url_field


class Settings(ServiceSettings):
    """See `docs/operations.md` for each."""

    service: ClassVar[str] = "programs"
    model_config = config("programs")

    database_url: str = Field(
        validation_alias=database_url_field("programs"),
        description="PostgreSQL 15 or newer, `postgresql://user@host/name`.",
    )
