"""Progress as it is recorded, the ministry's evaluation."""

from services.kit.migrations import script

revision = "evaluations"
down_revision = "changes"

LIFE = """
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
"""

TABLES = f"""
CREATE INDEX programs_region ON programs (generation, region_code);

CREATE TABLE recaps (
    id uuid PRIMARY KEY,
    region_code text NOT NULL,
    year integer NOT NULL,
    counts json NOT NULL,
    source json NOT NULL,
    note json,
    {LIFE}
    CONSTRAINT recaps_year UNIQUE (region_code, year)
);

CREATE TABLE instruments (
    id uuid PRIMARY KEY,
    key text NOT NULL,
    version_number integer,
    status text NOT NULL DEFAULT 'draft'
        CONSTRAINT instruments_status CHECK (status IN ('draft', 'published', 'retired')),
    title json NOT NULL,
    method text NOT NULL,
    source json,
    note json,
    indicators json NOT NULL,
    {LIFE}
    CONSTRAINT instruments_number UNIQUE (key, version_number)
);

CREATE TABLE evaluations (
    id uuid PRIMARY KEY,
    region_code text NOT NULL,
    year integer NOT NULL,
    simulated boolean NOT NULL,
    edition integer NOT NULL,
    supersedes uuid,
    state text NOT NULL DEFAULT 'open'
        CONSTRAINT evaluations_state CHECK (state IN ('open', 'assessed', 'published', 'withdrawn')),
    method text NOT NULL,
    method_version integer NOT NULL,
    instrument_id uuid REFERENCES instruments,
    source json,
    printed json,
    note json,
    reviews json NOT NULL,
    consensus json NOT NULL,
    frozen json,
    published_at timestamptz,
    withdrawn_at timestamptz,
    {LIFE}
    withdrawn_reason text
);
CREATE UNIQUE INDEX evaluations_one ON evaluations (region_code, year, simulated) WHERE state <> 'withdrawn';
CREATE INDEX evaluations_year ON evaluations (year, state);

CREATE TABLE assessments (
    evaluation_id uuid NOT NULL REFERENCES evaluations,
    kind text NOT NULL CONSTRAINT assessments_kind CHECK (kind IN ('assessor', 'self')),
    assessor text NOT NULL,
    region_code text NOT NULL,
    scores json NOT NULL,
    submitted_at timestamptz,
    {LIFE}
    PRIMARY KEY (evaluation_id, kind, assessor)
);

CREATE TABLE evaluation_evidence (
    id uuid PRIMARY KEY,
    evaluation_id uuid NOT NULL REFERENCES evaluations,
    region_code text NOT NULL,
    criterion text NOT NULL,
    title text NOT NULL,
    url text NOT NULL,
    digest text,
    added_by text NOT NULL,
    {LIFE}
    withdrawn_reason text
);
CREATE INDEX evaluation_evidence_of ON evaluation_evidence (evaluation_id, criterion);
"""


def upgrade() -> None:
    script(TABLES)


def downgrade() -> None:
    script("""
        DROP TABLE evaluation_evidence, assessments, evaluations, instruments, recaps;
        DROP INDEX programs_region;
    """)
