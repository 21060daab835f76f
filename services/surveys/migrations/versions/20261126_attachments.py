"""Photos and sound beside responses, and how many bytes of them each region has."""

from services.kit.migrations import script

revision = "attachments"
down_revision = "quality"

TABLES = """
CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    response_id uuid NOT NULL,
    visit_id uuid NOT NULL REFERENCES visits,
    review_id uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    simulated boolean NOT NULL,
    question text NOT NULL,
    media text NOT NULL CHECK (media IN ('image', 'audio')),
    keep_location boolean NOT NULL,
    name text,
    length bigint NOT NULL,
    state text NOT NULL DEFAULT 'uploading'
        CHECK (state IN ('uploading', 'stored', 'refused', 'expired', 'deleted')),
    expires_at timestamptz,
    media_type text,
    bytes bigint,
    digest bytea,
    width integer,
    height integer,
    longitude double precision,
    latitude double precision,
    refusal text,
    occupies bigint NOT NULL,
    stored_at timestamptz,
    created_by text NOT NULL,
    changed_by text,
    reason text,
    discarded_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX attachments_response ON attachments (response_id);
CREATE INDEX attachments_visit ON attachments (visit_id, id);
CREATE INDEX attachments_digest ON attachments (digest);
CREATE INDEX attachments_expiry ON attachments (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX attachments_refused ON attachments (id) WHERE state = 'refused';
CREATE INDEX attachments_to_discard ON attachments (id)
    WHERE state IN ('expired', 'deleted') AND stored_at IS NOT NULL AND discarded_at IS NULL;

CREATE TABLE attachment_regions (
    region_code text PRIMARY KEY,
    bytes bigint NOT NULL
);
"""

COUNTED = """
CREATE FUNCTION count_attachment() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    added bigint := NEW.occupies;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        added := added - OLD.occupies;
    END IF;
    IF added <> 0 THEN
        INSERT INTO attachment_regions AS sums (region_code, bytes) VALUES (NEW.region_code, added)
        ON CONFLICT (region_code) DO UPDATE SET bytes = sums.bytes + added;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER count_attachment AFTER INSERT OR UPDATE ON attachments
    FOR EACH ROW EXECUTE FUNCTION count_attachment();
"""


def upgrade() -> None:
    script(TABLES + COUNTED)


def downgrade() -> None:
    script("DROP TABLE attachments, attachment_regions; DROP FUNCTION count_attachment;")
