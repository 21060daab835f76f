"""The tables of the reports service. Columns that bind rows to a caller's claims are named in `info`.

`facts` come out of the feeds of the other services and can be made anew from them; what people decide here is kept
apart from them, so that a rebuild touches none of it, and is told in `feed`.
"""

from services.reports.tables.aspirations import aspirations, moves
from services.reports.tables.base import metadata
from services.reports.tables.documents import frozen_reports, report_files, report_numbers
from services.reports.tables.evaluations import (
    assessments,
    evaluation_evidence,
    evaluations,
    instruments,
    recaps,
)  # fmt: skip
from services.reports.tables.facts import (
    agencies,
    contributions,
    current,
    feeds,
    locations,
    programs,
    questionnaires,
    rebuilds,
    reviews,
    sums,
    visits,
)
from services.reports.tables.feed import changes
from services.reports.tables.followups import (
    followup_aspirations,
    followup_comments,
    followup_evidence,
    followup_evidence_pieces,
    followup_objections,
    followups,
    holiday_edits,
    reminders,
)  # fmt: skip

__all__ = [
    "agencies",
    "aspirations",
    "assessments",
    "changes",
    "contributions",
    "current",
    "evaluation_evidence",
    "evaluations",
    "feeds",
    "followup_aspirations",
    "followup_comments",
    "followup_evidence",
    "followup_evidence_pieces",
    "followup_objections",
    "followups",
    "frozen_reports",
    "holiday_edits",
    "instruments",
    "locations",
    "metadata",
    "moves",
    "programs",
    "questionnaires",
    "rebuilds",
    "recaps",
    "reminders",
    "report_files",
    "report_numbers",
    "reviews",
    "sums",
    "visits",
]
