"""What is recorded of a region's progress and of the ministry's evaluation of it, and what became of each record.

Scores, reasons and counts lie in JSON beside the row they belong to: they are read and frozen as a whole.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSON

from services.reports.tables.base import BY_REGION, life, metadata, region_code

recaps = Table(
    "recaps",
    metadata,
    Column("id", Uuid, primary_key=True),
    region_code(),
    Column("year", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("source", JSON, nullable=False),
    Column("note", JSON),
    *life(),
    UniqueConstraint("region_code", "year", name="recaps_year"),
    info=BY_REGION,
)

# For the whole country, so nobody's rows.
instruments = Table(
    "instruments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("version_number", Integer),
    Column("status", Text, nullable=False, server_default="draft"),
    Column("title", JSON, nullable=False),
    Column("method", Text, nullable=False),
    Column("source", JSON),
    Column("note", JSON),
    Column("indicators", JSON, nullable=False),
    *life(),
    CheckConstraint("status IN ('draft', 'published', 'retired')", name="instruments_status"),
    UniqueConstraint("key", "version_number", name="instruments_number"),
)

# `frozen` is the result as it was published; `consensus` maps a criterion or a dimension to its score with who and why.
evaluations = Table(
    "evaluations",
    metadata,
    Column("id", Uuid, primary_key=True),
    region_code(),
    Column("year", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("supersedes", Uuid),
    Column("state", Text, nullable=False, server_default="open"),
    Column("method", Text, nullable=False),
    Column("method_version", Integer, nullable=False),
    Column("instrument_id", Uuid, ForeignKey("instruments.id")),
    Column("source", JSON),
    Column("printed", JSON),
    Column("note", JSON),
    Column("reviews", JSON, nullable=False),
    Column("consensus", JSON, nullable=False),
    Column("frozen", JSON),
    Column("published_at", DateTime(timezone=True)),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_reason", Text),
    *life(),
    CheckConstraint("state IN ('open', 'assessed', 'published', 'withdrawn')", name="evaluations_state"),
    Index(
        "evaluations_one",
        "region_code",
        "year",
        "simulated",
        unique=True,
        postgresql_where=text("state <> 'withdrawn'"),
    ),
    Index("evaluations_year", "year", "state"),
    info=BY_REGION,
)

# `kind` is `assessor` or `self`; a region has one self-assessment, whose `assessor` is ''.
assessments = Table(
    "assessments",
    metadata,
    Column("evaluation_id", Uuid, ForeignKey("evaluations.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("assessor", Text, nullable=False),
    region_code(),
    Column("scores", JSON, nullable=False),
    Column("submitted_at", DateTime(timezone=True)),
    *life(),
    PrimaryKeyConstraint("evaluation_id", "kind", "assessor"),
    CheckConstraint("kind IN ('assessor', 'self')", name="assessments_kind"),
    info=BY_REGION,
)

evaluation_evidence = Table(
    "evaluation_evidence",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("evaluation_id", Uuid, ForeignKey("evaluations.id"), nullable=False),
    region_code(),
    Column("criterion", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("digest", Text),
    Column("added_by", Text, nullable=False),
    Column("withdrawn_reason", Text),
    *life(),
    Index("evaluation_evidence_of", "evaluation_id", "criterion"),
    info=BY_REGION,
)
