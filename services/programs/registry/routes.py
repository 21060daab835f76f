"""HTTP for the code list of dimensions."""

from fastapi import APIRouter

from services.kit.auth import Access, requires
from services.programs.registry import service
from services.programs.registry.schemas import Dimensions

router = APIRouter(prefix="/dimensions", tags=["dimensions"])

MAY_READ: Access = requires("registry:read")


@router.get("", summary="Read the dimensions of programmes", responses={})
async def list_dimensions(access: Access = MAY_READ) -> Dimensions:
    """Dimensions and sub-dimensions with their keys, labels and other names, all of one version of the list."""
    return service.dimensions()
