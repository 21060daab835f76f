"""Questionnaires, reviews, visits, responses, quarantine and the change feed."""

from services.kit.migrations import script

revision = "start"
down_revision = None

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
CREATE FUNCTION lock_changes() RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT pg_advisory_xact_lock(738195, hashtext('changes'::regclass::oid::text))
$$;

CREATE FUNCTION place_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM lock_changes();
    UPDATE changes SET position = nextval('change_position') WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER place_change AFTER INSERT ON changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION place_change();
"""

PLANS = """
CREATE TABLE questionnaires (
    id uuid PRIMARY KEY,
    key text NOT NULL,
    region_code text,
    title json NOT NULL,
    source text,
    method text NOT NULL,
    version_number integer,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'retired')),
    questions json NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'draft') = (version_number IS NULL))
);
CREATE UNIQUE INDEX questionnaires_version ON questionnaires (key, coalesce(region_code, ''), version_number);

CREATE TABLE reviews (
    id uuid PRIMARY KEY,
    region_code text NOT NULL,
    title json NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on),
    questionnaire_id uuid NOT NULL REFERENCES questionnaires,
    method text NOT NULL,
    simulated boolean NOT NULL,
    status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'open', 'closed')),
    note json,
    source text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reviews_region ON reviews (region_code, id);

CREATE TABLE visits (
    id uuid PRIMARY KEY,
    review_id uuid NOT NULL REFERENCES reviews,
    region_code text NOT NULL,
    agency_id text,
    program_id uuid,
    location_id uuid,
    program_name text,
    location_name text,
    name text NOT NULL,
    held_on date,
    target integer CHECK (target > 0),
    population integer CHECK (population > 0),
    team json NOT NULL,
    services json NOT NULL,
    observations text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX visits_review ON visits (review_id, id);
"""

INTAKE = """
CREATE TABLE responses (
    id uuid NOT NULL,
    version integer NOT NULL DEFAULT 1,
    position bigint NOT NULL DEFAULT nextval('change_position'),
    action text NOT NULL DEFAULT 'created',
    visit_id uuid NOT NULL REFERENCES visits,
    review_id uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    simulated boolean NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    received_by text NOT NULL,
    receipt text NOT NULL,
    digest bytea NOT NULL,
    device text,
    body json NOT NULL,
    PRIMARY KEY (id, version),
    CONSTRAINT responses_position_key UNIQUE (position),
    CONSTRAINT responses_receipt_key UNIQUE (receipt, version)
);
CREATE INDEX responses_visit ON responses (visit_id, position);

CREATE FUNCTION hold_changes() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM lock_changes();
    RETURN NULL;
END $$;

-- Responses are stored by one statement that is its own transaction, so the lock may be taken at its start: before
-- the first position is drawn.
CREATE TRIGGER hold_changes BEFORE INSERT ON responses FOR EACH STATEMENT EXECUTE FUNCTION hold_changes();

CREATE TABLE quarantine (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    response_id uuid NOT NULL,
    visit_id uuid,
    region_code text,
    agency_id text,
    reason text NOT NULL,
    digest bytea NOT NULL,
    body json NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    received_by text NOT NULL,
    CONSTRAINT quarantine_once UNIQUE (response_id, digest)
);
CREATE INDEX quarantine_region ON quarantine (region_code, received_at, id);
"""


def upgrade() -> None:
    script(FEED + PLANS + INTAKE)


def downgrade() -> None:
    script("""
        DROP TABLE quarantine, responses, visits, reviews, questionnaires, changes;
        DROP FUNCTION hold_changes, place_change, lock_changes;
        DROP SEQUENCE change_position;
    """)
