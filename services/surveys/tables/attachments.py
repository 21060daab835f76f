"""Photos and sound beside responses; their content lies elsewhere, under its digest."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
    text,
)  # fmt: skip

from services.surveys.tables.base import BY_REGION, BY_REGION_AND_AGENCY, life, metadata

# `occupies` is what a row adds to its region's bytes, which a trigger sums up.
attachments = Table(
    "attachments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("response_id", Uuid, nullable=False),
    Column("visit_id", ForeignKey("visits.id"), nullable=False),
    Column("review_id", Uuid, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    Column("simulated", Boolean, nullable=False),
    Column("question", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("keep_location", Boolean, nullable=False),
    Column("name", Text),
    Column("length", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="uploading"),
    Column("expires_at", DateTime(timezone=True)),
    Column("media_type", Text),
    Column("bytes", BigInteger),
    Column("digest", LargeBinary),
    Column("width", Integer),
    Column("height", Integer),
    Column("longitude", Double),
    Column("latitude", Double),
    Column("refusal", Text),
    Column("occupies", BigInteger, nullable=False),
    Column("stored_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    Column("changed_by", Text),
    Column("reason", Text),
    Column("discarded_at", DateTime(timezone=True)),
    *life(),
    Index("attachments_response", "response_id"),
    Index("attachments_visit", "visit_id", "id"),
    Index("attachments_digest", "digest"),
    Index("attachments_expiry", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    Index("attachments_refused", "id", postgresql_where=text("state = 'refused'")),
    Index(
        "attachments_to_discard",
        "id",
        postgresql_where=text("state IN ('expired', 'deleted') AND stored_at IS NOT NULL AND discarded_at IS NULL"),
    ),
    info=BY_REGION_AND_AGENCY,
)

attachment_regions = Table(
    "attachment_regions",
    metadata,
    Column("region_code", Text, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    info=BY_REGION,
)

# Written by a trigger, one row for each version of an attachment.
attachment_events = Table(
    "attachment_events",
    metadata,
    Column("attachment_id", ForeignKey("attachments.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    Column("state", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("by", Text, nullable=False),
    Column("reason", Text),
    PrimaryKeyConstraint("attachment_id", "version"),
    info=BY_REGION_AND_AGENCY,
)
