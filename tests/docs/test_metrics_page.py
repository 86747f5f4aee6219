import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def tool() -> ModuleType:
    found = importlib.util.spec_from_file_location("metrics_page", ROOT / "tools" / "metrics_page.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_page_of_metrics_is_what_the_metrics_are() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text() == tool().page()
