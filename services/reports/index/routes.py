"""HTTP for indexes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from services.kit.auth import Access, requires
from services.kit.database import Read
from services.kit.pagination import After, Limit, Page
from services.kit.problems import Forbidden, Invalid, Malformed, NotFound, responses
from services.reports.index import service
from services.reports.index.parts import Filter
from services.reports.index.schemas import IndexBody, ReviewIndex
from services.reports.intake import service as intake
from services.reports.intake.schemas import Freshness
from services.reports.methods.domain import UnknownMethod
from services.reports.problems import UnknownGroup

router = APIRouter(prefix="/indexes", tags=["indexes"])

MAY_READ = requires("indexes:read")

GroupBy = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z][a-z0-9_]{0,63}$",
        description="`visit`, `program`, `location`, or the key of a question that groups respondents, such as `sex`.",
    ),
]
MethodId = Annotated[
    str | None, Query(min_length=1, max_length=100, description="Another method than the review's own; see `/methods`.")
]
Rejected = Annotated[
    Literal["include"] | None,
    Query(description="`include` counts responses that the team rejected; for those who see the rows in detail."),
]
Region = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?$", description="This region and everything below it."),
]


@router.get("", summary="Read an index", responses=responses(Forbidden, NotFound, UnknownGroup, UnknownMethod, Invalid))
async def get_index(
    read: Read,
    review: UUID,
    program: UUID | None = None,
    location: UUID | None = None,
    visit: UUID | None = None,
    group_by: GroupBy = None,
    method: MethodId = None,
    rejected: Rejected = None,
    access: Access = MAY_READ,
) -> IndexBody:
    """The satisfaction index of a review, or of a part of it, with each element's part, the method, the feed cursors
    it was computed at and the digest of what went in. Whoever may not see the rows in detail gets no figure that tells
    about one to four people. Responses that the team rejected are left out; the answer says so, and how many."""
    chosen = Filter(program, location, visit)
    return await service.index(read, access, review, chosen, group_by, method, include=rejected is not None)


@router.get("/freshness", summary="Read how fresh indexes are", responses=responses(), dependencies=[MAY_READ])
async def get_freshness(read: Read) -> Freshness:
    """How far the change feeds were read, and for how long changes may have been made that are not in."""
    return await intake.freshness(read)


@router.get("/reviews", summary="List reviews with their indexes", responses=responses(Malformed))
async def list_reviews(
    read: Read, region: Region = None, limit: Limit = 20, cursor: After = None, access: Access = MAY_READ
) -> Page[ReviewIndex]:
    """Reviews by the day they start, newest first, each with the index by its own method."""
    return await service.reviews(read, access, region, cursor, limit)
