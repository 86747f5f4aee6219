import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.testing.chaos_alerts import ALERTS, Alert
from hotel_agent.testing.chaos_scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
OF_PROMETHEUS = {"up", "process_start_time_seconds"}


def test_the_page_of_alerts_is_what_chaos_runs_evaluate(tool: ModuleType) -> None:
    assert (ROOT / "docs" / "alerts.md").read_text() == tool.page()


def test_alerts_that_scenarios_name_are_there() -> None:
    assert {name for scenario in SCENARIOS for name in scenario.alerts} <= {alert.name for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_is_about_metrics_that_exist(alert: Alert) -> None:
    known = {figure.name for figure in Metrics().figures}
    known |= {f"{name}_{part}" for name in known for part in ("bucket", "count", "sum")} | OF_PROMETHEUS
    said = alert.promql()
    words = {word for word in known if word in said}
    assert words != set(), said


def test_prometheus_takes_the_rules(tmp_path: Path) -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("no promtool: it comes with Debian's prometheus")
    rules = tmp_path / "rules.yml"
    rules.write_text((ROOT / "docs" / "alerts.md").read_text().split("```yaml\n")[1].split("```")[0])
    checked = subprocess.run([promtool, "check", "rules", str(rules)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
