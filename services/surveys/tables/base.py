"""What all tables of the service stand on: where they are registered, how rows are bound, what editable rows have."""

from sqlalchemy import Column, DateTime, Integer, MetaData, func

from services.kit.scope import BOUND

metadata = MetaData()

BY_REGION = {BOUND: {"region": "region_code"}}
BY_REGION_AND_AGENCY = {BOUND: {"region": "region_code", "agency": "agency_id"}}


def life() -> list[Column[object]]:
    """What every editable row has: a version for ETags, and when it was made and last changed."""
    return [
        Column("version", Integer, nullable=False, server_default="1"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ]
