"""Backups are tested by restoring them and comparing everything that is in the stores."""

import sqlite3
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from attrs import evolve, frozen
from sqlalchemy.ext.asyncio import create_async_engine

from hotel_agent.adapters.sql.backup import backup, restore, tool
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.domain.delivery import Address
from hotel_agent.domain.errors import InvalidValue, Refused, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, OwnerId
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.examples import (
    CONVERSATION,
    TENANT,
    answer,
    audit_entry,
    booking,
    escalation,
    job,
    lock_claim,
    message,
    said,
    session,
    timer,
)
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

LONG = timedelta(hours=1)
Rows = dict[str, list[tuple[Any, ...]]]


@frozen
class Place:
    """Where a store is kept: its address, its namespace, how all rows of it are read, and how it is lost."""

    url: str
    namespace: str
    rows: Callable[[], Awaitable[Rows]]
    lose: Callable[[], Awaitable[None]]

    def opened(self) -> Any:
        return open_sql_store(self.url, clock=ManualClock(), ids=CountingIds(), namespace=self.namespace, call_s=PATIENCE_S)

    async def backup(self, file: Path) -> None:
        await backup(self.url, file, clock=ManualClock(), namespace=self.namespace)

    async def restore(self, file: Path) -> None:
        await restore(self.url, file, clock=ManualClock(), namespace=self.namespace)


def sqlite_place(path: Path) -> Place:
    async def rows() -> Rows:
        with closing(sqlite3.connect(path)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}

    async def lose() -> None:
        for suffix in ("", "-wal", "-shm"):
            await anyio.Path(f"{path}{suffix}").unlink(missing_ok=True)

    return Place(f"sqlite:///{path}", "hotel", rows, lose)


def postgres_place(url: str, namespace: str) -> Place:
    async def rows() -> Rows:
        engine = create_async_engine(sa.make_url(url).set(drivername="postgresql+asyncpg"))
        async with engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names(schema=namespace))
            found = {
                name: sorted(map(tuple, await connection.execute(sa.text(f"SELECT * FROM {namespace}.{name}"))), key=repr)
                for name in tables
            }
        await engine.dispose()
        return found

    async def lose() -> None:
        engine = create_async_engine(sa.make_url(url).set(drivername="postgresql+asyncpg"))
        async with engine.begin() as connection:
            await connection.execute(sa.text(f"DROP SCHEMA {namespace} CASCADE"))
        await engine.dispose()

    return Place(url, namespace, rows, lose)


async def fill(store: SqlStore) -> None:
    """Leave something in nearly every table."""
    event = message("1", text="¿Habitación? 🌞")
    await store.outbox.reach(
        Address(tenant=TENANT, conversation=CONVERSATION, channel=Channel.WHATSAPP, account="1", recipient="34600111222")
    )
    await store.journal.append(event)
    (claim,) = await store.journal.claim("a", 1, LONG)
    turn = Turn(
        event=event,
        session=session(),
        bookings=(booking(),),
        jobs=(job(),),
        outbox=(evolve(said("1", to=event), channel=Channel.WHATSAPP),),
        timers=(timer(),),
        audit=(audit_entry(),),
        escalations=(escalation(),),
        answer=answer(),
    )
    await store.journal.commit(claim, turn)
    await store.journal.append(message("2"))
    await store.locks.acquire(lock_claim("201"), OwnerId("ana"), LONG)
    await store.leases.take(TENANT, "a", LONG)


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, namespace: str, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "sqlite":
        yield sqlite_place(tmp_path / "store.db")
    else:
        yield postgres_place(request.getfixturevalue("postgres_url"), namespace)


async def test_everything_is_the_same_after_backup_and_restore(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    async with place.opened() as store:
        await fill(store)
    before = await place.rows()
    assert sum(1 for rows in before.values() if rows) >= 15
    await place.backup(file)
    assert stat.S_IMODE((await anyio.Path(file).stat()).st_mode) == 0o600
    with pytest.raises(Refused):
        await place.restore(file)
    with pytest.raises(Refused):
        await place.backup(file)
    await place.lose()
    await place.restore(file)
    assert before == await place.rows()
    async with place.opened() as store:
        assert not (await store.journal.append(message("1"))).new
        (due,) = await store.journal.claim_jobs("b", 5, LONG)
        assert due.booking == booking()
        # Keys that only rise go on from where they were.
        assert (await store.journal.append(message("3"))).new


async def test_backup_while_serving_has_everything_that_was_durable_before_it_and_no_gaps(place: Place, tmp_path: Path) -> None:
    durable = 0
    least: dict[Path, int] = {}

    async def write(store: SqlStore) -> None:
        nonlocal durable
        while True:
            await store.journal.append(message(f"{durable + 1:06}", conversation=ConversationId(f"c{durable}")))
            durable += 1

    async with place.opened() as store, anyio.create_task_group() as group:
        group.start_soon(write, store)
        for n in range(3):
            await anyio.sleep(0.2)
            file = tmp_path / f"backup-{n}"
            least[file] = durable
            await place.backup(file)
        group.cancel_scope.cancel()
    for file, count in least.items():
        await place.lose()
        await place.restore(file)
        (inbox,) = [rows for name, rows in (await place.rows()).items() if name.endswith("inbox")]
        keys = sorted(row[3] for row in inbox)
        assert keys == [f"webchat/{n:06}" for n in range(1, len(keys) + 1)]
        assert 0 < count <= len(keys) <= durable


async def test_what_is_no_backup_is_refused_and_nothing_is_made(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "nonsense"
    with pytest.raises(InvalidValue):
        await place.restore(file)
    for content in (b"", b"SQLite format 3\0", b"PGDMP nonsense"):
        file.write_bytes(content)
        with pytest.raises((InvalidValue, Unavailable)):
            await place.restore(file)
    assert not [path async for path in anyio.Path(tmp_path).glob("store.db*")]
    with pytest.raises(Refused):
        await place.backup(tmp_path / "backup")
    assert {path.name async for path in anyio.Path(tmp_path).iterdir()} == {"nonsense"}


async def test_backup_of_another_namespace_is_refused(place: Place, tmp_path: Path) -> None:
    async with place.opened() as store:
        await fill(store)
    await place.backup(tmp_path / "backup")
    other = evolve(place, namespace="another")
    if place.url.startswith("sqlite"):
        other = evolve(other, url=f"sqlite:///{tmp_path}/other.db")
    with pytest.raises(InvalidValue):
        await other.restore(tmp_path / "backup")


def test_tools_older_than_the_server_are_not_used() -> None:
    with pytest.raises(Unavailable, match="999"):
        tool("pg_dump", 999)
