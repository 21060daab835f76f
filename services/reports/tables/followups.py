"""What agencies do about aspirations and weak elements, with deadlines, comments, evidence and objections; reminders;
and what people changed in the calendar that deadlines are counted by."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

from services.reports.tables.base import BY_NOTHING, BY_REGION_AND_AGENCY, metadata, region_code

# `counted_from`, `rule` and `calendar` say how `due_on` came about. `remind_on` is the next day on which something has
# to be said about it. `element_public` is whether everybody was shown the element's figures when it was planned.
followups = Table(
    "followups",
    metadata,
    Column("id", Uuid, primary_key=True),
    region_code(),
    Column("agency_id", Text, nullable=False),
    Column("person", Text),
    Column("title", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("review_id", Uuid, nullable=False),
    Column("program_id", Uuid),
    Column("element", Text),
    Column("element_label", JSON),
    Column("element_index", Text),
    Column("element_rank", Integer),
    Column("element_n", Integer),
    Column("element_method", Text),
    Column("element_public", Boolean, nullable=False, server_default="false"),
    Column("simulated", Boolean, nullable=False),
    Column("state", Text, nullable=False, server_default="planned"),
    Column("counted_from", Date, nullable=False),
    Column("rule", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("postponed_until", Date),
    Column("deadline", Date, Computed("COALESCE(postponed_until, due_on)"), nullable=False),
    Column("remind_on", Date),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Column("closings", Integer, nullable=False, server_default="0"),
    Column("started_at", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    Column("verified_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("state IN ('planned', 'in_progress', 'done', 'verified', 'returned', 'postponed', 'reopened')"),
    Index("followups_deadline", "deadline", "id"),
    Index("followups_region", "region_code", "state", "deadline", "id"),
    Index("followups_review", "review_id"),
    Index("followups_remind", "remind_on", postgresql_where=text("remind_on IS NOT NULL")),
    info=BY_REGION_AND_AGENCY,
)

followup_aspirations = Table(
    "followup_aspirations",
    metadata,
    Column("followup_id", Uuid, ForeignKey("followups.id"), nullable=False),
    Column("aspiration_id", Uuid, nullable=False),
    PrimaryKeyConstraint("followup_id", "aspiration_id"),
    Index("followup_aspirations_aspiration", "aspiration_id"),
    info=BY_NOTHING,
)

followup_comments = Table(
    "followup_comments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("followup_id", Uuid, ForeignKey("followups.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index("followup_comments_followup", "followup_id", "at"),
    info=BY_NOTHING,
)

followup_evidence = Table(
    "followup_evidence",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("followup_id", Uuid, ForeignKey("followups.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Index("followup_evidence_followup", "followup_id", "at"),
    info=BY_NOTHING,
)

# Pieces of files, so that none is ever in memory as a whole.
followup_evidence_pieces = Table(
    "followup_evidence_pieces",
    metadata,
    Column("evidence_id", Uuid, ForeignKey("followup_evidence.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("evidence_id", "number"),
    info=BY_NOTHING,
)

# A citizen says that it is not solved: once for each time that it was said to be done.
followup_objections = Table(
    "followup_objections",
    metadata,
    Column("followup_id", Uuid, ForeignKey("followups.id"), nullable=False),
    Column("closing", Integer, nullable=False),
    Column("aspiration_id", Uuid, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("followup_id", "closing"),
    info=BY_NOTHING,
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("followup_id", Uuid, ForeignKey("followups.id"), nullable=False),
    Column("deadline", Date, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("followup_id", "deadline", "kind", "level"),
    info=BY_NOTHING,
)

# The newest edit of a day; `kind` is null when it is to be a day like others.
holiday_edits = Table(
    "holiday_edits",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", Text),
    Column("name", JSON),
    Column("source", Text),
    Column("estimated", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("kind IN ('national', 'collective')"),
)
