"""The per-respondent table as CSV, which the calculator takes as it is: `POST /api/v1/indexes/compute` gives the index
of the report for it, where every element was answered by everybody.

It has no language: columns are named by the keys of the elements. Simulated rows say so in their first cell.
"""

import csv
from io import StringIO

from services.reports.layouts import evaluated_rows
from services.reports.layouts.job import Job

FAULTS = (csv.Error,)
SIMULATED = "SIMULASI-"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
STEP = 1000


def document(job: Job) -> bytes:
    """The bytes of the file; no rows where the report has no such table. Of an evaluation its scores instead."""
    if job.report["kind"] == "evaluation":
        return _scores(job)
    table = job.report["appendix"] or {"elements": [one["key"] for one in _elements(job)], "rows": []}
    rows, mark = table["rows"], SIMULATED if job.report["simulated"] else ""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(["no", *map(plain, table["elements"])])
    for place, row in enumerate(rows, start=1):
        writer.writerow([f"{mark}{place}", *("" if score is None else score for score in row)])
        if place % STEP == 0:
            job.told("rows", place, len(rows))
    return written.getvalue().encode()


def _scores(job: Job) -> bytes:
    mark = SIMULATED if job.report["simulated"] else ""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(["no", *evaluated_rows.COLUMNS])
    for place, row in enumerate(evaluated_rows.rows(job.report), start=1):
        writer.writerow([f"{mark}{place}", *("" if value is None else plain(str(value)) for value in row)])
    return written.getvalue().encode()


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _elements(job: Job) -> list[dict[str, str]]:
    return [one for one in job.report["questionnaire"]["questions"] if one["kind"] == "score"]
