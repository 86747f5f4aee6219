"""
The alert rules of docs/alerts.md, and a small evaluator of them over what `/metrics` said.

A rule is a value that can be written as PromQL and be evaluated over samples, so what a run tried is what the document says.
In a run of minutes nobody waits for a window of an hour: all times of a rule are divided by one figure there.
"""

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, Protocol

from attrs import define, field, frozen
from prometheus_client.parser import text_string_to_metric_families

PROCESS_ROUTE: Final = "/api/orchestrator/process"
DRIFT: Final = "clock_drift"
"""What a scrape is given beside what the process says: by how many seconds its clock and the watcher's differ."""
_MINUTE, _HOUR = 60.0, 3600.0
_FAILED: Final = "unavailable|timeout|outcome_unknown|malformed_reply|error"

Labels = frozenset[tuple[str, str]]
Scrape = Mapping[str, Mapping[Labels, float]]
"""One process' figures at one instant: metric, labels, value."""


def read_metrics(text: str) -> Scrape:
    """Read the text that `/metrics` gives."""
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


@define
class History:
    """All scrapes of a run. Instants are seconds of the run's clock; a process that did not answer has None."""

    _scrapes: dict[str, list[tuple[float, Scrape | None]]] = field(factory=dict)

    def add(self, process: str, at: float, scrape: Scrape | None) -> None:
        self._scrapes.setdefault(process, []).append((at, scrape))

    def each(self, begin: float, end: float) -> list[list[tuple[float, Scrape | None]]]:
        """Return each process' scrapes of that time, and the last one before it."""
        windows = []
        for scrapes in self._scrapes.values():
            inside = [scrape for scrape in scrapes if begin < scrape[0] <= end]
            before = [scrape for scrape in scrapes if scrape[0] <= begin]
            windows.append(before[-1:] + inside)
        return windows

    def instants(self) -> list[float]:
        return sorted({at for scrapes in self._scrapes.values() for at, _ in scrapes})


@frozen
class Figure:
    """A metric whose labels are as said: `a|b` fits either."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()

    def promql(self) -> str:
        said = ",".join(f'{name}{"=~" if "|" in value else "="}"{value}"' for name, value in self.labels)
        return f"{self.name}{{{said}}}" if said else self.name

    def of(self, scrape: Scrape) -> list[float]:
        """Return what fits; what its process could not tell is not a number and left out."""
        figures = scrape.get(self.name, {})
        return [value for labels, value in figures.items() if self._fits(dict(labels)) and not math.isnan(value)]

    def _fits(self, labels: Mapping[str, str]) -> bool:
        return all(labels.get(name) in value.split("|") for name, value in self.labels)

    def growth(self, history: History, at: float, window: float) -> float:
        """By how much all processes' counters rose; one that began anew began at nothing."""
        total = 0.0
        for scrapes in history.each(at - window, at):
            sums = [sum(self.of(scrape)) for _, scrape in scrapes if scrape is not None]
            total += sum(now - before if now >= before else now for before, now in pairwise(sums))
        return total


class Term(Protocol):
    """The left side of a rule. `pace` divides every time in it."""

    @abstractmethod
    def promql(self) -> str: ...
    @abstractmethod
    def value(self, history: History, at: float, pace: float) -> float: ...


@frozen
class Level(Term):
    """The highest of a gauge."""

    figure: Figure

    def promql(self) -> str:
        return f"max({self.figure.promql()})"

    def value(self, history: History, at: float, pace: float) -> float:
        last = [scrapes[-1][1] for scrapes in history.each(at, at) if scrapes]
        return max((value for scrape in last if scrape for value in self.figure.of(scrape)), default=0.0)


@frozen
class Growth(Term):
    """How much a counter rose within *window* seconds."""

    figure: Figure
    window: float = 5 * _MINUTE

    def promql(self) -> str:
        return f"sum(increase({self.figure.promql()}[{_span(self.window)}]))"

    def value(self, history: History, at: float, pace: float) -> float:
        return self.figure.growth(history, at, self.window / pace)


@frozen
class Share(Term):
    """What part of *whole* was *part*; or was not, if *missed*."""

    part: Figure
    whole: Figure
    window: float = 5 * _MINUTE
    missed: bool = False

    def promql(self) -> str:
        part, whole = (f"sum(rate({figure.promql()}[{_span(self.window)}]))" for figure in (self.part, self.whole))
        return f"1 - {part} / {whole}" if self.missed else f"{part} / {whole}"

    def value(self, history: History, at: float, pace: float) -> float:
        whole = self.whole.growth(history, at, self.window / pace)
        share = self.part.growth(history, at, self.window / pace) / whole if whole else float(self.missed)
        return 1 - share if self.missed else share


@frozen
class Jump(Term):
    """How many times its usual rate a counter rises."""

    figure: Figure
    now: float = 5 * _MINUTE
    usual: float = _HOUR

    def promql(self) -> str:
        now, usual = (f"sum(rate({self.figure.promql()}[{_span(window)}]))" for window in (self.now, self.usual))
        return f"{now} / {usual}"

    def value(self, history: History, at: float, pace: float) -> float:
        since = max(history.instants()[0], at - self.usual / pace)
        usual = self.figure.growth(history, at, at - since) / (at - since) if at > since else 0.0
        window = self.now / pace
        # A rate wants a whole window behind it.
        return self.figure.growth(history, at, window) / window / usual if usual and at - since >= 2 * window else 0.0


@frozen
class Restarts(Term):
    """How often a process began anew."""

    window: float = 15 * _MINUTE

    def promql(self) -> str:
        return f"sum(changes(process_start_time_seconds[{_span(self.window)}]))"

    def value(self, history: History, at: float, pace: float) -> float:
        began = Figure("process_start_time_seconds")
        changed = 0
        for scrapes in history.each(at - self.window / pace, at):
            starts = [began.of(scrape)[0] for _, scrape in scrapes if scrape]
            changed += sum(before != after for before, after in pairwise(starts))
        return float(changed)


@frozen
class Silence(Term):
    """How many processes do not answer."""

    def promql(self) -> str:
        return 'count(up{job="hotel-agent"} == 0)'

    def value(self, history: History, at: float, pace: float) -> float:
        return float(sum(scrapes[-1][1] is None for scrapes in history.each(at, at) if scrapes))


@frozen
class Drift(Term):
    """By how many seconds a process' clock and the watcher's differ."""

    def promql(self) -> str:
        return "max(abs(clock_seconds - timestamp(clock_seconds)))"

    def value(self, history: History, at: float, pace: float) -> float:
        last = [scrapes[-1][1] for scrapes in history.each(at, at) if scrapes]
        return max((abs(value) for scrape in last if scrape for value in Figure(DRIFT).of(scrape)), default=0.0)


@frozen(kw_only=True)
class Alert:
    """*term* above *above* for *lasting* seconds; *says* is what whoever is woken reads."""

    name: str
    term: Term
    above: float
    lasting: float = 0.0
    severity: str = "page"
    says: str

    def promql(self) -> str:
        return f"{self.term.promql()} > {self.above:g}"

    def fired(self, history: History, pace: float, since: float = 0.0) -> float | None:
        """Return when it first fired in the run, from *since* on; None: never."""
        pending: float | None = None
        for at in history.instants():
            if self.term.value(history, at, pace) <= self.above:
                pending = None
                continue
            pending = at if pending is None else pending
            if at >= since and at - pending >= self.lasting / pace:
                return at
        return None


def _span(seconds: float) -> str:
    return f"{seconds / _HOUR:g}h" if seconds >= _HOUR else f"{seconds / _MINUTE:g}m"


_REQUESTS: Final = Figure("http_requests_total", (("route", PROCESS_ROUTE),))
_IN_TIME: Final = Figure("http_request_duration_seconds_bucket", (("le", "5.0"), ("route", PROCESS_ROUTE)))
_TIMED: Final = Figure("http_request_duration_seconds_count", (("route", PROCESS_ROUTE),))

ALERTS: Final[Sequence[Alert]] = (
    Alert(
        name="PmsAway",
        term=Level(Figure("pms_circuit_breaker_state")),
        above=0,
        lasting=_MINUTE,
        says="A hotel's PMS is left alone: availability is old or promised for later, bookings wait.",
    ),
    Alert(
        name="PmsFailing",
        term=Share(Figure("pms_operations_total", (("status", _FAILED),)), Figure("pms_operations_total")),
        above=0.2,
        severity="ticket",
        says="One call in five to the PMS fails or takes too long.",
    ),
    Alert(
        name="ChannelAway",
        term=Level(Figure("circuit_breaker_state", (("part", "whatsapp|staff"),))),
        above=0,
        lasting=_MINUTE,
        says="A number or a staff webhook is left alone: what guests or staff should hear waits.",
    ),
    Alert(
        name="HelpersAway",
        term=Level(Figure("circuit_breaker_state", (("part", "understanding|speech"),))),
        above=0,
        lasting=_MINUTE,
        severity="ticket",
        says="The language model or the speech server is left alone: guests who speak are asked to write.",
    ),
    Alert(
        name="LocksAway",
        term=Growth(Figure("reservation_lock_operations_total", (("result", "unavailable"),))),
        above=0,
        says="The lock store does not answer: nobody can reserve; guests are promised to hear.",
    ),
    Alert(
        name="JournalAway",
        term=Share(Figure("http_requests_total", (("route", PROCESS_ROUTE), ("status", "503"))), _REQUESTS),
        above=0.05,
        says="Messages are refused with 503: the journal takes nothing, or too much waits.",
    ),
    Alert(
        name="StoreInTrouble",
        term=Growth(Figure("background_failures_total")),
        above=10,
        says="Background loops cannot do their work: look at the store, its disk and its connections.",
    ),
    Alert(
        name="GuestsWait",
        term=Level(Figure("journal_oldest_waiting_seconds")),
        above=5,
        lasting=_MINUTE,
        says="A message waits for longer than a guest should: too few workers, or a store that is slow.",
    ),
    Alert(
        name="AnswersDegraded",
        term=Share(Figure("orchestrator_degraded_responses_total"), Figure("orchestrator_messages_total")),
        above=0.05,
        severity="ticket",
        says="One answer in twenty is poorer than it should be, for a part is down.",
    ),
    Alert(
        name="TurnsFail",
        term=Growth(Figure("orchestrator_turn_failures_total")),
        above=3,
        severity="ticket",
        says="Turns are not committed and tried again: the error's name is in the metric's label.",
    ),
    Alert(
        name="BudgetBurns",
        term=Share(_IN_TIME, _TIMED, missed=True),
        above=0.072,
        says="Answers take longer than 5 s, 14.4 times as often as the budget of 0.5 % allows: in two days it is spent.",
    ),
    Alert(
        name="SomebodyShouldLook",
        term=Growth(Figure("dead_letters_total"), 15 * _MINUTE),
        above=0,
        says="An event was set aside: `hotel-agent dead-letters`.",
    ),
    Alert(
        name="ClockOff",
        term=Drift(),
        above=60,
        says="A process' clock is wrong: locks, sessions and timers end too early or too late.",
    ),
    Alert(
        name="ProcessRestarted",
        term=Restarts(),
        above=0,
        severity="ticket",
        says="A process began anew: look for the error it ended with.",
    ),
    Alert(name="ProcessAway", term=Silence(), above=0, lasting=_MINUTE, says="A process does not answer."),
    Alert(
        name="TrafficJumps",
        term=Jump(Figure("journal_messages_total", (("outcome", "new"),))),
        above=2,
        severity="ticket",
        says="Guests write more than twice as much as in the last hour.",
    ),
)
