"""Revisions of responses: the state the team gives them, who changed them, when and why."""

from services.kit.migrations import script

revision = "revisions"
down_revision = "start"

COLUMNS = """
ALTER TABLE responses
    ADD COLUMN state text NOT NULL DEFAULT 'received'
        CHECK (state IN ('received', 'accepted', 'returned', 'rejected')),
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN changed_by text,
    ADD COLUMN reason text,
    ADD COLUMN note text;
"""

# Each response once, as its newest version has it. Whose it is and where it stands comes from the first, which has the
# indexes; neither ever changes.
NEWEST = """
CREATE VIEW newest_responses AS
SELECT
    first.id, first.position AS sequence, first.visit_id, first.review_id, first.region_code, first.agency_id,
    first.simulated, first.received_at, first.received_by, first.receipt,
    newest.version, newest.action, newest.digest, newest.device, newest.body, newest.state, newest.changed_at
FROM responses first
CROSS JOIN LATERAL (
    SELECT * FROM responses later WHERE later.id = first.id ORDER BY later.version DESC LIMIT 1
) newest
WHERE first.version = 1;
"""


def upgrade() -> None:
    script(COLUMNS + NEWEST)


def downgrade() -> None:
    script("""
        DROP VIEW newest_responses;
        ALTER TABLE responses
            DROP COLUMN state, DROP COLUMN changed_at, DROP COLUMN changed_by, DROP COLUMN reason, DROP COLUMN note;
    """)
