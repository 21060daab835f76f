"""Bodies that the registry accepts, to be varied by each test."""

from typing import Any
from uuid import uuid4


def slug(word: str) -> str:
    """A slug that no other test uses."""
    return f"{word}-{uuid4().hex[:12]}"


def agency(region: str = "33.25", **other: Any) -> dict[str, Any]:
    return {"region": region, "slug": slug("agency"), "name": "Dinas Kesehatan"} | other


def program(region: str = "33.25", **other: Any) -> dict[str, Any]:
    return {
        "region": region, "slug": slug("program"), "name": "Pasar Minggu Pagi", "dimension": "branding",
        "sub_dimension": "tourism", "status": "running",
    } | other  # fmt: skip


def location(program: str, **other: Any) -> dict[str, Any]:
    return {"program": program, "slug": slug("location"), "name": "Hutan Kota"} | other
