"""`hotel-agent takeover` and `hotel-agent hand-back`: staff speaks in a conversation, and the agent stays silent meanwhile."""

import sys
from datetime import timedelta

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Channel, Event, StaffAct, StaffMove
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.entrypoints.hotels import hotels_of
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.stores import Store
from hotel_agent.entrypoints.wiring import open_records

DONE, FAILED = 0, 1


async def move(settings: Settings, which: str, what: StaffMove, *, minutes: int | None = None) -> int:
    """
    Write what staff does into the inbox of a conversation, where it waits its turn like everything else.

    *which* is a conversation's id or that of one of its escalations. *minutes* limits a take-over; None: until hand-back.
    """
    clock, ids = SystemClock(), SystemIds()
    async with open_records(settings, clock=clock, ids=ids) as store:
        found = await _find(store, which)
        if found is None:
            print(f"hotel-agent: no conversation {which} is known", file=sys.stderr)
            return FAILED
        conversation, channel, tenant = found
        now = clock.now()
        draw = ids.draw()
        event_id = EventId(f"e-{draw}")
        until = now + timedelta(minutes=minutes) if minutes else None
        for candidate in [tenant] if tenant else [hotel.id for hotel in hotels_of(settings).all()]:
            event = Event(
                id=event_id,
                tenant=candidate,
                conversation=conversation,
                channel=channel,
                dedupe_key=f"staff:{what}:{draw}",
                seed=ids.draw(),
                root=event_id,
                received_at=now,
                order_at=now,
                ready_at=now,
                content=StaffAct(move=what, until=until),
            )
            try:
                await store.journal.append(event)
            except InvalidValue:
                # It is another hotel's conversation.
                continue
            print(_told(what, conversation, minutes))
            return DONE
    print(f"hotel-agent: {which} belongs to no hotel of these settings", file=sys.stderr)
    return FAILED


async def _find(store: Store, which: str) -> tuple[ConversationId, Channel, TenantId | None] | None:
    for one in await store.records.escalations():
        if which in {one.id, one.conversation}:
            return one.conversation, one.channel or Channel.API, one.tenant
    conversation = ConversationId(which)
    # An id that nobody has written under is a slip of the pen: it must not become a conversation.
    return (conversation, Channel.API, None) if await store.records.transcript(conversation, limit=1) else None


def _told(what: StaffMove, conversation: ConversationId, minutes: int | None) -> str:
    if what is StaffMove.HAND_BACK:
        return f"{conversation} is handed back: the agent answers again"
    end = f"for {minutes} minutes" if minutes else "until it is handed back"
    return f"{conversation} is taken over {end}: the agent stays silent"
