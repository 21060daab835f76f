"""The report as one HTML file that needs no other: for screens, and for the pages of the gateway."""

from base64 import b64encode
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from services.reports.layouts import appendix
from services.reports.layouts.blocks import Picture, Scores
from services.reports.layouts.codes import qr
from services.reports.layouts.job import Job
from services.reports.layouts.outline import outline

FAULTS = (TemplateError,)


def document(job: Job) -> bytes:
    """The bytes of the file."""
    content = outline(job)
    job.told("writing")
    environment = Environment(
        loader=PackageLoader("services.reports.layouts", "data"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {"picture": _picture, "short": appendix.is_short, "cells": appendix.cells, "lines": _lines}
    code = f"data:image/svg+xml;base64,{b64encode(qr(job.verify)).decode()}"
    page = environment.get_template("report.html").render(doc=content, code=code)
    return page.encode()


def _picture(block: Picture) -> Markup:
    """The drawing, which is ours and escapes what it was told."""
    return Markup(block.svg)  # noqa: S704


def _lines(block: Scores) -> dict[str, Any]:
    head, several = appendix.lines(block)
    return {"head": head, "text": "\n".join(several)}
