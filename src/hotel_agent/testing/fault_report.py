"""What a fault run came to: everything that has to be zero, and the figures beside it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import define, evolve, field, frozen

from hotel_agent.adapters.redis.store import RedisStore
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.ids import BookingId, ConversationId, TenantId
from hotel_agent.domain.locks import ReservationLock
from hotel_agent.domain.turns import Answer, AuditAct, AuditEntry
from hotel_agent.ports.records import Depth, Line
from hotel_agent.testing.fault_audit import Wait, Wrong, examine, overtakings, repeated_acts, waits
from hotel_agent.testing.fault_guests import Guest, Office
from hotel_agent.testing.fault_house import House, Outage
from hotel_agent.testing.soak_audit import Accounts, Violation, audit, read_books

TENANT: Final = TenantId("prime")
SLACK: Final = timedelta(seconds=1.5)
"""What a turn may take beyond a dead owner's lease: the look of whoever takes it over, and the turn itself."""
_ALL: Final = 1_000_000
_SHOWN: Final = 5


@frozen(kw_only=True)
class Freeze:
    worker: str
    frozen_at: datetime
    thawed_at: datetime


@define
class Happened:
    """What the run itself saw, and what the store held at its end."""

    calm: bool = False
    pending: int = 0
    freezes: list[Freeze] = field(factory=list)
    held_up: int = 0
    """Processes that froze while nobody else could write to a file because of that; they were let go on at once."""
    outage: Outage | None = None
    spared: int = 0
    """Seconds in which nobody was killed, because too few had started again."""
    badly_drained: list[str] = field(factory=list)
    talking_s: float = 0.0
    took_s: float = 0.0
    waited_for_rest: bool = False
    transcripts: dict[int, tuple[Line, ...]] = field(factory=dict)
    trail: tuple[AuditEntry, ...] = ()
    bookings: list[Booking] = field(factory=list)
    answers: dict[BookingId, Answer | None] = field(factory=dict)
    locks: tuple[ReservationLock, ...] = ()
    depth: Depth | None = None

    async def read(self, store: SqlStore | RedisStore, guests: Sequence[Guest]) -> None:
        """Read all that the store holds about *guests*."""
        for guest in guests:
            assert guest.conversation is not None
            self.transcripts[guest.number] = await store.journal.transcript(ConversationId(guest.conversation), limit=_ALL)
        self.trail = await store.journal.audit(TENANT, limit=_ALL)
        submitted = dict.fromkeys(BookingId(entry.subject) for entry in self.trail if entry.act is AuditAct.SUBMITTED)
        for one in submitted:
            if booking := await store.journal.booking(one):
                self.bookings.append(booking)
                self.answers[one] = await store.journal.answer(booking.root)
        self.locks = await store.locks.standing(TENANT)
        self.depth = await store.journal.depth()


@frozen(kw_only=True)
class Report:
    store: str
    seed: int
    violations: Mapping[Wrong, Sequence[str]]
    counts: Mapping[str, int]
    seconds: Mapping[str, float]
    killed: Mapping[str, int]
    outcomes: Mapping[str, int]

    @property
    def clean(self) -> bool:
        return not any(self.violations.values())

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return {
            "store": self.store,
            "seed": self.seed,
            "clean": self.clean,
            "violations": {kind.value: len(found) for kind, found in self.violations.items()},
            "examples": {kind.value: list(found[:20]) for kind, found in self.violations.items() if found},
            "counts": dict(self.counts),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "killed": dict(self.killed),
            "bookings": dict(self.outcomes),
        }


async def collect(
    store: str, seed: int, lease: timedelta, run: Happened, house: House, office: Office, guests: Sequence[Guest], folder: Path
) -> Report:
    """Examine what is there and count the rest."""
    talks = [(guest.exchanges, run.transcripts.get(guest.number, ())) for guest in guests]
    found = examine(talks)
    found[Wrong.STALE] += repeated_acts(run.trail)
    found[Wrong.BOOKED] += wrong_in_pms(run, folder)
    found[Wrong.LEFT] += left_in(run.depth)
    found[Wrong.DIED] += [death for member in house.members for death in member.deaths] + run.badly_drained
    found[Wrong.COMPLAINT] += office.complaints
    if run.pending:
        found[Wrong.COMPLAINT].append(f"{run.pending} of the planned faults came after the last guest: nothing was tried")
    found[Wrong.OUTAGE] += run.outage.wrong if run.outage else []
    waited = [wait for _, lines in talks for wait in waits(lines)]
    hung = [wait for freeze in run.freezes for wait in waited if _during(wait, freeze)]
    found[Wrong.WAITED] += [
        f"{wait.message} waited {wait.at_head.total_seconds():.1f} s at the head while a worker was frozen"
        for wait in hung
        if wait.at_head > lease + SLACK
    ]
    return Report(
        store=store,
        seed=seed,
        violations=found,
        counts=_counts(run, guests, lease, hung),
        seconds=_seconds(run, waited, hung),
        killed={member.name: member.kills for member in house.members},
        outcomes=Counter(str(booking.state) for booking in run.bookings),
    )


def _counts(run: Happened, guests: Sequence[Guest], lease: timedelta, hung: Sequence[Wait]) -> dict[str, int]:
    exchanges = [exchange for guest in guests for exchange in guest.exchanges]
    acts = Counter(entry.act for entry in run.trail)
    return {
        "conversations": len(guests),
        "messages": len(exchanges),
        "answered": sum(exchange.said is not None for exchange in exchanges),
        "told only that it is being checked": sum(exchange.checking for exchange in exchanges),
        "answered without the PMS": sum(exchange.degraded for exchange in exchanges),
        "HTTP calls": sum(exchange.calls for exchange in exchanges),
        "connections broken": sum(exchange.broken for exchange in exchanges),
        "503 with Retry-After": sum(exchange.told_down for exchange in exchanges),
        "messages sent more than once": sum(exchange.calls > 1 for exchange in exchanges),
        "overtaken while both were under way": sum(
            overtakings(guest.exchanges, run.transcripts.get(guest.number, ())) for guest in guests
        ),
        "seconds without a kill, too few being up": run.spared,
        "processes frozen": len(run.freezes),
        "frozen with a file's lock, and let go on": run.held_up,
        "turns taken over from frozen processes": sum(wait.took > lease / 2 for wait in hung),
        "store restarts": int(run.outage is not None),
        "bookings": acts[AuditAct.SUBMITTED],
        "bookings whose answer was lost": acts[AuditAct.CHECKING],
        "possible repeats (sent to the PMS again)": acts[AuditAct.RESUBMITTED],
        "twins cancelled": acts[AuditAct.TWIN_CANCELLED],
        "bookings still open": sum(not booking.settled for booking in run.bookings),
    }


def _seconds(run: Happened, waited: Sequence[Wait], hung: Sequence[Wait]) -> dict[str, float]:
    cut = [wait for wait in waited if run.outage and _across(wait, run.outage)]
    took = sorted(wait.took.total_seconds() for wait in waited if wait not in cut) or [0.0]
    return {
        "wait for a turn, p50": took[len(took) // 2],
        "wait for a turn, p99": took[len(took) * 99 // 100],
        "wait for a turn, longest (kills every second)": took[-1],
        "wait for a frozen owner, longest": max((wait.at_head.total_seconds() for wait in hung), default=0.0),
        "wait across the store's restart, longest": _longest(cut),
        "store stopped": (run.outage.started_at - run.outage.stopped_at).total_seconds() if run.outage else 0.0,
        "readiness notices a stopped store": run.outage.noticed_s if run.outage else 0.0,
        "ready again after its start": run.outage.ready_again_s if run.outage else 0.0,
        "guests served": run.talking_s,
        "at rest": run.took_s,
    }


def _longest(waited: Sequence[Wait]) -> float:
    return max((wait.took.total_seconds() for wait in waited), default=0.0)


def _across(wait: Wait, outage: Outage) -> bool:
    return wait.received_at <= outage.started_at + SLACK and wait.received_at + wait.took >= outage.stopped_at


def _during(wait: Wait, freeze: Freeze) -> bool:
    # Others had been left alone for longer than a lease before, so nobody else's death is in it.
    return freeze.frozen_at - SLACK <= wait.received_at <= freeze.thawed_at and wait.received_at + wait.took >= freeze.frozen_at


def left_in(depth: Depth | None) -> list[str]:
    """Say what still waits or was set aside."""
    if depth is None:
        return ["the store was not read"]
    left = [f"{depth.events} events wait"] if depth.events else []
    return left + ([f"{depth.dead} events were set aside"] if depth.dead else [])


def wrong_in_pms(run: Happened, folder: Path) -> list[str]:
    """Compare bookings with the shop's books; those that may still be open are left out where nobody waited for them."""
    open_ = {booking.reference for booking in run.bookings if not booking.settled and not run.waited_for_rest}
    bookings = tuple(booking for booking in run.bookings if booking.reference not in open_)
    books = read_books(folder / "shop.db")
    books = evolve(books, orders=tuple(order for order in books.orders if order.reference not in open_))
    # A lock that its guest never used to book stands until it expires: it belongs to no booking.
    booked = {booking.lock for booking in bookings}
    locks = tuple(lock for lock in run.locks if lock.id in booked)
    accounts = Accounts(bookings=bookings, answers=run.answers, locks=locks)
    found = audit(books, accounts, len(bookings))
    return [f"{kind.value}: {sentence}" for kind in Violation for sentence in found[kind]]


def printed(report: Report) -> str:
    """Write the report for people."""
    lines = ["", "must be 0"]
    for kind, found in report.violations.items():
        lines.append(f"  {len(found):>7}  {kind.value}")
        lines += [f"             {sentence}" for sentence in found[:_SHOWN]]
    lines += ["counted", *(f"  {count:>7}  {name}" for name, count in report.counts.items())]
    lines += ["bookings", *(f"  {count:>7}  {name}" for name, count in report.outcomes.items())]
    lines += ["killed (-9) and started again", *(f"  {count:>7}  {name}" for name, count in report.killed.items())]
    lines += ["seconds", *(f"  {value:>7.2f}  {name}" for name, value in report.seconds.items())]
    lines.append(f"{report.store}, seed {report.seed}: {'clean' if report.clean else 'NOT CLEAN'}")
    return "\n".join(lines)
