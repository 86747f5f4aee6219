"""
Brings escalations and tickets to the hotel's own people.

An escalation is durable with the turn or job that caused it. From there it goes the way every message goes: as an event, once,
into a conversation of its own, and by the outbox to the tenant's staff channel, with the outbox's retries.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.application.bell import INBOX, Bell
from hotel_agent.domain.delivery import Address
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.events import Channel, Event, StaffNotice
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.domain.turns import Escalation
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.journal import Inbox
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.outbox import Outbox
from hotel_agent.ports.records import Records

THREAD: Final = "staff:"
"""Begins the name of a conversation with staff; the escalation's id follows."""
NEWS_AGE: Final = timedelta(days=2)
"""What is older was told long ago, or is none any more: dedupe keys are kept longer than this."""
_MOST: Final = 500
_PERIOD: Final = 1.0

Compose = Callable[[Escalation], str]
"""Writes an escalation as it is sent to staff."""


@define
class StaffRelay:
    """
    Looks for escalations that staff has not been told, for the hotels in `composers`, once a second.

    Any number of processes may do so: an escalation's event has one dedupe key, so it is told once.
    """

    _inbox: Inbox
    _records: Records
    _outbox: Outbox
    _composers: Mapping[TenantId, Compose]
    _clock: Clock
    _ids: IdSource
    _observer: Observer
    _bell: Bell
    _told: dict[str, datetime] = field(factory=dict, init=False)

    async def run(self, draining: anyio.Event) -> None:
        """Relay until drained."""
        while not draining.is_set():
            try:
                await self.sweep()
            except PortError as exc:
                self._observer.loop_failed("staff", exc)
            with anyio.move_on_after(_PERIOD):
                await draining.wait()

    async def sweep(self) -> int:
        """
        Relay what is new and return how much that was.

        Raises:
            Unavailable: the store did not answer; what was not relayed is found again.

        """
        horizon = self._clock.now() - NEWS_AGE
        self._told = {escalation: at for escalation, at in self._told.items() if at >= horizon}
        relayed = 0
        for tenant in self._composers:
            for escalation in await self._records.escalations(tenant, _MOST):
                # What could not be delivered to staff is listed for staff, not sent to them once more.
                if escalation.id in self._told or escalation.at < horizon or escalation.conversation.startswith(THREAD):
                    continue
                relayed += await self._relay(escalation)
                self._told[escalation.id] = escalation.at
        if relayed:
            self._bell.ring(INBOX)
        return relayed

    async def _relay(self, escalation: Escalation) -> bool:
        conversation = ConversationId(f"{THREAD}{escalation.id}")
        await self._outbox.reach(
            Address(
                tenant=escalation.tenant,
                conversation=conversation,
                channel=Channel.STAFF,
                account=escalation.tenant,
                recipient="staff",
            )
        )
        now = self._clock.now()
        event = EventId(f"e-{THREAD}{escalation.id}")
        appended = await self._inbox.append(
            Event(
                id=event,
                tenant=escalation.tenant,
                conversation=conversation,
                channel=Channel.STAFF,
                dedupe_key=f"{THREAD}{escalation.id}",
                seed=self._ids.draw(),
                root=event,
                received_at=now,
                order_at=now,
                ready_at=now,
                content=StaffNotice(escalation=escalation.id, text=self._composers[escalation.tenant](escalation)),
            )
        )
        return appended.new
