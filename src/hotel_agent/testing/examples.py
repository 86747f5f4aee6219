"""Plain examples of domain values; every builder takes what a test cares about and fills in the rest."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.events import Channel, Event, GuestMessage, Timer, TimerKind
from hotel_agent.domain.ids import (
    BookingId,
    ConversationId,
    EventId,
    JobId,
    LockId,
    MessageId,
    OfferId,
    OutboxId,
    OwnerId,
    Reference,
    RoomId,
    RoomTypeId,
    TenantId,
    TimerId,
)
from hotel_agent.domain.locks import LockClaim
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import Answer, AuditAct, AuditEntry, Escalation, Job, JobKind, OutboxMessage, Status
from hotel_agent.domain.understanding import Intent, Language, RoomKind

TENANT = TenantId("sol")
CONVERSATION = ConversationId("sol/webchat/1")
AT = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
"""When it all happened: long ago, so that a store which goes by a real server's clock finds everything due."""
STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
GUEST = Guest(name="Ana Núñez", email="ana@example.com", phone="+34600111222")
DOUBLE = RoomType(id=RoomTypeId("2"), name="Doble con vistas", kind=RoomKind.DOUBLE, max_adults=2, max_children=1, max_guests=3)


def message(
    name: str,
    *,
    text: str = "Hola",
    conversation: ConversationId = CONVERSATION,
    tenant: TenantId = TENANT,
    at: datetime = AT,
    ready_in: timedelta = timedelta(),
) -> Event:
    """Return a guest's message known as *name*, received at *at* and ready *ready_in* later."""
    return Event(
        id=EventId(f"event-{tenant}-{name}"),
        tenant=tenant,
        conversation=conversation,
        channel=Channel.WEBCHAT,
        dedupe_key=f"webchat/{name}",
        seed=f"seed-{name}",
        root=EventId(f"event-{tenant}-{name}"),
        received_at=at,
        order_at=at,
        ready_at=at + ready_in,
        content=GuestMessage(message_id=MessageId(name), text=text, sent_at=at),
    )


def session(conversation: ConversationId = CONVERSATION, **changes: Any) -> Session:
    fresh = Session(
        conversation=conversation,
        tenant=TENANT,
        channel=Channel.WEBCHAT,
        language=Language.ES,
        expires_at=AT + timedelta(minutes=30),
    )
    return evolve(fresh, **changes)


def offer(name: str = "1") -> Offer:
    return Offer(
        id=OfferId(f"offer-{name}"),
        room_type=DOUBLE,
        stay=STAY,
        occupancy=Occupancy(2),
        total=Money(Decimal("240.00"), "EUR"),
        available=3,
        fresh_until=AT + timedelta(minutes=5),
    )


def booking(name: str = "1", *, conversation: ConversationId = CONVERSATION, root: str = "1", **changes: Any) -> Booking:
    """Return a booking at its first version, just submitted."""
    fresh = Booking(
        id=BookingId(f"booking-{name}"),
        tenant=TENANT,
        conversation=conversation,
        root=EventId(f"event-{TENANT}-{root}"),
        reference=Reference(f"ha-REFERENCE-{name}"),
        offer=offer(),
        guest=GUEST,
        language=Language.ES,
        lock=LockId("lock-1"),
        lock_owner=OwnerId("owner-1"),
        rooms=(RoomId("201"),),
        state=BookingState.SUBMITTING,
        created_at=AT,
    )
    return evolve(fresh, **changes)


def job(
    name: str = "1", *, about: str = "1", conversation: ConversationId = CONVERSATION, due_at: datetime = AT, watch: int = 0
) -> Job:
    """Return a job about the booking named *about*."""
    return Job(
        id=JobId(f"job-{name}"),
        kind=JobKind.WATCH if watch else JobKind.BOOK,
        tenant=TENANT,
        conversation=conversation,
        channel=Channel.WEBCHAT,
        booking=BookingId(f"booking-{about}"),
        due_at=due_at,
        round=watch,
    )


def said(name: str, *, to: Event, text: str = "Buenos días", position: int = 0, at: datetime = AT) -> OutboxMessage:
    """Return what the agent says to the event *to*."""
    return OutboxMessage(
        id=OutboxId(f"outbox-{name}"),
        tenant=to.tenant,
        conversation=to.conversation,
        channel=to.channel,
        root=to.root,
        position=position,
        text=text,
        created_at=at,
    )


def timer(name: str = "1", *, conversation: ConversationId = CONVERSATION, due_at: datetime = AT, subject: str = "") -> Timer:
    return Timer(
        id=TimerId(f"timer-{name}"),
        tenant=TENANT,
        conversation=conversation,
        channel=Channel.WEBCHAT,
        kind=TimerKind.SESSION_END,
        subject=subject,
        due_at=due_at,
    )


def audit_entry(subject: str = "1", *, conversation: ConversationId = CONVERSATION, tenant: TenantId = TENANT) -> AuditEntry:
    return AuditEntry(at=AT, tenant=tenant, conversation=conversation, act=AuditAct.SUBMITTED, subject=subject)


def escalation(name: str = "1", *, reason: str = "asked for a person") -> Escalation:
    return Escalation(id=f"escalation-{name}", tenant=TENANT, conversation=CONVERSATION, at=AT, reason=reason)


def answer(text: str = "Buenos días") -> Answer:
    return Answer(status=Status.SUCCESS, intent=Intent.GREETING, confidence=0.97, language=Language.ES, text=text)


def lock_claim(*rooms: str, nights: tuple[int, int] = (2, 4), count: int = 1, tenant: TenantId = TENANT) -> LockClaim:
    """Return a claim on *rooms* for the nights from the first to before the second day of May 2031."""
    arrival, departure = nights
    return LockClaim(
        tenant=tenant,
        candidates=tuple(RoomId(room) for room in rooms),
        stay=Stay(date(2031, 5, arrival), date(2031, 5, departure)),
        count=count,
    )
