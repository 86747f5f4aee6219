"""
What a benchmark tells: rows of figures (median and spread over rounds), targets met or not, errors; as tables and as JSON.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import signal
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from attrs import asdict, define, field, frozen
from benchmarks.load import Wrong

from hotel_agent.adapters.system.clock import SystemClock

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("hotel-agent", "uvicorn", "httptools", "starlette", "sqlalchemy", "asyncpg", "redis", "orjson")
Figures = Mapping[str, float]
OURS, FLOOR, RIVAL = "ours", "floor", "rival"
_OURS: Mapping[str, str] = MappingProxyType({})


class NotHere(Exception):
    """What cannot be measured on this machine; the row says why, and it is nobody's failure."""


@frozen
class Spread:
    """The median of the rounds, the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))


@frozen(kw_only=True)
class Row:
    """One case of a section; figures by name, whose ending tells the unit."""

    section: str
    case: str
    kind: str = OURS
    figures: Mapping[str, Spread] = field(factory=dict)
    note: str = ""


@frozen(kw_only=True)
class Target:
    """
    A line of the target table and what was measured for it.

    `first` and `goal` are limits; `at_least` tells on which side of them is better. `beside`: the same run's rival or floor.
    """

    what: str
    measured: Spread
    unit: str
    first: float | None
    goal: float | None = None
    at_least: bool
    beside: str = ""

    def meets(self, limit: float | None) -> bool | None:
        if limit is None:
            return None
        return self.measured.median >= limit if self.at_least else self.measured.median <= limit


@define
class Report:
    """Collects, prints and keeps what one script measured."""

    name: str
    title: str
    quick: bool
    rounds: int
    rows: list[Row] = field(factory=list)
    targets: list[Target] = field(factory=list)
    notes: list[str] = field(factory=list)
    errors: list[str] = field(factory=list)
    _began: float = field(factory=time.perf_counter)
    _load: float = field(factory=lambda: round(os.getloadavg()[0], 2))

    def add(self, section: str, case: str, measured: Sequence[Figures], kind: str = OURS, note: str = "") -> Row:
        names = measured[0] if measured else {}
        figures = {name: Spread.of([one[name] for one in measured]) for name in names}
        row = Row(section=section, case=case, kind=kind, figures=figures, note=note)
        self.rows.append(row)
        return row

    def alternate(self, section: str, cases: Mapping[str, Callable[[], Figures]], kinds: Mapping[str, str] = _OURS) -> None:
        """Measure each case once a round, every other round backwards; one that fails is told of and left out from there on."""
        measured: dict[str, list[Figures]] = {name: [] for name in cases}
        gone: dict[str, str] = {}
        for number in range(self.rounds):
            for name in list(cases) if number % 2 == 0 else reversed(list(cases)):
                if name in gone:
                    continue
                try:
                    measured[name].append(cases[name]())
                except Exception as exc:  # noqa: BLE001 - one row's trouble must not cost the others
                    gone[name] = self.went_wrong(f"{section}: {name}", exc, rival=kinds.get(name) == RIVAL)
        for name, rounds in measured.items():
            self.add(section, name, rounds, kinds.get(name, OURS), gone.get(name, ""))

    def attempt(self, what: str, measure: Callable[[], Figures], *, rival: bool = False) -> Figures | None:
        """Measure, or note what went wrong and return None."""
        try:
            return measure()
        except Exception as exc:  # noqa: BLE001 - the same
            self.went_wrong(what, exc, rival=rival)
        return None

    def whole(self, measure: Callable[[], None], judge: Callable[[], None] = lambda: None) -> NoReturn:
        """Run a script's measuring and end with its exit code; whatever it dies of, what was measured until then is told."""
        # Who was started in the background ignores it otherwise, and could not be asked to end.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            measure()
        except KeyboardInterrupt:
            self.errors.append("stopped before it was done")
        except Exception as exc:  # noqa: BLE001 - the same
            self.went_wrong(self.name, exc)
        judge()
        sys.exit(self.finish())

    def went_wrong(self, what: str, error: Exception, *, rival: bool = False) -> str:
        """Note an error, unless it is that something is not here or that a rival answered nothing; returns it in words."""
        if isinstance(error, NotHere | LookupError):
            return str(error)
        if rival and isinstance(error, Wrong):
            return "answered nothing in time"
        traceback.print_exception(error)
        # What is kept says what happened in a line; the rest has been printed.
        lines = str(error).strip().splitlines() or [""]
        told = f"failed: {type(error).__name__}: {lines[-1][:200]}"
        self.errors.append(f"{what}: {told}")
        return told

    def row(self, section: str, case: str) -> Row | None:
        """Find a row that has figures."""
        return next((row for row in self.rows if (row.section, row.case) == (section, case) and row.figures), None)

    def judge(
        self,
        what: str,
        measured: Spread | None,
        unit: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        goal: float | None = None,
        beside: str = "",
    ) -> None:
        """
        Hold what was measured against its targets; None: it was not measured, its row says why.

        Without *at_least* less is better.
        """
        if measured is None:
            return
        first = at_most if at_least is None else at_least
        more = at_least is not None
        self.targets.append(
            Target(what=what, measured=measured, unit=unit, first=first, goal=goal, at_least=more, beside=beside)
        )

    def figure(self, section: str, case: str, name: str) -> Spread | None:
        row = self.row(section, case)
        return row.figures.get(name) if row else None

    def beside(self, section: str, case: str, name: str, unit: str) -> str:
        """Say a rival's or a floor's figure in words."""
        found = self.figure(section, case, name)
        return f"{case}: {shown(found.median)} {unit}" if found else f"{case}: not measured"

    # ------------------------------------------------------------ out

    def finish(self) -> int:
        """Print the tables, write the JSON; returns the exit code."""
        print(f"\n{self.title}: median (min-max) of {self.rounds} rounds")
        for section in dict.fromkeys(row.section for row in self.rows):
            self._print(section, [row for row in self.rows if row.section == section])
        for target in self.targets:
            met, goal = target.meets(target.first), target.meets(target.goal)
            words = [f"first {_limit(target, target.first)}: {'met' if met else 'MISSED'}"] if met is not None else []
            words += [f"goal {_limit(target, target.goal)}: {'met' if goal else 'not yet'}"] if goal is not None else []
            print(f"  {target.what}: {shown(target.measured.median)} {target.unit}; " + "; ".join(words))
        for line in self.notes:
            print(f"  {line}")
        for line in self.errors:
            print(f"  FAILED {line}")
        RESULTS.mkdir(exist_ok=True)
        kept = RESULTS / f"{self.name}{'.local' if self.quick else ''}.json"
        kept.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"  {time.perf_counter() - self._began:.0f} s; {kept.relative_to(RESULTS.parents[1])}", flush=True)
        return 1 if self.errors else 0

    def as_json(self) -> dict[str, Any]:
        """Return everything, with the machine and the versions; figures rounded to four digits that mean something."""
        targets = [
            {**asdict(target), "first_met": target.meets(target.first), "goal_met": target.meets(target.goal)}
            for target in self.targets
        ]
        told = {
            "title": self.title,
            "date": SystemClock().now().date().isoformat(),
            "mode": "quick" if self.quick else "full",
            "rounds": self.rounds,
            "machine": {**machine(), "load_before": self._load},
            "versions": versions(),
            "rows": [asdict(row) for row in self.rows],
            "targets": targets,
            "notes": self.notes,
            "errors": self.errors,
        }
        rounded: dict[str, Any] = _rounded(told)
        return rounded

    @staticmethod
    def _print(section: str, rows: Sequence[Row]) -> None:
        names = list(dict.fromkeys(name for row in rows for name in row.figures))
        print(f"\n{section:<40}" + "".join(f"{name:>24}" for name in names))
        for row in rows:
            cells = [row.figures.get(name) for name in names] if row.figures else []
            told = "".join(f"{_told(cell):>24}" for cell in cells)
            print(f"{row.case + (f' ({row.kind})' if row.kind != OURS else ''):<40}{told}{'  ' + row.note if row.note else ''}")


def shown(value: float) -> str:
    """Say a figure with as many digits as mean something."""
    if value == 0 or abs(value) >= 100:  # noqa: PLR2004 - whole numbers from there on
        return f"{value:.0f}"
    return f"{value:.3g}"


def _told(cell: Spread | None) -> str:
    if cell is None:
        return ""
    if cell.least == cell.most:
        return shown(cell.median)
    return f"{shown(cell.median)} ({shown(cell.least)}-{shown(cell.most)})"


def _limit(target: Target, limit: float | None) -> str:
    return f"{'≥' if target.at_least else '≤'} {shown(limit or 0.0)} {target.unit}"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


def machine() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "absent"
    return found


@frozen(kw_only=True)
class Options:
    quick: bool
    rounds: int


def options(about: str | None) -> Options:
    """Read what every script takes: `--quick` for a look (its JSON is not kept), `--rounds`."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short rounds; the JSON goes to <name>.local.json")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    return Options(quick=given.quick, rounds=given.rounds)
