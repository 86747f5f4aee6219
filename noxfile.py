"""
`nox` runs everything CI runs: lint, types, unit, contract, integration, docs.

All sessions share one environment in `.nox/`, so that the project is installed once. Arguments after `--` go to pytest.
"""

import functools
import secrets
import subprocess
import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "unit", "contract", "integration", "docs"]
nox.options.default_venv_backend = "none"

ENVIRONMENT = Path(".nox") / f"python{sys.version_info.major}.{sys.version_info.minor}"
SIDE_BY_SIDE = ("-n", "2")
"""Most of these tests wait for servers and processes: two at once take half the time."""
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
    # Only what is judged below is traced: all of it would take three times as long.
    inner_packages = ("--cov=hotel_agent.domain", "--cov=hotel_agent.application", "--cov-report=")
    tool(run, "pytest", "tests/unit", *SIDE_BY_SIDE, *inner_packages, *run.posargs)
    if not run.posargs:
        inner = "src/hotel_agent/domain/*,src/hotel_agent/application/*"
        tool(run, "coverage", "report", f"--include={inner}", "--fail-under=95")


@nox.session
def contract(run: nox.Session) -> None:
    """Every adapter against the contract of its port; `-- --qloapps-url URL --qloapps-key KEY` adds a real QloApps."""
    tool(run, "pytest", "tests/contract", *SIDE_BY_SIDE, *run.posargs)


@nox.session
def integration(run: nox.Session) -> None:
    tool(run, "pytest", "tests/integration", *SIDE_BY_SIDE, *run.posargs)


@nox.session
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
def nightly(run: nox.Session) -> None:
    """A million simulated conversations, then the state machines at length; the seed is drawn, and printed."""
    seed = secrets.randbelow(100_000) * 10_000
    tool(run, "hotel-agent", "simulate", "--seed", str(seed), *(run.posargs or ["--conversations", "1000000"]))
    run.env["HYPOTHESIS_PROFILE"] = "nightly"
    tool(run, "pytest", "tests/unit", "-k", "machine or aiobreaker", "--timeout", "14400", *SIDE_BY_SIDE)


@nox.session(default=False)
def bench(run: nox.Session) -> None:
    """Measure; prints tables and writes JSON under benchmarks/results/."""
    for script in sorted(Path("benchmarks").glob("bench_*.py")):
        tool(run, "python", str(script), *run.posargs)
