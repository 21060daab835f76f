"""Facts out of the feeds of the other services, and the sums that are made of them.

Everything that comes out of the feeds belongs to a generation. One generation is current; a rebuild makes the next one
beside it, and the change from one to the other is one row.
"""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    func,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlalchemy.engine import Dialect

from services.reports.matrices import pack, unpack
from services.reports.tables.base import (
    BY_NOTHING,
    BY_REGION,
    BY_REGION_AND_AGENCY,
    agency_id,
    metadata,
    region_code,
)


class Matrix(TypeDecorator[list[int]]):
    """A matrix of whole numbers, row by row, as `services.reports.matrices` writes it.

    As an array of the database each number would be written and read on its own, which costs ten times as much.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, _: Dialect) -> bytes | None:
        return None if value is None else pack(np.array([value], dtype=np.int64))[0]

    def process_result_value(self, value: bytes | None, _: Dialect) -> list[int] | None:
        return None if value is None else unpack(value).tolist()


current = Table(
    "current",
    metadata,
    Column("one", Boolean, primary_key=True, server_default="true"),
    Column("generation", Integer, nullable=False),
    CheckConstraint("one"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("generation", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("cursor", Text),
    Column("changes", BigInteger, nullable=False, server_default="0"),
    Column("skipped", BigInteger, nullable=False, server_default="0"),
    Column("applied_at", DateTime(timezone=True)),
    Column("polled_at", DateTime(timezone=True)),
    Column("current_at", DateTime(timezone=True)),
    Column("error", Text),
    PrimaryKeyConstraint("generation", "name"),
)


def _fact(name: str, *columns: Column[object] | Index, bound: dict[str, dict[str, str]] | None = None) -> Table:
    """A copy of what another service owns, as its feed shows it, with the columns that we look for."""
    return Table(
        name,
        metadata,
        Column("generation", Integer, nullable=False),
        Column("id", Uuid, nullable=False),
        Column("version", Integer, nullable=False),
        *columns,
        Column("data", JSON, nullable=False),
        PrimaryKeyConstraint("generation", "id"),
        info=bound or {},
    )


questionnaires = _fact("questionnaires")
reviews = _fact(
    "reviews",
    region_code(),
    Column("starts_on", Date, nullable=False),
    Column("questionnaire_id", Uuid, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Index("reviews_newest", "generation", "starts_on", "id"),
    bound=BY_REGION,
)
visits = _fact(
    "visits",
    Column("review_id", Uuid, nullable=False),
    region_code(),
    agency_id(),
    Index("visits_review", "generation", "review_id"),
    bound=BY_REGION_AND_AGENCY,
)
agencies = _fact("agencies", region_code(), agency_id(), bound=BY_REGION_AND_AGENCY)
programs = _fact(
    "programs",
    region_code(),
    agency_id(),
    Index("programs_region", "generation", "region_code"),
    bound=BY_REGION_AND_AGENCY,
)
locations = _fact("locations", region_code(), agency_id(), bound=BY_REGION_AND_AGENCY)

# `group_by` '' holds everybody. A question's key holds those who gave one answer to it, '' those who gave none. The
# three matrices are k x k numbers, row by row, over `elements`; `fingerprint` adds up the responses' digests modulo
# 2^256, so that it says what went in whatever the order. Responses that the team rejected have sums of their own, so
# that an index can be given with and without them.
sums = Table(
    "sums",
    metadata,
    Column("generation", Integer, nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("questionnaire_id", Uuid, nullable=False),
    Column("group_by", Text, nullable=False),
    Column("group_value", Text, nullable=False),
    Column("review_id", Uuid, nullable=False),
    region_code(),
    agency_id(),
    Column("simulated", Boolean, nullable=False),
    Column("respondents", BigInteger, nullable=False),
    Column("elements", ARRAY(Text), nullable=False),
    Column("joint_count", Matrix, nullable=False),
    Column("joint_sum", Matrix, nullable=False),
    Column("joint_product", Matrix, nullable=False),
    Column("fingerprint", Numeric(78, 0), nullable=False),
    Column("rejected", Boolean, nullable=False, server_default="false"),
    PrimaryKeyConstraint("generation", "visit_id", "questionnaire_id", "group_by", "group_value", "rejected"),
    # The review first: what is looked up by its key must not be looked for among all of a generation.
    Index("sums_review", "review_id", "generation", "group_by"),
    info=BY_REGION_AND_AGENCY,
)

# What each response added to the sums, so that a correction takes off exactly that, and no response counts twice.
# `content` is a pair: its scores and its answers to questions that group, in the order of the questionnaire.
contributions = Table(
    "contributions",
    metadata,
    Column("generation", Integer, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("visit_id", Uuid, nullable=False),
    Column("questionnaire_id", Uuid, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("content", JSON, nullable=False),
    Column("rejected", Boolean, nullable=False, server_default="false"),
    PrimaryKeyConstraint("generation", "id"),
    # For the scores of one visit, which a report lists.
    Index("contributions_visit", "visit_id"),
    info=BY_NOTHING,
)

rebuilds = Table(
    "rebuilds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("changes", BigInteger, nullable=False, server_default="0"),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("beat_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Column("digest_before", Text),
    Column("digest_after", Text),
    Column("detail", Text),
    CheckConstraint("status IN ('running', 'done', 'failed')"),
    Index("rebuilds_one", "status", unique=True, postgresql_where=text("status = 'running'")),
)
