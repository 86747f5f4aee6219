from collections.abc import Collection
from datetime import timedelta
from functools import partial

from attrs import define

from hotel_agent.adapters.sql.database import Database
from hotel_agent.adapters.sql.deliveries import DeliveryStatements
from hotel_agent.domain.delivery import Address, DeliveryStatus
from hotel_agent.domain.ids import OutboxId, TenantId
from hotel_agent.domain.turns import Escalation
from hotel_agent.ports.outbox import Outbox, OutboxClaim, Settlement, StatusNews, Undelivered

# Claims skip what others have locked and so never wait; they come last in a flight, so that nothing waits while holding them.
_LAST = "~"


@define(eq=False)
class SqlOutbox(Outbox):
    _database: Database
    _run: DeliveryStatements

    async def reach(self, address: Address) -> None:
        await self._database.write(partial(self._run.reach, address=address), order=address.conversation)

    async def claim_due(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[OutboxClaim, ...]:
        work = partial(self._run.claim, owner=owner, limit=limit, lease=lease, passing=passing)
        return await self._database.write(work, order=_LAST)

    async def settle(self, claim: OutboxClaim, settlement: Settlement) -> None:
        work = partial(self._run.settle, claim=claim, settlement=settlement)
        await self._database.write(work, order=claim.address.conversation)

    async def status(self, news: StatusNews, told: Escalation) -> bool:
        return await self._database.write(partial(self._run.status, news=news, told=told), order=told.conversation)

    async def standing(self, message: OutboxId) -> DeliveryStatus | None:
        return await self._database.read(partial(self._run.standing, message=message))

    async def undelivered(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Undelivered, ...]:
        return await self._database.read(partial(self._run.undelivered, tenant=tenant, limit=limit))
