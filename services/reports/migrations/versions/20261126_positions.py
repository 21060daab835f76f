"""Positions of many changes are drawn at once by whoever writes them at the end of a transaction.

Whatever comes without a position still gets one at the commit, by the trigger.
"""

from services.kit.migrations import script

revision = "positions"
down_revision = "details"

UPGRADE = """
CREATE FUNCTION reserve_positions(count integer) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(738195, hashtext('changes'::regclass::oid::text));
    RETURN setval('change_position', nextval('change_position') + count - 1) - count + 1;
END $$;
DROP TRIGGER place_change ON changes;
CREATE CONSTRAINT TRIGGER place_change AFTER INSERT ON changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.position IS NULL) EXECUTE FUNCTION place_change();
"""


def upgrade() -> None:
    script(UPGRADE)


def downgrade() -> None:
    script("""
        DROP TRIGGER place_change ON changes;
        CREATE CONSTRAINT TRIGGER place_change AFTER INSERT ON changes
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION place_change();
        DROP FUNCTION reserve_positions;
    """)
