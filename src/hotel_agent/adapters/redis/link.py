"""
One connection that all callers share: calls go out in order, together where they come together, and answers come back in order.

A call is sent once and never again. It carries its own deadline, in the server's time, so a server that wakes up late does
nothing for callers who have gone. The server's time is learned when connecting and counted on by our own monotonic clock.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from attrs import define, field
from hiredis import pack_command
from redis import exceptions
from redis.asyncio.connection import AbstractConnection

from hotel_agent.adapters._patience import Patience
from hotel_agent.adapters.redis.errors import DOWN, SILENT, connecting
from hotel_agent.adapters.redis.scripts import Command, Script
from hotel_agent.domain.errors import OutcomeUnknown, PortError, Unavailable

_MOST_WAITING: Final = 10_000
_LOST: Final = "The connection to the store was lost."
_CLOSED: Final = "The store is closed."


@define(eq=False)
class _Call:
    """Commands of one caller, sent together. `until` is the instant, by the loop's clock, at which the caller gives up."""

    commands: Sequence[Command]
    until: float
    future: "asyncio.Future[list[Any]]"
    replies: list[Any] = field(factory=list, init=False)
    sent_at: float | None = field(default=None, init=False)


@define(eq=False)
class Link:
    """The connection to one server, made when first needed and anew after a failure. Belongs to one event loop."""

    _connect: Callable[[], AbstractConnection]
    _scripts: Sequence[Script]
    _limit: float
    """Seconds that connecting may take."""
    _waiting: "deque[_Call]" = field(factory=deque, init=False)
    _sent: "deque[_Call]" = field(factory=deque, init=False)
    _wanted: asyncio.Event = field(factory=asyncio.Event, init=False)
    _task: "asyncio.Task[None] | None" = field(default=None, init=False)
    _session: "tuple[asyncio.Task[None], ...]" = field(default=(), init=False)
    _heard_at: float = field(default=0.0, init=False)
    _patience: Patience = field(factory=Patience, init=False)
    _ahead: float = field(default=0.0, init=False)
    """What the loop's clock lacks of the server's, in seconds."""

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="hotel-agent-redis")

    async def stop(self) -> None:
        """Close the connection; whoever still waits is told."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._refuse(Unavailable(_CLOSED), len(self._waiting))

    async def call(self, commands: Sequence[Command], until: float) -> list[Any]:
        """
        Send *commands* together and return the server's replies; refusals are among them as the driver's errors.

        Raises:
            Unavailable: they were not sent.
            OutcomeUnknown: they were sent, and no answer came until *until* (by the loop's clock).

        """
        if self._task is None:
            raise Unavailable(_CLOSED)
        if self.waiting >= _MOST_WAITING:
            raise Unavailable("The store takes no more calls.")
        call = _Call(commands, until, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        self._wanted.set()
        self._patience.watch(call.future, until)
        try:
            return await call.future
        except TimeoutError:
            if call.sent_at is None:
                raise Unavailable(SILENT) from None
            if self._heard_at <= call.sent_at:
                # Not one word since: the line may be dead without anybody having hung up.
                self.drop()
            raise OutcomeUnknown(SILENT) from None

    @property
    def connected(self) -> bool:
        return bool(self._session)

    @property
    def waiting(self) -> int:
        """How many calls wait to be sent or answered."""
        return len(self._waiting) + len(self._sent)

    def drop(self) -> None:
        """Connect anew before the next call."""
        for task in self._session:
            task.cancel()

    # ------------------------------------------------------------ the task that owns the connection

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            asked = len(self._waiting)
            try:
                connection = await self._opened()
            except PortError as exc:
                # Who came meanwhile gets an attempt of its own: things may be better by now.
                self._refuse(exc, asked)
                continue
            self._session = (
                asyncio.create_task(self._read(connection), name="hotel-agent-redis-read"),
                asyncio.create_task(self._write(connection), name="hotel-agent-redis-write"),
            )
            try:
                await asyncio.wait(self._session, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self.drop()
                await asyncio.gather(*self._session, return_exceptions=True)
                self._session = ()
                self._lose()
                await _close(connection)

    async def _opened(self) -> AbstractConnection:
        """
        Connect, load the scripts and learn the server's time.

        Raises:
            Unavailable: it could not be done.

        """
        connection: AbstractConnection | None = None
        try:
            async with asyncio.timeout(self._limit):
                connection = self._connect()
                await connection.connect()  # type: ignore[no-untyped-call]  # the driver's own
                loads = [_packed(script.load.head) for script in self._scripts]
                await connection.send_packed_command([*loads, _packed((b"TIME",))], check_health=False)
                for _ in loads:
                    await connection.read_response()
                seconds, micros = await connection.read_response()
        except asyncio.CancelledError:
            if connection:
                await _close(connection)
            raise
        except Exception as exc:  # whatever it trips over, the task that owns the connection must live on
            if connection:
                await _close(connection)
            raise connecting(exc) from exc
        self._heard_at = asyncio.get_running_loop().time()
        self._ahead = int(seconds) + int(micros) / 1e6 - self._heard_at
        return connection

    async def _write(self, connection: AbstractConnection) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            packed: list[bytes] = []
            while self._waiting:
                call = self._waiting.popleft()
                if call.future.done():
                    continue
                call.sent_at = clock()
                self._sent.append(call)
                deadline = b"%d" % ((call.until + self._ahead) * 1e6)
                packed += (_packed(command.words(deadline)) for command in call.commands)
            if packed:
                await connection.send_packed_command(packed, check_health=False)

    async def _read(self, connection: AbstractConnection) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            try:
                reply = await connection.read_response(disconnect_on_error=False)
            except exceptions.ResponseError as exc:
                reply = exc
            self._heard_at = clock()
            call = self._sent[0]
            call.replies.append(reply)
            if len(call.replies) == len(call.commands):
                self._sent.popleft()
                if not call.future.done():
                    call.future.set_result(call.replies)

    def _refuse(self, error: PortError, first: int) -> None:
        """Tell the *first* of those whose calls were not sent."""
        for _ in range(first):
            _fail(self._waiting.popleft(), error)
        if not self._waiting:
            self._wanted.clear()

    def _lose(self) -> None:
        """Tell those whose answers will not come."""
        while self._sent:
            _fail(self._sent.popleft(), OutcomeUnknown(_LOST))


def _packed(words: tuple[bytes, ...]) -> bytes:
    # The driver's own packing is several times slower, and was the dearest part of a call.
    return pack_command(words)  # type: ignore[arg-type, no-any-return]  # its stub is for one word


def _fail(call: _Call, error: PortError) -> None:
    if not call.future.done():
        copy = type(error)(str(error))  # each caller raises its own
        copy.__cause__ = error.__cause__
        call.future.set_exception(copy)


async def _close(connection: AbstractConnection) -> None:
    with suppress(*DOWN):
        await connection.disconnect(nowait=True)
