"""What exactly was recorded in a change, where its states say too little.

`evaluation_history` was made by an earlier form of the revision `evaluations`, for a few hours before any release.
"""

from services.kit.migrations import script

revision = "details"
down_revision = "followups"


def upgrade() -> None:
    script("""
        ALTER TABLE moves ADD COLUMN detail json;
        DROP TABLE IF EXISTS evaluation_history;
    """)


def downgrade() -> None:
    script("ALTER TABLE moves DROP COLUMN detail;")
