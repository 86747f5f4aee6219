"""The rules of the house are held by import-linter: they hold now, and a planted violation of each is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# contract's name -> (module the violation is planted in, what is planted)
PLANTED = {
    "imports point one way": ("ports/clock.py", "import hotel_agent.adapters.system.clock"),
    "adapters do not know each other": ("adapters/system/clock.py", "import hotel_agent.adapters.memory.locks"),
    "no drivers inside": ("application/bell.py", "import httpx"),
    "the domain is stdlib and attrs": ("domain/money.py", "import random"),
    "no cycles between the packages": ("domain/money.py", "import hotel_agent.ports.clock"),
    "serving never needs the testing package": ("entrypoints/serving.py", "import hotel_agent.testing.clocks"),
}


def lint(project: Path) -> str:
    """Run import-linter on a copy of the project and return what it printed."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(project / "src"), "COLUMNS": "200"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the sources and the contracts that may be spoiled."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.model", "*.ftl"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_holds(project: Path) -> None:
    output = lint(project)
    assert [f"{name} KEPT" in output for name in PLANTED] == [True] * len(PLANTED), output


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_found(project: Path, contract: str) -> None:
    module, violation = PLANTED[contract]
    target = project / "src" / "hotel_agent" / module
    target.write_text(f"{target.read_text('utf-8')}\n{violation}  # noqa\n", "utf-8")
    output = lint(project)
    assert f"{contract} BROKEN" in output, output


def test_every_contract_of_the_project_has_a_planted_violation() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    section = text[text.index("[tool.importlinter]") :]
    named = [line.split('"')[1] for line in section.splitlines() if line.startswith("name = ")]
    assert sorted(PLANTED) == sorted(named)
