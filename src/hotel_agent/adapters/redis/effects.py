"""What turns and jobs change, as the arguments of the scripts that write it."""

from collections.abc import Sequence
from operator import attrgetter

from hotel_agent.adapters._codec import encode
from hotel_agent.adapters.redis.keys import joined, micros, sortable
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.delivery import PULLED
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Event, GuestMessage, Timer
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import AuditEntry, Escalation, Job, JobResult, OutboxMessage, Turn
from hotel_agent.ports.journal import Claim
from hotel_agent.ports.records import Line

Argument = str | int | bytes
Arguments = list[Argument]


def event_arguments(event: Event) -> Arguments:
    return [
        event.conversation,
        event.tenant,
        event.id,
        _seen_by(event),
        sortable(event.order_at),
        micros(event.ready_at),
        micros(event.received_at),
        encode(event),
    ]


def _seen_by(event: Event) -> str:
    # A key is looked for in its own conversation, where alone it can come from (it names channel, account and sender).
    return joined(event.conversation, event.dedupe_key)


def timer_arguments(timer: Timer) -> Arguments:
    return [timer.conversation, timer.id, micros(timer.due_at), encode(timer)]


def turn_arguments(claim: Claim, turn: Turn) -> Arguments:
    """
    Return the arguments of `commit`.

    Raises:
        InvalidValue: the turn changes bookings or jobs of another conversation.

    """
    event, left = turn.event, claim.events[1:]
    return [
        claim.conversation,
        claim.owner,
        claim.fence,
        claim.version,
        event.id,
        encode(turn.session),
        micros(turn.session.expires_at),
        _seen_by(event),
        *(("", "", "", "") if turn.set_aside is None else _letter(event, turn.set_aside)),
        _heard(event),
        len(turn.outbox),
        *(part for message in sorted(turn.outbox, key=attrgetter("position")) for part in _said(message)),
        len(turn.dropped_timers),
        *turn.dropped_timers,
        len(turn.timers),
        *(part for timer in turn.timers for part in timer_arguments(timer)),
        *_effects(claim.conversation, turn.bookings, turn.jobs, turn.audit, turn.escalations),
        event.root,
        encode(turn.answer) if turn.answer is not None else "",
        left[0].id if left else "",
    ]


def result_arguments(conversation: ConversationId, result: JobResult) -> Arguments:
    """
    Return the arguments of `record` but for the job's own.

    Raises:
        InvalidValue: it changes or tells another conversation than the job's.

    """
    if any(event.conversation != conversation for event in result.events):
        raise InvalidValue("a job tells its own conversation")
    bookings = (result.booking,) if result.booking else ()
    return [
        *_effects(conversation, bookings, result.jobs, result.audit, result.escalations),
        len(result.events),
        *(part for event in result.events for part in event_arguments(event)),
    ]


def _effects(
    conversation: ConversationId,
    bookings: Sequence[Booking],
    jobs: Sequence[Job],
    audit: Sequence[AuditEntry],
    escalations: Sequence[Escalation],
) -> Arguments:
    """Write down what turns and job results have in common. Only what is in one place can be written whole."""
    whose = {booking.conversation for booking in bookings} | {job.conversation for job in jobs}
    if whose - {conversation}:
        raise InvalidValue("bookings and jobs are those of the conversation that is handled")
    arguments: Arguments = [len(bookings)]
    for booking in bookings:
        arguments += [
            booking.id,
            booking.version,
            booking.reference,
            booking.conversation,
            0 if booking.settled else 1,
            micros(booking.created_at),
            encode(booking),
        ]
    arguments.append(len(jobs))
    for job in jobs:
        arguments += [job.id, job.conversation, job.booking, micros(job.due_at), encode(job)]
    arguments.append(len(audit))
    for entry in audit:
        arguments += [entry.tenant, entry.conversation, micros(entry.at), encode(entry)]
    arguments.append(len(escalations))
    for kept in escalations:
        arguments += escalation_arguments(kept)
    return arguments


def escalation_arguments(kept: Escalation) -> Arguments:
    return [kept.id, kept.tenant, micros(kept.at), encode(kept)]


def _letter(event: Event, reason: str) -> Arguments:
    """Write down why an event is set aside, and what it takes to let it wait again."""
    return [reason, encode(event), micros(event.ready_at), micros(event.received_at)]


def _heard(event: Event) -> str:
    """Write the line of what the guest said. A line's position is its place in the transcript, which the script gives it."""
    content = event.content
    if not isinstance(content, GuestMessage):
        return ""
    return encode(Line(position=0, by_guest=True, message_id=content.message_id, text=content.text, at=event.received_at))


def _said(message: OutboxMessage) -> Arguments:
    """Write one of the agent's lines, and the whole message where it may have to be sent."""
    line = Line(
        position=0,
        by_guest=False,
        message_id=message.id,
        text=message.text,
        buttons=message.buttons,
        cards=message.cards,
        at=message.created_at,
    )
    parcel = "" if message.channel in PULLED else encode(message)
    return [message.id, micros(message.created_at), encode(line), parcel]
