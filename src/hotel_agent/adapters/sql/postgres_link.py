"""The library's own connection to Postgres, for whoever makes, changes or copies tables."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

import sqlalchemy as sa
from attrs import define, field
from sqlalchemy.pool import NullPool

from hotel_agent.adapters.sql.wires import SILENT, Body, Link, Repeat
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

REPEAT: Final = frozenset({"40001", "40P01"})  # serialization failure, deadlock
DOWN: Final = ("08", "53", "55", "57", "58")  # connection, resources, object state, operator, system
SESSION: Final = {"idle_in_transaction_session_timeout": "2000"}
"""Milliseconds. A process that is frozen inside a transaction must not keep its rows from others for longer than its leases."""


@define
class PostgresLink(Link):
    """Lends the library's connection on a loop of its own, so that the thread that uses it may wait like any other."""

    _url: sa.URL
    _limit: float
    _runner: asyncio.Runner = field(factory=asyncio.Runner, init=False)
    _engine: "AsyncEngine | None" = field(default=None, init=False)
    _connection: "AsyncConnection | None" = field(default=None, init=False)

    def transact(self, body: Body[T]) -> T:
        return self._runner.run(self._transact(body))

    async def _transact(self, body: Body[T]) -> T:
        try:
            async with asyncio.timeout(self._limit):
                connection = await self._connected()
                await connection.begin()
        except Exception as exc:  # while connecting the driver's own errors come through as they are
            await self._drop()
            raise Unavailable(SILENT) from exc
        try:
            async with asyncio.timeout(self._limit):
                result = await connection.run_sync(body)
        except BaseException as exc:
            await self._undo(connection)
            raise self._translated(exc) from exc
        try:
            async with asyncio.timeout(self._limit):
                await connection.commit()
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError) as exc:
            await self._drop()
            if isinstance(exc, sa.exc.DBAPIError) and _state(exc) in REPEAT:
                raise Repeat from exc
            raise OutcomeUnknown(SILENT) from exc
        return result

    def apart(self, body: Body[T]) -> T:
        return self._runner.run(self._apart(body))

    async def _apart(self, body: Body[T]) -> T:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(self._url, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(body)
        except Exception as exc:
            raise self._translated(exc) from exc
        finally:
            await engine.dispose()

    def _translated(self, exc: BaseException) -> BaseException:
        if isinstance(exc, TimeoutError | OSError | sa.exc.InterfaceError):
            return Unavailable(SILENT)
        if isinstance(exc, sa.exc.DBAPIError):
            state = _state(exc)
            if state in REPEAT:
                return Repeat()
            if exc.connection_invalidated or state.startswith(DOWN):
                return Unavailable(SILENT)
        return exc

    async def _connected(self) -> "AsyncConnection":
        # Loaded here because it brings the whole mapper along, which a start on SQLite need not wait for.
        from sqlalchemy.ext.asyncio import create_async_engine

        if self._connection is None:
            self._engine = self._engine or create_async_engine(
                self._url, poolclass=NullPool, hide_parameters=True, connect_args={"server_settings": SESSION}
            )
            self._connection = await self._engine.connect()
        return self._connection

    async def _undo(self, connection: "AsyncConnection") -> None:
        await self._quietly(connection.rollback, otherwise=self._drop)

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._quietly(connection.invalidate)
            await self._quietly(connection.close)

    async def _quietly(
        self, act: Callable[[], Awaitable[None]], otherwise: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Do what may fail because the connection has failed already."""
        try:
            async with asyncio.timeout(self._limit):
                await act()
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError):
            if otherwise:
                await otherwise()

    def close(self) -> None:
        self._runner.run(self._drop())
        self._runner.close()


def _state(exc: sa.exc.DBAPIError) -> str:
    return str(getattr(exc.orig, "sqlstate", None) or getattr(exc.orig, "pgcode", None) or "")
