"""What turns and jobs change: written whole inside the transaction of whoever calls."""

from collections.abc import Sequence
from operator import attrgetter

import sqlalchemy as sa
from attrs import evolve

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.sql.deliveries import HandOver
from hotel_agent.adapters.sql.dialects import Dialect
from hotel_agent.adapters.sql.tables import DEAD, DONE, WAITING, Tables, is_, micros
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import AuditEntry, Escalation, Job, OutboxMessage, Turn
from hotel_agent.ports.journal import Claim, JobClaim


class EffectStatements:
    """What turns and job results have in common: bookings, jobs, audit, escalations."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        bookings = tables.bookings
        self._new_booking = bookings.insert()
        self._booking_changed = bookings.update().where(
            bookings.c.id == sa.bindparam("this"), bookings.c.version == sa.bindparam("before")
        )
        self._booking_known = sa.select(bookings.c.id).where(bookings.c.id == sa.bindparam("this"))
        self._job = tables.jobs.insert()
        self._audit = tables.audit.insert()
        self._escalate = dialect.insert(tables.escalations).on_conflict_do_nothing(index_elements=["id"])

    def write(
        self,
        tx: Transaction,
        bookings: Sequence[Booking],
        jobs: Sequence[Job],
        audit: Sequence[AuditEntry],
        escalations: Sequence[Escalation],
        ended: JobClaim | None = None,
    ) -> None:
        """
        Write them all; a job of the id of the one that *ended* with them counts its fence on.

        Raises:
            StaleClaim: a booking is not at the version before.
            Clash: a job, a new booking or its reference is known already.
            InvalidValue: a job is about a booking that is not stored.

        """
        for booking in bookings:
            self._write_booking(tx, booking)
        for job in jobs:
            if tx.first(self._booking_known, this=job.booking) is None:
                raise InvalidValue("a job is about a booking that is stored")
        tx.change_each(self._job, [_job_row(job, ended) for job in jobs])
        if jobs:
            tx.ring("jobs")
        tx.change_each(self._audit, [_audit_row(entry) for entry in audit])
        tx.change_each(self._escalate, [{"id": kept.id, "tenant": kept.tenant, "body": encode(kept)} for kept in escalations])

    def _write_booking(self, tx: Transaction, booking: Booking) -> None:
        row: dict[str, object] = {"state": booking.state.value, "version": booking.version, "body": encode(booking)}
        if booking.version > 1:
            if not tx.change(self._booking_changed, this=booking.id, before=booking.version - 1, **row):
                raise StaleClaim
            return
        tx.change(
            self._new_booking,
            id=booking.id,
            tenant=booking.tenant,
            conversation=booking.conversation,
            reference=booking.reference,
            created_at=micros(booking.created_at),
            **row,
        )


class TurnStatements:
    """The commit of a turn."""

    def __init__(self, tables: Tables, dialect: Dialect, effects: EffectStatements) -> None:
        self._effects = effects
        inbox, conversations, timers, answers = tables.inbox, tables.conversations, tables.timers, tables.answers
        this = conversations.c.id == sa.bindparam("this")
        self._owned = (
            sa.select(conversations.c.lines)
            .where(
                this,
                conversations.c.owner == sa.bindparam("its_owner"),
                conversations.c.fence == sa.bindparam("its_fence"),
                conversations.c.version == sa.bindparam("its_version"),
            )
            .with_for_update()
        )
        self._handled = (
            inbox.update()
            .where(
                inbox.c.id == sa.bindparam("this"),
                inbox.c.conversation == sa.bindparam("its_conversation"),
                is_(inbox.c.state, WAITING),
            )
            # What was set aside and is handled again was said already.
            .values(line=sa.func.coalesce(inbox.c.line, sa.bindparam("its_line")))
        )
        waits = (
            sa.select(sa.func.min(inbox.c.ready_at))
            .where(inbox.c.conversation == sa.bindparam("this"), is_(inbox.c.state, WAITING))
            .scalar_subquery()
        )
        self._go_on = conversations.update().where(this).values(ready_at=waits)
        self._end = conversations.update().where(this).values(ready_at=waits, owner=None, free_at=0)
        self._say = tables.outbox.insert()
        self._hand_over = HandOver(tables)
        self._drop = timers.delete().where(
            timers.c.conversation == sa.bindparam("its_conversation"), timers.c.id == sa.bindparam("this")
        )
        set_timer = dialect.insert(timers)
        self._set_timer = set_timer.on_conflict_do_update(
            index_elements=["conversation", "id"],
            set_={"due_at": set_timer.excluded.due_at, "body": set_timer.excluded.body},
        )
        reply = dialect.insert(answers)
        self._answer = reply.on_conflict_do_update(
            index_elements=["root"], set_={"at": reply.excluded.at, "body": reply.excluded.body}
        )
        self._try_next = inbox.update().where(inbox.c.id == sa.bindparam("this")).values(tries=inbox.c.tries + 1)
        self._tries = sa.select(inbox.c.tries).where(inbox.c.id == sa.bindparam("this"))
        self._bookings = (
            sa.select(tables.bookings.c.body)
            .where(tables.bookings.c.conversation == sa.bindparam("this"))
            .order_by(tables.bookings.c.created_at, tables.bookings.c.id)
        )

    def commit(self, tx: Transaction, claim: Claim, turn: Turn) -> Claim | None:
        if turn.event.id != claim.events[0].id:
            raise InvalidValue("a turn handles the first of its claim's events")
        owned = tx.first(
            self._owned, this=claim.conversation, its_owner=claim.owner, its_fence=claim.fence, its_version=claim.version
        )
        if owned is None:
            raise StaleClaim
        lines = self._speak(tx, claim.conversation, turn, owned.lines)
        tx.change_each(
            self._drop, [{"its_conversation": claim.conversation, "this": dropped} for dropped in turn.dropped_timers]
        )
        tx.change_each(
            self._set_timer,
            [
                {"conversation": timer.conversation, "id": timer.id, "due_at": micros(timer.due_at), "body": encode(timer)}
                for timer in turn.timers
            ],
        )
        self._effects.write(tx, turn.bookings, turn.jobs, turn.audit, turn.escalations)
        if turn.answer is not None:
            tx.change(self._answer, root=turn.event.root, at=tx.now, body=encode(turn.answer))
        tx.ring(turn.event.root, claim.conversation)
        left = claim.events[1:]
        tx.change(
            self._go_on if left else self._end,
            this=claim.conversation,
            session=encode(turn.session),
            expires_at=micros(turn.session.expires_at),
            version=claim.version + 1,
            lines=lines,
        )
        if not left:
            return None
        tx.change(self._try_next, this=left[0].id)
        tried = tx.first(self._tries, this=left[0].id)
        return evolve(
            claim,
            version=claim.version + 1,
            session=turn.session,
            bookings=self.bookings_of(tx, claim.conversation),
            events=left,
            tries=tried.tries if tried else 1,
        )

    def bookings_of(self, tx: Transaction, conversation: ConversationId) -> tuple[Booking, ...]:
        return tuple(decode(Booking, row.body) for row in tx.rows(self._bookings, this=conversation))

    def _speak(self, tx: Transaction, conversation: ConversationId, turn: Turn, lines: int) -> int:
        """Take the event from the waiting ones, continue the transcript, and return how many lines there are now."""
        line = None
        if isinstance(turn.event.content, GuestMessage):
            line = lines = lines + 1
        taken = tx.change(
            self._handled,
            this=turn.event.id,
            its_conversation=conversation,
            state=DONE if turn.set_aside is None else DEAD,
            reason=turn.set_aside,
            handled_at=tx.now,
            its_line=line,
        )
        if not taken:
            raise StaleClaim
        messages = sorted(turn.outbox, key=attrgetter("position"))
        tx.change_each(self._say, [_outbox_row(message, lines + n) for n, message in enumerate(messages, 1)])
        self._hand_over(tx, messages, lines + 1)
        return lines + len(messages)


def _job_row(job: Job, ended: JobClaim | None) -> dict[str, object]:
    return {
        "id": job.id,
        "tenant": job.tenant,
        "conversation": job.conversation,
        "booking": job.booking,
        "due_at": micros(job.due_at),
        "free_at": 0,
        "fence": ended.fence if ended and ended.job.id == job.id else 0,
        "tries": 0,
        "body": encode(job),
    }


def _audit_row(entry: AuditEntry) -> dict[str, object]:
    return {
        "tenant": entry.tenant,
        "conversation": entry.conversation,
        "at": micros(entry.at),
        "act": entry.act.value,
        "subject": entry.subject,
        "detail": entry.detail,
    }


def _outbox_row(message: OutboxMessage, line: int) -> dict[str, object]:
    return {
        "id": message.id,
        "tenant": message.tenant,
        "conversation": message.conversation,
        "line": line,
        "created_at": micros(message.created_at),
        "body": encode(message),
    }
