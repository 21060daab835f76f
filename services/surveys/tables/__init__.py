"""The tables of the surveys service. Columns that bind rows to a caller's claims are named in `info`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSON

from services.surveys.tables.attachments import attachment_events, attachment_regions, attachments
from services.surveys.tables.base import BY_REGION, BY_REGION_AND_AGENCY, metadata
from services.surveys.tables.base import life as _life
from services.surveys.tables.quality import examinations, flag_decisions, flags, reexaminations, sightings, tallies

__all__ = [
    "attachment_events", "attachment_regions", "attachments", "changes", "examinations", "flag_decisions", "flags",
    "metadata", "newest_responses", "quarantine", "questionnaires", "reexaminations", "responses", "reviews",
    "sightings", "tallies", "visits",
]  # fmt: skip

questionnaires = Table(
    "questionnaires",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("region_code", Text),
    Column("title", JSON, nullable=False),
    Column("source", Text),
    Column("method", Text, nullable=False),
    Column("version_number", Integer),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("questions", JSON, nullable=False),
    *_life(),
    Index("questionnaires_version", "key", text("coalesce(region_code, '')"), "version_number", unique=True),
    info=BY_REGION,
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("region_code", Text, nullable=False),
    Column("title", JSON, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("questionnaire_id", ForeignKey("questionnaires.id"), nullable=False),
    Column("method", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("status", Text, nullable=False, server_default="planned"),
    Column("note", JSON),
    Column("source", Text),
    *_life(),
    Index("reviews_region", "region_code", "id"),
    info=BY_REGION,
)

visits = Table(
    "visits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("review_id", ForeignKey("reviews.id"), nullable=False),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    Column("program_id", Uuid),
    Column("location_id", Uuid),
    Column("program_name", Text),
    Column("location_name", Text),
    Column("name", Text, nullable=False),
    Column("held_on", Date),
    Column("target", Integer),
    Column("population", Integer),
    Column("team", JSON, nullable=False),
    Column("services", JSON, nullable=False),
    Column("observations", Text),
    Column("point", JSON),
    Column("hours", JSON),
    Column("quotas", JSON),
    *_life(),
    Index("visits_review", "review_id", "id"),
    info=BY_REGION_AND_AGENCY,
)

# Append-only: a correction is a further version. The rows are the change feed of responses as well, so that one
# insert stores an answer and announces it. When, by whom and why belongs to versions behind the first; receipt and
# reception are the same in all.
responses = Table(
    "responses",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("position", BigInteger, nullable=False, server_default=text("nextval('change_position')")),
    Column("action", Text, nullable=False, server_default="created"),
    Column("visit_id", Uuid, nullable=False),
    Column("review_id", Uuid, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    Column("simulated", Boolean, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("received_by", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("device", Text),
    Column("body", JSON, nullable=False),
    Column("state", Text, nullable=False, server_default="received"),
    Column("changed_at", DateTime(timezone=True)),
    Column("changed_by", Text),
    Column("reason", Text),
    Column("note", Text),
    Column("device_time", DateTime(timezone=True)),
    Column("clock_offset_ms", BigInteger),
    PrimaryKeyConstraint("id", "version"),
    UniqueConstraint("position", name="responses_position_key"),
    Index("responses_visit", "visit_id", "position"),
    Index("responses_judged", "review_id", "state", postgresql_where=text("version > 1")),
    info=BY_REGION_AND_AGENCY,
)

# A view, so it lies apart from what migrations compare: each response once, as its newest version has it, at the place
# of its first.
views = MetaData()
newest_responses = Table(
    "newest_responses",
    views,
    Column("id", Uuid),
    Column("sequence", BigInteger),
    Column("visit_id", Uuid),
    Column("review_id", Uuid),
    Column("region_code", Text),
    Column("agency_id", Text),
    Column("simulated", Boolean),
    Column("received_at", DateTime(timezone=True)),
    Column("received_by", Text),
    Column("receipt", Text),
    Column("version", Integer),
    Column("action", Text),
    Column("digest", LargeBinary),
    Column("device", Text),
    Column("body", JSON),
    Column("state", Text),
    Column("changed_at", DateTime(timezone=True)),
    Column("device_time", DateTime(timezone=True)),
    Column("clock_offset_ms", BigInteger),
    info=BY_REGION_AND_AGENCY,
)

# Of a response that contradicts a stored one there is the `body`; what was refused is there `raw`, as it came, and its
# digest is of its sender and it.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("response_id", Uuid),
    Column("visit_id", Uuid),
    Column("region_code", Text),
    Column("agency_id", Text),
    Column("reason", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", JSON),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("received_by", Text, nullable=False),
    Column("resolution", Text),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolved_by", Text),
    Column("resolution_reason", Text),
    Column("accepted_as", Uuid),
    Column("raw", LargeBinary),
    Column("bytes", Integer),
    Column("problem", JSON),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("last_received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("response_id", "digest", name="quarantine_once"),
    Index("quarantine_refused", "digest", unique=True, postgresql_where=text("raw IS NOT NULL")),
    Index("quarantine_sender", "received_by", postgresql_where=text("raw IS NOT NULL AND resolution IS NULL")),
    Index("quarantine_region", "region_code", "received_at", "id"),
    Index("quarantine_open", "received_at", "id", postgresql_where=text("resolution IS NULL")),
    info=BY_REGION_AND_AGENCY,
)

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("position", BigInteger, unique=True),
    Column("entity", Text, nullable=False),
    Column("entity_id", Uuid, nullable=False),
    Column("action", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("region_code", Text),
    Column("agency_id", Text),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("data", JSON),
    info=BY_REGION_AND_AGENCY,
)
