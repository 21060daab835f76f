"""The tables of the programs service. Columns that bind rows to a caller's claims are named in `info`.

Codes and slugs are compared byte by byte (collation C): exports come out in one order everywhere, and a search for a
region and everything below it can use the index.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSON

from services.kit.scope import BOUND

metadata = MetaData()

BOUND_BY = {BOUND: {"region": "region_code", "agency": "agency_id"}}
CODE = Text(collation="C")


def _life() -> list[Column[object]]:
    """What every editable row has: in use or not, a version for ETags, when it was made and last changed."""
    return [
        Column("archived", Boolean, nullable=False, server_default="false"),
        Column("version", Integer, nullable=False, server_default="1"),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    ]


regions = Table(
    "regions",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", CODE, ForeignKey("regions.code")),
    Column("code_system", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Index("regions_parent", "parent", "code"),
    CheckConstraint("level IN ('province', 'regency', 'district')"),
)

agencies = Table(
    "agencies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("region_code", CODE, ForeignKey("regions.code"), nullable=False),
    # The id once more, as the text that claims are compared with: an agency's own row is one of its rows.
    Column("agency_id", CODE, nullable=False),
    Column("slug", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("short_name", Text),
    *_life(),
    UniqueConstraint("region_code", "slug", name="agencies_slug"),
    info=BOUND_BY,
)

programs = Table(
    "programs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("region_code", CODE, ForeignKey("regions.code"), nullable=False),
    Column("agency_id", CODE),
    Column("slug", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", JSON),
    Column("dimensions_version", Text, nullable=False),
    Column("dimension", Text, nullable=False),
    Column("sub_dimension", Text),
    Column("quick_win", Boolean),
    Column("free_of_charge", Boolean),
    Column("status", Text, nullable=False),
    Column("started", Text),
    Column("partners", JSON, nullable=False),
    Column("respondent_groups", JSON, nullable=False),
    Column("years", JSON, nullable=False),
    Column("sources", JSON, nullable=False),
    *_life(),
    UniqueConstraint("region_code", "slug", name="programs_slug"),
    Index("programs_agency", "agency_id"),
    info=BOUND_BY,
)

locations = Table(
    "locations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("program_id", ForeignKey("programs.id"), nullable=False),
    Column("region_code", CODE, ForeignKey("regions.code"), nullable=False),
    Column("agency_id", CODE),
    Column("slug", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("district", CODE, ForeignKey("regions.code")),
    Column("longitude", Double),
    Column("latitude", Double),
    *_life(),
    UniqueConstraint("region_code", "slug", name="locations_slug"),
    Index("locations_program", "program_id"),
    Index("locations_agency", "agency_id"),
    info=BOUND_BY,
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
    info=BOUND_BY,
)
