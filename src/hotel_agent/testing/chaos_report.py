"""What a chaos run came to: shares of guests answered in time, promises, recovery, alerts, and the error budget."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import define, field, frozen

from hotel_agent.testing.chaos_alerts import ALERTS
from hotel_agent.testing.chaos_scenarios import Scenario
from hotel_agent.testing.chaos_site import Site
from hotel_agent.testing.fault_audit import examine, repeated_acts
from hotel_agent.testing.fault_guests import Exchange, Guest, Office
from hotel_agent.testing.fault_report import Happened, left_in, wrong_in_pms

IN_TIME_S: Final = 5.0
OBJECTIVE: Final = 0.995
"""The share of guests' messages that are answered within `IN_TIME_S`."""
WINDOW_S: Final = 600.0
MOST_SPENT: Final = 0.5
PACE: Final = 30.0
"""By what times of alert rules are divided in a run."""
_SHOWN: Final = 5
_NEVER: Final = float("inf")


@define
class Timeline:
    """Instants of the run's clock; 0: it did not come to that."""

    began: float = 0.0
    struck: float = 0.0
    mended: float = 0.0
    recovered: float = 0.0
    served: float = 0.0
    rested: float = 0.0
    promises_kept: float = 0.0
    struck_at: datetime = field(factory=lambda: datetime.min.replace(tzinfo=UTC))
    mended_at: datetime = field(factory=lambda: datetime.min.replace(tzinfo=UTC))


@frozen(kw_only=True)
class Waits:
    """How long guests waited for an answer, in seconds; refusals that they came back after are in it."""

    count: int
    in_time: float
    p50: float
    p95: float
    longest: float

    @classmethod
    def of(cls, exchanges: Sequence[Exchange]) -> "Waits":
        took = sorted(waited(exchange) for exchange in exchanges)
        if not took:
            return cls(count=0, in_time=1.0, p50=0.0, p95=0.0, longest=0.0)
        return cls(
            count=len(took),
            in_time=sum(one <= IN_TIME_S for one in took) / len(took),
            p50=took[len(took) // 2],
            p95=took[len(took) * 95 // 100],
            longest=took[-1],
        )


@frozen(kw_only=True)
class Outcome:
    """What came of one scenario. `recovered_s` and `heard_s` None: not in the time that was waited."""

    scenario: Scenario
    fault_s: float
    took_s: float
    during: Waits
    all_along: Waits
    missed: int
    refused: int
    degraded: int
    bookings: Mapping[str, int]
    recovered_s: float | None
    heard_s: float | None
    fired: Mapping[str, float]
    deaths: Sequence[str]
    broken: Sequence[str]
    """Promises of the agent that were broken."""
    otherwise: Sequence[str]
    """What is not as the scenario states it: times, alerts, deaths."""

    @property
    def violations(self) -> tuple[str, ...]:
        return (*self.broken, *self.otherwise)

    @property
    def budget_spent(self) -> float:
        """What share of ten minutes' budget this took, at this scenario's own rate of messages."""
        return spent(self.missed, self.all_along.count, self.took_s)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return {
            "scenario": self.scenario.name,
            "says": self.scenario.says,
            "store": self.scenario.kind,
            "fault_s": round(self.fault_s, 1),
            "messages": self.all_along.count,
            "messages during fault and recovery": self.during.count,
            "answered within 5 s": round(self.during.in_time, 4),
            "answered within 5 s, all along": round(self.all_along.in_time, 4),
            "missed": self.missed,
            "p50_s": round(self.during.p50, 3),
            "p95_s": round(self.during.p95, 3),
            "max_s": None if self.during.longest == _NEVER else round(self.during.longest, 3),
            "told to come again (503, 429)": self.refused,
            "degraded answers": self.degraded,
            "bookings": dict(self.bookings),
            "recovered_s": None if self.recovered_s is None else round(self.recovered_s, 1),
            "recovers_within_s": self.scenario.recovers_s,
            "promised guests written to after_s": None if self.heard_s is None else round(self.heard_s, 1),
            "alerts expected": list(self.scenario.alerts),
            "alerts after_s": {name: round(after, 1) for name, after in self.fired.items()},
            "processes that ended by themselves": _first_lines(self.deaths),
            "error budget spent": round(self.budget_spent, 4),
            "promises broken": _first_lines(self.broken),
            "otherwise than stated": _first_lines(self.otherwise),
        }


def _first_lines(texts: Sequence[str]) -> list[str]:
    """Leave out what follows, a process' last words among it: it names files of the machine, and figures are kept."""
    return [text.partition("\n")[0] for text in texts]


def waited(exchange: Exchange) -> float:
    """Return how long its guest waited for the first answer of any kind; a message that never had one: for ever."""
    return _NEVER if exchange.acknowledged_at is None else exchange.acknowledged_at - exchange.sent_at


def spent(missed: int, messages: int, took_s: float) -> float:
    """Tell what share of the budget of ten minutes *missed* answers are, at the rate of *messages* in *took_s* seconds."""
    budget = (1 - OBJECTIVE) * messages / took_s * WINDOW_S if took_s else 0.0
    return missed / budget if budget else 0.0


def judged(
    scenario: Scenario,
    at: Timeline,
    run: Happened,
    guests: Sequence[Guest],
    silent: Sequence[Guest],
    office: Office,
    site: Site,
    wrong: Sequence[str],
    *,
    fault_s: float,
) -> Outcome:
    """Look at everything there is."""
    everybody = (*guests, *silent)
    exchanges = [exchange for guest in everybody for exchange in guest.exchanges]
    end = max(at.recovered, at.mended + IN_TIME_S) if at.recovered else at.served
    during = [exchange for exchange in exchanges if at.struck <= exchange.sent_at <= end]
    fired, early = _alerts(site, at)
    deaths = [death for member in site.fleet.members for death in member.deaths]
    return Outcome(
        scenario=scenario,
        fault_s=fault_s,
        took_s=at.served - at.began,
        during=Waits.of(during),
        all_along=Waits.of(exchanges),
        missed=sum(waited(exchange) > IN_TIME_S for exchange in exchanges),
        refused=sum(exchange.told_down for exchange in exchanges),
        degraded=sum(exchange.degraded for exchange in exchanges),
        bookings=_counted(run),
        recovered_s=at.recovered - at.mended if at.recovered else None,
        heard_s=at.promises_kept - at.mended if silent and at.promises_kept else None,
        fired=fired,
        deaths=deaths,
        broken=(*_broken_promises(run, everybody, office, site), *wrong),
        otherwise=_otherwise(scenario, at, silent, fired, early, deaths),
    )


def _broken_promises(run: Happened, guests: Sequence[Guest], office: Office, site: Site) -> list[str]:
    """What the auditors of the fault run and of the soak find."""
    found = examine([(guest.exchanges, run.transcripts.get(guest.number, ())) for guest in guests])
    told = [f"{kind.value}: {sentence}" for kind, sentences in found.items() for sentence in sentences]
    told += [f"booked wrongly: {sentence}" for sentence in wrong_in_pms(run, site.folder)]
    return told + repeated_acts(run.trail) + left_in(run.depth) + office.complaints


def _otherwise(
    scenario: Scenario,
    at: Timeline,
    silent: Sequence[Guest],
    fired: Mapping[str, float],
    early: Sequence[str],
    deaths: Sequence[str],
) -> list[str]:
    """What is stated of the scenario and is not so."""
    told = []
    if not at.recovered or at.recovered - at.mended > scenario.recovers_s:
        when = f"after {at.recovered - at.mended:.1f} s" if at.recovered else "not at all"
        told.append(f"recovered {when}, stated: {scenario.recovers_s:g} s")
    if silent and not at.promises_kept:
        told.append("somebody was promised to hear and was not written to")
    if not set(scenario.alerts) & set(fired):
        told.append(f"none of {', '.join(scenario.alerts)} fired, but {', '.join(fired) or 'nothing'}")
    told += [f"{name} fired before anything was wrong" for name in early]
    if "ProcessRestarted" not in scenario.alerts:
        told += deaths
    return told


def _alerts(site: Site, at: Timeline) -> tuple[dict[str, float], list[str]]:
    fired, early = {}, []
    for alert in ALERTS:
        first = alert.fired(site.history, PACE, at.began)
        if first is not None and first < at.struck:
            early.append(alert.name)
        elif first is not None:
            fired[alert.name] = first - at.struck
    return fired, early


def _counted(run: Happened) -> dict[str, int]:
    states: dict[str, int] = {}
    for booking in run.bookings:
        states[booking.state.value] = states.get(booking.state.value, 0) + 1
    return states


def printed(outcomes: Sequence[Outcome]) -> str:
    """Write a table for people."""
    head = ("scenario", "fault", "msgs", "≤5 s", "p50", "p95", "max", "503", "degr.", "recovered", "heard", "budget", "alerts")
    rows = [head]
    for one in outcomes:
        recovered = "never" if one.recovered_s is None else f"{one.recovered_s:.1f} ≤ {one.scenario.recovers_s:g} s"
        longest = "never" if one.during.longest == _NEVER else f"{one.during.longest:.2f}"
        rows.append(
            (
                one.scenario.name,
                f"{one.fault_s:g} s",
                str(one.during.count),
                f"{one.during.in_time:.2%}",
                f"{one.during.p50:.2f}",
                f"{one.during.p95:.2f}",
                longest,
                str(one.refused),
                str(one.degraded),
                recovered,
                "" if one.heard_s is None else f"{one.heard_s:.0f} s",
                f"{one.budget_spent:.1%}",
                ", ".join(one.fired),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for one in outcomes:
        lines += [f"{one.scenario.name}: VIOLATED: {sentence}" for sentence in one.violations[:_SHOWN]]
        if len(one.violations) > _SHOWN:
            lines.append(f"{one.scenario.name}: and {len(one.violations) - _SHOWN} more")
    return "\n".join(lines)
