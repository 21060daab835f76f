"""Bodies that were refused lie in the quarantine as well, as they came, with the problem they were refused with."""

from services.kit.migrations import script

revision = "refusals"
down_revision = "attachment_history"

UPGRADE = """
ALTER TABLE quarantine
    ALTER COLUMN response_id DROP NOT NULL,
    ALTER COLUMN body DROP NOT NULL,
    ADD COLUMN raw bytea,
    ADD COLUMN bytes integer,
    ADD COLUMN problem json,
    ADD COLUMN times integer NOT NULL DEFAULT 1,
    ADD COLUMN last_received_at timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT quarantine_kind CHECK (
        CASE WHEN raw IS NULL THEN body IS NOT NULL AND response_id IS NOT NULL
        ELSE body IS NULL AND bytes IS NOT NULL AND problem IS NOT NULL END
    );
CREATE UNIQUE INDEX quarantine_refused ON quarantine (digest) WHERE raw IS NOT NULL;
CREATE INDEX quarantine_sender ON quarantine (received_by) WHERE raw IS NOT NULL AND resolution IS NULL;
"""


def upgrade() -> None:
    script(UPGRADE)


def downgrade() -> None:
    script("""
        DROP INDEX quarantine_refused, quarantine_sender;
        DELETE FROM quarantine WHERE raw IS NOT NULL;
        ALTER TABLE quarantine
            DROP CONSTRAINT quarantine_kind,
            DROP COLUMN raw, DROP COLUMN bytes, DROP COLUMN problem, DROP COLUMN times, DROP COLUMN last_received_at,
            ALTER COLUMN response_id SET NOT NULL,
            ALTER COLUMN body SET NOT NULL;
    """)
