"""Migrations of a service: alembic run from code, in the service's own schema, one runner at a time.

A service's `migrations/env.py` is one call to `run`; its versions are plain SQL, so that later changes of the code
cannot change what an old migration did.
"""

from collections.abc import Iterable
from pathlib import Path

from alembic import command, context, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.kit.database import async_url, connect, server_settings

LOCK_SECONDS = 5


def config(service: str, connection: Connection | None = None) -> Config:
    """Alembic's configuration of a service, without an ini file."""
    folder = Path(__file__).parent.parent / service / "migrations"
    settings = Config()
    settings.set_main_option("script_location", str(folder))
    settings.set_main_option("path_separator", "os")
    settings.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    settings.attributes["schema"] = service
    return settings


def run(metadata: MetaData) -> None:
    """What a `migrations/env.py` does: run the migrations on the connection that was handed in."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=context.config.attributes["schema"],
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def script(sql: str) -> None:
    """Run several statements of a migration at once; the driver's prepared statements take only one."""
    op.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    op.get_bind().connection.run_async(lambda driver: driver.execute(sql))


async def migrate(service: str, url: str, revision: str = "head") -> None:
    """Bring the service's schema to a revision; `base` takes everything down. Two runners wait for each other."""

    def change(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('tinjau migration'))"))
        connection.commit()
        try:
            # Under the lock, because two that both find the schema missing would both make it.
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{service}"'))
            connection.commit()
            settings = config(service, connection)
            (command.downgrade if revision == "base" else command.upgrade)(settings, revision)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('tinjau migration'))"))
            connection.commit()

    await _on_connection(service, url, change)


async def drift(service: str, url: str, metadata: MetaData) -> list[str]:
    """Differences between the migrated schema and the tables in code; empty when there are none."""
    found: list[str] = []

    def compare(connection: Connection) -> None:
        ours = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": False, "include_name": _not_alembic},
        )
        found.extend(str(difference) for difference in compare_metadata(ours, metadata))

    await _on_connection(service, url, compare)
    return found


async def pending(service: str, url: str) -> bool:
    """Whether the database is not at the newest revision of the code."""
    state: list[bool] = []

    def look(connection: Connection) -> None:
        newest = ScriptDirectory.from_config(config(service)).get_current_head()
        current = MigrationContext.configure(connection, opts={"version_table_schema": service}).get_current_revision()
        state.append(current != newest)

    await _on_connection(service, url, look)
    return state[0]


def _not_alembic(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


async def _on_connection(service: str, url: str, work: object) -> None:
    settings = server_settings(service) | {
        "statement_timeout": "0",
        "lock_timeout": "0",  # the other runner takes as long as it takes; `script` has a limit for tables
        "idle_in_transaction_session_timeout": "0",
    }
    engine = create_async_engine(
        async_url(url), poolclass=NullPool, async_creator=lambda: connect(url, service, settings)
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(work)  # type: ignore[arg-type]
    finally:
        await engine.dispose()


def services() -> Iterable[str]:
    """The services that have migrations in this installation."""
    root = Path(__file__).parent.parent
    return sorted(folder.parent.name for folder in root.glob("*/migrations"))
