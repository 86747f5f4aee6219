"""What every `WakeUps` tells the processes on one store."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Protocol

import anyio
import pytest
from attrs import define, field

from hotel_agent.domain.turns import Turn
from hotel_agent.ports.wakeups import WakeUps
from hotel_agent.testing.contracts.journal_case import Store
from hotel_agent.testing.examples import CONVERSATION, booking, job, message, session

_PATIENCE = 60.0
_LONG = timedelta(hours=1)


class Woken(Protocol):
    """One process's view of a store."""

    @property
    def journal(self) -> Store: ...
    @property
    def wakeups(self) -> WakeUps | None: ...


@define
class Ears:
    """Subjects that were rung, and a way to wait for one."""

    heard: list[str] = field(factory=list)
    _rung: anyio.Event = field(factory=anyio.Event)

    def ring(self, subject: str) -> None:
        self.heard.append(subject)
        self._rung.set()
        self._rung = anyio.Event()

    async def wait_for(self, *subjects: str, times: int = 1) -> None:
        with anyio.fail_after(_PATIENCE):
            while min(map(self.heard.count, subjects)) < times:
                await self._rung.wait()


class WakeUpsContract:
    """Subclasses provide `two`, which opens the same store twice, as two processes do."""

    @pytest.fixture
    @abstractmethod
    def two(self) -> AbstractAsyncContextManager[tuple[Woken, Woken]]: ...

    @asynccontextmanager
    async def listening(self, store: Woken, by: Woken) -> AsyncIterator[Ears]:
        """Listen at *store*; ready once something that the other writes is heard."""
        ears = Ears()
        assert store.wakeups
        async with anyio.create_task_group() as group:
            group.start_soon(store.wakeups.listen, ears.ring)
            with anyio.fail_after(_PATIENCE):
                n = 0
                while not ears.heard:
                    n += 1
                    await by.journal.append(message(f"knock-{n}"))
                    await anyio.sleep(0.02)
            (claim,) = await by.journal.claim("k", 1, _LONG)
            left = claim
            for event in claim.events:
                left = await by.journal.commit(left, Turn(event=event, session=session())) or claim
            await ears.wait_for(claim.events[-1].root)
            # Both subjects of the last commit, or the second one would still come.
            await ears.wait_for(CONVERSATION, times=len(claim.events))
            ears.heard.clear()
            yield ears
            group.cancel_scope.cancel()

    async def test_others_hear_what_was_appended_and_what_was_answered(
        self, two: AbstractAsyncContextManager[tuple[Woken, Woken]]
    ) -> None:
        async with two as (here, there), self.listening(here, there) as ears:
            event = message("1")
            await there.journal.append(event)
            await ears.wait_for("inbox")
            (claim,) = await there.journal.claim("a", 1, _LONG)
            turn = Turn(event=event, session=session(), bookings=(booking(),), jobs=(job(),))
            await there.journal.commit(claim, turn)
            await ears.wait_for("jobs", event.root, CONVERSATION)

    async def test_nobody_is_woken_by_itself_or_by_what_was_not_written(
        self, two: AbstractAsyncContextManager[tuple[Woken, Woken]]
    ) -> None:
        async with two as (here, there), self.listening(here, there) as ears:
            await here.journal.append(message("mine"))
            await there.journal.append(message("mine"))
            (claim,) = await there.journal.claim("a", 1, _LONG)
            await there.journal.commit(claim, Turn(event=message("mine"), session=session()))
            await ears.wait_for(CONVERSATION)
            assert sorted(ears.heard) == sorted([message("mine").root, CONVERSATION])
