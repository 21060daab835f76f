"""The report as a PDF: tagged, A4, set by Typst with the fonts that come with it."""

import json
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from services.reports.layouts import appendix
from services.reports.layouts.blocks import Block, Picture, Scores
from services.reports.layouts.codes import qr
from services.reports.layouts.job import Job
from services.reports.layouts.language import WIB
from services.reports.layouts.outline import outline

FAULTS = (typst.TypstError,)
MAIN = "report.typ"
LINE_CHARACTERS = 110


def document(job: Job) -> bytes:
    """The bytes of the file. Raises TypstError when it cannot be set."""
    content = outline(job)
    job.told("charts")
    parts = {MAIN: _template(), "qr.svg": qr(job.verify)}
    chapters = [
        {
            "title": chapter.title,
            "apart": chapter.apart,
            "sections": [
                {"title": section.title, "blocks": [_block(one, parts) for one in section.blocks]}
                for section in chapter.sections
            ],
        }
        for chapter in content.chapters
    ]
    frozen = datetime.fromisoformat(job.report["frozen_at"]) + WIB
    whole = {**_plain(content), "chapters": chapters, "date": [frozen.year, frozen.month, frozen.day]}
    parts["outline.json"] = json.dumps(whole).encode()
    job.told("writing")
    with TemporaryDirectory(prefix="tinjau-pdf-") as folder:
        for name, part in parts.items():
            Path(folder, name).write_bytes(part)
        return typst.compile(
            str(Path(folder, MAIN)), root=folder, format="pdf", ignore_system_fonts=True,
            timestamp=int(frozen.timestamp()), pdf_standards=["ua-1"],
        )  # fmt: skip


def _template() -> bytes:
    return files("services.reports.layouts").joinpath("data", MAIN).read_bytes()


def _plain(content: Any) -> dict[str, Any]:
    return {name: getattr(content, name) for name in content.__dataclass_fields__ if name != "chapters"}


def _block(block: Block, parts: dict[str, bytes]) -> dict[str, Any]:
    """A block as the template reads it; pictures become files."""
    if isinstance(block, Picture):
        file = f"{block.chart.name}.svg"
        parts[file] = block.svg.encode()
        alt = "; ".join(f"{one.label}: {one.shown}" for one in block.chart.points)
        return {"kind": "picture", "file": file, "title": block.chart.heading, "alt": alt}
    if isinstance(block, Scores):
        return _scores(block)
    return asdict(block)


def _scores(block: Scores) -> dict[str, Any]:
    short = appendix.is_short(block)
    head, several = appendix.lines(block)
    return {
        "kind": block.kind,
        "caption": block.caption,
        "header": block.header,
        "totals": block.totals,
        "rows": appendix.cells(block) if short else [],
        "lines": None if short else [f"{head}\n{lines}" for lines in several],
        "across": max(1, LINE_CHARACTERS // (len(head) + 3)),
    }
