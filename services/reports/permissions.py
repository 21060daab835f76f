"""Who may do what in the reports service, and with which rows.

Read a line as: *permission* — *role* on *rows*. Indexes are public; whoever has no `indexes:detail` on the rows behind
a figure gets it with small groups suppressed.
"""

from services.kit.auth import EVERY_ROW, EVERYONE, Permissions, own, within

PERMISSIONS: Permissions = {
    "indexes:read": {EVERYONE: EVERY_ROW},
    "indexes:detail": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "mentor": own("region"),
        "agency": own("region", "agency"),
    },
    "aspirations:read": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "mentor": own("region"),
        "agency": own("region", "agency"),
    },
    "aspirations:triage": {"admin": EVERY_ROW, "team": own("region")},
    "aspirations:track": {EVERYONE: EVERY_ROW},
    "open311:read": {EVERYONE: EVERY_ROW},
    "deadlines:read": {EVERYONE: EVERY_ROW},
    "holidays:read": {EVERYONE: EVERY_ROW},
    "holidays:write": {"admin": EVERY_ROW, "ministry": EVERY_ROW},
    "followups:read": {EVERYONE: EVERY_ROW},
    "followups:detail": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "mentor": own("region"),
        "agency": own("region", "agency"),
    },
    "followups:plan": {"admin": EVERY_ROW, "team": own("region")},
    "followups:work": {"admin": EVERY_ROW, "agency": own("region", "agency")},
    "followups:judge": {"admin": EVERY_ROW, "team": own("region")},
    "followups:comment": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "mentor": own("region"),
        "agency": own("region", "agency"),
    },
    "indexes:compute": {EVERYONE: EVERY_ROW},
    "methods:read": {EVERYONE: EVERY_ROW},
    "rebuilds:start": {"admin": EVERY_ROW},
    "rebuilds:read": {"admin": EVERY_ROW},
    "progress:read": {EVERYONE: EVERY_ROW},
    "recaps:write": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "recaps:history": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region"), "mentor": own("region")},
    # Published and withdrawn ones; drafts, and what happened to each, are for those who see the rows in detail.
    "reports:read": {EVERYONE: EVERY_ROW},
    "reports:detail": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "mentor": own("region"),
        "agency": own("region", "agency"),
    },
    "reports:freeze": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "agency": own("region", "agency"),
    },
    "charts:read": {EVERYONE: EVERY_ROW},
    "reports:publish": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "instruments:read": {EVERYONE: EVERY_ROW},
    "instruments:write": {"admin": EVERY_ROW, "ministry": EVERY_ROW},
    "evaluations:read": {EVERYONE: EVERY_ROW},
    "comparisons:read": {EVERYONE: EVERY_ROW},
    "evaluations:detail": {
        "admin": EVERY_ROW,
        "ministry": EVERY_ROW,
        "team": own("region"),
        "assessor": own("region"),
    },
    "evaluations:write": {"admin": EVERY_ROW, "ministry": EVERY_ROW},
    "evaluations:history": {"admin": EVERY_ROW, "ministry": EVERY_ROW},
    "evaluations:assess": {"assessor": own("region")},
    "evaluations:self-assess": {"team": own("region")},
    "evaluations:evidence": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "team": own("region")},
    "reports:feed": {"admin": EVERY_ROW, "ministry": EVERY_ROW, "integrator": within("region")},
}
