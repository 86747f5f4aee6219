"""What only shows on a real socket: peers, chunks, a connection that is closed on whoever sends too much."""

from typing import Any

import anyio
import httpx
import pytest

pytestmark = pytest.mark.anyio
HEAD = b"POST /api/orchestrator/process HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


async def exchange(url: str, request: bytes) -> bytes:
    """Send raw bytes and read until the server closes or falls silent."""
    host, port = url.removeprefix("http://").split(":")
    received = b""
    with anyio.move_on_after(60):
        async with await anyio.connect_tcp(host, int(port)) as stream:
            await stream.send(request)
            try:
                while True:
                    received += await stream.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return received
    return received + b"<still open>"


async def test_a_message_goes_in_and_its_answer_comes_out(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url, httpx.AsyncClient() as client:
        body = {"sender_id": "ana", "channel": "api", "text": "Hola"}
        response = await client.post(f"{url}/api/orchestrator/process", json=body)
        assert response.json()["response_text"] == "eco: Hola"
        assert "server" not in response.headers


async def test_a_declared_body_that_is_too_large_is_refused_unread_and_the_connection_closed(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url:
        received = await exchange(url, HEAD + b"Content-Length: 100000000\r\n\r\n{")
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"x-content-type-options: nosniff" in received
    assert not received.endswith(b"<still open>")


async def test_a_chunked_body_that_is_too_large_is_refused_and_the_connection_closed(site: Any, listening: Any) -> None:
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    async with site() as here, listening(here) as url:
        received = await exchange(url, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 5)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert not received.endswith(b"<still open>")


async def test_a_chunked_body_within_the_limit_is_read(site: Any, listening: Any) -> None:
    body = b'{"sender_id": "ana", "channel": "api", "text": "Hola"}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:20], body[20:])) + b"0\r\n\r\n"
    async with site() as here, listening(here) as url:
        received = await exchange(url, HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"eco: Hola" in received


@pytest.mark.parametrize("host", [b"evil.example", b"", b"127.0.0.1.evil.example:80"])
async def test_a_rebound_name_is_refused(site: Any, listening: Any, host: bytes) -> None:
    async with site() as here, listening(here) as url:
        received = await exchange(url, b"GET /metrics HTTP/1.1\r\nConnection: close\r\nHost: " + host + b"\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 403 ")


async def test_a_forwarding_header_does_not_change_the_peer(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url, httpx.AsyncClient() as client:
        response = await client.get(f"{url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert (response.status_code, response.json()["code"]) == (403, "loopback_only")


async def test_a_caller_who_hangs_up_loses_nothing_that_was_taken(site: Any, listening: Any) -> None:
    body = b'{"sender_id": "ana", "channel": "api", "text": "Hola", "message_id": "m1"}'
    async with site(answer=None, patience=1.0) as here, listening(here) as url:
        host, port = url.removeprefix("http://").split(":")
        async with await anyio.connect_tcp(host, int(port)) as stream:
            await stream.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            with anyio.fail_after(60):
                while (await here.store.journal.depth()).events == 0:  # noqa: ASYNC110 - another process could only look, too
                    await anyio.sleep(0.01)
        assert (await here.store.journal.depth()).events == 1
