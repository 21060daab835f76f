"""What became of what was kept aside: accepted as a new response, or dropped."""

from services.kit.migrations import script

revision = "resolutions"
down_revision = "revisions"

COLUMNS = """
ALTER TABLE quarantine
    ADD COLUMN resolution text CHECK (resolution IN ('accepted', 'dropped')),
    ADD COLUMN resolved_at timestamptz,
    ADD COLUMN resolved_by text,
    ADD COLUMN resolution_reason text,
    ADD COLUMN accepted_as uuid;
CREATE INDEX quarantine_open ON quarantine (received_at, id) WHERE resolution IS NULL;
"""


def upgrade() -> None:
    script(COLUMNS)


def downgrade() -> None:
    script("""
        DROP INDEX quarantine_open;
        ALTER TABLE quarantine
            DROP COLUMN resolution, DROP COLUMN resolved_at, DROP COLUMN resolved_by, DROP COLUMN resolution_reason,
            DROP COLUMN accepted_as;
    """)
