"""
Runs one process: the ASGI server, the worker, or both, until a signal drains it.

Our code is outermost and the server is one child of our task group: it would raise SIGTERM again after its own draining and
skip our clean-up otherwise.
"""

import contextlib
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any

import anyio
import structlog
import uvicorn
from anyio.abc import TaskStatus
from attrs import define, field
from starlette.types import ASGIApp

from hotel_agent.application.worker import Chore, Worker
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.readiness import Probe
from hotel_agent.entrypoints.setting_values import is_loopback

NOTICE_SECONDS = 2.0
"""For how long a service with a dead part goes on answering that it is not ready, before it ends."""
_DRAIN_SECONDS = 8
_BACKLOG = 2048
_NEW_OBJECTS = 10_000
_log = structlog.get_logger("hotel_agent")


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
    return f"http://{'127.0.0.1' if not is_loopback(host) and host in {'0.0.0.0', '::'} else shown}:{port}"  # noqa: S104  # only shown, nothing listens there


async def run_until_signal(
    application: Application,
    *,
    app: ASGIApp | None,
    listener: socket.socket | None,
    worker: Worker | None,
    chores: Sequence[Chore] = (),
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
) -> None:
    """
    Serve and work until SIGINT or SIGTERM, then finish what is in hand; a second signal does not wait for it.

    A background task that dies makes the service unready first (part `worker`, or the chore's name), so that nobody sends it
    anything more; then what is in hand is finished and the process ends with that error. What runs *beside* is cancelled at the
    end and must not raise.

    Raises:
        Exception: what a background task died of.

    """
    server = server_of(app) if app else None
    process = _Process(application, server, worker)
    async with anyio.create_task_group() as everything:
        await everything.start(_stop_at_signal, process)
        everything.start_soon(process.end_after_a_death, everything.cancel_scope)
        for other in beside:
            everything.start_soon(other)
        settle_memory()
        async with anyio.create_task_group() as work:
            if worker:
                process.watch("worker")
                work.start_soon(process.keep, "worker", worker.run)
            for chore in chores:
                name = type(chore).__name__.lower()
                process.watch(name)
                work.start_soon(process.keep, name, partial(chore.run, application.closing))
            if server and listener:
                await server.serve(sockets=[listener])
                # Requests in hand have been answered, with the worker still at it: now it may stop.
                application.closing.set()
                if worker:
                    worker.drain()
        everything.cancel_scope.cancel()
    if process.deaths:
        raise next(iter(process.deaths.values()))


def settle_memory() -> None:
    """
    Have the garbage collector leave alone what is there by now, and look for cycles among ten thousand new objects, not 700.

    A turn leaves none behind; what it leaves to be kept is looked through less often (`docs/performance.md`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


@define
class _Process:
    """What runs here, and what has died of it."""

    _application: Application
    _server: _Server | None
    _worker: Worker | None
    deaths: dict[str, Exception] = field(factory=dict, init=False)
    _dead: anyio.Event = field(factory=anyio.Event, init=False)

    def watch(self, name: str) -> None:
        """Have readiness tell of a background task as a part, without which messages are taken and not answered here."""

        async def ask() -> None:
            if name in self.deaths:
                raise self.deaths[name]

        self._application.readiness.add(Probe(name=name, ask=ask))

    async def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run a background task; note its death, which is also to end before it is asked to."""
        try:
            await run()
        except Exception as exc:  # noqa: BLE001 - whatever it died of, the process ends with it, and says so first
            self._died(name, _innermost(exc))
        else:
            if not self._application.closing.is_set():
                self._died(name, RuntimeError(f"{name} ended by itself"))

    async def end_after_a_death(self, everything: anyio.CancelScope) -> None:
        """
        Wait for a death, let it be noticed, then stop as at a signal; what does not stop in time is cut short.

        Without memory nothing that is in hand can be finished: then it ends at once, and leases hand all of it to others.
        """
        await self._dead.wait()
        if any(isinstance(error, MemoryError) for error in self.deaths.values()):
            self._application.closing.set()
            everything.cancel()
            return
        if self._server:
            await anyio.sleep(NOTICE_SECONDS)
        self.stop()
        await anyio.sleep(2 * _DRAIN_SECONDS)
        everything.cancel()

    def stop(self) -> None:
        """Take nothing more, and finish what is in hand."""
        self._application.closing.set()
        if self._server:
            self._server.should_exit = True
        elif self._worker:
            self._worker.drain()

    def hurry(self) -> None:
        """Do not wait for requests in hand."""
        if self._server:
            self._server.force_exit = True

    def _died(self, name: str, error: Exception) -> None:
        self.deaths[name] = error
        with contextlib.suppress(MemoryError):
            _log.critical("background_task_died", part=name, error=type(error).__name__)
        self._application.readiness.look_again()
        self._dead.set()


def _innermost(error: Exception) -> Exception:
    """Unwrap what task groups wrapped: the first that failed is what it died of."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


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


async def _stop_at_signal(process: _Process, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        asked = 0
        async for _ in signals:
            asked += 1
            process.stop()
            if asked > 1:
                process.hurry()
                raise SystemExit(1)
