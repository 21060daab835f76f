"""What an import answers."""

from pydantic import BaseModel


class Tally(BaseModel):
    """What became of the entries of one kind."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class ImportResult(BaseModel):
    """What an import did, or would do."""

    region: str
    dry_run: bool
    agencies: Tally
    programs: Tally
    locations: Tally
