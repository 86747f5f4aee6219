"""
Writes the figures of the last full chaos run into docs/resilience.md: `python tools/resilience_page.py [chaos.json]`.

With a file, which `nox -s chaos` has written, its figures are kept (docs/chaos-run.json) and shown from then on. Only a run of
all scenarios is. A test compares the page with what is kept, so it cannot say what no run has shown.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hotel_agent.testing.chaos_report import MOST_SPENT
from hotel_agent.testing.chaos_scenarios import SCENARIOS

ROOT = Path(__file__).parents[1]
PAGE, KEPT = ROOT / "docs" / "resilience.md", ROOT / "docs" / "chaos-run.json"
BEGIN, END = "<!-- figures: written by tools/resilience_page.py -->", "<!-- end of figures -->"
NONE = "No run of all scenarios on a machine that does nothing else has been kept yet."
HEAD = ("scenario", "messages", "within 5 s", "p95", "promises", "works again", "written to", "of the budget", "fired, after")
_SAID = ("processes that ended by themselves", "promises broken", "otherwise than stated")

Json = Mapping[str, Any]


def kept(file: Path = KEPT) -> Json | None:
    """Read the run that is kept; None: there is none."""
    found: Json | None = json.loads(file.read_text("utf-8")) if file.is_file() else None
    return found


def missing(run: Json) -> Sequence[str]:
    """Name the scenarios that *run* has no figures of."""
    had = {one["scenario"] for one in run["scenarios"]}
    return [scenario.name for scenario in SCENARIOS if scenario.name not in had]


def with_figures(text: str, run: Json | None) -> str:
    """Return the page *text* with the figures of *run* where they belong."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{figures(run) if run else NONE}\n\n{END}{after}"


def figures(run: Json) -> str:
    """Say what a run came to."""
    machine = run["machine"]
    where = f"{machine['cpus']} cores, {machine['system']} ({machine['machine']}), Python {machine['python']}"
    budget = f"{run['error budget spent']:.1%} of ten minutes' error budget was spent, at most {MOST_SPENT:.0%} may be"
    lines = [
        f"**{'Clean' if run['clean'] else 'Not clean'}**: {run['date']}, seed {run['seed']}; {where}.",
        f"{run['messages']:,} messages in {run['seconds']:.0f} s, {run['missed']} without an answer in time: {budget}.",
        "",
        f"| {' | '.join(HEAD)} |",
        "|" + "---|" * len(HEAD),
        *(f"| {' | '.join(_row(one))} |" for one in run["scenarios"]),
    ]
    wrong = [f"- `{one['scenario']}`: {said}" for one in run["scenarios"] for said in _wrong(one)]
    return "\n".join([*lines, *(["", "What was not as stated:", "", *wrong] if wrong else [])])


def _row(one: Json) -> tuple[str, ...]:
    again, heard = one["recovered_s"], one["promised guests written to after_s"]
    return (
        f"`{one['scenario']}`",
        str(one["messages during fault and recovery"]),
        f"{one['answered within 5 s']:.1%}",
        f"{one['p95_s']:.2f} s",
        f"{len(one['promises broken'])} broken" if one["promises broken"] else "kept",
        f"{'never' if again is None else f'{again:.1f} s'} (stated: {one['recovers_within_s']:g} s)",
        "" if heard is None else f"{heard:.0f} s",
        f"{one['error budget spent']:.1%}",
        ", ".join(f"{name} {after:.0f} s" for name, after in one["alerts after_s"].items()),
    )


def _wrong(one: Json) -> list[str]:
    return [_first_line(said).replace("|", "\\|") for said in (*one["promises broken"], *one["otherwise than stated"])]


def to_keep(run: Json) -> Json:
    """Return *run* with the first line of whatever was said: the rest of a process's last words names files of one machine."""
    short = [
        one | {name: [_first_line(said) for said in one[name]] for name in _SAID if name in one} for one in run["scenarios"]
    ]
    return {**run, "scenarios": short}


def _first_line(said: str) -> str:
    return said.splitlines()[0]


def main(arguments: Sequence[str]) -> int:
    if arguments:
        run: Json = json.loads(Path(arguments[0]).read_text("utf-8"))
        if left_out := missing(run):
            sys.stderr.write(f"not kept, for it was not all of it: {', '.join(left_out)} left out\n")
            return 1
        KEPT.write_text(json.dumps(to_keep(run), indent=2, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(with_figures(PAGE.read_text("utf-8"), kept()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
