"""
Serving the emulator inside somebody else's event loop.

```python
async with running(recorded_shop(domain=None)) as emulator:
    ...  # emulator.url, emulator.key, emulator.app.live_lines()
```
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import uvicorn
from attrs import frozen
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.emulator import TRANSPORT, QloAppsEmulator
from hotel_agent.emulators.qloapps.shop import Shop

GRACE_S: Final = 5.0
BACKLOG: Final = 512


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which tells the application its transport so that it can cut the connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: Any = self.scope
        scope[TRANSPORT] = self.transport


@frozen
class RunningEmulator:
    """An emulator that is being served; `app` gives in-process access."""

    app: QloAppsEmulator
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address of the shop, without a slash at the end and without `/api`."""
        return f"http://{self.host}:{self.port}"

    @property
    def key(self) -> str:
        """A key that may do everything."""
        return self.app.key


def system_clock() -> datetime:
    """The machine's clock, in UTC: the shop's time zone."""
    return datetime.now(UTC)  # noqa: TID251 - the server's own clock; tests pass another


@asynccontextmanager
async def running(
    shop: Shop,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    state_file: Path | None = None,
    behaviour: Behaviour | None = None,
    control: bool = False,
    clock: Callable[[], datetime] = system_clock,
) -> AsyncIterator[RunningEmulator]:
    """
    Serve *shop* on *host* and *port* (0: a free one) until the block ends. Installs no signal handlers.

    With *state_file* the state is kept there; if the file exists, its state and keys are served and *shop* is not looked at.

    Raises:
        OSError: the port is taken.
        ValueError: a key of *shop* is not 32 characters long.
    """
    app = QloAppsEmulator(shop, clock=clock, state_file=state_file, behaviour=behaviour, control=control)
    try:
        async with serving(app, host=host, port=port) as emulator:
            yield emulator
    finally:
        app.close()


@asynccontextmanager
async def serving(app: QloAppsEmulator, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[RunningEmulator]:
    """Serve an emulator that exists; it is drained, not closed, when the block ends."""
    config = uvicorn.Config(
        app, http=CuttableProtocol, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False
    )
    config.date_header = False
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = await loop.create_server(
        lambda: CuttableProtocol(config=config, server_state=state, app_state={}),
        host=host,
        port=port,
        family=family,
        backlog=BACKLOG,
    )
    try:
        yield RunningEmulator(app, host, server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(GRACE_S):
                await app.drain()
                if state.tasks:
                    await asyncio.wait(set(state.tasks))
        except TimeoutError:
            pass
        for connection in list(state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await server.wait_closed()
