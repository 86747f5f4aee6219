"""
Serving the emulator inside somebody else's event loop.

```python
async with running(recorded_shop(domain=None)) as emulator:
    ...  # emulator.url, emulator.key, emulator.app.live_lines()
```
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen

from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.emulator import QloAppsEmulator
from hotel_agent.emulators.qloapps.shop import Shop
from hotel_agent.emulators.serving import serving_on


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
    async with serving_on(app, host, port, date_header=False) as number:
        yield RunningEmulator(app, host, number)
