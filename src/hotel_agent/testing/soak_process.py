"""The processes of a soak: started from one warm server, killed like a power cut, started again."""

import multiprocessing
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, Final

import anyio
import anyio.to_thread
from attrs import define, field

_PRELOADED: Final = ["hotel_agent.testing.soak_pms", "hotel_agent.testing.soak_worker"]
_ORPHAN_CHECK_S: Final = 1.0


def _context() -> ForkServerContext:
    # Imports are done once in the server, so that a start costs milliseconds and a kill every few seconds is affordable.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


@define
class Crew:
    """A process that runs *target* with *argument* and its start number; `starts` counts how often it was started."""

    _target: Callable[[Any, int], None]
    _argument: Any
    starts: int = field(default=0, init=False)
    deaths: int = field(default=0, init=False)
    """How often it had ended by itself when it was to be killed."""
    _process: ForkServerProcess | None = field(default=None, init=False)

    async def start(self) -> None:
        self._process = _context().Process(target=self._target, args=(self._argument, self.starts), daemon=True)
        self.starts += 1
        await anyio.to_thread.run_sync(self._process.start)

    async def kill(self) -> None:
        """End it by SIGKILL."""
        process, self._process = self._process, None
        if process is not None:
            self.deaths += process.exitcode is not None
            process.kill()
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(process.join)
            process.close()


@asynccontextmanager
async def ends_with_parent() -> AsyncIterator[None]:
    """Cancel the block when the process that ordered this one is gone."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_cancel_when_orphaned, tasks.cancel_scope)
        yield
        tasks.cancel_scope.cancel()


async def _cancel_when_orphaned(scope: anyio.CancelScope) -> None:
    parent = multiprocessing.parent_process()
    while True:
        if parent is None or not parent.is_alive():
            scope.cancel()
        await anyio.sleep(_ORPHAN_CHECK_S)
