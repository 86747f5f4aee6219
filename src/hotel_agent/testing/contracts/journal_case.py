"""What the contracts of a journal share: the fixtures they need and how they get at a claim."""

from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

import pytest

from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Claim, JobClaim, Journal
from hotel_agent.ports.records import Records
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import (
    booking,
    job,
    message,
    session,
)

OTHER = ConversationId("sol/webchat/2")
MAR = TenantId("mar")
TICK = timedelta(milliseconds=1)


class Store(Journal, Records, Protocol):
    """The journal and its views, as one object."""


class JournalCase:
    """
    Subclasses provide the fixtures `store` (empty), and `pass_time`, which lets time pass by the store's clock.

    The store's clock is past `examples.AT` from the start. Claims are for a `lease` that outlasts any test, or a `brief` one
    where they are to lapse: that may be set shorter where time really has to be waited for.
    """

    lease = timedelta(hours=1)
    brief = timedelta(seconds=3)

    @pytest.fixture
    @abstractmethod
    def store(self) -> Store: ...

    @pytest.fixture
    @abstractmethod
    def pass_time(self) -> PassTime: ...

    async def one_claim(self, store: Store, owner: str = "a", lease: timedelta | None = None) -> Claim:
        (claim,) = await store.claim(owner, 1, lease or self.lease)
        return claim

    async def one_job(self, store: Store, owner: str = "a", lease: timedelta | None = None) -> JobClaim:
        (claim,) = await store.claim_jobs(owner, 1, lease or self.lease)
        return claim

    async def booked(self, store: Store) -> None:
        """Leave one submitted booking with its job behind."""
        await store.append(message("1"))
        claim = await self.one_claim(store)
        turn = Turn(event=claim.events[0], session=session(), bookings=(booking(),), jobs=(job(),))
        assert None is await store.commit(claim, turn)
