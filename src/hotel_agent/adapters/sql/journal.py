"""The journal and its views in the tables of one database."""

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from functools import partial

from attrs import define

from hotel_agent.adapters._codec import decode
from hotel_agent.adapters.sql.at_once import AtOnce, is_plain
from hotel_agent.adapters.sql.database import LAST, Database
from hotel_agent.adapters.sql.events import UNREADABLE_FOR, Arrival, EventStatements, Wanted
from hotel_agent.adapters.sql.jobs import JobStatements, TimerStatements
from hotel_agent.adapters.sql.records import RecordStatements
from hotel_agent.adapters.sql.tables import Tables
from hotel_agent.adapters.sql.transactions import Share, Work
from hotel_agent.adapters.sql.turns import EffectStatements, TurnStatements, Written
from hotel_agent.adapters.sql.wires import Clash
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import MalformedReply, StaleClaim, Unavailable
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, TenantId
from hotel_agent.domain.shedding import Situation
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, JobResult, Turn
from hotel_agent.ports.journal import Appended, Claim, JobClaim, Journal
from hotel_agent.ports.records import Depth, Line, Load, Records


@define(eq=False)
class SqlJournal(Journal, Records):
    _database: Database
    _events: EventStatements
    _turns: TurnStatements
    _jobs: JobStatements
    _timers: TimerStatements
    _records: RecordStatements
    _at_once: AtOnce | None
    """The short way, where the engine has one."""

    @classmethod
    def of(cls, database: Database, tables: Tables, events: EventStatements) -> "SqlJournal":
        effects = EffectStatements(tables, database.dialect)
        return cls(
            database,
            events,
            TurnStatements(tables, database.dialect, effects),
            JobStatements(tables, database.dialect, events, effects),
            TimerStatements(tables, events),
            RecordStatements(tables),
            AtOnce.of(tables) if database.dialect.crowded else None,
        )

    # ------------------------------------------------------------ inbox

    async def append(self, event: Event) -> Appended:
        whole = self._at_once.append if self._at_once else None
        return await self._database.write(Share(self._events.append_all, Arrival.of(event), whole), order=event.conversation)

    async def waiting(self, at_most: int) -> int:
        return await self._database.read(partial(self._events.count, at_most=at_most))

    async def longest_wait(self) -> timedelta:
        return await self._database.read(self._events.longest_wait)

    async def claim(self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()) -> tuple[Claim, ...]:
        whole = self._at_once.claim if self._at_once else None
        wanted = Share(self._events.claim_all, Wanted(owner, limit, lease, passing), whole)
        claims = []
        for found in await self._database.write(wanted, order=LAST):
            try:
                claims.append(found.read())
            except MalformedReply:
                work = partial(self._events.give_back, whose=found, delay=UNREADABLE_FOR)
                # If that fails its lease will end, and it is found again.
                with suppress(Unavailable):
                    await self._database.write(work, order=found.conversation)
        return tuple(claims)

    async def renew(self, claim: Claim, lease: timedelta) -> None:
        await self._database.write(Share(self._events.renew_all, (claim, lease)), order=claim.conversation)

    async def commit(self, claim: Claim, turn: Turn) -> Claim | None:
        written = Written.of(claim, turn)
        whole = self._at_once.commit if self._at_once and is_plain(written) else None
        work: Work[Claim | None] = Share(self._turns.commit_all, written, whole)
        if turn.bookings or turn.jobs:
            # What these meet in the tables may still refuse them when something is written already.
            work = partial(self._turns.commit, written=written)
        try:
            return await self._database.write_once(work, order=claim.conversation)
        except Clash as exc:
            raise StaleClaim from exc

    async def give_back(self, claim: Claim, delay: timedelta) -> None:
        await self._database.write(partial(self._events.give_back, whose=claim, delay=delay), order=claim.conversation)

    # ------------------------------------------------------------ jobs

    async def claim_jobs(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        work = partial(self._jobs.claim, owner=owner, limit=limit, lease=lease, passing=passing)
        return await self._database.write(work, order=LAST)

    async def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        work = partial(self._jobs.renew, claim=claim, lease=lease)
        await self._database.write(work, order=claim.job.conversation)

    async def note(self, claim: JobClaim, booking: Booking) -> JobClaim:
        work = partial(self._jobs.note, claim=claim, booking=booking)
        try:
            return await self._database.write(work, order=claim.job.conversation)
        except Clash as exc:
            raise StaleClaim from exc

    async def record(self, claim: JobClaim, result: JobResult) -> None:
        work = partial(self._jobs.record, claim=claim, result=result)
        try:
            await self._database.write_once(work, order=claim.job.conversation)
        except Clash as exc:
            raise StaleClaim from exc

    # ------------------------------------------------------------ timers

    async def due(self, limit: int) -> tuple[Timer, ...]:
        return await self._database.read(partial(self._timers.due, limit=limit))

    async def fire(self, timer: Timer, event: Event) -> bool:
        work = partial(self._timers.fire, timer=timer, event=event)
        return await self._database.write(work, order=timer.conversation)

    # ------------------------------------------------------------ records

    async def answer(self, root: EventId) -> Answer | None:
        whole = self._at_once.answer if self._at_once else None
        stored = await self._database.read(Share(self._records.answers, root, whole))
        return decode(Answer, stored) if stored is not None else None

    async def transcript(self, conversation: ConversationId, after: int = 0, limit: int = 200) -> tuple[Line, ...]:
        work = partial(self._records.transcript, conversation=conversation, after=after, limit=limit)
        return await self._database.read(work)

    async def situation(self, conversation: ConversationId) -> Situation:
        return await self._database.read(Share(self._records.situations, conversation))

    async def booking(self, booking: BookingId) -> Booking | None:
        return await self._database.read(partial(self._records.booking, booking=booking))

    async def unsettled(self, limit: int = 100) -> tuple[Booking, ...]:
        return await self._database.read(partial(self._records.unsettled, limit=limit))

    async def audit(
        self, tenant: TenantId, conversation: ConversationId | None = None, limit: int = 1000
    ) -> tuple[AuditEntry, ...]:
        work = partial(self._records.audit, tenant=tenant, conversation=conversation, limit=limit)
        return await self._database.read(work)

    async def escalations(self, tenant: TenantId | None = None, limit: int = 1000) -> tuple[Escalation, ...]:
        return await self._database.read(partial(self._records.escalations, tenant=tenant, limit=limit))

    async def depth(self) -> Depth:
        return await self._database.read(self._records.depth)

    async def load(self) -> Load:
        return await self._database.read(self._records.load)
