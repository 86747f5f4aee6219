"""Serving an emulator inside somebody else's event loop, so that it can cut its connections. Sets no signal handlers."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

TRANSPORT: Final = "hotel_agent.transport"
"""Where an application finds its connection's transport in the scope."""
_GRACE_S: Final = 5.0
_BACKLOG: Final = 512


class Drainable(Protocol):
    """An ASGI application that can finish what it has begun."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...

    async def drain(self) -> None: ...


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which tells the application its transport so that it can cut the connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: Any = self.scope
        scope[TRANSPORT] = self.transport


@asynccontextmanager
async def serving_on(app: Drainable, host: str, port: int, *, date_header: bool = True) -> AsyncIterator[int]:
    """
    Serve *app* until the block ends, then drain it; gives the port, which is a free one for 0.

    Raises:
        OSError: the port is taken.

    """
    config = uvicorn.Config(
        app, http=CuttableProtocol, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False
    )
    config.date_header = date_header
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: CuttableProtocol(config=config, server_state=state, app_state={}),
        host=host,
        port=port,
        family=socket.AF_INET6 if ":" in host else socket.AF_INET,
        backlog=_BACKLOG,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(_GRACE_S):
                await app.drain()
                if state.tasks:
                    await asyncio.wait(set(state.tasks))
        except TimeoutError:
            pass
        for connection in list(state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await server.wait_closed()
