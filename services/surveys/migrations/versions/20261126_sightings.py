"""Looking at a response costs the same however many its device has sent: twins are found along an index."""

from services.kit.migrations import script

revision = "sightings"
down_revision = "refusals"

# The place among all that came in names a sighting as well as the response's id does, and rises: its index grows at one
# end, where one of random ids is written all over. Flags are found by their response and by whom they name; the other
# two indexes of theirs served no question that anybody asks.
UPGRADE = """
ALTER TABLE sightings DROP CONSTRAINT sightings_pkey, ADD PRIMARY KEY (sequence);
DROP INDEX sightings_device;
CREATE INDEX sightings_device ON sightings (visit_id, device, filled, sequence);
CREATE INDEX sightings_twins ON sightings (visit_id, device, fingerprint, filled, sequence);
DROP INDEX flags_visit, flags_review;
"""


def upgrade() -> None:
    script(UPGRADE)


def downgrade() -> None:
    script("""
        CREATE INDEX flags_visit ON flags (visit_id, rule, sequence);
        CREATE INDEX flags_review ON flags (review_id, rule, sequence);
        DROP INDEX sightings_twins;
        DROP INDEX sightings_device;
        CREATE INDEX sightings_device ON sightings (visit_id, device, filled);
        ALTER TABLE sightings DROP CONSTRAINT sightings_pkey, ADD PRIMARY KEY (response_id);
    """)
