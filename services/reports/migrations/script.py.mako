"""${message}"""

from services.kit.migrations import script

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "script(...)"}


def downgrade() -> None:
    ${downgrades if downgrades else "script(...)"}
