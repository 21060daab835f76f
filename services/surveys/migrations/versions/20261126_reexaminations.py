"""Visits whose responses have to be looked at again, because what they are held against has changed."""

from services.kit.migrations import script

revision = "reexaminations"
down_revision = "speed"


def upgrade() -> None:
    script("""
        CREATE TABLE reexaminations (
            visit_id uuid PRIMARY KEY,
            after bigint NOT NULL DEFAULT 0
        );
    """)


def downgrade() -> None:
    script("DROP TABLE reexaminations;")
