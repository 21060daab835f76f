"""Rules that hold for everything in the registry."""

from services.kit.problems import FieldError
from services.programs.problems import Archived, FixedField


def still_in_use(archived: bool) -> None:
    """Raises Archived for what is archived: it stays as it was."""
    if archived:
        raise Archived("It was archived; it can be read, not changed.")


def same(field: str, stored: object, sent: object) -> None:
    """Raises FixedField when a field that is fixed at creation is sent with another value."""
    if stored != sent:
        raise FixedField(
            f"{field} is fixed since it was created.",
            errors=[FieldError(f"/{field}", "fixed", f"Send {stored}, as it was.")],
        )
