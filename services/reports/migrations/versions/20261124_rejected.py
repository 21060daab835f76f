"""Sums of rejected responses apart from those of the others.

Going down leaves rejected responses out for good; a rebuild counts them as the code did that it went down to.
"""

from services.kit.migrations import script

revision = "rejected"
down_revision = "matrices"

ADD = """
ALTER TABLE contributions ADD COLUMN rejected boolean NOT NULL DEFAULT false;
ALTER TABLE sums
    ADD COLUMN rejected boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT sums_pkey,
    ADD PRIMARY KEY (generation, visit_id, questionnaire_id, group_by, group_value, rejected);
"""

DROP = """
DELETE FROM contributions WHERE rejected;
DELETE FROM sums WHERE rejected;
ALTER TABLE contributions DROP COLUMN rejected;
ALTER TABLE sums
    DROP CONSTRAINT sums_pkey,
    DROP COLUMN rejected,
    ADD PRIMARY KEY (generation, visit_id, questionnaire_id, group_by, group_value);
"""


def upgrade() -> None:
    script(ADD)


def downgrade() -> None:
    script(DROP)
