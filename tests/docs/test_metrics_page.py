from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def test_the_page_of_metrics_is_what_the_metrics_are(tool: ModuleType) -> None:
    assert (ROOT / "docs" / "metrics.md").read_text() == tool.page()
