"""What turns and jobs change, as the arguments of the scripts that write it."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from hotel_agent.adapters._codec import encode
from hotel_agent.adapters.redis.keys import joined, micros, sortable
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Event, GuestMessage, Timer
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import AuditEntry, Escalation, Job, JobResult, Turn
from hotel_agent.ports.journal import Claim
from hotel_agent.ports.records import Line

Argument = str | int | bytes
Arguments = list[Argument]

_NO_REASON: Final = "unknown"


def event_arguments(event: Event, kept: int) -> Arguments:
    """*kept* is how long its dedupe key is known, in milliseconds."""
    return [
        event.conversation,
        event.tenant,
        event.id,
        # A key is looked for in its own conversation, where alone it can come from (it names channel, account and sender).
        joined(event.conversation, event.dedupe_key),
        sortable(event.order_at),
        micros(event.ready_at),
        micros(event.received_at),
        encode(event),
        kept,
    ]


def timer_arguments(timer: Timer) -> Arguments:
    return [timer.conversation, timer.id, micros(timer.due_at), encode(timer)]


def turn_arguments(claim: Claim, turn: Turn, answers_kept: int) -> Arguments:
    """
    Return the arguments of `commit`.

    Raises:
        InvalidValue: the turn changes bookings or jobs of another conversation.

    """
    lines = _lines(turn)
    left = claim.events[1:]
    return [
        claim.conversation,
        claim.owner,
        claim.fence,
        claim.version,
        turn.event.id,
        encode(turn.event) if turn.set_aside is not None else "",
        "" if turn.set_aside is None else turn.set_aside or _NO_REASON,
        encode(turn.session),
        len(lines),
        *(encode(line) for line in lines),
        len(turn.dropped_timers),
        *turn.dropped_timers,
        len(turn.timers),
        *(part for timer in turn.timers for part in timer_arguments(timer)),
        *_effects(claim.conversation, turn.bookings, turn.jobs, turn.audit, turn.escalations),
        turn.event.root,
        encode(turn.answer) if turn.answer is not None else "",
        answers_kept,
        left[0].id if left else "",
    ]


def result_arguments(conversation: ConversationId, result: JobResult, kept: int) -> Arguments:
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
        *(part for event in result.events for part in event_arguments(event, kept)),
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
        arguments += [entry.tenant, entry.conversation, encode(entry)]
    arguments.append(len(escalations))
    for kept in escalations:
        arguments += [kept.id, kept.tenant, encode(kept)]
    return arguments


def _lines(turn: Turn) -> list[Line]:
    """Continue the transcript: what the guest said becomes a line when it is handled. A line's position is its place there."""
    lines: list[Line] = []
    content = turn.event.content
    if isinstance(content, GuestMessage):
        lines.append(
            Line(position=0, by_guest=True, message_id=content.message_id, text=content.text, at=turn.event.received_at)
        )
    lines += (
        Line(
            position=0,
            by_guest=False,
            message_id=message.id,
            text=message.text,
            buttons=message.buttons,
            at=message.created_at,
        )
        for message in sorted(turn.outbox, key=attrgetter("position"))
    )
    return lines
