import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from attrs import evolve

from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.server import running, system_clock
from hotel_agent.emulators.whatsapp.values import Account, guest_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def came() -> "asyncio.Queue[bytes]":
    """The first lines and bodies of the requests that came to the callback."""
    return asyncio.Queue()


@pytest.fixture
async def hotel(came: "asyncio.Queue[bytes]") -> AsyncIterator[str]:
    """A callback's address; it answers every request with 200 and, where there is one, its challenge."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        came.put_nowait(head.split(b"\r\n")[0] + b"\n" + await reader.readexactly(length))
        told = head.partition(b"hub.challenge=")[2].split(b" ")[0]
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


async def test_webhooks_go_out_by_themselves_as_time_goes(account: Account, hotel: str, came: "asyncio.Queue[bytes]") -> None:
    async with running(evolve(account, callback=hotel), clock=system_clock) as meta:
        guest = guest_of("34600111222", "Ana")
        meta.platform.write(guest, text("later"), after=timedelta(milliseconds=50))
        meta.platform.write(guest, text("now"))
        async with asyncio.timeout(5):
            first, second = await came.get(), await came.get()
    assert (b"POST /hook HTTP/1.1" in first, b'"body":"now"' in first, b'"body":"later"' in second) == (True, True, True)


async def test_the_clock_can_be_set_forward_while_it_goes(account: Account, hotel: str, came: "asyncio.Queue[bytes]") -> None:
    async with running(evolve(account, callback=hotel), clock=system_clock) as meta:
        meta.platform.write(guest_of("34600111222", "Ana"), text("in an hour"), after=timedelta(hours=1))
        await meta.platform.agenda.pass_time(timedelta(hours=1))
        assert b"in an hour" in came.get_nowait()
        assert meta.platform.now() - system_clock() > timedelta(minutes=59)


async def test_a_callback_that_nobody_serves_is_no_answer(account: Account) -> None:
    async with running(evolve(account, callback="http://127.0.0.1:9/hook"), clock=system_clock) as meta:
        meta.platform.write(guest_of("34600111222", "Ana"), text("hola"))
        await meta.platform.agenda.pass_time()
        await meta.platform.agenda.settle()
        assert [attempt.status for attempt in meta.platform.callbacks.webhooks[0].attempts] == [None]


async def test_the_handshake_is_metas(account: Account, hotel: str, came: "asyncio.Queue[bytes]") -> None:
    async with running(evolve(account, callback=hotel), clock=system_clock) as meta:
        assert await meta.shake_hands()
    line = (await came.get()).split(b"\n")[0]
    assert b"GET /hook?hub.mode=subscribe&hub.verify_token=verify+me&hub.challenge=" in line


async def test_what_is_left_when_it_closes_is_dropped(account: Account, hotel: str, came: "asyncio.Queue[bytes]") -> None:
    async with running(evolve(account, callback=hotel), clock=system_clock) as meta:
        meta.platform.write(guest_of("34600111222", "Ana"), text("too late"), after=timedelta(seconds=30))
    assert came.empty()
