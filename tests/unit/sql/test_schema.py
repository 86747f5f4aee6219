import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from hotel_agent.adapters.sql import schema
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import message
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


def described(path: Path) -> set[tuple[str, str]]:
    """Read all tables and indexes of a database as (name, definition)."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {(name, " ".join(sql.split()).replace("( ", "(").replace(" )", ")")) for name, sql in rows}


async def make(path: Path, namespace: str = "hotel") -> None:
    async with open_sql_store(f"sqlite:///{path}", clock=ManualClock(), ids=CountingIds(), namespace=namespace):
        pass


async def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    made, migrated = tmp_path / "made.db", tmp_path / "migrated.db"
    await make(made)
    await schema.upgrade(f"sqlite:///{migrated}", clock=ManualClock(), namespace="hotel")
    assert described(made) == described(migrated)


async def test_migrations_go_up_down_and_up_again(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    url, clock = f"sqlite:///{path}", ManualClock()
    await schema.upgrade(url, clock=clock, namespace="hotel")
    up = described(path)
    await schema.downgrade(url, clock=clock, namespace="hotel", to=schema.BASE)
    assert {"hotel_schema_version", "sqlite_sequence"} == {name for name, _ in described(path)}
    await schema.upgrade(url, clock=clock, namespace="hotel")
    await schema.upgrade(url, clock=clock, namespace="hotel")
    assert up == described(path)


async def test_store_opens_on_tables_that_were_migrated_and_on_tables_that_were_not(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    url, clock = f"sqlite:///{path}", ManualClock()
    await schema.upgrade(url, clock=clock, namespace="hotel")
    await make(path)
    await schema.downgrade(url, clock=clock, namespace="hotel", to=schema.BASE)
    async with open_sql_store(url, clock=clock, ids=CountingIds(), namespace="hotel") as store:
        assert (await store.journal.append(message("1"))).new


async def test_downgrade_from_data_removes_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    url, clock = f"sqlite:///{path}", ManualClock()
    async with open_sql_store(url, clock=clock, ids=CountingIds(), namespace="hotel") as store:
        await store.journal.append(message("1"))
    await schema.downgrade(url, clock=clock, namespace="hotel", to=schema.BASE)
    async with open_sql_store(url, clock=clock, ids=CountingIds(), namespace="hotel") as store:
        assert (await store.journal.depth()).events == 0


async def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await make(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE hotel_schema_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigurationError, match="9999"):
        await make(path)


async def test_namespaces_share_a_file_without_meeting(tmp_path: Path) -> None:
    url, clock = f"sqlite:///{tmp_path}/store.db", ManualClock()
    async with (
        open_sql_store(url, clock=clock, ids=CountingIds(), namespace="one") as one,
        open_sql_store(url, clock=clock, ids=CountingIds(), namespace="two") as two,
    ):
        await one.journal.append(message("1"))
        assert ((await one.journal.depth()).events, (await two.journal.depth()).events) == (1, 0)


@pytest.mark.parametrize("namespace", ["", "Hotel", "1st", 'x"y', "x" * 40])
async def test_namespace_that_is_no_plain_word_is_refused(tmp_path: Path, namespace: str) -> None:
    with pytest.raises(ConfigurationError):
        await make(tmp_path / "store.db", namespace)


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://host/db", "redis://host"])
async def test_address_of_no_store_of_ours_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="JOURNAL_URL"):
        async with open_sql_store(url, clock=ManualClock(), ids=CountingIds()):
            pass


def test_head_is_the_latest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_starting_up_does_not_load_the_migration_library(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.ids import CountingIds

async def start():
    async with open_sql_store("sqlite:///{tmp_path}/store.db", clock=ManualClock(), ids=CountingIds()):
        pass

for _ in range(2):
    asyncio.run(start())
print("alembic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
