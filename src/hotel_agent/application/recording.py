"""What every job records in the same way: the news it has for a conversation, and what it did."""

from datetime import datetime

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.events import BookingNews, Event, Settled
from hotel_agent.domain.ids import EventId
from hotel_agent.domain.turns import AuditAct, AuditEntry
from hotel_agent.ports.journal import JobClaim


def news_of(claim: JobClaim, booking: Booking, news: Settled, now: datetime, seed: str) -> Event:
    """Tell the booking's conversation of it: once for each claim of the job, however often that is recorded."""
    return Event(
        id=EventId(f"e-{claim.job.id}-{claim.fence}-{news}"),
        tenant=booking.tenant,
        conversation=booking.conversation,
        channel=claim.job.channel,
        dedupe_key=f"job:{claim.job.id}:{claim.fence}:{news}",
        seed=seed,
        root=booking.root,
        received_at=now,
        order_at=now,
        ready_at=now,
        content=BookingNews(booking=booking.id, news=news),
    )


def entry_of(booking: Booking, act: AuditAct, now: datetime, detail: str) -> AuditEntry:
    return AuditEntry(
        at=now,
        tenant=booking.tenant,
        conversation=booking.conversation,
        act=act,
        subject=booking.id,
        detail=detail,
    )
