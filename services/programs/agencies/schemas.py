"""Wire shapes of agencies."""

from uuid import UUID

from services.programs.schemas import Line, RegionCode, Resource, Slug, Wire


class AgencyFields(Wire):
    """What is said of an agency, wherever it comes from."""

    slug: Slug
    name: Line
    short_name: Line | None = None


class AgencyBody(AgencyFields):
    """An agency as it is sent."""

    id: UUID | None = None
    region: RegionCode


class Agency(Resource):
    """A government body that owns programmes."""

    short_name: str | None
