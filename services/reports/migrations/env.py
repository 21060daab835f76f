"""Entry point that alembic insists on; the work is in the kit."""

from services.kit.migrations import run
from services.reports.tables import metadata

run(metadata)
