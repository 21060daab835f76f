"""Who may do what with questionnaires, reviews, visits and responses, and with which rows.

Read a line as: *permission* — *role* on *rows*.
"""

from services.kit.auth import EVERY_ROW, EVERYONE, Permissions, own, within

PERMISSIONS: Permissions = {
    "questionnaires:read": {EVERYONE: EVERY_ROW},
    "questionnaires:write": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "reviews:read": {EVERYONE: EVERY_ROW},
    "reviews:write": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "visits:notes": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
        "mentor": own("region"),
        "enumerator": own("region"),
    },
    "responses:create": {
        "admin": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
        "enumerator": own("region"),
        "integrator": own("region"),
    },
    "responses:read": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
    },
    "responses:history": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "responses:correct": {"admin": EVERY_ROW, "team": own("region")},
    "responses:review": {"admin": EVERY_ROW, "team": own("region")},
    "attachments:ask": {EVERYONE: EVERY_ROW},
    "flags:read": dict.fromkeys(("admin", "ministry", "team", "agency", "mentor", "enumerator"), EVERY_ROW),
    "flags:dismiss": {"admin": EVERY_ROW, "team": own("region")},
    "reviews:quality": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
        "mentor": own("region"),
    },
    "reviews:progress": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
        "mentor": own("region"),
        "enumerator": own("region"),
    },
    "reviews:devices": {"admin": EVERY_ROW, "team": own("region")},
    "quarantine:read": {"admin": EVERY_ROW, "team": own("region")},
    "quarantine:resolve": {"admin": EVERY_ROW, "team": own("region")},
    "responses:feed": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "integrator": within("region")},
}
