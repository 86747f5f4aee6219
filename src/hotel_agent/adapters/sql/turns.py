"""What turns and jobs change: written whole inside the transaction of whoever calls."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter

import sqlalchemy as sa
from attrs import evolve, frozen

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.sql.deliveries import HandOver
from hotel_agent.adapters.sql.tables import DEAD, DONE, WAITING, Tables, is_, micros
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.wires import Dialect
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


@frozen(eq=False)
class Written:
    """A turn and what is long to write of it, made ready by whoever commits it: in a transaction others would wait."""

    claim: Claim
    turn: Turn
    session: str
    answer: str | None
    outbox: Sequence[tuple[OutboxMessage, str]]
    timers: Sequence[Mapping[str, object]]

    @classmethod
    def of(cls, claim: Claim, turn: Turn) -> "Written":
        return cls(
            claim,
            turn,
            encode(turn.session),
            encode(turn.answer) if turn.answer is not None else None,
            [(message, encode(message)) for message in sorted(turn.outbox, key=attrgetter("position"))],
            [
                {"conversation": timer.conversation, "id": timer.id, "due_at": micros(timer.due_at), "body": encode(timer)}
                for timer in turn.timers
            ],
        )


class TurnStatements:
    """The commit of turns."""

    def __init__(self, tables: Tables, dialect: Dialect, effects: EffectStatements) -> None:
        self._effects = effects
        inbox, conversations, timers, answers = tables.inbox, tables.conversations, tables.timers, tables.answers
        this = conversations.c.id == sa.bindparam("this")
        event_waits = sa.exists().where(
            inbox.c.id == sa.bindparam("event"), inbox.c.conversation == sa.bindparam("this"), is_(inbox.c.state, WAITING)
        )
        # Whoever takes an event from the waiting ones moves the version on, under the lock of this row.
        self._owned = (
            sa.select(conversations.c.id, conversations.c.lines)
            .where(
                this,
                conversations.c.owner == sa.bindparam("its_owner"),
                conversations.c.fence == sa.bindparam("its_fence"),
                conversations.c.version == sa.bindparam("its_version"),
                event_waits,
            )
            .with_for_update(of=conversations)
        )
        self._handled = (
            inbox.update()
            .where(inbox.c.id == sa.bindparam("this"))
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
        self._try_next = (
            inbox.update()
            .where(inbox.c.id == sa.bindparam("this"))
            .values(tries=inbox.c.tries + 1)
            .returning(inbox.c.id, inbox.c.tries)
        )
        self._bookings = (
            sa.select(tables.bookings.c.conversation, tables.bookings.c.body)
            .where(tables.bookings.c.conversation == sa.bindparam("this"))
            .order_by(tables.bookings.c.created_at, tables.bookings.c.id)
        )

    def commit(self, tx: Transaction, written: Written) -> Claim | None:
        """Commit one turn. What it raises may come after it has written something."""
        (outcome,) = self.commit_all(tx, (written,))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def commit_all(self, tx: Transaction, written: Sequence[Written]) -> list[Claim | Exception | None]:
        """Commit many turns, of one conversation one at a time; those that come back with an error were left out whole."""
        outcomes: dict[Written, Claim | Exception | None] = {}
        left = [*written]
        while left:
            first: dict[ConversationId, Written] = {}
            for one in left:
                first.setdefault(one.claim.conversation, one)
            outcomes |= self._commit(tx, [*first.values()])
            left = [one for one in left if one not in outcomes]
        return [outcomes[one] for one in written]

    def _commit(self, tx: Transaction, written: Sequence[Written]) -> dict[Written, Claim | Exception | None]:
        outcomes: dict[Written, Claim | Exception | None] = {}
        for one in written:
            fits = one.turn.event.id == one.claim.events[0].id
            outcomes[one] = StaleClaim() if fits else InvalidValue("a turn handles the first of its claim's events")
        lines = self._owned_lines(tx, [one for one in written if isinstance(outcomes[one], StaleClaim)])
        fresh = [one for one in written if one.claim.conversation in lines]
        turns = [one.turn for one in fresh]
        self._speak(tx, fresh, lines)
        tx.change_each(
            self._drop,
            [
                {"its_conversation": turn.event.conversation, "this": dropped}
                for turn in turns
                for dropped in turn.dropped_timers
            ],
        )
        tx.change_each(self._set_timer, [timer for one in fresh for timer in one.timers])
        self._effects.write(
            tx,
            [booking for turn in turns for booking in turn.bookings],
            [job for turn in turns for job in turn.jobs],
            [entry for turn in turns for entry in turn.audit],
            [escalation for turn in turns for escalation in turn.escalations],
        )
        tx.change_each(
            self._answer,
            [{"root": one.turn.event.root, "at": tx.now, "body": one.answer} for one in fresh if one.answer is not None],
        )
        ended: list[dict[str, object]] = []
        going_on: list[dict[str, object]] = []
        for one in fresh:
            tx.ring(one.turn.event.root, one.claim.conversation)
            (going_on if one.claim.events[1:] else ended).append(
                {
                    "this": one.claim.conversation,
                    "session": one.session,
                    "expires_at": micros(one.turn.session.expires_at),
                    "version": one.claim.version + 1,
                    "lines": lines[one.claim.conversation],
                }
            )
        tx.change_each(self._end, ended)
        tx.change_each(self._go_on, going_on)
        return outcomes | self._rest(tx, fresh)

    def _owned_lines(self, tx: Transaction, written: Sequence[Written]) -> dict[ConversationId, int]:
        """Say of those conversations that are still owned, and whose event still waits, how many lines they have."""
        rows = [
            {
                "this": one.claim.conversation,
                "its_owner": one.claim.owner,
                "its_fence": one.claim.fence,
                "its_version": one.claim.version,
                "event": one.turn.event.id,
            }
            for one in written
        ]
        return {ConversationId(row.id): row.lines for row in tx.each(self._owned, rows)}

    def _speak(self, tx: Transaction, written: Sequence[Written], lines: dict[ConversationId, int]) -> None:
        """Take the events from the waiting ones and continue the transcripts; *lines* counts on."""
        taken: list[dict[str, object]] = []
        said: list[tuple[OutboxMessage, int]] = []
        rows: list[dict[str, object]] = []
        for one in written:
            turn, where, line = one.turn, one.claim.conversation, None
            if isinstance(turn.event.content, GuestMessage):
                line = lines[where] = lines[where] + 1
            taken.append(
                {
                    "this": turn.event.id,
                    "state": DONE if turn.set_aside is None else DEAD,
                    "reason": turn.set_aside,
                    "handled_at": tx.now,
                    "its_line": line,
                }
            )
            for message, body in one.outbox:
                lines[where] += 1
                said.append((message, lines[where]))
                rows.append(_outbox_row(message, lines[where], body))
        tx.change_each(self._handled, taken)
        tx.change_each(self._say, rows)
        self._hand_over(tx, said)

    def _rest(self, tx: Transaction, committed: Sequence[Written]) -> dict[Written, Claim | Exception | None]:
        """Go on with the next of each claim's events; None where there is none."""
        rest: dict[Written, Claim | Exception | None] = dict.fromkeys(committed)
        going_on = [one for one in committed if one.claim.events[1:]]
        asked = [{"this": one.claim.events[1].id} for one in going_on]
        tries = {row.id: row.tries for row in tx.each(self._try_next, asked)}
        bookings: dict[str, list[Booking]] = defaultdict(list)
        for row in tx.each(self._bookings, [{"this": one.claim.conversation} for one in going_on]):
            bookings[row.conversation].append(decode(Booking, row.body))
        for one in going_on:
            claim = one.claim
            rest[one] = evolve(
                claim,
                version=claim.version + 1,
                session=one.turn.session,
                bookings=tuple(bookings[claim.conversation]),
                events=claim.events[1:],
                tries=tries.get(claim.events[1].id, 1),
            )
        return rest


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


def _outbox_row(message: OutboxMessage, line: int, body: str) -> dict[str, object]:
    return {
        "id": message.id,
        "tenant": message.tenant,
        "conversation": message.conversation,
        "line": line,
        "created_at": micros(message.created_at),
        "body": body,
    }
