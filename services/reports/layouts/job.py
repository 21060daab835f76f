"""What a layout is told: the snapshot, its digest, and how the document is to be made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Told = Callable[..., None]
"""Says a stage, how much of it is done, and of how much."""


def nobody(stage: str, done: int = 0, total: int = 0) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to be made. `verify` is the address of the page that verifies it."""

    report: dict[str, Any]
    digest: str
    verify: str
    language: str = "id"
    template: str | None = None
    told: Told = field(default=nobody, compare=False)
