"""Regions, agencies, programmes, locations and the change feed."""

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
CREATE FUNCTION place_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(738195, hashtext('changes'::regclass::oid::text));
    UPDATE changes SET position = nextval('change_position') WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER place_change AFTER INSERT ON changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION place_change();
"""

REGIONS = """
CREATE TABLE regions (
    code text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    level text NOT NULL CHECK (level IN ('province', 'regency', 'district')),
    parent text COLLATE "C" REFERENCES regions,
    code_system text NOT NULL,
    edition text NOT NULL,
    CHECK ((level = 'province') = (parent IS NULL))
);
CREATE INDEX regions_parent ON regions (parent, code);
"""

REGISTRY = """
CREATE TABLE agencies (
    id uuid PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL REFERENCES regions,
    agency_id text COLLATE "C" NOT NULL CHECK (agency_id = id::text),
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    short_name text,
    archived boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agencies_slug UNIQUE (region_code, slug)
);

CREATE TABLE programs (
    id uuid PRIMARY KEY,
    region_code text COLLATE "C" NOT NULL REFERENCES regions,
    agency_id text COLLATE "C",
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    description json,
    dimensions_version text NOT NULL,
    dimension text NOT NULL,
    sub_dimension text,
    quick_win boolean,
    free_of_charge boolean,
    status text NOT NULL CHECK (status IN ('planned', 'running', 'ended')),
    started text,
    partners json NOT NULL,
    respondent_groups json NOT NULL,
    years json NOT NULL,
    sources json NOT NULL,
    archived boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT programs_slug UNIQUE (region_code, slug)
);
CREATE INDEX programs_agency ON programs (agency_id);

CREATE TABLE locations (
    id uuid PRIMARY KEY,
    program_id uuid NOT NULL REFERENCES programs,
    region_code text COLLATE "C" NOT NULL REFERENCES regions,
    agency_id text COLLATE "C",
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    address text,
    district text COLLATE "C" REFERENCES regions,
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    archived boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((longitude IS NULL) = (latitude IS NULL)),
    CONSTRAINT locations_slug UNIQUE (region_code, slug)
);
CREATE INDEX locations_program ON locations (program_id);
CREATE INDEX locations_agency ON locations (agency_id);
"""


def upgrade() -> None:
    script(FEED + REGIONS + REGISTRY)


def downgrade() -> None:
    script("""
        DROP TABLE locations, programs, agencies, regions, changes;
        DROP FUNCTION place_change;
        DROP SEQUENCE change_position;
    """)
