"""Lets what other processes write ring this process's bell."""

import anyio
from attrs import define

from hotel_agent.application.bell import Bell
from hotel_agent.ports.wakeups import WakeUps


@define
class Waking:
    _wakeups: WakeUps
    _bell: Bell

    async def run(self, draining: anyio.Event) -> None:
        """Listen until drained."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._wakeups.listen, self._bell.ring)
            await draining.wait()
            group.cancel_scope.cancel()
