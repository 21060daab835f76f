"""Responses are no longer held against their visit one by one; a visit that has some cannot be deleted all the same."""

from services.kit.migrations import script

revision = "unbound"
down_revision = "sightings"

# The intake has looked the visit up when it stores a response, and nothing deletes visits. A foreign key asks again for
# each row, which costs half as much as storing it, and writes to the visit's row with each group. What is left of it is
# what it did for the visits.
UPGRADE = """
ALTER TABLE responses DROP CONSTRAINT responses_visit_id_fkey;

CREATE FUNCTION keep_visit() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM responses WHERE visit_id = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = format('visit %s has responses', OLD.id);
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_visit BEFORE DELETE ON visits FOR EACH ROW EXECUTE FUNCTION keep_visit();
CREATE TRIGGER keep_visit_id BEFORE UPDATE OF id ON visits FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION keep_visit();
"""


def upgrade() -> None:
    script(UPGRADE)


def downgrade() -> None:
    script("""
        DROP TRIGGER keep_visit_id ON visits;
        DROP TRIGGER keep_visit ON visits;
        DROP FUNCTION keep_visit;
        ALTER TABLE responses ADD CONSTRAINT responses_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits;
    """)
