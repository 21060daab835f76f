"""Settings of the reports service, all with prefix `TINJAU_REPORTS_`."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from services.kit.changes import MAX_ITEMS, MAX_WAIT_SECONDS
from services.kit.settings import ServiceSettings, config, database_url_field


class Settings(ServiceSettings):
    """See `docs/operations.md` for each."""

    service: ClassVar[str] = "reports"
    model_config = config("reports")

    database_url: str = Field(
        validation_alias=database_url_field("reports"),
        description="PostgreSQL 15 or newer, `postgresql://user@host/name`.",
    )
    feeds_url: str = Field(description="Origin where both change feeds are read: the gateway.")
    credential_file: Path = Field(
        description="File with the bearer token (role integrator) for the feeds; read anew for each request."
    )
    feed_wait: float = Field(20.0, ge=0, le=MAX_WAIT_SECONDS, description="Seconds a request waits for news.")
    feed_seconds: float = Field(10.0, gt=0, le=120, description="Seconds beyond the wait until a request is given up.")
    feed_gather: float = Field(
        0.2, ge=0, le=5, description="Seconds to let changes gather before the next request, once there was news."
    )
    feed_page: int = Field(MAX_ITEMS, ge=1, le=MAX_ITEMS, description="Changes asked for in one request.")
    reminders: float = Field(
        60.0, ge=0, le=86_400, description="Seconds between looks at deadlines; 0: another process does it."
    )
    intake: bool = Field(True, description="Whether this process reads the feeds; another one has to, if not.")
    public_url: str = Field(
        "http://localhost:8080",
        description="Origin under which people reach the gateway; documents carry it, for those who verify them.",
    )
    docx_template: Path | None = Field(
        None, description="A Word template of your own, in place of `services/reports/layouts/data/report.docx`."
    )
    renderers: int = Field(2, ge=1, le=32, description="Documents made at a time, each in a process of its own.")
