"""The migrations of reports: up, down and up again, with rows in the tables, and the same tables as in the code."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import numpy as np
import pytest
from alembic import command
from sqlalchemy import Connection, Table, func, select, text

from services.kit import migrations
from services.kit.database import Database, Transaction
from services.kit.migrations import drift, migrate, pending
from services.kit.scope import EVERYTHING
from services.kit.testing import Cluster, database_name, run
from services.reports.__main__ import main
from services.reports.intake import service as intake
from services.reports.matrices import pack
from services.reports.moves import service as moves
from services.reports.rebuilds import service as rebuilds
from services.reports.tables import (
    assessments,
    changes,
    contributions,
    evaluation_evidence,
    evaluations,
    followup_aspirations,
    followup_comments,
    followup_evidence,
    followup_evidence_pieces,
    followup_objections,
    followups,
    frozen_reports,
    holiday_edits,
    instruments,
    metadata,
    recaps,
    reminders,
    report_files,
    report_numbers,
    sums,
)  # fmt: skip
from tests.unit.reports import feeds
from tests.unit.reports.test_intake import ANSWERS, plan

KINDS = ("agency", "program", "location")
OBJECTS = text("""
    SELECT relname FROM pg_class WHERE relnamespace = 'reports'::regnamespace AND relname NOT LIKE 'alembic%'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'reports'::regnamespace
""")


@pytest.fixture
def empty(cluster: Cluster) -> str:
    """An empty database."""
    name = f"{database_name('reports')}_empty"
    run(cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"))
    return cluster.url(name)


@pytest.fixture
async def database(empty: str) -> AsyncIterator[Database]:
    made = Database(empty, "reports", pool=2)
    yield made
    await made.close()


async def objects(database: Database) -> set[str]:
    async with database.reading() as reading:
        return {row[0] for row in await reading.all(OBJECTS, EVERYTHING)}


async def fill(database: Database) -> None:
    """Put a row into every table."""
    parents, place = plan()
    kinds = ("agency", "program", "location")
    responses = feeds.page(*parents, *feeds.responded(place, *ANSWERS))
    registry = feeds.page(*feeds.created(*((kind, feeds.registered(kind, str(uuid4()), kind)) for kind in kinds)))
    assert await intake.apply(database, "responses", None, responses)
    assert await intake.apply(database, "registry", None, registry)
    await rebuilds.start(database)
    async with database.transaction() as write:
        change = {"entity": "thing", "entity_id": uuid4(), "action": "created", "version": 1, "data": {}}
        await write.insert(changes, change, EVERYTHING)
        await fill_evaluations(write)
        await moves.note(write, moves.INTAKE, [moves.Moved("thing", uuid4(), 1, "made", None, "new", None, None)])
        await fill_documents(write)
        await fill_followups(write)
    async with database.reading() as reading:
        for table in metadata.sorted_tables:
            assert await reading.value(select(func.count()).select_from(table), EVERYTHING), table.name


async def fill_evaluations(write: Transaction) -> None:
    """Put a row into every table of evaluations."""
    words: dict[str, Any] = {"id": "x"}
    instrument, evaluation = uuid4(), uuid4()
    here: dict[str, Any] = {"region_code": "33.25"}
    of_evaluation = here | {"evaluation_id": evaluation}
    rows: dict[Table, dict[str, Any]] = {
        recaps: here | {"id": uuid4(), "year": 2022, "counts": [], "source": words},
        instruments: {"id": instrument, "key": "a", "title": words, "method": "m", "indicators": []},
        evaluations: here | {
            "id": evaluation, "year": 2022, "simulated": False, "edition": 1, "method": "m", "method_version": 1,
            "instrument_id": instrument, "reviews": [], "consensus": {},
        },
        assessments: of_evaluation | {"kind": "self", "assessor": "", "scores": {}},
        evaluation_evidence: of_evaluation | {
            "id": uuid4(), "criterion": "output", "title": "x", "url": "https://example.org", "added_by": "a",
        },
    }  # fmt: skip
    for table, row in rows.items():
        await write.insert(table, row, EVERYTHING)


async def fill_followups(write: Transaction) -> None:
    """Put a row into every table of follow-ups."""
    followup, evidence, day = uuid4(), uuid4(), date(2026, 11, 26)
    of_followup: dict[str, Any] = {"followup_id": followup}
    rows: dict[Table, dict[str, Any]] = {
        followups: {
            "id": followup, "region_code": "33.25", "agency_id": str(uuid4()), "title": "x", "action": "x",
            "class": "light", "review_id": uuid4(), "simulated": False, "counted_from": day, "rule": "r",
            "calendar": "c", "due_on": day,
        },
        followup_aspirations: of_followup | {"aspiration_id": uuid4()},
        followup_comments: of_followup | {"id": uuid4(), "by": "a", "role": "b", "text": "x"},
        followup_evidence: of_followup | {
            "id": evidence, "name": "x", "media_type": "image/png", "bytes": 1, "digest": bytes(32), "by": "a",
        },
        followup_evidence_pieces: {"evidence_id": evidence, "number": 0, "content": b"x"},
        followup_objections: of_followup | {"closing": 1, "aspiration_id": uuid4(), "text": "x"},
        reminders: of_followup | {"id": uuid4(), "deadline": day, "kind": "overdue", "level": "team"},
        holiday_edits: {
            "day": day, "estimated": False, "reason": "x", "by": "a", "at": datetime.now(UTC), "version": 1,
        },
    }  # fmt: skip
    for table, row in rows.items():
        await write.insert(table, row, EVERYTHING)


async def fill_documents(write: Transaction) -> None:
    """Put a row into every table of frozen reports."""
    report, now = uuid4(), datetime.now(UTC)
    here: dict[str, Any] = {"region_code": "33.25"}
    rows: dict[Table, dict[str, Any]] = {
        report_numbers: {"series": "TJ", "year": 2026, "last": 1},
        frozen_reports: here | {
            "id": report, "number": "TJ-2026-000001", "kind": "review", "subject": uuid4(), "simulated": False,
            "title": {"id": "x"}, "summary": {}, "digest": "d", "snapshot": b"{}", "created_at": now,
        },
        report_files: here | {
            "report_id": report, "format": "pdf", "language": "id", "state": "making", "owner": uuid4(), "stage": "x",
        },
    }  # fmt: skip
    for table, row in rows.items():
        await write.insert(table, row, EVERYTHING)


async def test_migrations_make_the_tables_that_the_code_knows(empty: str) -> None:
    await migrate("reports", empty)
    assert not await pending("reports", empty)
    assert await drift("reports", empty, metadata) == []


async def test_migrations_go_down_to_nothing_with_rows_in_every_table_and_up_again(
    empty: str, database: Database
) -> None:
    await migrate("reports", empty)
    await fill(database)
    before = await objects(database)
    assert {"sums", "contributions", "feeds", "current"} <= before
    await migrate("reports", empty, "base")
    assert await objects(database) == set()
    assert await pending("reports", empty)
    await migrate("reports", empty)
    assert await objects(database) == before
    assert await drift("reports", empty, metadata) == []
    async with database.reading() as reading:
        assert await intake.generation(reading) == 1
        assert await intake.cursors(reading, 1) == {"responses": None, "registry": None}


ARRAYS = r"""
SET search_path TO reports;
INSERT INTO sums
SELECT 1, gen_random_uuid(), gen_random_uuid(), '', '', gen_random_uuid(), '33.25', NULL, false, 3, more.*
FROM (VALUES
    ('{fee,time}'::text[], '{3,-1,9223372036854775807,-9223372036854775808}'::bigint[], '{256,0,1,-256}'::bigint[],
     '{0,0,0,65535}'::bigint[], 1),
    ('{}', '{}', '{}', '{}', 2)
) AS more;
INSERT INTO contributions
SELECT 1, gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), sha256('x'), more.*
FROM (VALUES ('{4,NULL,-32767}'::smallint[], '{f,"","a,\"b"}'::text[]), ('{}', '{}')) AS more;
"""
ROWS = """
    SELECT to_jsonb(sums)::text FROM reports.sums UNION ALL SELECT to_jsonb(contributions)::text
    FROM reports.contributions ORDER BY 1
"""


async def test_numbers_become_bytes_and_arrays_again(empty: str, database: Database) -> None:
    await migrate("reports", empty, "start")
    connection = await asyncpg.connect(empty)
    try:
        await connection.execute(ARRAYS)
        before = await connection.fetch(ROWS)
        await migrate("reports", empty)
        async with database.reading() as reading:
            two, none = await reading.all(select(sums).order_by(sums.c.fingerprint), EVERYTHING)
            rows = await reading.all(select(contributions.c.content), EVERYTHING)
        assert (two.joint_count, two.joint_sum) == ([3, -1, 2**63 - 1, -(2**63)], [256, 0, 1, -256])
        assert (two.joint_product, none.joint_product) == ([0, 0, 0, 65535], [])
        for name in ("joint_count", "joint_sum", "joint_product"):
            stored = await connection.fetch(f"SELECT {name} FROM reports.sums ORDER BY fingerprint")
            assert [one for (one,) in stored] == [
                pack(np.array([row._mapping[name]], dtype=np.int64))[0] for row in (two, none)
            ]
        assert sorted(row.content for row in rows) == [[[], []], [[4, None, -32767], ["f", "", 'a,"b']]]
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(r"UPDATE sums SET joint_sum = joint_sum || '\x00'")
        await migrations._on_connection("reports", empty, down_to_start)
        assert await connection.fetch(ROWS) == before
    finally:
        await connection.close()


def down_to_start(connection: Connection) -> None:
    command.downgrade(migrations.config("reports", connection), "start")


def test_the_command_migrates(empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": empty, "FEEDS_URL": "http://127.0.0.1:1", "CREDENTIAL_FILE": str(tmp_path / "token"),
    }.items():  # fmt: skip
        monkeypatch.setenv(f"TINJAU_REPORTS_{name}", value)
    monkeypatch.setenv("TINJAU_PUBLIC_KEY_FILE", str(tmp_path / "key"))
    assert main(["migrate"]) == 0
    assert not run(pending("reports", empty))


def test_the_command_knows_no_other_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dance"]) == 2
    assert "usage" in capsys.readouterr().err
