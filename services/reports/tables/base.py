"""What all tables of the reports service share: their metadata, and which columns bind rows to a caller's claims."""

from sqlalchemy import Column, DateTime, Integer, MetaData, Text, func

from services.kit.scope import BOUND

metadata = MetaData()

BY_REGION = {BOUND: {"region": "region_code"}}
BY_REGION_AND_AGENCY = {BOUND: {"region": "region_code", "agency": "agency_id"}}
# Bound to claims without a column for any: only a scope without limits may read it.
BY_NOTHING: dict[str, dict[str, str]] = {BOUND: {}}


def region_code() -> Column[object]:
    """The region that a row belongs to."""
    return Column("region_code", Text, nullable=False)


def agency_id() -> Column[object]:
    """The agency that a row belongs to, if any."""
    return Column("agency_id", Text)


def life() -> list[Column[object]]:
    """What every editable row has: a version for ETags, when it was made and last changed."""
    return [
        Column("version", Integer, nullable=False, server_default="1"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ]
