"""Wire shapes of agencies."""

from typing import Any
from uuid import UUID

from services.programs.schemas import Line, RegionCode, Resource, Slug, Wire


class AgencyFields(Wire):
    """What is said of an agency, wherever it comes from."""

    slug: Slug
    name: Line
    short_name: Line | None = None

    def columns(self) -> dict[str, Any]:
        """What is said, as columns."""
        return {"slug": self.slug, "name": self.name, "short_name": self.short_name}


class AgencyBody(AgencyFields):
    """An agency as it is sent."""

    id: UUID | None = None
    region: RegionCode


class Agency(Resource):
    """A government body that owns programmes."""

    short_name: str | None


def agency_keys(id: UUID, region: str) -> dict[str, Any]:
    """The columns of a new agency that never change."""
    return {"id": id, "region_code": region, "agency_id": str(id)}
