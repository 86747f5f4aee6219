import threading
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa

from hotel_agent.adapters.sql.database import Database
from hotel_agent.adapters.sql.dialects import Link, Sqlite
from hotel_agent.adapters.sql.transactions import Clash, Transaction, Work
from hotel_agent.domain.errors import OutcomeUnknown, StaleClaim, Unavailable
from hotel_agent.testing.clocks import ManualClock

pytestmark = pytest.mark.anyio

NOTES = sa.Table("notes", sa.MetaData(), sa.Column("text", sa.Text, primary_key=True))


def make(link: Link) -> None:
    link.transact(NOTES.metadata.create_all)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(Sqlite(path=str(tmp_path / "notes.db"), clock=ManualClock(), wait=0.1), 30.0)
    await opened.start(make)
    yield opened
    await opened.stop()


def note(tx: Transaction, text: str) -> str:
    tx.change(NOTES.insert(), text=text)
    return text


def refuse(tx: Transaction, text: str) -> str:
    note(tx, text)
    raise StaleClaim


def nonsense(tx: Transaction) -> None:
    note(tx, "before nonsense")
    tx.change(sa.text("UPDATE nowhere SET nothing = 1"))


async def written(database: Database) -> set[str]:
    return {row.text for row in await database.read(lambda tx: tx.rows(sa.select(NOTES)))}


class Gate:
    """Work that keeps the writer busy until told, so that what is called meanwhile flies together."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()

    def __call__(self, _: Transaction) -> None:
        self.entered.set()
        self.opened.wait(10)


async def together(database: Database, calls: Sequence[Work[object]]) -> list[object]:
    """Run *calls* in one flight and answer what each returned or raised."""
    outcomes: list[object] = [None] * len(calls)
    gate = Gate()

    async def run(n: int) -> None:
        try:
            outcomes[n] = await database.write_once(calls[n], order=f"{n:03}")
        except Exception as exc:  # noqa: BLE001  # whatever it is, it is looked at below
            outcomes[n] = exc

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, gate, order=""))
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        for n in range(len(calls)):
            tasks.start_soon(run, n)
        while database._writer._waiting.qsize() < len(calls):  # the queue has no event to wait for
            await anyio.lowlevel.checkpoint()
        gate.opened.set()
    return outcomes


async def test_calls_at_the_same_time_share_one_transaction(database: Database) -> None:
    begun: list[str] = []
    engine = database._writer._link._engine  # type: ignore[attr-defined]  # of SQLite's link

    @sa.event.listens_for(engine, "before_cursor_execute")
    def count(*event: object) -> None:
        if str(event[2]).startswith("BEGIN"):
            begun.append(str(event[2]))

    texts = [str(n) for n in range(100)]
    assert texts == await together(database, [partial(note, text=text) for text in texts])
    assert set(texts) == await written(database)
    assert begun[1:] == ["BEGIN IMMEDIATE"]


async def test_refusal_of_one_undoes_it_and_nothing_else(database: Database) -> None:
    outcomes = await together(database, [partial(note, text="a"), partial(refuse, text="b"), partial(note, text="c")])
    assert (outcomes[0], outcomes[2]) == ("a", "c")
    assert isinstance(outcomes[1], StaleClaim)
    assert {"a", "c"} == await written(database)


async def test_row_that_exists_is_a_clash_for_its_caller_only(database: Database) -> None:
    outcomes = await together(database, [partial(note, text="a"), partial(note, text="a"), partial(note, text="c")])
    assert (outcomes[0], outcomes[2]) == ("a", "c")
    assert isinstance(outcomes[1], Clash)
    with pytest.raises(Clash):
        await database.write(partial(note, text="a"), order="")


async def test_broken_call_harms_only_itself(database: Database) -> None:
    outcomes = await together(database, [partial(note, text="a"), partial(nonsense), partial(note, text="c")])
    assert (outcomes[0], outcomes[2]) == ("a", "c")
    assert isinstance(outcomes[1], Unavailable)
    assert {"a", "c"} == await written(database)


async def test_refusal_of_a_call_alone_undoes_it(database: Database) -> None:
    with pytest.raises(StaleClaim):
        await database.write(partial(refuse, text="a"), order="")
    assert set() == await written(database)


async def test_cancelled_call_that_has_not_begun_never_does(database: Database) -> None:
    gate = Gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, gate, order=""))
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        with anyio.move_on_after(0.01):
            await database.write(partial(note, text="a"), order="")
        gate.opened.set()
    assert set() == await written(database)


async def test_call_that_waits_too_long_was_not_made_and_one_under_way_may_have_been(tmp_path: Path) -> None:
    database = Database(Sqlite(path=str(tmp_path / "notes.db"), clock=ManualClock(), wait=0.1), 0.1)
    await database.start(make)
    gate = Gate()
    errors: list[Exception] = []

    async def run(work: object) -> None:
        try:
            await database.write_once(work, order="")  # type: ignore[arg-type]  # either kind of work
        except (Unavailable, OutcomeUnknown) as exc:
            errors.append(exc)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, gate)
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        tasks.start_soon(run, partial(note, text="late"))
    assert [OutcomeUnknown, Unavailable] == [type(exc) for exc in errors]
    gate.opened.set()
    await database.write(partial(note, text="next"), order="")
    assert {"next"} == await written(database)
    await database.stop()


async def test_too_many_waiting_calls_are_refused_at_once(database: Database) -> None:
    gate = Gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, gate, order=""))
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        for n in range(10_000):
            tasks.start_soon(partial(database.write, partial(note, text=str(n)), order=""))
        while database._writer._waiting.qsize() < 10_000:  # the queue has no event to wait for
            await anyio.lowlevel.checkpoint()
        with pytest.raises(Unavailable):
            await database.write(partial(note, text="one more"), order="")
        gate.opened.set()
    assert len(await written(database)) == 10_000


async def test_closed_database_takes_no_calls(tmp_path: Path) -> None:
    database = Database(Sqlite(path=str(tmp_path / "notes.db"), clock=ManualClock(), wait=0.1), 2.0)
    await database.start(make)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, partial(note, text="last"), order=""))
        await anyio.lowlevel.checkpoint()
    await database.stop()
    with pytest.raises(Unavailable):
        await database.write(partial(note, text="late"), order="")


async def test_reader_cannot_make_a_writer_wait(database: Database) -> None:
    reading = Gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.read, reading))
        await anyio.to_thread.run_sync(reading.entered.wait, 5)
        assert await database.write(partial(note, text="a"), order="") == "a"
        reading.opened.set()


async def test_error_while_committing_leaves_the_outcome_unknown(database: Database) -> None:
    """The disk's own error at the moment of the commit: nobody can tell what is on it."""
    link = database._writer._link

    def fail(_: sa.Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, Broken("disk I/O error"))

    sa.event.listen(link._engine, "commit", fail)  # type: ignore[attr-defined]  # of SQLite's link
    with pytest.raises(OutcomeUnknown):
        await database.write_once(partial(note, text="a"), order="")
    with pytest.raises(Unavailable):
        await database.write(partial(note, text="b"), order="")
    sa.event.remove(link._engine, "commit", fail)  # type: ignore[attr-defined]  # the same
    assert await database.write(partial(note, text="c"), order="") == "c"


class Broken(Exception):
    sqlite_errorname = "SQLITE_IOERR_FSYNC"
