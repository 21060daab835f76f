"""What time it is, as a request's own value: rules and use cases are told it and never look."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends


def clock() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(clock)]
