"""The report of a review as people sign it: frozen, published, and written to files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.api import Api
from ops.demo.source import identity

FORMATS = ("json", "pdf", "xlsx", "docx")
WAIT_SECONDS = "30"


def publish(api: Api, review: Mapping[str, Any]) -> dict[str, Any]:
    """The published report of a review, the same one in every run."""
    id = str(identity("report", review["id"]))
    report, _ = api.ensure("/reports", {"id": id, "kind": "review", "subject": review["id"]})
    if report["state"] == "draft":
        report = api.post(f"/reports/{id}/publish", version=report["version"])[1]
    return dict(report)


def write(api: Api, report: Mapping[str, Any], folder: Path, name: str) -> list[Path]:
    """A report's documents as `<name>.<format>` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for each in FORMATS:
        target = folder / f"{name}.{each}"
        target.write_bytes(api.download(f"/reports/{report['id']}/documents/{each}", wait=WAIT_SECONDS))
        written.append(target)
    return written
