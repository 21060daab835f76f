"""Reports that people froze, what became of them, and the files that were made of them.

The content of a report never changes. What changes is its state.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
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
)
from sqlalchemy.dialects.postgresql import JSON

from services.reports.tables.base import BY_REGION_AND_AGENCY, agency_id, metadata, region_code

# The last number of each series and year; its row is held until the report that takes the next one is stored.
report_numbers = Table(
    "report_numbers",
    metadata,
    Column("series", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("series", "year"),
)

frozen_reports = Table(
    "frozen_reports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    region_code(),
    agency_id(),
    Column("simulated", Boolean, nullable=False),
    Column("title", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("digest", Text, nullable=False),
    Column("snapshot", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("reason", Text),
    Column("superseded_by", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True)),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("state IN ('draft', 'published', 'withdrawn')"),
    Index("frozen_reports_newest", "created_at", "id"),
    Index("frozen_reports_subject", "subject"),
    info=BY_REGION_AND_AGENCY,
)

# One file of a report. `owner` is the rendering that is at it, and `beat_at` when it was last heard of.
report_files = Table(
    "report_files",
    metadata,
    Column("report_id", Uuid, ForeignKey("frozen_reports.id"), nullable=False),
    Column("format", Text, nullable=False),
    Column("language", Text, nullable=False),
    region_code(),
    agency_id(),
    Column("state", Text, nullable=False),
    Column("owner", Uuid, nullable=False),
    Column("beat_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("stage", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("detail", Text),
    Column("digest", Text),
    Column("content", LargeBinary),
    Column("made_at", DateTime(timezone=True)),
    UniqueConstraint("report_id", "format", "language"),
    CheckConstraint("state IN ('making', 'made', 'failed')"),
    CheckConstraint("(state = 'made') = (content IS NOT NULL)"),
    info=BY_REGION_AND_AGENCY,
)
