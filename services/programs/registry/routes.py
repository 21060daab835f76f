"""HTTP for the code list of dimensions."""

from fastapi import APIRouter

from services.kit.auth import requires
from services.kit.problems import responses
from services.programs.registry import service
from services.programs.registry.schemas import Dimensions

router = APIRouter(prefix="/dimensions", tags=["dimensions"])

MAY_READ = requires("registry:read")


@router.get("", summary="Read the dimensions of programmes", responses=responses(), dependencies=[MAY_READ])
async def list_dimensions() -> Dimensions:
    """Dimensions and sub-dimensions with their keys, labels and other names, all of one version of the list."""
    return service.dimensions()
