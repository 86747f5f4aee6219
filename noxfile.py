"""
`nox` runs everything CI runs: lint, types, and together unit, contract, integration and docs.

All sessions share one environment in `.nox/`, so that the project is installed once. Arguments after `--` go to pytest.
"""

import functools
import os
import secrets
import subprocess
import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "together"]
nox.options.default_venv_backend = "none"

ENVIRONMENT = Path(".nox") / f"python{sys.version_info.major}.{sys.version_info.minor}"
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
SIDE_BY_SIDE = ("-n", str(PROCESSORS))
WAITING = ("-n", str(5 * PROCESSORS // 2))
"""Half the time these tests wait for servers and processes."""
JUDGED = ("tests/unit/domain", "tests/unit/application")
"""The tests that alone must reach nearly every branch of the two packages they are about."""
NOT_JUDGED = tuple(f"--ignore={folder}" for folder in JUDGED)
USERS_TYPES = "tests/docs/test_library.py::test_the_embedding_example_passes_a_users_strict_type_check"
BIN = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")

# Where nothing that was compiled may be kept, each of a dozen processes would compile all modules and tests anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # noqa: TID251  # a switch of the test run


@functools.cache
def prepare() -> None:
    """Install the project with its development tools, once, at the versions that were tried. Compiled is what is imported."""
    if not BIN.is_dir():
        subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", str(ENVIRONMENT)], check=True)  # comes with nox
    install = ["pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", "--constraint", "constraints.txt"]
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
    prepare()
    # mypy works on one processor. Meanwhile the other one compiles all tests, once, before several processes want them at once,
    # and runs the one test that is about types.
    command = [str(BIN / "pytest"), "tests", "-qq", "-p", "no:cacheprovider", "-k", USERS_TYPES.rpartition(":")[2]]
    with subprocess.Popen(command) as other:
        tool(run, "mypy")
    if other.returncode:
        run.error("a user of the public API sees other types than those that are there")


def judge(run: nox.Session) -> None:
    """Run what is judged by the branches it reaches. Tracing more would take several times as long."""
    inner_packages = ("--cov=hotel_agent.domain", "--cov=hotel_agent.application", "--cov-report=")
    tool(run, "pytest", *JUDGED, *SIDE_BY_SIDE, *inner_packages)
    inner = "src/hotel_agent/domain/*,src/hotel_agent/application/*"
    tool(run, "coverage", "report", f"--include={inner}", "--fail-under=95")


@nox.session
def together(run: nox.Session) -> None:
    """Run unit, contract, integration and docs: while some of the tests wait for servers and processes, others work."""
    if not run.posargs:
        judge(run)
    done = [] if run.posargs else [*NOT_JUDGED, f"--deselect={USERS_TYPES}"]
    tool(run, "pytest", "tests", *done, *WAITING, *run.posargs)


@nox.session(default=False)
def unit(run: nox.Session) -> None:
    if not run.posargs:
        judge(run)
    tool(run, "pytest", "tests/unit", *([] if run.posargs else NOT_JUDGED), *SIDE_BY_SIDE, *run.posargs)


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
    """Parts of a real installation slowed, frozen, restarted, filled and misled while guests talk; some eight minutes."""
    tool(run, "python", "-m", "hotel_agent.testing.chaos", *run.posargs)


@nox.session(default=False)
def nightly(run: nox.Session) -> None:
    """A million simulated conversations, then the state machines at length; the seed is drawn, and printed."""
    seed = secrets.randbelow(100_000) * 10_000
    tool(run, "hotel-agent", "simulate", "--seed", str(seed), *(run.posargs or ["--conversations", "1000000"]))
    run.env["HYPOTHESIS_PROFILE"] = "nightly"
    tool(run, "pytest", "tests/unit", "-k", "machine or aiobreaker", "--timeout", "14400", *SIDE_BY_SIDE)
    tool(run, "pytest", "tests", "-m", "nightly", *SIDE_BY_SIDE)


@nox.session(default=False)
def bench(run: nox.Session) -> None:
    """
    Measure all that docs/performance.md tells, rivals included, and write that page anew; up to 20 minutes.

    `-- --quick` is a look of some four minutes that keeps nothing; `-- --only turns` runs one script.
    """
    tool(run, "python", "-m", "benchmarks.run", *run.posargs)
