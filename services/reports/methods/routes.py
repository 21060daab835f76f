"""HTTP for the methods."""

from fastapi import APIRouter

from services.kit.auth import requires
from services.kit.problems import NotFound, responses
from services.reports.methods import service
from services.reports.methods.domain import UnknownMethod
from services.reports.methods.schemas import MethodBody, Methods, present

router = APIRouter(prefix="/methods", tags=["methods"])

MAY_READ = requires("methods:read")


@router.get("", summary="List the methods", responses=responses(), dependencies=[MAY_READ])
async def list_methods() -> Methods:
    """Every way of making an index: its weights, bands, scale and rounding, as data with a version and a source."""
    return Methods(items=[present(method) for method in service.every()])


@router.get("/{method}", summary="Read a method", responses=responses(NotFound), dependencies=[MAY_READ])
async def read_method(method: str) -> MethodBody:
    """One method, by its id or another name it has."""
    try:
        return present(service.find(method))
    except UnknownMethod as unknown:
        raise NotFound(unknown.detail) from unknown
