"""
A worker process of a soak, put together as the service puts itself together: only guests' first messages mean something else.

The message of a soak's guest is an `Errand`, and the turn that hears it is the one that a yes to a read-back ends in: it locks
rooms, and commits the booking as SUBMITTING with its job. It does not search once more before, so offers are as stale as can
be; a guest whose rooms are locked by somebody else insists until they are not.
"""

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

import anyio
import httpx
from attrs import define, frozen

from hotel_agent.adapters._codec import decode
from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.bell import JOBS, Bell
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.guarding import Guard, GuardedPropertySystem
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.application.world import World
from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.breaker import Breaker
from hotel_agent.domain.dialogue.step import new_session
from hotel_agent.domain.errors import AlreadyLocked, HotelAgentError, LockLost, PortError, StaleClaim
from hotel_agent.domain.events import Event, GuestMessage
from hotel_agent.domain.ids import BookingId, JobId, OwnerId, TenantId, TurnIds
from hotel_agent.domain.locks import LockClaim, ReservationLock
from hotel_agent.domain.turns import Answer, AuditAct, AuditEntry, BookingView, Job, JobKind, Status, Turn
from hotel_agent.domain.understanding import Intent, Listening, Understanding
from hotel_agent.ports.journal import Claim
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.soak_plan import (
    COOL_DOWN,
    CURRENCY,
    LEASE_PATIENCE,
    LEASE_TTL,
    MAX_EXECUTION,
    READ_LIMIT,
    RECHECK_AFTER,
    SETTLING,
    WRITE_LIMIT,
    ZONE,
    Errand,
    Installation,
    hotel_of,
)
from hotel_agent.testing.soak_process import ends_with_parent
from hotel_agent.testing.stage import Hotels

_LOCK_TTL: Final = timedelta(minutes=20)
_INSIST_S: Final = 0.3
_INSIST_MOST_S: Final = 4.0
_BUSY_S: Final = 10.0
_CALL_S: Final = 15.0


@frozen(kw_only=True)
class Station:
    """Where a worker works: its installation's store, the shop, and a folder for what goes wrong."""

    installation: Installation
    folder: Path
    pms_url: str
    pms_key: str
    number: int

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.folder}/{self.installation.name}.db"


@asynccontextmanager
async def open_store(station: Station) -> AsyncIterator[SqlStore]:
    """Open the installation's store; a machine that is busier than any hotel's gets more time to answer."""
    async with open_sql_store(station.store_url, clock=SystemClock(), ids=SystemIds(), busy_s=_BUSY_S, call_s=_CALL_S) as store:
        yield store


def systems(station: Station, http: httpx.AsyncClient) -> dict[TenantId, PropertySystem]:
    """Make the adapter of each of the installation's hotels."""
    return {
        tenant: QloAppsPropertySystem(
            http,
            QloAppsSettings(
                url=station.pms_url,
                key=station.pms_key,
                hotel_id=str(hotel),
                currency=CURRENCY,
                timezone=ZONE,
                read_limit=READ_LIMIT,
                write_limit=WRITE_LIMIT,
                max_execution=MAX_EXECUTION,
            ),
            SystemClock(),
        )
        for tenant, hotel in station.installation.tenants.items()
    }


def work(station: Station, start: int) -> None:
    """Work until killed."""
    anyio.run(_work, station, start)


async def _work(station: Station, start: int) -> None:
    clock, ids, bell = SystemClock(), SystemIds(), Bell()
    observer = Complaints(station.folder / f"{station.installation.name}-{station.number}.errors")
    limits = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=2)
    async with (
        ends_with_parent(),
        httpx.AsyncClient(limits=limits, trust_env=False) as http,
        open_store(station) as store,
    ):
        guarded: dict[TenantId, PropertySystem] = {
            tenant: GuardedPropertySystem(system, Guard("pms", clock, observer, Breaker(cool_down=COOL_DOWN)))
            for tenant, system in systems(station, http).items()
        }
        world = World(guarded.__getitem__, store.locks, clock)
        conversations = Errands(
            store.journal,
            store.journal,
            Hotels({hotel_of(number).id: hotel_of(number) for number in station.installation.hotels}),
            Unheard(),
            FluentRenderer(),
            world,
            clock,
            observer,
            bell,
            store.locks,
        )
        jobs = BookingJobs(
            guarded.__getitem__,
            world,
            store.locks,
            store.leases,
            clock,
            ids,
            policy=SETTLING,
            recheck_after=RECHECK_AFTER,
            lease_ttl=LEASE_TTL,
            lease_patience=LEASE_PATIENCE,
        )
        owner = f"{station.installation.name}-{station.number}-{start}"
        await Worker(store.journal, conversations, jobs, clock, ids, observer, bell, owner).run()


@define
class Errands(Conversations):
    """Takes errands; every other event goes the way it always does."""

    _locks: LockStore

    async def handle(self, claim: Claim) -> None:
        """Turn an errand into a committed booking, then handle what else waits."""
        left: Claim | None = claim
        if isinstance(claim.events[0].content, GuestMessage):
            left = await self._take(claim, claim.events[0], claim.events[0].content)
        if left is not None:
            await super().handle(left)

    async def _take(self, claim: Claim, event: Event, message: GuestMessage) -> Claim | None:
        errand, ids = decode(Errand, message.text), TurnIds(event.seed)
        owner = OwnerId(f"{event.conversation}/{ids.mint('owner')}")
        wanted = LockClaim(
            tenant=event.tenant,
            candidates=errand.candidates,
            stay=errand.offer.stay,
            count=errand.offer.occupancy.rooms,
        )
        try:
            lock = await self._locks.acquire(wanted, owner, _LOCK_TTL)
            lock = await self._locks.hold(lock.id, owner)
            left = await self._inbox.commit(claim, self._submission(event, errand, lock, ids))
        except (AlreadyLocked, LockLost, StaleClaim, PortError):
            await self._inbox.give_back(claim, _insisting(event, claim.tries))
            return None
        self._bell.ring(JOBS)
        return left

    def _submission(self, event: Event, errand: Errand, lock: ReservationLock, ids: TurnIds) -> Turn:
        now, hotel = self._clock.now(), self._tenants.get(event.tenant)
        session = new_session(event, hotel, now)
        booking = Booking(
            id=BookingId(f"b-{ids.mint('booking')}"),
            tenant=event.tenant,
            conversation=event.conversation,
            root=event.root,
            reference=ids.reference(errand.offer.id),
            offer=errand.offer,
            guest=errand.guest,
            language=session.language,
            lock=lock.id,
            lock_owner=lock.owner,
            rooms=lock.rooms,
            state=BookingState.SUBMITTING,
            created_at=now,
        )
        job = Job(
            id=JobId(f"j-{ids.mint('job')}"),
            kind=JobKind.BOOK,
            tenant=event.tenant,
            conversation=event.conversation,
            channel=event.channel,
            booking=booking.id,
            due_at=now,
        )
        entry = AuditEntry(
            at=now,
            tenant=event.tenant,
            conversation=event.conversation,
            act=AuditAct.SUBMITTED,
            subject=booking.id,
            detail=booking.reference,
        )
        answer = Answer(
            status=Status.SUCCESS,
            intent=Intent.CREATE_RESERVATION,
            confidence=1.0,
            language=session.language,
            lock_acquired=True,
            booking=BookingView(reference=booking.reference, state=booking.state),
            open=True,
        )
        return Turn(event=event, session=session, bookings=(booking,), jobs=(job,), audit=(entry,), answer=answer)


def _insisting(event: Event, tries: int) -> timedelta:
    """Come back later and later, each guest in their own time."""
    longest = min(_INSIST_S * 2 ** min(tries, 10), _INSIST_MOST_S)
    return timedelta(seconds=Random(f"{event.seed}/{tries}").uniform(0.2, 1.0) * longest)  # noqa: S311 - no secret


@frozen
class Unheard(Understander):
    """Nobody says a word in a soak."""

    async def understand(self, text: str, listening: Listening) -> Understanding:  # noqa: ARG002
        raise AssertionError("a guest of the soak has said something")


@frozen
class Complaints(Observer):
    """Writes down the errors that nobody foresaw; those of ours are what the soak is about."""

    _file: Path

    def turn_taken(self, event: Event, answer: Answer | None, took: timedelta) -> None:
        pass

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:  # noqa: ARG002
        self._note(error)

    def message_taken(self, tenant: TenantId, *, new: bool) -> None:
        pass

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        pass

    def breaker_moved(self, part: str, state: str) -> None:
        pass

    def job_done(self, job: Job, booking: Booking | None, *, again: bool) -> None:
        pass

    def loop_failed(self, loop: str, error: BaseException) -> None:  # noqa: ARG002
        self._note(error)

    def _note(self, error: BaseException) -> None:
        if not isinstance(error, HotelAgentError):
            with self._file.open("a") as file:
                file.write("".join(traceback.format_exception(error)) + "\x1e")
