"""
The whole bench: `python -m benchmarks.run [--quick] [--only turns,webhook]`; `nox -s bench` runs it.

Every `bench_*.py` beside this file is run in a process of its own, one after the other, so that a row or a script that
fails costs nobody else's. At the end: what every target table says, what failed, and `docs/performance.md` anew where
figures were kept. Exit code 1 when anything failed. `--quick` is a look of a few minutes; its figures are not kept.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import RESULTS, shown
from benchmarks.servers import ROOT, Rivals
from tools.performance_page import ORDER

LONGEST_S = {True: 300, False: 900}
_LONGEST_END_S = 60
_FEWER = {"web_framework": ("--requests", "4000", "--rounds", "3")}
"""Arguments of scripts that would do more than the whole bench has time for."""


def scripts(only: set[str]) -> list[Path]:
    """Return the scripts in their order; all of them, or those that are named."""
    found = {path.stem.removeprefix("bench_"): path for path in sorted(Path(__file__).parent.glob("bench_*.py"))}
    unknown = only - found.keys()
    if unknown:
        raise SystemExit(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    names = [name for name in ORDER if name in found] + [name for name in found if name not in ORDER]
    return [found[name] for name in names if not only or name in only]


def words(path: Path, *, quick: bool) -> tuple[str, ...] | None:
    """Return the arguments of a script; None if it has no way to be quick and should be."""
    if not quick:
        return _FEWER.get(path.stem.removeprefix("bench_"), ())
    source = path.read_text("utf-8")
    return ("--quick",) if "--quick" in source or "options(__doc__)" in source else None


def run(path: Path, *, quick: bool) -> str:
    """Run a script; returns what went wrong, empty if nothing did."""
    name, began = path.stem, time.monotonic()
    arguments = words(path, quick=quick)
    print(f"\n{'=' * 20} {name}", flush=True)
    if arguments is None:
        print("left out of a quick look")
        return ""
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            code = process.wait(LONGEST_S[quick])
        except subprocess.TimeoutExpired:
            # It tells what it has, and ends its servers.
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_LONGEST_END_S)
            except subprocess.TimeoutExpired:
                process.kill()
            return f"{name}: not done after {time.monotonic() - began:.0f} s"
    return f"{name}: ended with {code}" if code else ""


def summary(names: list[str], *, quick: bool) -> list[str]:
    """Say what every target table says, from the JSON that these scripts have just written."""
    lines = []
    for name in names:
        file = RESULTS / f"{name}{'.local' if quick else ''}.json"
        if not file.is_file():
            continue
        kept = json.loads(file.read_text("utf-8"))
        for target in kept.get("targets", ()):
            sign = "≥" if target["at_least"] else "≤"
            met, goal = target["first_met"], target["goal_met"]
            first = "" if met is None else f"{'met   ' if met else 'MISSED'} {sign} {shown(target['first'])}"
            next_one = "" if goal is None else f"{'met   ' if goal else 'not yet'} {sign} {shown(target['goal'])}"
            value = f"{shown(target['measured']['median'])} {target['unit']}"
            lines.append(f"{target['what']:<74}{value:>18}   {first:<18}{next_one:<20}{target['beside']}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="comma-separated names of scripts, without bench_")
    given = parser.parse_args()
    began = time.monotonic()
    problem = Rivals.prepared().problem
    print(f"rivals: {problem or 'installed'}; load of the machine before: {os.getloadavg()[0]:.2f}", flush=True)
    chosen = scripts({name for name in given.only.split(",") if name})
    failures = [told for path in chosen if (told := run(path, quick=given.quick))]
    lines = summary([path.stem.removeprefix("bench_") for path in chosen], quick=given.quick)
    if lines:
        print("\n", f"{'target':<73}{'measured':>18}   {'first target':<18}{'goal':<20}beside", *lines, sep="\n")
    if not given.quick:
        page = subprocess.run([sys.executable, str(ROOT / "tools" / "performance_page.py")], check=False)
        if page.returncode:
            failures.append("docs/performance.md could not be written")
    print(f"\n{time.monotonic() - began:.0f} s.", *(f"FAILED {failure}" for failure in failures), sep="\n", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
