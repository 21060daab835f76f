"""The change feed of this service."""

from services.kit.migrations import script

revision = "changes"
down_revision = "rejected"

FEED = """
CREATE SEQUENCE change_position;

CREATE TABLE changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position bigint UNIQUE,
    entity text NOT NULL,
    entity_id uuid NOT NULL,
    action text NOT NULL,
    version integer NOT NULL,
    region_code text,
    agency_id text,
    at timestamptz NOT NULL DEFAULT now(),
    data json
);

-- The lock is held until the commit is visible, so positions become visible in rising order.
CREATE FUNCTION place_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(738195, hashtext('changes'::regclass::oid::text));
    UPDATE changes SET position = nextval('change_position') WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER place_change AFTER INSERT ON changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION place_change();
"""


def upgrade() -> None:
    script(FEED)


def downgrade() -> None:
    script("""
        DROP TABLE changes;
        DROP FUNCTION place_change;
        DROP SEQUENCE change_position;
    """)
