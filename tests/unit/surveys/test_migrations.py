"""The surveys' tables: up, down and up again, and the same in code and database."""

import asyncpg
import pytest

from services.kit.migrations import drift, migrate, pending
from services.kit.testing import Cluster, database_name
from services.surveys.tables import metadata


async def test_up_down_and_up_again_without_drift(cluster: Cluster) -> None:
    name = f"{database_name('surveys')}_migrations"
    await cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = cluster.url(name)
    await migrate("surveys", url)
    assert await drift("surveys", url, metadata) == []
    assert not await pending("surveys", url)
    await migrate("surveys", url, "base")
    assert await pending("surveys", url)
    connection = await asyncpg.connect(url)
    left = await connection.fetch(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname = 'surveys'"
    )
    await connection.close()
    assert {row["relname"] for row in left} <= {"alembic_version", "alembic_version_pkc"}
    await migrate("surveys", url)
    assert await drift("surveys", url, metadata) == []


BEFORE = """
SET search_path TO surveys;
INSERT INTO questionnaires (id, key, title, method, questions)
VALUES ('00000000-0000-4000-8000-000000000001', 'form', '{}', 'equal', '[]');
INSERT INTO reviews (id, region_code, title, starts_on, ends_on, questionnaire_id, method, simulated)
VALUES ('00000000-0000-4000-8000-000000000002', '33.25', '{}', '2020-03-02', '2020-03-06',
        '00000000-0000-4000-8000-000000000001', 'equal', false);
INSERT INTO visits (id, review_id, region_code, name, team, services)
VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', '33.25', 'Pasar', '[]', '[]');
INSERT INTO responses (id, visit_id, review_id, region_code, simulated, received_by, receipt, digest, body)
SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', '33.25',
       false, 'test', 'code ' || number, '\\x01', '{"answers": {}, "filled_at": null}'
FROM generate_series(1, 5) AS number;
"""


async def test_responses_that_were_there_are_received_and_never_changed(cluster: Cluster) -> None:
    name = f"{database_name('surveys')}_migrations_rows"
    await cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = cluster.url(name)
    await migrate("surveys", url, "start")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(BEFORE)
        before = await connection.fetch("SELECT id, position FROM surveys.responses ORDER BY position")
        await migrate("surveys", url)
        newest = await connection.fetch("SELECT * FROM surveys.newest_responses ORDER BY sequence")
        assert [(row["id"], row["sequence"]) for row in newest] == [tuple(row) for row in before]
        assert {(row["state"], row["version"], row["changed_at"]) for row in newest} == {("received", 1, None)}
        await migrate("surveys", url, "base")
    finally:
        await connection.close()


async def test_a_visit_with_responses_stays(cluster: Cluster) -> None:
    name = f"{database_name('surveys')}_migrations_visits"
    await cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    await migrate("surveys", cluster.url(name))
    connection = await asyncpg.connect(cluster.url(name))
    try:
        await connection.execute(BEFORE)
        for statement in ("DELETE FROM visits", "UPDATE visits SET id = gen_random_uuid()"):
            with pytest.raises(asyncpg.ForeignKeyViolationError, match="has responses"):
                await connection.execute(statement)
        await connection.execute("UPDATE visits SET name = 'Pasar Bandar', id = id")
        await connection.execute("DELETE FROM responses; DELETE FROM visits")
        assert await connection.fetchval("SELECT count(*) FROM visits") == 0
    finally:
        await connection.close()
