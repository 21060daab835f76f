"""What the service works out from the answers after they were stored, and what people decide about it.

All but the decisions can be worked out anew from the responses.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
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
from sqlalchemy.dialects.postgresql import JSON

from services.surveys.tables.base import BY_REGION_AND_AGENCY, metadata

# One row: up to where the service has read its own feed.
examinations = Table(
    "examinations",
    metadata,
    Column("one", Boolean, primary_key=True, server_default="true"),
    Column("position", BigInteger, nullable=False, server_default="0"),
    Column("moved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("one", name="examinations_one"),
)

# Visits that are held against something else now, and up to where their responses were looked at again.
reexaminations = Table(
    "reexaminations",
    metadata,
    Column("visit_id", Uuid, primary_key=True),
    Column("after", BigInteger, nullable=False, server_default="0"),
)

# When which device answered, for rules that look at a response beside others. The identity of answers is a digest of
# them; `words` says whether some of them were the respondent's own.
sightings = Table(
    "sightings",
    metadata,
    Column("response_id", Uuid, nullable=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("visit_id", Uuid, nullable=False),
    Column("device", Text, nullable=False),
    Column("filled", DateTime(timezone=True), nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("words", Boolean, nullable=False),
    Index("sightings_device", "visit_id", "device", "filled", "sequence"),
    Index("sightings_twins", "visit_id", "device", "fingerprint", "filled", "sequence"),
)

flags = Table(
    "flags",
    metadata,
    Column("response_id", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("other_id", Uuid),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sequence", BigInteger, nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("review_id", Uuid, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("dismissed_at", DateTime(timezone=True)),
    Column("dismissed_by", Text),
    Column("dismissal", Text),
    PrimaryKeyConstraint("response_id", "rule"),
    Index("flags_other", "other_id", postgresql_where=text("other_id IS NOT NULL")),
    info=BY_REGION_AND_AGENCY,
)

# Append-only: who dismissed or raised a flag again, when and why.
flag_decisions = Table(
    "flag_decisions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("response_id", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    Index("flag_decisions_response", "response_id", "id"),
    info=BY_REGION_AND_AGENCY,
)

# Running counts of a visit: how many of what kind. `key` is a question or a rule, `value` what is counted of it.
tallies = Table(
    "tallies",
    metadata,
    Column("visit_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("last_at", DateTime(timezone=True)),
    Column("review_id", Uuid, nullable=False),
    Column("region_code", Text, nullable=False),
    Column("agency_id", Text),
    PrimaryKeyConstraint("visit_id", "kind", "key", "value"),
    Index("tallies_review", "review_id", postgresql_where=text("kind <> 'device'")),
    Index("tallies_devices", "review_id", "last_at", "value", "visit_id", postgresql_where=text("kind = 'device'")),
    info=BY_REGION_AND_AGENCY,
)
