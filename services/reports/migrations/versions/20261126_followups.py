"""Follow-ups with what belongs to them, reminders, and edits of the calendar."""

from services.kit.migrations import script

revision = "followups"
down_revision = "documents"

FOLLOWUPS = """
CREATE TABLE followups (
    id uuid PRIMARY KEY,
    region_code text NOT NULL,
    agency_id text NOT NULL,
    person text,
    title text NOT NULL,
    action text NOT NULL,
    class text NOT NULL,
    review_id uuid NOT NULL,
    program_id uuid,
    element text,
    element_label json,
    element_index text,
    element_rank integer,
    element_n integer,
    element_method text,
    element_public boolean NOT NULL DEFAULT false,
    simulated boolean NOT NULL,
    state text NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'in_progress', 'done', 'verified', 'returned', 'postponed', 'reopened')),
    counted_from date NOT NULL,
    rule text NOT NULL,
    calendar text NOT NULL,
    due_on date NOT NULL,
    postponed_until date,
    deadline date NOT NULL GENERATED ALWAYS AS (COALESCE(postponed_until, due_on)) STORED,
    remind_on date,
    reopened integer NOT NULL DEFAULT 0,
    closings integer NOT NULL DEFAULT 0,
    started_at timestamptz,
    done_at timestamptz,
    verified_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX followups_deadline ON followups (deadline, id);
CREATE INDEX followups_region ON followups (region_code, state, deadline, id);
CREATE INDEX followups_review ON followups (review_id);
CREATE INDEX followups_remind ON followups (remind_on) WHERE remind_on IS NOT NULL;

CREATE TABLE followup_aspirations (
    followup_id uuid NOT NULL REFERENCES followups (id),
    aspiration_id uuid NOT NULL,
    PRIMARY KEY (followup_id, aspiration_id)
);
CREATE INDEX followup_aspirations_aspiration ON followup_aspirations (aspiration_id);
"""

PARTS = """
CREATE TABLE followup_comments (
    id uuid PRIMARY KEY,
    followup_id uuid NOT NULL REFERENCES followups (id),
    by text NOT NULL,
    role text NOT NULL,
    text text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX followup_comments_followup ON followup_comments (followup_id, at);

CREATE TABLE followup_evidence (
    id uuid PRIMARY KEY,
    followup_id uuid NOT NULL REFERENCES followups (id),
    name text NOT NULL,
    media_type text NOT NULL,
    bytes integer NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    by text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX followup_evidence_followup ON followup_evidence (followup_id, at);

CREATE TABLE followup_evidence_pieces (
    evidence_id uuid NOT NULL REFERENCES followup_evidence (id),
    number integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (evidence_id, number)
);
ALTER TABLE followup_evidence_pieces ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE followup_objections (
    followup_id uuid NOT NULL REFERENCES followups (id),
    closing integer NOT NULL,
    aspiration_id uuid NOT NULL,
    text text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (followup_id, closing)
);

CREATE TABLE reminders (
    id uuid PRIMARY KEY,
    followup_id uuid NOT NULL REFERENCES followups (id),
    deadline date NOT NULL,
    kind text NOT NULL,
    level text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (followup_id, deadline, kind, level)
);

CREATE TABLE holiday_edits (
    day date PRIMARY KEY,
    kind text CHECK (kind IN ('national', 'collective')),
    name json,
    source text,
    estimated boolean NOT NULL,
    reason text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    version integer NOT NULL
);
"""


def upgrade() -> None:
    script(FOLLOWUPS + PARTS)


def downgrade() -> None:
    script("""
        DROP TABLE holiday_edits, reminders, followup_objections, followup_evidence_pieces, followup_evidence,
            followup_comments, followup_aspirations, followups;
    """)
