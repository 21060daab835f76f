"""Who may do what with the registry, and with which rows.

Read a line as: *permission* — *role* on *rows*.
"""

from services.kit.auth import EVERY_ROW, EVERYONE, Permissions, own, within

PERMISSIONS: Permissions = {
    "registry:read": {EVERYONE: EVERY_ROW},
    "registry:write": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
    },
    "registry:agencies": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "registry:import": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "registry:feed": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "integrator": within("region")},
}
