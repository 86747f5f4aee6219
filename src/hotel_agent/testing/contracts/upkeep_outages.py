"""What the ports beside the journal do when the server behind them is gone for a while, and when calls are cancelled."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.delivery import DeliveryStatus
from hotel_agent.domain.errors import StaleClaim, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.outbox import Outbox, Sent, StatusNews
from hotel_agent.ports.retention import Remains, Retention
from hotel_agent.testing.contracts.journal_case import Store
from hotel_agent.testing.contracts.outages import recovered
from hotel_agent.testing.contracts.outbox import TOLD, address
from hotel_agent.testing.examples import message, said, session

_LONG = timedelta(hours=1)
_AGE = timedelta(days=8)


class UpkeepStore(Protocol):
    @property
    def journal(self) -> Store: ...
    @property
    def dead_letters(self) -> DeadLetters: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def outbox(self) -> Outbox: ...


UpkeepOpening = Callable[[], AbstractAsyncContextManager[UpkeepStore]]
Outage = Callable[[], AbstractAsyncContextManager[None]]


class UpkeepOutageContract:
    """Subclasses provide `opening`, with a time limit of a second or two for a call, and `outage`."""

    @pytest.fixture
    @abstractmethod
    def opening(self) -> UpkeepOpening: ...

    @pytest.fixture
    @abstractmethod
    def outage(self) -> Outage: ...

    async def begin(self, store: UpkeepStore) -> None:
        """Leave one event set aside whose two messages are to be sent."""
        event = message("1")
        await store.outbox.reach(address())
        await store.journal.append(event)
        (claim,) = await store.journal.claim("a", 1, _LONG)
        outbox = tuple(evolve(said(str(n), to=event, position=n), channel=Channel.WHATSAPP) for n in range(2))
        await store.journal.commit(claim, Turn(event=event, session=session(), outbox=outbox, set_aside="KeyError"))

    async def test_nothing_is_changed_while_the_store_is_gone_and_all_goes_on_after(
        self, opening: UpkeepOpening, outage: Outage
    ) -> None:
        async with opening() as store:
            await self.begin(store)
            (claim,) = await store.outbox.claim_due("a", 1, _LONG)
            sent = Sent(provider_id="wamid.0")
            read = StatusNews(status=DeliveryStatus.READ, message=claim.message.id)
            calls: tuple[Callable[[], Awaitable[object]], ...] = (
                lambda: store.dead_letters.redrive(message("1").id),
                lambda: store.dead_letters.drop(message("1").id),
                lambda: store.retention.purge(Remains.EVENTS, _AGE, 5),
                lambda: store.outbox.reach(address()),
                lambda: store.outbox.claim_due("b", 1, _LONG),
                lambda: store.outbox.settle(claim, sent),
                lambda: store.outbox.status(read, TOLD),
            )
            async with outage():
                for call in calls:
                    with pytest.raises(Unavailable):
                        await call()
            await recovered(lambda: store.outbox.reach(address()), store.dead_letters.dead_letters)
            # Of a server that fell silent nobody knows whether it heard the call: repeating must be safe.
            try:
                await store.outbox.settle(claim, sent)
            except StaleClaim:
                assert await store.outbox.standing(claim.message.id)
            assert (await store.outbox.standing(claim.message.id)) in {DeliveryStatus.SENT, DeliveryStatus.READ}
            await store.dead_letters.redrive(message("1").id)
            assert await store.dead_letters.dead_letters() == ()

    async def test_cancelled_calls_leave_the_store_usable(self, opening: UpkeepOpening) -> None:
        async with opening() as store:
            await self.begin(store)
            async with anyio.create_task_group() as tasks:
                for n in range(10):
                    tasks.start_soon(store.outbox.claim_due, f"gone-{n}", 1, timedelta())
                    tasks.start_soon(store.retention.purge, Remains.EVENTS, _AGE, 5)
                    tasks.start_soon(store.dead_letters.dead_letters)
                await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
            (claim,) = await store.outbox.claim_due("b", 5, _LONG)
            await store.outbox.settle(claim, Sent(provider_id="wamid.0"))
            (claim,) = await store.outbox.claim_due("b", 5, _LONG)
            assert claim.message.id == "outbox-1"
            assert len(await store.dead_letters.dead_letters()) == 1
