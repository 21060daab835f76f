"""The report as a PDF: tagged, A4, set by Typst with the fonts that come with it."""

import json
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno
import typst

from services.reports.layouts.blocks import Block, Picture, Scores
from services.reports.layouts.job import Job
from services.reports.layouts.language import WIB
from services.reports.layouts.outline import outline

FAULTS = (typst.TypstError,)
MAIN = "report.typ"
IN_CELLS = 500
"""Up to so many respondents are a table of cells; more are lines of one block, which cost a twentieth."""
LINES_IN_A_BLOCK = 80
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


def qr(text: str) -> bytes:
    """A code for phones, as SVG."""
    written = BytesIO()
    segno.make(text, error="m", micro=False).save(written, kind="svg", border=0, scale=4)
    return written.getvalue()


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
    cells = [[str(place), *("–" if score is None else str(score) for score in row)]
             for place, row in enumerate(block.rows, start=1)]  # fmt: skip
    few = len(cells) <= IN_CELLS
    widths = [max(len(block.header[0]), len(str(len(cells)))), *(max(2, len(name)) for name in block.header[1:])]
    lines = [" ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    head = " ".join(name.rjust(width) for name, width in zip(block.header, widths, strict=True))
    starts = range(0, len(lines), LINES_IN_A_BLOCK)
    return {
        "kind": block.kind,
        "caption": block.caption,
        "header": block.header,
        "totals": block.totals,
        "rows": cells if few else [],
        "lines": None if few else ["\n".join([head, *lines[at : at + LINES_IN_A_BLOCK]]) for at in starts],
        "across": max(1, LINE_CHARACTERS // (len(head) + 3)),
    }
