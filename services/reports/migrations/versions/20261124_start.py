"""Cursors, copies of facts, sums, contributions and rebuilds."""

from services.kit.migrations import script

revision = "start"
down_revision = None

FEEDS = """
CREATE TABLE current (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation integer NOT NULL
);
INSERT INTO current (generation) VALUES (1);

CREATE TABLE feeds (
    generation integer NOT NULL,
    name text NOT NULL,
    cursor text,
    changes bigint NOT NULL DEFAULT 0,
    skipped bigint NOT NULL DEFAULT 0,
    applied_at timestamptz,
    polled_at timestamptz,
    current_at timestamptz,
    error text,
    PRIMARY KEY (generation, name)
);
INSERT INTO feeds (generation, name) VALUES (1, 'responses'), (1, 'registry');
"""

FACTS = """
CREATE TABLE questionnaires (
    generation integer NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (generation, id)
);

CREATE TABLE reviews (
    generation integer NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    region_code text NOT NULL,
    starts_on date NOT NULL,
    questionnaire_id uuid NOT NULL,
    simulated boolean NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (generation, id)
);
CREATE INDEX reviews_newest ON reviews (generation, starts_on, id);

CREATE TABLE visits (
    generation integer NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    review_id uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    data json NOT NULL,
    PRIMARY KEY (generation, id)
);
CREATE INDEX visits_review ON visits (generation, review_id);

CREATE TABLE agencies (
    generation integer NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    data json NOT NULL,
    PRIMARY KEY (generation, id)
);
CREATE TABLE programs (LIKE agencies INCLUDING ALL);
CREATE TABLE locations (LIKE agencies INCLUDING ALL);
"""

SUMS = """
CREATE TABLE sums (
    generation integer NOT NULL,
    visit_id uuid NOT NULL,
    questionnaire_id uuid NOT NULL,
    group_by text NOT NULL,
    group_value text NOT NULL,
    review_id uuid NOT NULL,
    region_code text NOT NULL,
    agency_id text,
    simulated boolean NOT NULL,
    respondents bigint NOT NULL CHECK (respondents >= 0),
    elements text[] NOT NULL,
    joint_count bigint[] NOT NULL,
    joint_sum bigint[] NOT NULL,
    joint_product bigint[] NOT NULL,
    fingerprint numeric(78, 0) NOT NULL,
    PRIMARY KEY (generation, visit_id, questionnaire_id, group_by, group_value),
    CHECK (cardinality(joint_count) = cardinality(elements) * cardinality(elements)),
    CHECK (cardinality(joint_sum) = cardinality(elements) * cardinality(elements)),
    CHECK (cardinality(joint_product) = cardinality(elements) * cardinality(elements))
);
CREATE INDEX sums_review ON sums (generation, review_id, group_by);

CREATE TABLE contributions (
    generation integer NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    visit_id uuid NOT NULL,
    questionnaire_id uuid NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    scores smallint[] NOT NULL,
    groups text[] NOT NULL,
    PRIMARY KEY (generation, id)
);
"""

REBUILDS = """
CREATE TABLE rebuilds (
    id uuid PRIMARY KEY,
    generation integer NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    changes bigint NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now(),
    beat_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    digest_before text,
    digest_after text,
    detail text
);
CREATE UNIQUE INDEX rebuilds_one ON rebuilds (status) WHERE status = 'running';
"""


def upgrade() -> None:
    script(FEEDS + FACTS + SUMS + REBUILDS)


def downgrade() -> None:
    script("""
        DROP TABLE rebuilds, contributions, sums, locations, programs, agencies, visits, reviews, questionnaires,
            feeds, current;
    """)
