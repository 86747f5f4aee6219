"""Bugs planted one at a time in an otherwise sound world: the auditor finds each by what guests and hotels see."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

import pytest
from attrs import define, evolve, field, fields, frozen

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import OutcomeUnknown, StaleClaim
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import EventId, ReservationId, RoomId, TenantId
from hotel_agent.domain.locks import LockAct, ReservationLock
from hotel_agent.domain.reservations import BookingOrder, Reservation, Standing
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Appended, Claim, JobClaim
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.faults import Faults
from hotel_agent.testing.faulty_ports import FaultyPropertySystem
from hotel_agent.testing.simulation.auditor import Finding
from hotel_agent.testing.simulation.house import SimulatedPropertySystem
from hotel_agent.testing.simulation.running import simulate_world
from hotel_agent.testing.simulation.site import Parts

SEEDS = (7006, 7003, 7004, 7002)
CONVERSATIONS = 40
"""Small worlds, as most of a world's time is the week after its last guest; the first ones show most of the bugs."""


def found_with(parts: Parts) -> tuple[Finding, ...]:
    """What is found in the first world where anything is; nothing when all were in order."""
    worlds = (simulate_world(seed, CONVERSATIONS, parts).findings for seed in SEEDS)
    return next((findings for findings in worlds if findings), ())


def broken(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.promise for finding in findings}


# ---------------------------------------------------------------- no dedupe


@define
class ForgetfulJournal(MemoryJournal):
    """Takes a message for new however often it comes."""

    _copies: Iterator[int] = field(factory=lambda: count(1), init=False)

    async def append(self, event: Event) -> Appended:
        number = next(self._copies)
        copy = EventId(f"{event.id}-{number}")
        return await super().append(evolve(event, id=copy, root=copy, dedupe_key=f"{event.dedupe_key}-{number}"))


def test_journal_that_does_not_know_messages_again_is_found() -> None:
    findings = found_with(Parts(journal=ForgetfulJournal))
    assert "every message once" in broken(findings), findings


# ---------------------------------------------------------------- no fence


@define
class FencelessJournal(MemoryJournal):
    """Believes whoever says that a conversation is theirs."""

    async def renew(self, claim: Claim, lease: timedelta) -> None:
        with suppress(StaleClaim):
            await super().renew(claim, lease)

    async def commit(self, claim: Claim, turn: Turn) -> Claim | None:
        known = self._conversations[claim.conversation]
        known.owner = claim.owner
        if turn.event.id not in {event.id for event in known.waiting}:
            known.waiting.append(turn.event)
            self._busy.add(claim.conversation)
        return await super().commit(evolve(claim, fence=known.fence, version=known.version), turn)


def test_journal_that_takes_a_turn_from_a_lost_claim_is_found() -> None:
    findings = found_with(Parts(journal=FencelessJournal))
    assert "every message once" in broken(findings), findings


# ---------------------------------------------------------------- no waiting for what was overtaken


@define
class HurriedJournal(MemoryJournal):
    """Hands out what is ready and leaves what is held back for later, whatever was sent first."""

    async def claim(self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()) -> tuple[Claim, ...]:
        claims, now = await super().claim(owner, limit, lease, passing=passing), self._clock.now()
        return tuple(evolve(claim, events=tuple(event for event in claim.events if event.ready_at <= now)) for claim in claims)


def test_journal_in_which_a_message_held_back_is_overtaken_is_found() -> None:
    findings = found_with(Parts(journal=HurriedJournal))
    assert "in order" in broken(findings), findings


# ---------------------------------------------------------------- no verify


@define(kw_only=True)
class TrustingPropertySystem(SimulatedPropertySystem):
    """Says of everything that still holds a room that it came first."""

    async def verify(self, reservation: ReservationId) -> Standing:
        standing = await super().verify(reservation)
        return Standing.SOLE if standing is Standing.LOST else standing


def test_booking_that_is_not_verified_is_found() -> None:
    findings = found_with(Parts(pms=TrustingPropertySystem))
    assert "no room sold twice" in broken(findings), findings


# ---------------------------------------------------------------- commit before effect


@define
class HastyJournal(MemoryJournal):
    """Writes a job off when it is handed out instead of when it is done."""

    async def claim_jobs(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        claims = await super().claim_jobs(owner, limit, lease, passing=passing)
        for claim in claims:
            self._jobs[claim.job.id].free_at = datetime.max.replace(tzinfo=self._clock.now().tzinfo)
        return claims

    async def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        """There is nothing to renew: it is written off."""


def test_job_committed_before_its_effect_is_found() -> None:
    findings = found_with(Parts(journal=HastyJournal))
    assert "nobody left in the dark" in broken(findings), findings


# ---------------------------------------------------------------- resend on unknown


@define
class StubbornClient(FaultyPropertySystem):
    """Sends a booking once more when the answer does not come."""

    async def book(self, order: BookingOrder) -> Reservation:
        try:
            return await super().book(order)
        except OutcomeUnknown:
            return await super().book(order)


def stubborn(pms: PropertySystem) -> PropertySystem:
    return StubbornClient(pms, Faults())


def test_booking_sent_again_when_its_outcome_is_unknown_is_found() -> None:
    findings = found_with(Parts(client=stubborn))
    assert "nobody left in the dark" in broken(findings), findings


# ---------------------------------------------------------------- sent without a note


@define
class ForgetfulNotes(MemoryJournal):
    """Says that it has written down what a job is about to do, and has not."""

    async def note(self, claim: JobClaim, booking: Booking) -> JobClaim:
        noted = await super().note(claim, booking)
        self._bookings[booking.id] = claim.booking
        return evolve(noted, booking=claim.booking)


def test_booking_sent_without_a_note_of_it_is_found() -> None:
    findings = found_with(Parts(journal=ForgetfulNotes))
    assert "nobody left in the dark" in broken(findings), findings


# ---------------------------------------------------------------- locks on equal dates only


@frozen(kw_only=True)
class LiteralLock(ReservationLock):
    """Stands in the way of the very same dates and of no others."""

    def blocks(self, room: RoomId, stay: Stay) -> bool:
        return room in self.rooms and self.stay == stay


@define
class LiteralLocks(MemoryLocks):
    """Compares dates as they are written."""

    async def standing(self, tenant: TenantId, stay: Stay | None = None) -> tuple[ReservationLock, ...]:
        return tuple(lock for lock in await super().standing(tenant) if stay is None or lock.stay == stay)

    def _write(self, lock: ReservationLock, act: LockAct, now: datetime) -> ReservationLock:
        literal = LiteralLock(**{one.name: getattr(lock, one.name) for one in fields(ReservationLock)})
        return super()._write(literal, act, now)


def test_locks_that_see_equal_dates_only_are_found() -> None:
    findings = found_with(Parts(locks=LiteralLocks))
    assert "no room locked twice" in broken(findings), findings


# ---------------------------------------------------------------- and without any


@pytest.mark.parametrize("seed", SEEDS)
def test_same_worlds_without_a_planted_bug_keep_every_promise(seed: int) -> None:
    assert simulate_world(seed, CONVERSATIONS, Parts()).findings == ()
