"""HTTP for charts."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.problems import Invalid, NotFound, responses
from services.reports.charts import service
from services.reports.charts.domain import svg, vega
from services.reports.charts.schemas import Specification
from services.reports.charts.service import Name
from services.reports.index.parts import Filter
from services.reports.problems import UnknownGroup

router = APIRouter(prefix="/charts", tags=["charts"])

MAY_READ: Access = requires("charts:read")

SVG = "image/svg+xml"
GroupBy = Annotated[
    str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="Of `groups`: as indexes are grouped.")
]
Picture = Annotated[Literal["vega", "svg"], Query(description="`vega` for a Vega-Lite specification.")]
Language = Annotated[Literal["id", "en"], Query(description="Of the words in it.")]


@router.get(
    "/{name}",
    summary="Read a chart",
    response_model=Specification,
    responses={
        200: {"description": "The chart.", "content": {SVG: {"schema": {"type": "string"}}}},
        **responses(NotFound, UnknownGroup, Invalid),
    },
)
async def read_chart(
    name: Name,
    review: UUID,
    read: Read,
    program: UUID | None = None,
    location: UUID | None = None,
    visit: UUID | None = None,
    group_by: GroupBy = None,
    format: Picture = "vega",
    lang: Language = "id",
    access: Access = MAY_READ,
) -> Response:
    """What each element scored (`elements`), the index of each group (`groups`), or the index of the region's reviews
    up to this one (`trend`), of a review or a part of it. Both forms show the same values; what may not be shown has
    none."""
    chart = await service.chart(read, access, name, review, Filter(program, location, visit), group_by, lang)
    if format == "svg":
        return Response(svg(chart), media_type=SVG)
    return Response(orjson.dumps(vega(chart)), media_type="application/json")
