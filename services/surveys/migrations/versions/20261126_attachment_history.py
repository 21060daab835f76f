"""What happened to each attachment: when, by whom and why, written down by the database so that nobody forgets it."""

from services.kit.migrations import script

revision = "attachment_history"
down_revision = "reexaminations"

UPGRADE = """
CREATE TABLE attachment_events (
    attachment_id uuid NOT NULL REFERENCES attachments,
    version integer NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    state text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    by text NOT NULL,
    reason text,
    PRIMARY KEY (attachment_id, version)
);

INSERT INTO attachment_events (attachment_id, version, region_code, agency_id, state, at, by, reason)
SELECT id, version, region_code, agency_id, state, updated_at, coalesce(changed_by, created_by), reason
FROM attachments;

CREATE FUNCTION note_attachment() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO attachment_events (attachment_id, version, region_code, agency_id, state, by, reason)
    VALUES (
        NEW.id, NEW.version, NEW.region_code, NEW.agency_id, NEW.state, coalesce(NEW.changed_by, NEW.created_by),
        NEW.reason
    );
    RETURN NULL;
END $$;
CREATE TRIGGER note_attachment AFTER INSERT ON attachments FOR EACH ROW EXECUTE FUNCTION note_attachment();
CREATE TRIGGER note_attachment_change AFTER UPDATE OF version ON attachments
    FOR EACH ROW WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION note_attachment();
"""


def upgrade() -> None:
    script(UPGRADE)


def downgrade() -> None:
    script("""
        DROP TRIGGER note_attachment ON attachments;
        DROP TRIGGER note_attachment_change ON attachments;
        DROP FUNCTION note_attachment;
        DROP TABLE attachment_events;
    """)
