"""Clocks of devices, flags of responses, running counts of visits; where a visit is, when it is open, whom to reach."""

from services.kit.migrations import script

revision = "quality"
down_revision = "resolutions"

COLUMNS = """
ALTER TABLE responses ADD COLUMN device_time timestamptz, ADD COLUMN clock_offset_ms bigint;
-- Only what was judged or corrected is in it, so it costs nothing while answers come in.
CREATE INDEX responses_judged ON responses (review_id, state) WHERE version > 1;

ALTER TABLE visits ADD COLUMN point json, ADD COLUMN hours json, ADD COLUMN quotas json;
"""

NEWEST = """
CREATE VIEW newest_responses AS
SELECT
    first.id, first.position AS sequence, first.visit_id, first.review_id, first.region_code, first.agency_id,
    first.simulated, first.received_at, first.received_by, first.receipt,
    newest.version, newest.action, newest.digest, newest.device, newest.body, newest.state, newest.changed_at{more}
FROM responses first
CROSS JOIN LATERAL (
    SELECT * FROM responses later WHERE later.id = first.id ORDER BY later.version DESC LIMIT 1
) newest
WHERE first.version = 1;
"""

TABLES = """
CREATE TABLE examinations (
    one boolean PRIMARY KEY DEFAULT true CONSTRAINT examinations_one CHECK (one),
    position bigint NOT NULL DEFAULT 0,
    moved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO examinations DEFAULT VALUES;

CREATE TABLE sightings (
    response_id uuid PRIMARY KEY,
    sequence bigint NOT NULL,
    visit_id uuid NOT NULL,
    device text NOT NULL,
    filled timestamptz NOT NULL,
    fingerprint bytea NOT NULL,
    words boolean NOT NULL
);
CREATE INDEX sightings_device ON sightings (visit_id, device, filled);

CREATE TABLE flags (
    response_id uuid NOT NULL,
    rule text NOT NULL,
    rule_version integer NOT NULL,
    detail json NOT NULL,
    other_id uuid,
    at timestamptz NOT NULL DEFAULT now(),
    sequence bigint NOT NULL,
    visit_id uuid NOT NULL,
    review_id uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    version integer NOT NULL DEFAULT 1,
    dismissed_at timestamptz,
    dismissed_by text,
    dismissal text,
    PRIMARY KEY (response_id, rule),
    CHECK ((dismissed_at IS NULL) = (dismissal IS NULL))
);
CREATE INDEX flags_visit ON flags (visit_id, rule, sequence);
CREATE INDEX flags_review ON flags (review_id, rule, sequence);
CREATE INDEX flags_other ON flags (other_id) WHERE other_id IS NOT NULL;

CREATE TABLE flag_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    response_id uuid NOT NULL,
    rule text NOT NULL,
    action text NOT NULL CHECK (action IN ('dismissed', 'raised')),
    rule_version integer NOT NULL,
    detail json NOT NULL,
    reason text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    region_code text NOT NULL,
    agency_id text
);
CREATE INDEX flag_decisions_response ON flag_decisions (response_id, id);

CREATE TABLE tallies (
    visit_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    count bigint NOT NULL,
    last_at timestamptz,
    review_id uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    PRIMARY KEY (visit_id, kind, key, value)
);
CREATE INDEX tallies_review ON tallies (review_id) WHERE kind <> 'device';
CREATE INDEX tallies_devices ON tallies (review_id, last_at, value, visit_id) WHERE kind = 'device';
"""


def upgrade() -> None:
    more = ", first.device_time, first.clock_offset_ms"
    script(COLUMNS + "DROP VIEW newest_responses;" + NEWEST.format(more=more) + TABLES)


def downgrade() -> None:
    script("""
        DROP TABLE tallies, flag_decisions, flags, sightings, examinations;
        DROP VIEW newest_responses;
        DROP INDEX responses_judged;
        ALTER TABLE responses DROP COLUMN device_time, DROP COLUMN clock_offset_ms;
        ALTER TABLE visits DROP COLUMN point, DROP COLUMN hours, DROP COLUMN quotas;
    """ + NEWEST.format(more=""))  # fmt: skip
