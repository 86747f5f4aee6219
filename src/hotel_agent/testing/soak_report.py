"""What a soak found, as figures: counted from the journals' audit trails, the shop's books and the tally of faults."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import quantiles
from typing import Any, Final

from attrs import define, field, frozen

from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.ids import BookingId
from hotel_agent.domain.locks import LockAct, ReservationLock
from hotel_agent.domain.turns import Answer, AuditAct, AuditEntry
from hotel_agent.testing.soak_audit import OURS, Accounts, Books, Violation
from hotel_agent.testing.soak_plan import (
    LEASE_TTL,
    MAX_EXECUTION,
    RECHECK_AFTER,
    SCALE,
    SETTLING,
    SLOWEST_S,
    WATCH_SCALE,
    WRITE_LIMIT,
    Installation,
)

_ALL: Final = 10_000_000


@define
class Figures:
    """What the run itself counted."""

    prizes: int = 0
    rooms: int = 0
    kills: int = 0
    pms_kills: int = 0
    sending_s: float = 0.0
    settling_s: float = 0.0
    """From the first guest until every booking had ended and every guest was told; 0: that never happened."""
    took_s: float = 0.0
    came_to_rest: bool = False
    faults: dict[str, int] = field(factory=dict)
    complaints: list[str] = field(factory=list)


@frozen(kw_only=True)
class Trail:
    """The audit trail of all installations, and how often a lock was refused and a guest escalated."""

    entries: tuple[AuditEntry, ...]
    conflicts: int
    escalations: int
    dead: int


@frozen(kw_only=True)
class Report:
    seed: int
    figures: Figures
    violations: Mapping[Violation, tuple[str, ...]]
    outcomes: Mapping[str, int]
    by_group: Mapping[str, Mapping[str, int]]
    settle_s: tuple[float, float, float]
    counts: Mapping[str, int]

    @property
    def clean(self) -> bool:
        """Nothing is wrong, nothing is still going on, and no error came up that nobody foresaw."""
        return self.figures.came_to_rest and not any(self.violations.values()) and not self.figures.complaints

    @property
    def settled_per_s(self) -> float:
        seconds = self.figures.settling_s or self.figures.took_s
        return sum(self.outcomes.values()) / seconds if seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain values; seconds are seconds."""
        p50, p95, p99 = self.settle_s
        run = self.figures
        return {
            "seed": self.seed,
            "clean": self.clean,
            "violations": {kind.value: len(found) for kind, found in self.violations.items()},
            "examples": {kind.value: list(found[:20]) for kind, found in self.violations.items() if found},
            "unforeseen errors": run.complaints[:20],
            "came to rest": run.came_to_rest,
            "outcomes": dict(self.outcomes),
            "outcomes by group": {group: dict(counts) for group, counts in self.by_group.items()},
            "counts": dict(self.counts),
            "faults": dict(sorted(run.faults.items())),
            "killed": {"workers": run.kills, "pms": run.pms_kills},
            "settle seconds": {"p50": p50, "p95": p95, "p99": p99},
            "settled per second": round(self.settled_per_s, 2),
            "seconds": {"sending": run.sending_s, "all settled": run.settling_s, "at rest": run.took_s},
            "scaled": scaled(),
        }


def scaled() -> dict[str, Any]:
    """Say by how much the waiting was scaled down, and what came of it (seconds)."""
    return {
        "settling by": SCALE,
        "looks for twins by": WATCH_SCALE,
        "presume_absent_after": SETTLING.presume_absent_after.total_seconds(),
        "forming_at_most": SETTLING.forming_at_most.total_seconds(),
        "tell_staff_after": SETTLING.tell_staff_after.total_seconds(),
        "watch_after": [after.total_seconds() for after in SETTLING.watch_after],
        "longest_wait": SETTLING.longest_wait.total_seconds(),
        "recheck_after": RECHECK_AFTER.total_seconds(),
        "writer lease": LEASE_TTL.total_seconds(),
        "write_limit": WRITE_LIMIT.total_seconds(),
        "max_execution": MAX_EXECUTION.total_seconds(),
        "slowest request": SLOWEST_S,
    }


async def read_accounts(stores: Mapping[str, SqlStore], sites: Sequence[Installation]) -> tuple[Accounts, Trail]:
    """Read all that the journals and lock stores hold."""
    bookings: list[Booking] = []
    answers: dict[BookingId, Answer | None] = {}
    locks: list[ReservationLock] = []
    entries: list[AuditEntry] = []
    conflicts = escalations = dead = 0
    for site in sites:
        store = stores[site.name]
        dead += (await store.journal.depth()).dead
        for tenant in site.tenants:
            trail = await store.journal.audit(tenant, limit=_ALL)
            entries += trail
            ids = [BookingId(entry.subject) for entry in trail if entry.act is AuditAct.SUBMITTED]
            known = [booking for booking in [await store.journal.booking(one) for one in ids] if booking is not None]
            bookings += known
            answers |= {booking.id: await store.journal.answer(booking.root) for booking in known}
            locks += await store.locks.standing(tenant)
            acts = await store.locks.trail(tenant, limit=_ALL)
            conflicts += sum(act.act is LockAct.CONFLICT for act in acts)
            escalations += len(await store.journal.escalations(tenant, limit=_ALL))
    accounts = Accounts(bookings=tuple(bookings), answers=answers, locks=tuple(locks))
    return accounts, Trail(entries=tuple(entries), conflicts=conflicts, escalations=escalations, dead=dead)


def collect(
    seed: int,
    figures: Figures,
    violations: Mapping[Violation, tuple[str, ...]],
    books: Books,
    accounts: Accounts,
    trail: Trail,
    sites: Sequence[Installation],
) -> Report:
    """Count what there is to count; bookings by group are those of the hotels that the first installation has for itself."""
    acts = Counter(entry.act for entry in trail.entries)
    live = {line.order for line in books.lines if line.live}
    ours = [order for order in books.orders if order.reference.startswith(OURS)]
    written = Counter(order.reference for order in ours)
    with_lines = {line.order for line in books.lines}
    counts = {
        "prizes": figures.prizes,
        "rooms to be had": figures.rooms,
        "lock conflicts": trail.conflicts,
        "bookings whose answer was lost": acts[AuditAct.CHECKING],
        "possible repeats (sent again after presumed absent)": acts[AuditAct.RESUBMITTED],
        "references written more than once": sum(count > 1 for count in written.values()),
        "twins cancelled": acts[AuditAct.TWIN_CANCELLED],
        "reservations written by us": len(ours),
        "confirmed in another room than locked, of the same type": _moved(accounts.bookings, books),
        "of which undone or cancelled": sum(order.id not in live for order in ours),
        "of which without a line": sum(order.id not in with_lines for order in ours),
        "reservations of walk-ins": sum(not order.reference.startswith(OURS) for order in books.orders),
        "staff told": trail.escalations,
        "events set aside": trail.dead,
    }
    return Report(
        seed=seed,
        figures=figures,
        violations=violations,
        outcomes=_outcomes(accounts.bookings),
        by_group=_by_group(accounts.bookings, sites[0]),
        settle_s=_settle_times(accounts.bookings, trail.entries),
        counts=counts,
    )


def _outcomes(bookings: Sequence[Booking]) -> dict[str, int]:
    named = Counter(
        f"{booking.state}: {booking.rejection}" if booking.rejection else str(booking.state) for booking in bookings
    )
    return dict(named.most_common())


def _by_group(bookings: Sequence[Booking], alone: Installation) -> dict[str, dict[str, int]]:
    shared = [booking for booking in bookings if booking.tenant in alone.tenants]
    apart = [booking for booking in bookings if booking.tenant not in alone.tenants]
    return {"one installation": _outcomes(shared), "two installations on one shop": _outcomes(apart)}


def _moved(bookings: Sequence[Booking], books: Books) -> int:
    """Count confirmed bookings for which the shop took other rooms than it was asked for."""
    rooms: dict[str, set[str]] = {}
    for line in books.lines:
        if line.live:
            rooms.setdefault(str(line.order), set()).add(str(line.room))
    confirmed = [booking for booking in bookings if booking.reservation is not None]
    return sum(rooms.get(str(booking.reservation), set()) != set(booking.rooms) for booking in confirmed)


def _settle_times(bookings: Sequence[Booking], entries: Sequence[AuditEntry]) -> tuple[float, float, float]:
    ended: dict[str, datetime] = {
        entry.subject: entry.at for entry in entries if entry.act in {AuditAct.CONFIRMED, AuditAct.REJECTED}
    }
    took = [(ended[booking.id] - booking.created_at).total_seconds() for booking in bookings if booking.id in ended]
    if len(took) < 2:
        return (0.0, 0.0, 0.0)
    cuts = quantiles(took, n=100, method="inclusive")
    return (cuts[49], cuts[94], cuts[98])


def printed(report: Report, examples: int) -> str:
    """Write the report for people."""
    run = report.figures
    lines = ["", "must be 0"]
    for kind, found in report.violations.items():
        lines.append(f"  {len(found):>7}  {kind.value}")
        lines += [f"             {sentence}" for sentence in found[:examples]]
    lines.append(f"  {len(run.complaints):>7}  unforeseen errors")
    lines += [f"             {text.strip().splitlines()[-1]}" for text in run.complaints[:examples]]
    for group, outcomes in report.by_group.items():
        lines += [f"outcomes, {group}", *(f"  {count:>7}  {name}" for name, count in outcomes.items())]
    lines += ["counted", *(f"  {count:>7}  {name}" for name, count in report.counts.items())]
    lines += ["faults of the shop", *(f"  {count:>7}  {name}" for name, count in sorted(run.faults.items()))]
    lines += ["killed (-9) and started again", f"  {run.kills:>7}  workers", f"  {run.pms_kills:>7}  the shop"]
    p50, p95, p99 = report.settle_s
    lines += [
        f"settle time         p50 {p50:.2f} s   p95 {p95:.2f} s   p99 {p99:.2f} s",
        f"throughput          {report.settled_per_s:.1f} bookings settled per second",
        f"time                sent in {run.sending_s:.0f} s, settled in {run.settling_s:.0f} s, at rest in {run.took_s:.0f} s",
        f"scaled down         {', '.join(f'{name} {value}' for name, value in scaled().items())} (seconds)",
        f"seed {report.seed}: {'clean' if report.clean else 'NOT CLEAN'}"
        + ("" if run.came_to_rest else ", it did not come to rest in time"),
    ]
    return "\n".join(lines)
