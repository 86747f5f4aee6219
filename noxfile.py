"""
`nox` runs everything CI runs: lint, types, unit, and together contract, integration and docs.

All sessions share one environment in `.nox/`, so that the project is installed once. Arguments after `--` go to pytest.
"""

import functools
import os
import secrets
import subprocess
import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "unit", "together"]
nox.options.default_venv_backend = "none"

ENVIRONMENT = Path(".nox") / f"python{sys.version_info.major}.{sys.version_info.minor}"
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
SIDE_BY_SIDE = ("-n", str(PROCESSORS))
WAITING = ("-n", str(2 * PROCESSORS), "--dist", "loadgroup", "--no-loadscope-reorder")
"""Half the time these tests wait for servers and processes. Each is handed out by itself, the longest ones first."""
JUDGED = ("tests/unit/domain", "tests/unit/application")
"""The tests that alone must reach nearly every branch of the two packages they are about."""
BIN = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")


@functools.cache
def prepare() -> None:
    """Install the project with its development tools, once, at the versions that were tried."""
    if not BIN.is_dir():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    install = ["pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", "constraints.txt"]
    subprocess.run([str(BIN / "python"), "-m", *install, "--editable", ".[dev]"], check=True)


def tool(run: nox.Session, name: str, *arguments: str) -> None:
    """Run one of the environment's programs."""
    prepare()
    run.run(str(BIN / name), *arguments, external=True)


@nox.session
def lint(run: nox.Session) -> None:
    tool(run, "ruff", "check")
    tool(run, "ruff", "format", "--check")
    tool(run, "lint-imports", "--no-cache")


@nox.session
def types(run: nox.Session) -> None:
    tool(run, "mypy")


@nox.session
def unit(run: nox.Session) -> None:
    if run.posargs:
        tool(run, "pytest", "tests/unit", *SIDE_BY_SIDE, *run.posargs)
        return
    # Only what is judged is traced: the others, the simulation's above all, would take several times as long.
    inner_packages = ("--cov=hotel_agent.domain", "--cov=hotel_agent.application", "--cov-report=")
    tool(run, "pytest", *JUDGED, *SIDE_BY_SIDE, *inner_packages)
    inner = "src/hotel_agent/domain/*,src/hotel_agent/application/*"
    tool(run, "coverage", "report", f"--include={inner}", "--fail-under=95")
    tool(run, "pytest", "tests/unit", *(f"--ignore={folder}" for folder in JUDGED), *SIDE_BY_SIDE)


@nox.session
def together(run: nox.Session) -> None:
    """Run contract, integration and docs at once: while some wait the others work."""
    tool(run, "pytest", "tests/contract", "tests/integration", "tests/docs", *WAITING, *run.posargs)


@nox.session(default=False)
def contract(run: nox.Session) -> None:
    """Every adapter against the contract of its port; `-- --qloapps-url URL --qloapps-key KEY` adds a real QloApps."""
    tool(run, "pytest", "tests/contract", *WAITING, *run.posargs)


@nox.session(default=False)
def integration(run: nox.Session) -> None:
    tool(run, "pytest", "tests/integration", *WAITING, *run.posargs)


@nox.session(default=False)
def docs(run: nox.Session) -> None:
    """What the documents tell people to do, done."""
    tool(run, "pytest", "tests/docs", *run.posargs)


@nox.session(default=False)
def evaluate(run: nox.Session) -> None:
    """Score the understanding on the held-out sets, which it was never trained on."""
    for labelled in sorted(Path("tools/understanding/heldout").glob("*.jsonl")):
        tool(run, "hotel-agent", "evaluate", str(labelled), *run.posargs)


@nox.session(default=False)
def train(run: nox.Session) -> None:
    """Train the intent model anew, in an environment of its own; the same seed gives the same model."""
    environment = Path(".nox") / "train"
    if not environment.is_dir():
        run.run(sys.executable, "-m", "venv", str(environment), external=True)
    python = str(environment / "bin" / "python")
    run.run(python, "-m", "pip", "install", "--quiet", "numpy", "scipy", "scikit-learn", "--editable", ".", external=True)
    run.run(python, "tools/understanding/train.py", *(run.posargs or ["--seed", "7"]), external=True)


@nox.session(default=False)
def soak(run: nox.Session) -> None:
    """10,000 contended bookings with faults and kills; ends with 1 on any violation."""
    tool(run, "python", "-m", "hotel_agent.testing.soak", *(run.posargs or ["--bookings", "10000"]))


@nox.session(default=False)
def faults(run: nox.Session) -> None:
    """Real processes killed, frozen and restarted on each store; ends with 1 on any violation."""
    for store in ("sqlite", "postgres", "redis"):
        tool(run, "python", "-m", "hotel_agent.testing.fault_run", "--store", store, *run.posargs)


@nox.session(default=False)
def chaos(run: nox.Session) -> None:
    """Parts of a real installation slowed, frozen, restarted, filled and misled while guests talk; ten minutes."""
    tool(run, "python", "-m", "hotel_agent.testing.chaos", *run.posargs)


@nox.session(default=False)
def nightly(run: nox.Session) -> None:
    """A million simulated conversations, then the state machines at length; the seed is drawn, and printed."""
    seed = secrets.randbelow(100_000) * 10_000
    tool(run, "hotel-agent", "simulate", "--seed", str(seed), *(run.posargs or ["--conversations", "1000000"]))
    run.env["HYPOTHESIS_PROFILE"] = "nightly"
    tool(run, "pytest", "tests/unit", "-k", "machine or aiobreaker", "--timeout", "14400", *SIDE_BY_SIDE)


@nox.session(default=False)
def bench(run: nox.Session) -> None:
    """
    Measure all that docs/performance.md tells, rivals included, and write that page anew; up to 20 minutes.

    `-- --quick` is a look of some four minutes that keeps nothing; `-- --only turns` runs one script.
    """
    tool(run, "python", "-m", "benchmarks.run", *run.posargs)
