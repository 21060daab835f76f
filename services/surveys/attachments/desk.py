"""What taking and keeping attachments needs, put together once at start."""

from dataclasses import dataclass
from datetime import timedelta

from services.kit.database import Database
from services.surveys.attachments.partials import Partials
from services.surveys.attachments.pictures import Pictures
from services.surveys.attachments.vault import Vault
from services.surveys.responses.contexts import Contexts
from services.surveys.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken, and how long it is waited for."""

    bytes: int
    per_response: int
    region_bytes: int
    patience: timedelta


@dataclass(frozen=True, slots=True)
class Desk:
    """The places and tools of attachments."""

    database: Database
    contexts: Contexts
    partials: Partials
    vault: Vault
    pictures: Pictures
    limits: Limits


def furnish(settings: Settings, database: Database, contexts: Contexts) -> Desk:
    """The desk that the settings describe; nothing is opened or made before it is used."""
    folder = settings.attachments_folder.absolute()
    return Desk(
        database=database,
        contexts=contexts,
        partials=Partials(folder / "uploads"),
        vault=Vault(settings.attachments_url or (folder / "kept").as_uri()),
        pictures=Pictures(settings.attachments_pixels),
        limits=Limits(
            bytes=settings.attachments_bytes,
            per_response=settings.attachments_per_response,
            region_bytes=settings.attachments_region_bytes,
            patience=timedelta(days=settings.attachments_days),
        ),
    )
