"""Settings of the surveys service, all with prefix `TINJAU_SURVEYS_`."""

from typing import ClassVar

from pydantic import Field

from services.kit.settings import ServiceSettings, config, database_url_field


class Settings(ServiceSettings):
    """See `docs/operations.md` for each."""

    service: ClassVar[str] = "surveys"
    model_config = config("surveys")

    database_url: str = Field(
        validation_alias=database_url_field("surveys"),
        description="PostgreSQL 15 or newer, `postgresql://user@host/name`.",
    )
    programs_url: str = Field(description="Origin of the programs service, asked when a review is planned.")
    programs_seconds: float = Field(5.0, gt=0, le=60, description="How long that question may take.")
