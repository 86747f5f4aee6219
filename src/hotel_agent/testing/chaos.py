"""
The chaos run: guests come all the time while parts of a real installation are slowed, frozen, restarted, filled and misled.

`python -m hotel_agent.testing.chaos` runs every scenario of docs/resilience.md, one after the other, prints a table, writes the
same as JSON, and ends with 1 if a promise was broken, a site recovered later than stated, no alert would have told of it,
more than half of ten minutes' error budget was spent, or a scenario could not be run to its end.
"""

import argparse
import json
import os
import platform
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import SystemRandom
from types import MappingProxyType
from typing import Any, Final

import anyio

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.testing.chaos_report import MOST_SPENT, Outcome, printed, spent
from hotel_agent.testing.chaos_run import Order, run_scenario
from hotel_agent.testing.chaos_scenarios import SCENARIOS, Scenario

NONE: Final[Mapping[str, str]] = MappingProxyType({})


def total_spent(outcomes: Sequence[Outcome]) -> float:
    """Tell what share of ten minutes' budget all scenarios together took, in the time and at the rate they had."""
    return spent(
        sum(one.missed for one in outcomes),
        sum(one.all_along.count for one in outcomes),
        sum(one.took_s for one in outcomes),
    )


def report(seed: int, outcomes: Sequence[Outcome], cut_short: Mapping[str, str] = NONE) -> dict[str, Any]:
    """Return all figures as plain values, and where they are from. *cut_short*: what scenarios ended with that did not end."""
    return {
        "date": SystemClock().now().date().isoformat(),
        "machine": {
            "cpus": os.cpu_count(),
            "system": f"{platform.system()} {platform.release()}",
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_after": round(os.getloadavg()[0], 2),
        },
        "seed": seed,
        "clean": not cut_short and is_clean(outcomes),
        "seconds": round(sum(one.took_s for one in outcomes), 1),
        "messages": sum(one.all_along.count for one in outcomes),
        "missed": sum(one.missed for one in outcomes),
        "error budget spent": round(total_spent(outcomes), 4),
        "scenarios": [one.as_json() for one in outcomes],
        "cut short": dict(cut_short),
    }


def is_clean(outcomes: Sequence[Outcome]) -> bool:
    """Tell whether nothing was violated, the budget included."""
    return not any(one.violations for one in outcomes) and total_spent(outcomes) <= MOST_SPENT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0: nothing is wrong, 1: something is, 2: it cannot be run here."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    parser = argparse.ArgumentParser(
        prog="python -m hotel_agent.testing.chaos", description="Guests talk while parts of the installation fail."
    )
    parser.add_argument("--scenario", action="append", choices=sorted(known), help="only this one (may be said again)")
    parser.add_argument("--seconds", type=float, default=None, help="how long each fault lasts (default: as documented)")
    parser.add_argument("--seed", type=int, default=None, help="default: drawn, and printed")
    parser.add_argument("--json", type=Path, default=Path("chaos.json"), help="where to write the figures")
    parser.add_argument("--guests", type=float, default=0.6, help="how many come a second")
    parser.add_argument("--calm", type=float, default=12.0, help="seconds before the fault")
    parser.add_argument("--no-silent", action="store_true", help="nobody waits to be written to, which takes a minute or two")
    options = parser.parse_args(arguments)
    seed = SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    order = Order(
        seed=seed, fault_s=options.seconds, guests_s=options.guests, calm_s=options.calm, silent=not options.no_silent
    )
    outcomes: list[Outcome] = []
    cut_short: dict[str, str] = {}
    for scenario in [known[name] for name in options.scenario] if options.scenario else SCENARIOS:
        try:
            outcomes.append(_run(order, scenario))
        except LookupError as exc:
            print(exc, file=sys.stderr)
            return 2
        except Exception as exc:  # noqa: BLE001 - what the other scenarios show is worth having all the same
            cut_short[scenario.name] = f"{type(exc).__name__}: {exc}"
            traceback.print_exc()
        else:
            print(printed(outcomes[-1:]), flush=True)
        # After each: whoever ends the run early keeps what there is.
        written = json.dumps(report(seed, outcomes, cut_short), indent=2, ensure_ascii=False)
        options.json.write_text(written + "\n", "utf-8")
    clean = not cut_short and is_clean(outcomes)
    print(f"\n{printed(outcomes)}\nof ten minutes' error budget {total_spent(outcomes):.1%} was spent")
    for name, error in cut_short.items():
        print(f"{name}: CUT SHORT: {error.splitlines()[0]}")
    print(f"seed {seed}: {'clean' if clean else 'NOT CLEAN'}", flush=True)
    return 0 if clean else 1


def _run(order: Order, scenario: Scenario) -> Outcome:
    return anyio.run(run_scenario, order, scenario)


if __name__ == "__main__":
    sys.exit(main())
