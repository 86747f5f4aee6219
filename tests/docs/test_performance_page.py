import json
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]


def spread(value: float) -> dict[str, float]:
    return {"median": value, "least": value * 0.9, "most": value * 1.1}


def row(case: str, kind: str, rate: float) -> dict[str, Any]:
    figures = {"msg_per_s": spread(rate), "cpu_ms": spread(0.5), "stores_cpu_ms": spread(0.25)}
    return {"section": "saturation, 32 callers", "case": case, "kind": kind, "figures": figures, "note": ""}


def measured() -> dict[str, Any]:
    missed = {"what": "whole turn", "measured": spread(900.0), "unit": "msg/s", "beside": "echo: 300 msg/s", "at_least": True}
    return {
        "turns": {
            "title": "Turns",
            "date": "2027-01-02",
            "mode": "full",
            "rounds": 3,
            "machine": {"cpus": 2, "machine": "x86_64", "python": "3.11.7"},
            "versions": {"uvicorn": "1.2"},
            "rows": [row("SQLite", "ours", 900.0), row("echo", "rival", 300.0), row("bare", "floor", 5000.0)],
            "targets": [missed | {"first": 600.0, "first_met": True, "goal": 1500.0, "goal_met": False}],
            "notes": ["a note"],
            "errors": [],
        }
    }


def test_the_page_of_performance_is_what_was_measured_and_kept(tool: ModuleType) -> None:
    assert (ROOT / "docs" / "performance.md").read_text("utf-8") == tool.page(tool.kept(), tool.notes())


def test_the_chart_of_performance_is_what_was_measured_and_kept(tool: ModuleType) -> None:
    chart = ROOT / "docs" / "performance.svg"
    assert (chart.read_text("utf-8") if chart.is_file() else "") == (tool.chart(tool.kept()) if tool.bars(tool.kept()) else "")


def test_a_target_tells_what_was_measured_and_whether_that_is_enough(tool: ModuleType) -> None:
    line = "| whole turn | 900 (810–990) msg/s | ≥ 600: met | ≥ 1,500: not yet | echo: 300 msg/s |"
    assert line in tool.page(measured()).splitlines()


def test_a_figure_in_the_page_follows_the_figures_kept(tool: ModuleType) -> None:
    changed = measured()
    changed["turns"]["rows"][0]["figures"]["msg_per_s"] = spread(1200.0)
    assert "| SQLite | 1,200 (1,080–1,320) | 0.5 (0.45–0.55) | 0.25 (0.225–0.275) |" in tool.page(changed).splitlines()


def test_the_chart_draws_bars_in_proportion_and_no_floors(tool: ModuleType) -> None:
    drawn = tool.chart(measured())
    widest = 760 - 210 - 90
    assert [f'width="{widest:.1f}"' in drawn, f'width="{widest / 3:.1f}"' in drawn, "bare" in drawn] == [True, True, False]


def test_figures_of_a_quick_look_are_not_kept(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "turns.local.json").write_text(json.dumps(measured()["turns"]), "utf-8")
    (tmp_path / "parts.json").write_text("{}", "utf-8")
    assert list(tool.kept(tmp_path)) == ["parts"]


def test_figures_without_rows_are_told_from_their_medians(tool: ModuleType) -> None:
    found = {"machine": {}, "rounds": {}, "median": {"SQLite": {"append": {"per_s": 1234.5}}}}
    assert "| SQLite: append | 1,234 |" in tool.chapter("journal", found)
