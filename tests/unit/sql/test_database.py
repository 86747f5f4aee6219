import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import anyio
import pytest
import sqlalchemy as sa

from hotel_agent.adapters.sql.database import LAST, Database
from hotel_agent.adapters.sql.sqlite import Sqlite, SqliteWire
from hotel_agent.adapters.sql.transactions import Share, Transaction, Work
from hotel_agent.adapters.sql.wires import Clash, Link
from hotel_agent.domain.errors import OutcomeUnknown, StaleClaim, Unavailable
from hotel_agent.ports.observer import Pool
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
        while database.pools()[0].waiting < len(calls):  # the queue has no event to wait for
            await anyio.lowlevel.checkpoint()
        gate.opened.set()
    return outcomes


async def test_calls_at_the_same_time_share_one_transaction(database: Database) -> None:
    heard: list[str] = []
    database._writer._wire.listen(lambda text, _: heard.append(text))
    texts = [str(n) for n in range(100)]
    assert texts == await together(database, [partial(note, text=text) for text in texts])
    assert set(texts) == await written(database)
    assert [text for text in heard if text.startswith("BEGIN")][1:] == ["BEGIN IMMEDIATE"]


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


async def test_too_many_waiting_calls_are_refused_at_once(tmp_path: Path) -> None:
    clock = ManualClock()
    database = Database(Sqlite(path=str(tmp_path / "notes.db"), clock=clock, wait=0.1), 30.0, most_waiting=100)
    await database.start(make)
    gate = Gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, gate, order=""))
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        for n in range(100):
            tasks.start_soon(partial(database.write, partial(note, text=str(n)), order=""))
        while database.pools()[0].waiting < 100:  # the queue has no event to wait for
            await anyio.lowlevel.checkpoint()
        with pytest.raises(Unavailable):
            await database.write(partial(note, text="one more"), order="")
        gate.opened.set()
    assert len(await written(database)) == 100
    await database.stop()


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


class FaultyWire(SqliteWire):
    """Its disk fails at the moment of the commit, for as long as it is told to."""

    failing = False

    def _run(self, text: str, arguments: tuple[object, ...] = ()) -> sqlite3.Cursor:
        if text == "COMMIT" and FaultyWire.failing:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
            raise error
        return super()._run(text, arguments)


class OnFaultyDisk(Sqlite):
    def wire(self, *, writes: bool) -> FaultyWire:
        return FaultyWire(self, "BEGIN IMMEDIATE" if writes else "BEGIN")


async def test_error_while_committing_leaves_the_outcome_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk's own error at the moment of the commit: nobody can tell what is on it."""
    database = Database(OnFaultyDisk(path=str(tmp_path / "notes.db"), clock=ManualClock(), wait=0.1), 30.0)
    await database.start(make)
    monkeypatch.setattr(FaultyWire, "failing", True)
    with pytest.raises(OutcomeUnknown):
        await database.write_once(partial(note, text="a"), order="")
    with pytest.raises(Unavailable):
        await database.write(partial(note, text="b"), order="")
    monkeypatch.setattr(FaultyWire, "failing", False)
    assert await database.write(partial(note, text="c"), order="") == "c"
    assert {"c"} == await written(database)
    await database.stop()


# ---------------------------------------------------------------- what is done for many at once


def note_all(tx: Transaction, texts: Sequence[str]) -> list[str | Exception]:
    """Note them all but those that say "no", in one go."""
    tx.change_each(NOTES.insert(), [{"text": text} for text in texts if text != "no"])
    return [StaleClaim() if text == "no" else text for text in texts]


async def test_calls_that_want_the_same_are_done_for_all_of_them_at_once(database: Database) -> None:
    asked: list[Sequence[str]] = []

    def noting(tx: Transaction, texts: Sequence[str]) -> list[str | Exception]:
        asked.append(texts)
        return note_all(tx, texts)

    outcomes = await together(database, [Share(noting, "a"), partial(note, text="b"), Share(noting, "no"), Share(noting, "c")])
    assert asked == [["a", "no", "c"]]
    assert [outcomes[0], outcomes[1], outcomes[3]] == ["a", "b", "c"]
    assert isinstance(outcomes[2], StaleClaim)
    assert {"a", "b", "c"} == await written(database)


async def test_a_share_that_breaks_what_is_done_for_all_harms_only_itself(database: Database) -> None:
    await database.write(partial(note, text="known"), order="")
    outcomes = await together(database, [Share(note_all, "a"), Share(note_all, "known"), partial(note, text="c")])
    assert [outcomes[0], outcomes[2]] == ["a", "c"]
    assert isinstance(outcomes[1], Clash)
    assert {"known", "a", "c"} == await written(database)


async def test_a_share_alone_is_work_like_any_other(database: Database) -> None:
    assert await database.write(Share(note_all, "a"), order="") == "a"
    with pytest.raises(StaleClaim):
        await database.write(Share(note_all, "no"), order="")


async def test_calls_that_come_last_run_after_all_others_whatever_they_are(database: Database) -> None:
    ran: list[str] = []

    def run_all(_: Transaction, names: Sequence[str]) -> list[str]:
        ran.extend(names)
        return [*names]

    def run(_: Transaction, name: str) -> str:
        ran.append(name)
        return name

    gate = Gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, gate, order=""))
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        tasks.start_soon(partial(database.write, Share(run_all, "last of all"), order=f"{LAST}~"))
        tasks.start_soon(partial(database.write, partial(run, name="b"), order="b"))
        tasks.start_soon(partial(database.write, partial(run, name="last"), order=LAST))
        tasks.start_soon(partial(database.write, Share(run_all, "a"), order="a"))
        while database.pools()[0].waiting < 4:
            await anyio.lowlevel.checkpoint()
        gate.opened.set()
    assert ran[:2] == ["a", "b"]
    assert sorted(ran[2:]) == ["last", "last of all"]


async def test_rows_are_held_first_where_others_write_at_the_same_time(tmp_path: Path) -> None:
    held: list[Sequence[str]] = []

    def hold(_: Transaction, orders: Sequence[str]) -> None:
        held.append(orders)

    opened = Database(Sqlite(path=str(tmp_path / "notes.db"), clock=ManualClock(), wait=0.1), 30.0, None, hold)
    await opened.start(make)
    # One kind of work alone takes the rows in its own order.
    await together(opened, [Share(note_all, "a"), Share(note_all, "b")])
    await together(opened, [Share(note_all, "c"), partial(note, text="d"), Share(note_all, "e")])
    await opened.stop()
    assert held == [["000", "001", "002"]]


async def test_a_busy_connection_says_so_and_how_many_calls_wait_for_it(database: Database) -> None:
    gate = Gate()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(database.write, gate, order=""))
        await anyio.to_thread.run_sync(gate.entered.wait, 5)
        tasks.start_soon(partial(database.write, partial(note, text="a"), order=""))
        while database.pools()[0].waiting < 1:
            await anyio.lowlevel.checkpoint()
        busy = database.pools()
        gate.opened.set()
    assert busy == (Pool(name="writer", size=1, in_use=1, waiting=1), Pool(name="reader", size=1, in_use=0))
