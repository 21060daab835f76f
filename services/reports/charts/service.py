"""Charts of live figures, as the caller may see them."""

from typing import Literal
from uuid import UUID

from services.kit.auth import Access
from services.kit.database import Reading
from services.kit.problems import FieldError, Invalid
from services.reports.charts.domain import Chart
from services.reports.documents import trends
from services.reports.index import copies
from services.reports.index import service as indexes
from services.reports.index.parts import Filter
from services.reports.intake import service as intake
from services.reports.layouts import pictures
from services.reports.layouts.language import Language

Name = Literal["elements", "groups", "trend"]


async def chart(
    reading: Reading, access: Access, name: Name, review: UUID, chosen: Filter, group_by: str | None, lang: str
) -> Chart:
    """A chart of a review or of a part of it. Raises NotFound, UnknownGroup, and Invalid for groups of nothing."""
    if name == "groups" and group_by is None:
        sentence = "Say by what to group."
        raise Invalid(sentence, errors=[FieldError("group_by", "missing", sentence)])
    index = await indexes.index(reading, access, review, chosen, group_by if name == "groups" else None, None)
    figures = index.model_dump(mode="json")
    if name == "trend":
        generation = await intake.generation(reading)
        known = await copies.review(reading, generation, review, access.scope)
        figures["trend"] = await trends.before(reading, generation, known or {}, chosen, access)
    draw = {"elements": pictures.elements, "groups": pictures.groups, "trend": pictures.trend}[name]
    return draw(figures, Language(lang))
