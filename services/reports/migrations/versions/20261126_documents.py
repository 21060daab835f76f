"""Frozen reports with their files, and the way from a visit to its scores."""

from services.kit.migrations import script

revision = "documents"
down_revision = "aspirations"

REPORTS = """
CREATE TABLE report_numbers (
    series text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (series, year)
);

CREATE TABLE frozen_reports (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    kind text NOT NULL,
    subject uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    simulated boolean NOT NULL,
    title json NOT NULL,
    summary json NOT NULL,
    digest text NOT NULL,
    snapshot bytea NOT NULL,
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'withdrawn')),
    reason text,
    superseded_by text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX frozen_reports_newest ON frozen_reports (created_at, id);
CREATE INDEX frozen_reports_subject ON frozen_reports (subject);

-- What was frozen stays as it is, whoever writes to the table.
CREATE FUNCTION keep_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a frozen report does not change';
END $$;

CREATE TRIGGER keep_report BEFORE UPDATE ON frozen_reports FOR EACH ROW
    WHEN ((OLD.id, OLD.number, OLD.kind, OLD.subject, OLD.simulated, OLD.digest, OLD.snapshot, OLD.created_at)
        IS DISTINCT FROM
        (NEW.id, NEW.number, NEW.kind, NEW.subject, NEW.simulated, NEW.digest, NEW.snapshot, NEW.created_at))
    EXECUTE FUNCTION keep_report();

CREATE TABLE report_files (
    report_id uuid NOT NULL REFERENCES frozen_reports (id),
    format text NOT NULL,
    language text NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    state text NOT NULL CHECK (state IN ('making', 'made', 'failed')),
    owner uuid NOT NULL,
    beat_at timestamptz NOT NULL DEFAULT now(),
    stage text NOT NULL,
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    detail text,
    digest text,
    content bytea,
    made_at timestamptz,
    UNIQUE (report_id, format, language),
    CHECK ((state = 'made') = (content IS NOT NULL))
);
"""

# A report needs the scores of its visits without a look at those of all the others.
SCORES = "CREATE INDEX contributions_visit ON contributions (visit_id);"


def upgrade() -> None:
    script(REPORTS + SCORES)


def downgrade() -> None:
    script("""
        DROP INDEX contributions_visit;
        DROP TABLE report_files, frozen_reports, report_numbers;
        DROP FUNCTION keep_report;
    """)
