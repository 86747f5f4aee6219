"""
Runs one process: the ASGI server, the worker, or both, until a signal drains it.

Our code is outermost and the server is one child of our task group: it would raise SIGTERM again after its own draining and
skip our clean-up otherwise.
"""

import contextlib
import gc
import signal
import socket
from collections.abc import Iterator, Sequence

import anyio
import uvicorn
from anyio.abc import TaskStatus
from starlette.types import ASGIApp

from hotel_agent.application.worker import Chore, Worker
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.settings import is_loopback

_DRAIN_SECONDS = 8
_BACKLOG = 2048


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """
    Bind and listen.

    The protocol is named on purpose: asyncio sets TCP_NODELAY only on sockets that carry it, and answers stall 40 ms without.

    Raises:
        OSError: the address is taken or not ours.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1" if host == "localhost" else host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the base URL under which *listener* is reached."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{'127.0.0.1' if not is_loopback(host) and host in {'0.0.0.0', '::'} else shown}:{port}"  # noqa: S104


async def run_until_signal(
    application: Application,
    *,
    app: ASGIApp | None,
    listener: socket.socket | None,
    worker: Worker | None,
    chores: Sequence[Chore] = (),
) -> None:
    """
    Serve and work until SIGINT or SIGTERM, then finish what is in hand; a second signal does not wait for it.

    A background task that dies ends the process with its error.
    """
    server = server_of(app) if app else None
    async with anyio.create_task_group() as everything:
        await everything.start(_stop_at_signal, application, server, worker)
        async with anyio.create_task_group() as work:
            if worker:
                work.start_soon(worker.run)
            for chore in chores:
                work.start_soon(chore.run, application.closing)
            if server and listener:
                gc.collect()
                gc.freeze()
                await server.serve(sockets=[listener])
                # Requests in hand have been answered, with the worker still at it: now it may stop.
                application.closing.set()
                if worker:
                    worker.drain()
        everything.cancel_scope.cancel()


def server_of(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        http="httptools",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=75,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return _Server(config)


async def _stop_at_signal(
    application: Application,
    server: _Server | None,
    worker: Worker | None,
    *,
    task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        asked = 0
        async for _ in signals:
            asked += 1
            application.closing.set()
            if server:
                server.should_exit = True
                server.force_exit = asked > 1
            elif worker:
                worker.drain()
            if asked > 1:
                raise SystemExit(1)
