"""docs/resilience.md says what a chaos run has shown, and of each scenario what is done and stated."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hotel_agent.testing.chaos_scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "resilience.md"


def outcome(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "scenario": name,
        "messages during fault and recovery": 84,
        "answered within 5 s": 0.9881,
        "p95_s": 1.234,
        "recovered_s": 4.25,
        "recovers_within_s": 10.0,
        "promised guests written to after_s": 31.0,
        "alerts after_s": {"PmsAway": 6.4, "LocksAway": 1.0},
        "error budget spent": 0.083,
        "promises broken": [],
        "otherwise than stated": [],
    } | changes


def run(*outcomes: dict[str, Any], clean: bool = True) -> dict[str, Any]:
    return {
        "date": "2027-01-02",
        "machine": {"cpus": 2, "system": "Linux 6.1", "machine": "x86_64", "python": "3.11.7"},
        "seed": 7,
        "clean": clean,
        "seconds": 601.2,
        "messages": 2400,
        "missed": 1,
        "error budget spent": 0.0416,
        "scenarios": list(outcomes),
    }


def test_the_page_shows_the_run_that_is_kept(tool: ModuleType) -> None:
    text = PAGE.read_text("utf-8")
    assert text == tool.with_figures(text, tool.kept())


def test_the_run_that_is_kept_is_one_of_all_scenarios(tool: ModuleType) -> None:
    found = tool.kept()
    assert found is None or tool.missing(found) == []


def test_a_scenario_is_told_with_all_its_figures(tool: ModuleType) -> None:
    told = tool.figures(run(outcome("redis-down")))
    assert (
        "| `redis-down` | 84 | 98.8% | 1.23 s | kept | 4.2 s (stated: 10 s) | 31 s | 8.3% | PmsAway 6 s, LocksAway 1 s |"
        in told.splitlines()
    )
    assert told.startswith("**Clean**: 2027-01-02, seed 7; 2 cores, Linux 6.1 (x86_64), Python 3.11.7.")
    assert "4.2% of ten minutes' error budget" in told


def test_what_was_not_as_stated_is_told_too(tool: ModuleType) -> None:
    broken = outcome("disk-full", recovered_s=None, **{"promises broken": ["lost: g1-m2\nand more"]})
    told = tool.figures(run(broken, clean=False))
    assert "**Not clean**" in told
    assert "never (stated: 10 s)" in told
    assert "1 broken" in told
    assert told.endswith("- `disk-full`: lost: g1-m2")


def test_what_is_kept_names_no_file_of_the_machine(tool: ModuleType) -> None:
    died = 'serve 1 ended by itself with 1: MemoryError\n  File "/somewhere/runners.py", line 63, in __exit__\nMemoryError'
    had = run(outcome("redis-down", **{"processes that ended by themselves": [died], "otherwise than stated": [died]}))
    (kept,) = tool.to_keep(had)["scenarios"]
    short = ["serve 1 ended by itself with 1: MemoryError"]
    assert (kept["processes that ended by themselves"], kept["otherwise than stated"]) == (short, short)
    assert kept["messages during fault and recovery"] == 84
    assert 'File "' not in tool.KEPT.read_text("utf-8")


def test_a_run_of_some_scenarios_is_not_kept(tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "chaos.json").write_text(json.dumps(run(outcome("redis-down"))))
    kept = tool.KEPT.read_bytes() if tool.KEPT.is_file() else None
    assert tool.main([str(tmp_path / "chaos.json")]) == 1
    assert "disk-full" in capsys.readouterr().err
    assert kept == (tool.KEPT.read_bytes() if tool.KEPT.is_file() else None)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_page_states_by_when_everything_works_again(scenario: Any) -> None:
    rows = [line.split("|") for line in PAGE.read_text("utf-8").splitlines()]
    (stated,) = [cells[3] for cells in rows if len(cells) == 5 and f"`{scenario.name}`" in cells[1]]
    assert f"{scenario.recovers_s:g} s" in stated
