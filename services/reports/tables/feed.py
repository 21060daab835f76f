"""The change feed of this service: what became of aspirations, follow-ups, evaluations and reports."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSON

from services.reports.tables.base import BY_REGION_AND_AGENCY, metadata

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
