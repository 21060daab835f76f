"""Responses cost less to store: positions are drawn for many at once, and no index for what nobody looks up."""

from services.kit.migrations import script

revision = "speed"
down_revision = "attachments"

# Receipts have 60 random bits: that any two of ten million are equal has a chance of 4 in 100,000. An index to rule it
# out is a page at random for each response, and a whole page of log for each after a checkpoint.
UPGRADE = """
CREATE FUNCTION reserve_positions(count integer) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM lock_changes();
    RETURN setval('change_position', nextval('change_position') + count - 1) - count + 1;
END $$;
ALTER TABLE responses DROP CONSTRAINT responses_receipt_key;
"""


def upgrade() -> None:
    script(UPGRADE)


def downgrade() -> None:
    script("""
        ALTER TABLE responses ADD CONSTRAINT responses_receipt_key UNIQUE (receipt, version);
        DROP FUNCTION reserve_positions;
    """)
