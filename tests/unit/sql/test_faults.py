import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.domain.errors import MalformedReply, Unavailable
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.journal_case import OTHER
from hotel_agent.testing.examples import CONVERSATION, booking, message, session
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio


async def limit_pages(store: SqlStore, pages: int) -> None:
    """Pretend that the disk is full: SQLite answers the same as for a real one."""
    limit = sa.text(f"PRAGMA max_page_count = {pages}")
    await store.journal._database.write(lambda tx: tx.rows(limit), order="")


async def test_full_disk_refuses_messages_whole_and_takes_them_again_later(tmp_path: Path) -> None:
    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=ManualClock(), ids=CountingIds()) as store:
        await store.journal.append(message("before"))
        await limit_pages(store, 1)
        with pytest.raises(Unavailable):
            await store.journal.append(message("1", text="x" * 100_000))
        assert (await store.journal.depth()).events == 1
        await limit_pages(store, 1_000_000)
        assert (await store.journal.append(message("1", text="x" * 100_000))).new


async def test_full_disk_refuses_a_turn_and_keeps_its_event(tmp_path: Path) -> None:
    clock = ManualClock()
    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=clock, ids=CountingIds()) as store:
        await store.journal.append(message("1"))
        (claim,) = await store.journal.claim("a", 1, timedelta(seconds=3))
        turn = Turn(event=claim.events[0], session=session(chosen="x" * 100_000))
        await limit_pages(store, 1)
        with pytest.raises(Unavailable):
            await store.journal.commit(claim, turn)
        await limit_pages(store, 1_000_000)
        assert None is await store.journal.commit(claim, turn)


async def test_folder_that_does_not_exist_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        async with open_sql_store(f"sqlite:///{tmp_path}/nowhere/store.db", clock=ManualClock(), ids=CountingIds()):
            pass


async def test_folder_in_the_place_of_the_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        async with open_sql_store(f"sqlite:///{tmp_path}", clock=ManualClock(), ids=CountingIds()):
            pass


async def test_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(Unavailable):
        async with open_sql_store(f"sqlite:///{path}", clock=ManualClock(), ids=CountingIds()):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_folder_that_may_not_be_written_is_unavailable(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)  # noqa: ASYNC240  # nothing else runs
    with pytest.raises(Unavailable):
        async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=ManualClock(), ids=CountingIds()):
            pass
    tmp_path.chmod(0o700)  # noqa: ASYNC240  # the same


async def test_conversation_that_cannot_be_read_does_not_hold_up_the_others(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with open_sql_store(f"sqlite:///{path}", clock=ManualClock(), ids=CountingIds()) as store:
        await store.journal.append(message("1"))
        await store.journal.append(message("2", conversation=OTHER))
        other = sqlite3.connect(path)
        other.execute("UPDATE hotel_agent_conversations SET session = '{' WHERE id = ?", (CONVERSATION,))
        other.commit()
        other.close()
        assert [claim.conversation for claim in await store.journal.claim("a", 5, timedelta(seconds=3))] == [OTHER]
        assert (await store.journal.depth()).events == 2


async def test_booking_that_cannot_be_read_says_where_it_is_wrong(tmp_path: Path) -> None:
    path, clock = tmp_path / "store.db", ManualClock()
    async with open_sql_store(f"sqlite:///{path}", clock=clock, ids=CountingIds()) as store:
        await store.journal.append(message("1"))
        (claim,) = await store.journal.claim("a", 1, timedelta(seconds=3))
        await store.journal.commit(claim, Turn(event=claim.events[0], session=session(), bookings=(booking(),)))
        other = sqlite3.connect(path)
        other.execute("UPDATE hotel_agent_bookings SET body = replace(body, '\"submitting\"', '\"dreaming\"')")
        other.commit()
        other.close()
        with pytest.raises(MalformedReply) as caught:
            await store.journal.booking(booking().id)
    assert caught.value.problems == ("Booking: not a valid BookingState @ $.state",)


async def test_statements_do_not_show_what_guests_said(tmp_path: Path) -> None:
    async with open_sql_store(f"sqlite:///{tmp_path}/store.db", clock=ManualClock(), ids=CountingIds()) as store:
        await limit_pages(store, 1)
        with pytest.raises(Unavailable) as caught:
            await store.journal.append(message("1", text="my secret " * 10_000))
    told = [caught.value, caught.value.__cause__]
    assert not [exc for exc in told if "secret" in f"{exc} {exc!r}"]


CONTENDER = """
import asyncio, sys
from datetime import timedelta
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.domain.ids import OwnerId
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.locks import race
from hotel_agent.testing.examples import lock_claim
from hotel_agent.testing.ids import CountingIds

async def main(url, name):
    async with open_sql_store(url, clock=ManualClock(), ids=CountingIds(name), busy_s=10, call_s=20) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        won = await race(store.locks, lock_claim("201"), 250, owners=name)
        print(len(won))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.nightly  # in short: tests/contract/test_lock_contenders.py
def test_race_of_1000_over_4_processes_has_one_winner(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    contenders = [
        subprocess.Popen([sys.executable, "-c", CONTENDER, url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in "abcd"
    ]
    for contender in contenders:
        assert contender.stdout
        assert contender.stdout.readline() == "ready\n"
    for contender in contenders:
        assert contender.stdin
        contender.stdin.write("go\n")
        contender.stdin.flush()
    assert sorted(int(contender.communicate(timeout=60)[0]) for contender in contenders) == [0, 0, 0, 1]


KILLED = """
import asyncio, os, signal, sys
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import message
from hotel_agent.testing.ids import CountingIds

async def main(url):
    async with open_sql_store(url, clock=ManualClock(), ids=CountingIds()) as store:
        for n in range(1000):
            await store.journal.append(message(f"m{n}", conversation=f"sol/{n}"))
            print(n, flush=True)

asyncio.run(main(sys.argv[1]))
"""


async def test_what_was_told_is_kept_when_the_process_is_killed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    with subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True) as victim:  # noqa: ASYNC220  # nothing else runs on this loop
        assert victim.stdout
        told = [int(victim.stdout.readline()) for _ in range(50)]
        victim.kill()
        told += [int(line) for line in victim.stdout]
    async with open_sql_store(url, clock=ManualClock(), ids=CountingIds()) as store:
        for n in told:
            assert not (await store.journal.append(message(f"m{n}", conversation=ConversationId(f"sol/{n}")))).new
        assert (await store.journal.depth()).events in {len(told), len(told) + 1}
