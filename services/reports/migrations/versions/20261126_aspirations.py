"""Aspirations, and who decided what about them."""

from services.kit.migrations import script

revision = "aspirations"
down_revision = "evaluations"

ASPIRATIONS = """
CREATE TABLE aspirations (
    id uuid PRIMARY KEY,
    response_id uuid NOT NULL,
    response_version integer NOT NULL,
    question text NOT NULL,
    questionnaire_id uuid NOT NULL,
    review_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    program_id uuid,
    location_id uuid,
    region_code text NOT NULL,
    agency_id text,
    simulated boolean NOT NULL,
    rejected boolean NOT NULL,
    received_at timestamptz NOT NULL,
    receipt_digest bytea CHECK (length(receipt_digest) = 32),
    language text,
    text text,
    words bytea NOT NULL CHECK (length(words) = 32),
    personal_data boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'accepted', 'merged', 'declined', 'withdrawn')),
    before text,
    reason text,
    merged_into uuid REFERENCES aspirations (id),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    search tsvector GENERATED ALWAYS AS (to_tsvector('indonesian'::regconfig, COALESCE(text, ''::text))) STORED,
    CHECK ((state = 'withdrawn') = (text IS NULL)),
    CHECK (merged_into <> id)
);
CREATE INDEX aspirations_response ON aspirations (response_id);
CREATE INDEX aspirations_receipt ON aspirations (receipt_digest) WHERE receipt_digest IS NOT NULL;
CREATE INDEX aspirations_newest ON aspirations (received_at, id);
CREATE INDEX aspirations_review ON aspirations (review_id, received_at, id);
CREATE INDEX aspirations_region ON aspirations (region_code, state, received_at, id);
CREATE INDEX aspirations_merged ON aspirations (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX aspirations_search ON aspirations USING gin (search);
"""

MOVES = """
CREATE TABLE moves (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity text NOT NULL,
    entity_id uuid NOT NULL,
    version integer NOT NULL,
    action text NOT NULL,
    before text,
    after text,
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL,
    role text NOT NULL,
    reason text,
    region_code text,
    agency_id text
);
CREATE INDEX moves_entity ON moves (entity, entity_id, id);
"""


def upgrade() -> None:
    script(ASPIRATIONS + MOVES)


def downgrade() -> None:
    script("DROP TABLE moves, aspirations;")
