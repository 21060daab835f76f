"""Settings of the surveys service, all with prefix `TINJAU_SURVEYS_`."""

from pathlib import Path
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
    examine: bool = Field(True, description="Whether this process looks at answers behind the intake; one has to.")
    examine_idle: float = Field(0.5, gt=0, le=60, description="Seconds until it looks again when nothing is left.")
    programs_seconds: float = Field(5.0, gt=0, le=60, description="How long that question may take.")
    refused_bytes: int = Field(
        200_000_000, ge=0, description="Bytes of refused bodies that are kept until somebody decides; 0: none."
    )
    refused_days: int = Field(180, ge=1, description="How long a refused body waits for somebody to decide.")
    attachments_folder: Path = Field(
        Path(".tinjau/attachments"),
        description="Folder on a local disk for uploads under way; every process of this service on a machine has the "
        "same.",
    )
    attachments_url: str | None = Field(
        None,
        description="Where photos and sound are kept: `file:///…` or `s3://bucket/prefix`; none: in that folder.",
    )
    attachments_bytes: int = Field(50_000_000, ge=1_000, description="The largest file that is taken at all.")
    attachments_per_response: int = Field(20, ge=1, description="Files beside one response at most.")
    attachments_region_bytes: int = Field(100_000_000_000, ge=1, description="Bytes of files of one region at most.")
    attachments_pixels: int = Field(50_000_000, ge=1, description="The largest photo that is decoded.")
    attachments_days: int = Field(
        14, ge=1, description="How long an upload that does not go on, or whose response does not come, is kept."
    )
