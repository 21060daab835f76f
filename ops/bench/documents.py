"""The measures of documents: how soon a long report is there as PDF, and what a workbook of it takes of the memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ops.bench.figures import Measured
from ops.bench.goals import GOALS
from ops.bench.measuring import Bench, Watched
from ops.bench.reading import send
from ops.environment import TREE
from ops.failures import Failure

WAIT_SECONDS = "30"
PART = 10
"""The shorter report has a tenth of the respondents."""


def report_pdf(bench: Bench) -> Measured:
    """From asking for the PDF of a new report to its last byte, through the gateway."""
    measured, watched = Measured(GOALS["report_pdf"]), Watched()
    frozen = []
    for _ in range(bench.sizes.repetitions):
        started = time.perf_counter()
        report = _freeze(bench)
        frozen.append(time.perf_counter() - started)
        with watched.over(bench.site):
            started = time.perf_counter()
            content = bench.site.api.download(f"/reports/{report['id']}/documents/pdf", wait=WAIT_SECONDS)
            measured.samples.append(time.perf_counter() - started)
        measured.detail["kb"] = len(content) / 1e3
    measured.detail |= {"respondents": report["summary"]["respondents"], "freeze_s": max(frozen)}
    measured.cores = watched.mean
    return measured


def report_xlsx(bench: Bench) -> Measured:
    """The peak of memory while the workbook is written, against one with a tenth of the respondents."""
    measured = Measured(GOALS["report_xlsx"])
    report = _freeze(bench)
    long = json.loads(bench.site.api.download(f"/reports/{report['id']}/documents/json"))
    for _ in range(bench.sizes.repetitions):
        seconds, most = _made(long)
        _, less = _made(long | {"appendix": _tenth(long["appendix"])})
        measured.samples.append(most / less)
        measured.detail |= {"seconds": seconds, "mb": most, "tenth_mb": less}
    return measured


def _freeze(bench: Bench) -> dict[str, Any]:
    """A report of a review that has as many respondents as the run is to have."""
    survey = bench.site.survey("documents")
    missing = bench.sizes.documented - bench.site.stored(survey)
    if missing > 0:
        send(bench, survey, missing)
        bench.site.settle()
    return dict(bench.site.api.post("/reports", {"kind": "review", "subject": survey.review})[1])


def _tenth(appendix: dict[str, Any]) -> dict[str, Any]:
    rows = appendix["rows"]
    return appendix | {"rows": rows[: max(1, len(rows) // PART)]}


def _made(report: dict[str, Any]) -> tuple[float, float]:
    """Seconds and the peak of memory in MB of the process that writes the workbook. Raises Failure when it fails."""
    job = json.dumps({"report": report, "digest": "", "verify": "http://localhost/verify"}).encode()
    with tempfile.TemporaryDirectory(prefix="tinjau-bench-") as folder:
        command = [sys.executable, "-P", "-m", "services.reports.layouts", "xlsx", "id", str(Path(folder, "made"))]
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": TREE}
        )
        assert process.stdin  # noqa: S101 - it is a pipe
        process.stdin.write(job)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failure(f"The workbook could not be written; the process ended with {process.returncode}.")
    return time.perf_counter() - started, usage.ru_maxrss * 1024 / 1e6
