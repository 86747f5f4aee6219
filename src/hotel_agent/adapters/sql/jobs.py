"""The statements behind `Jobs` and `Timers`."""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from attrs import evolve

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.sql.events import EventStatements
from hotel_agent.adapters.sql.tables import Tables, micros, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.turns import EffectStatements
from hotel_agent.adapters.sql.wires import Dialect
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Job, JobResult
from hotel_agent.ports.journal import JobClaim


class JobStatements:
    def __init__(self, tables: Tables, dialect: Dialect, events: EventStatements, effects: EffectStatements) -> None:
        self._events, self._effects = events, effects
        jobs, bookings = tables.jobs, tables.bookings
        self._claimable = (
            sa.select(jobs.c.id, jobs.c.fence, jobs.c.tries, jobs.c.body, bookings.c.body.label("booking_body"))
            .join(bookings, bookings.c.id == jobs.c.booking)
            .where(jobs.c.due_at <= sa.bindparam("now"), jobs.c.free_at <= sa.bindparam("now"))
            .order_by(jobs.c.due_at, jobs.c.id)
            .limit(sa.bindparam("at_most"))
            .with_for_update(skip_locked=True, of=jobs)
        )
        self._several = dialect.several
        self._claimable_of_others = self._claimable.where(sa.not_(dialect.among(jobs.c.tenant, "passed")))
        this = jobs.c.id == sa.bindparam("this")
        owned = sa.and_(this, jobs.c.owner == sa.bindparam("its_owner"), jobs.c.fence == sa.bindparam("its_fence"))
        self._own = jobs.update().where(this)
        self._owned = sa.select(jobs.c.id).where(owned).with_for_update()
        self._stored = sa.select(bookings.c.body).where(bookings.c.id == sa.bindparam("this"))
        self._renew = jobs.update().where(owned).values(free_at=sa.bindparam("until"))
        self._retry = jobs.update().where(owned).values(due_at=sa.bindparam("until"), owner=None, free_at=0)
        self._done = jobs.delete().where(owned)

    def claim(
        self, tx: Transaction, owner: str, limit: int, lease: timedelta, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        if passing:
            found = tx.rows(self._claimable_of_others, now=tx.now, at_most=limit, passed=self._several(passing))
        else:
            found = tx.rows(self._claimable, now=tx.now, at_most=limit)
        until = tx.now + span(lease)
        tx.change_each(
            self._own,
            [
                {"this": row.id, "owner": owner, "fence": row.fence + 1, "tries": row.tries + 1, "free_at": until}
                for row in found
            ],
        )
        return tuple(
            JobClaim(
                job=decode(Job, row.body),
                owner=owner,
                fence=row.fence + 1,
                booking=decode(Booking, row.booking_body),
                tries=row.tries + 1,
            )
            for row in found
        )

    def renew(self, tx: Transaction, claim: JobClaim, lease: timedelta) -> None:
        until = tx.now + span(lease)
        if not tx.change(self._renew, this=claim.job.id, its_owner=claim.owner, its_fence=claim.fence, until=until):
            raise StaleClaim

    def note(self, tx: Transaction, claim: JobClaim, booking: Booking) -> JobClaim:
        if booking.id != claim.job.booking:
            raise InvalidValue("a job notes its own booking")
        if tx.first(self._owned, this=claim.job.id, its_owner=claim.owner, its_fence=claim.fence) is None:
            raise StaleClaim
        stored = tx.first(self._stored, this=booking.id)
        if stored is None or stored.body != encode(booking):
            self._effects.write(tx, (booking,), (), (), ())
        return evolve(claim, booking=booking)

    def record(self, tx: Transaction, claim: JobClaim, result: JobResult) -> None:
        whose = {"this": claim.job.id, "its_owner": claim.owner, "its_fence": claim.fence}
        if result.retry_at is None:
            written = tx.change(self._done, **whose)
        else:
            written = tx.change(self._retry, **whose, until=micros(result.retry_at))
        if not written:
            raise StaleClaim
        bookings = (result.booking,) if result.booking else ()
        self._effects.write(tx, bookings, result.jobs, result.audit, result.escalations, ended=claim)
        for event in result.events:
            self._events.append(tx, event)


class TimerStatements:
    def __init__(self, tables: Tables, events: EventStatements) -> None:
        self._events = events
        timers = tables.timers
        self._due = (
            sa.select(timers.c.body)
            .where(timers.c.due_at <= sa.bindparam("now"))
            .order_by(timers.c.due_at, timers.c.conversation, timers.c.id)
            .limit(sa.bindparam("at_most"))
        )
        this = sa.and_(timers.c.conversation == sa.bindparam("its_conversation"), timers.c.id == sa.bindparam("this"))
        self._set = sa.select(timers.c.body).where(this).with_for_update()
        self._fired = timers.delete().where(this)

    def due(self, tx: Transaction, limit: int) -> tuple[Timer, ...]:
        return tuple(decode(Timer, row.body) for row in tx.rows(self._due, now=tx.now, at_most=limit))

    def fire(self, tx: Transaction, timer: Timer, event: Event) -> bool:
        which = {"its_conversation": timer.conversation, "this": timer.id}
        known = tx.first(self._set, **which)
        if known is None or decode(Timer, known.body) != timer:
            return False
        tx.change(self._fired, **which)
        self._events.append(tx, event)
        return True
