"""The files of a report: the one that was asked for, or how far it is."""

import time
from typing import Any
from uuid import UUID

import orjson

from services.kit.auth import Access
from services.kit.database import Database
from services.reports.documents import domain as rules
from services.reports.documents import service as reports
from services.reports.documents.schemas import Report
from services.reports.problems import RenderingFailed, ReportWithdrawn
from services.reports.renderings import repository
from services.reports.renderings.domain import KINDS, NEUTRAL, Format, Key
from services.reports.renderings.maker import AGAIN, DEAD, Maker
from services.reports.renderings.schemas import File, Files, Making
from services.reports.settings import Settings

POLL_SECONDS = 0.2


async def files(database: Database, id: UUID, access: Access) -> Files:
    """Everything that can be had of a report. Raises NotFound, ReportWithdrawn."""
    async with database.reading() as reading:
        report = _open(await reports.shown(reading, id, access), access)
        rows = {(row.format, row.language): row for row in await repository.of_report(reading, id, access.scope)}
        size = len(await reports.content(reading, report, access))
    items = [_json_file(report, size)]
    items += [
        _file(report, format, language, rows.get((format, language)))
        for format, kind in KINDS.items()
        if format != "json"
        for language in (("id", "en") if kind.in_languages else (NEUTRAL,))
    ]
    return Files(items=items)


def _json_file(report: Report, size: int) -> File:
    return File(
        format="json", language=None, href=f"/api/v1/reports/{report.id}/documents/json", bytes=size,
        media_type=KINDS["json"].media_type, state="made", digest=report.digest, made_at=report.created_at,
    )  # fmt: skip


def _file(report: Report, format: Format, language: str, row: Any) -> File:
    return File(
        format=format,
        language=language or None,
        href=f"/api/v1/reports/{report.id}/documents/{format}" + (f"?lang={language}" if language else ""),
        media_type=KINDS[format].media_type,
        state=row.state if row else "unmade",
        bytes=row.bytes if row else None,
        digest=row.digest if row else None,
        made_at=row.made_at if row else None,
    )


async def file(
    database: Database,
    maker: Maker,
    settings: Settings,
    wanted: Key,
    wait: float,
    access: Access,
) -> tuple[Report, bytes | Making]:
    """The bytes of a file, or how far it is after so many seconds of waiting; whoever asks first has it made.

    Raises NotFound, ReportWithdrawn, RenderingFailed.
    """
    until = time.monotonic() + wait
    report = None
    while True:
        async with database.reading() as reading:
            report = _open(report or await reports.shown(reading, wanted.report, access), access)
            if wanted.format == "json":
                return report, await reports.content(reading, report, access)
            row = await repository.get(reading, wanted, access.scope)
            if row is not None and row.state == "made":
                return report, await repository.content(reading, wanted, access.scope)
            snapshot = await reports.content(reading, report, access) if _free(row) else None
        if row is not None and row.state == "failed" and snapshot is None:
            raise RenderingFailed(f"The {wanted.format} file could not be made: {row.detail}")
        if snapshot is not None:
            await _start(maker, settings, wanted, report, snapshot)
            row = None
        left = until - time.monotonic()
        if left <= 0:
            return report, _making(wanted, row)
        await maker.wait(wanted, min(left, POLL_SECONDS))


def _free(row: Any) -> bool:
    """Whether it is time to begin with a file; the claim will tell for certain."""
    if row is None:
        return True
    return bool(row.silent > AGAIN.total_seconds() if row.state == "failed" else row.silent > DEAD.total_seconds())


async def _start(maker: Maker, settings: Settings, wanted: Key, report: Report, snapshot: bytes) -> None:
    origin, digest = settings.public_url.rstrip("/"), rules.plain_digest(report.digest)
    job = {
        "report": orjson.Fragment(snapshot),
        "digest": report.digest,
        "template": str(settings.docx_template.resolve()) if settings.docx_template else None,
        "verify": f"{origin}/verify/{report.number}?digest={digest}",
    }
    await maker.start(wanted, {"region_code": report.region, "agency_id": report.agency}, job)


def _making(wanted: Key, row: Any) -> Making:
    return Making(
        format=wanted.format,
        language=wanted.language or None,
        stage=row.stage if row else "waiting",
        done=row.done if row else 0,
        total=row.total if row else 0,
    )


def _open(report: Report, access: Access) -> Report:
    """The report, unless it was withdrawn and the caller does not see its rows in detail."""
    if report.state == "withdrawn" and not reports.sees_drafts(access, report):
        raise ReportWithdrawn(f"The report {report.number} was withdrawn: {report.reason}")
    return report
