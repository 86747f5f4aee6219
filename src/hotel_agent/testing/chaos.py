"""
The chaos run: guests come all the time while parts of a real installation are slowed, frozen, restarted, filled and misled.

`python -m hotel_agent.testing.chaos` runs every scenario of docs/resilience.md, one after the other, prints a table, writes the
same as JSON, and ends with 1 if a promise was broken, a site recovered later than stated, no alert would have told of it, or
more than half of ten minutes' error budget was spent.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom
from typing import Any

import anyio

from hotel_agent.testing.chaos_report import MOST_SPENT, Outcome, printed, spent
from hotel_agent.testing.chaos_run import Order, run_scenario
from hotel_agent.testing.chaos_scenarios import SCENARIOS, Scenario


def total_spent(outcomes: Sequence[Outcome]) -> float:
    """Tell what share of ten minutes' budget all scenarios together took, in the time and at the rate they had."""
    return spent(
        sum(one.missed for one in outcomes),
        sum(one.all_along.count for one in outcomes),
        sum(one.took_s for one in outcomes),
    )


def report(seed: int, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all figures as plain values."""
    return {
        "seed": seed,
        "clean": is_clean(outcomes),
        "seconds": round(sum(one.took_s for one in outcomes), 1),
        "error budget spent": round(total_spent(outcomes), 4),
        "scenarios": [one.as_json() for one in outcomes],
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
    print(f"seed {seed}", flush=True)  # noqa: T201 - a command
    order = Order(
        seed=seed, fault_s=options.seconds, guests_s=options.guests, calm_s=options.calm, silent=not options.no_silent
    )
    outcomes: list[Outcome] = []
    for scenario in [known[name] for name in options.scenario] if options.scenario else SCENARIOS:
        try:
            outcomes.append(_run(order, scenario))
        except LookupError as exc:
            print(exc, file=sys.stderr)  # noqa: T201 - a command
            return 2
        print(printed(outcomes[-1:]), flush=True)  # noqa: T201 - a command
    options.json.write_text(json.dumps(report(seed, outcomes), indent=2, ensure_ascii=False) + "\n", "utf-8")
    clean = is_clean(outcomes)
    print(f"\n{printed(outcomes)}\nof ten minutes' error budget {total_spent(outcomes):.1%} was spent")  # noqa: T201
    print(f"seed {seed}: {'clean' if clean else 'NOT CLEAN'}", flush=True)  # noqa: T201 - a command
    return 0 if clean else 1


def _run(order: Order, scenario: Scenario) -> Outcome:
    return anyio.run(run_scenario, order, scenario)


if __name__ == "__main__":
    sys.exit(main())
