"""The report as a Word document, filled into a template that people edit in Word.

The template is `data/report.docx`, or one of the operator's own. In it `doc` is the outline and `report` the snapshot,
with the tags that docxtpl documents.
"""

import zipfile
from datetime import datetime
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import typst
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError

from services.reports.layouts import appendix
from services.reports.layouts.blocks import Block, Facts, Outline, Picture, Points, Scores
from services.reports.layouts.codes import qr
from services.reports.layouts.job import Job
from services.reports.layouts.outline import outline

FAULTS = (TemplateError, PackageNotFoundError, UnrecognizedImageError, OSError, ValueError)
PICTURE_MM, CODE_MM = 160, 28
PICTURE_PPI = 200
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def document(job: Job) -> bytes:
    """The bytes of the file. Raises TemplateError for a template that Jinja does not understand, and
    PackageNotFoundError for one that is no Word document."""
    if job.template:
        return _filled(Path(job.template), job)
    with as_file(files("services.reports.layouts").joinpath("data", "report.docx")) as template:
        return _filled(template, job)


def _filled(template: Path, job: Job) -> bytes:
    content = outline(job)
    word = DocxTemplate(str(template))
    word.init_docx()  # pictures belong to a document that is open
    job.told("charts")
    word.render(_context(word, content, job), autoescape=True)
    job.told("writing")
    frozen = datetime.fromisoformat(job.report["frozen_at"]).replace(tzinfo=None)
    properties = word.docx.core_properties
    properties.title, properties.subject, properties.keywords = content.title, content.number, content.mark
    properties.created = properties.modified = frozen
    written = BytesIO()
    word.save(written)
    return _timeless(written)


def _timeless(written: BytesIO) -> bytes:
    """The same file without the time it was packed at, so that equal reports are equal bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()


def _context(word: Any, content: Outline, job: Job) -> dict[str, Any]:
    words = content.words
    doc = {name: getattr(content, name) for name in content.__dataclass_fields__}
    doc["chapters"] = [
        {
            "title": chapter.title,
            "apart": chapter.apart,
            "sections": [
                {"title": section.title, "blocks": [_block(word, one) for one in section.blocks]}
                for section in chapter.sections
            ],
        }
        for chapter in content.chapters
    ]
    cover = [(words["region"], content.place), (words["period"], content.period), (words["number"], content.number),
             (words["frozen"], words["frozen_at"])]  # fmt: skip
    code = InlineImage(word, BytesIO(qr(content.verify, "png")), width=Mm(CODE_MM))
    return {"doc": doc, "report": job.report, "cover": cover, "code": code}


def _block(word: Any, block: Block) -> dict[str, Any]:
    """A block as the template reads it."""
    plain = {name: getattr(block, name) for name in block.__dataclass_fields__}
    if isinstance(block, Points):
        return {"kind": block.kind, "points": block.items}  # `items` of a mapping is its method
    if isinstance(block, Picture):
        image = InlineImage(word, BytesIO(_png(block.svg)), width=Mm(PICTURE_MM))
        return {"kind": block.kind, "title": block.chart.heading, "image": image}
    if isinstance(block, Scores):
        head, several = appendix.lines(block)
        short = appendix.is_short(block)
        *totals, index = block.totals
        return plain | {
            "rows": appendix.cells(block) if short else [],
            "head": head,
            "lines": [] if short else several,
            "totals_header": ["", *block.header[1:]],
            "totals": totals,
            "index": index[0],
        }
    if isinstance(block, Facts):
        return plain | {"rows": list(block.rows)}
    return plain


def _png(svg: str) -> bytes:
    """A drawing as a picture of dots, which every version of Word shows."""
    page = f"#set page(width: auto, height: auto, margin: 2pt)\n#image(bytes({_quoted(svg)}), width: {PICTURE_MM}mm)"
    png: bytes = typst.compile(page.encode(), format="png", ppi=PICTURE_PPI, ignore_system_fonts=True)
    return png


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
