import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from attrs import frozen

from hotel_agent.testing.processes import Service

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(?P<kind>[a-z]+)(?: (?P<name>[\w-]+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@frozen
class Example:
    """One fenced block of a document: its language, its name behind the language if it has one, and its text."""

    kind: str
    name: str
    body: str


@pytest.fixture
def examples() -> Callable[[str, str], tuple[Example, ...]]:
    """Read the blocks of one language in a document (a path below the repository), in order."""

    def read(document: str, kind: str) -> tuple[Example, ...]:
        text = (ROOT / document).read_text("utf-8")
        found = (Example(match["kind"], match["name"] or "", match["body"]) for match in _FENCE.finditer(text))
        return tuple(example for example in found if example.kind == kind)

    return read


@pytest.fixture(scope="module")
def tool(request: pytest.FixtureRequest) -> ModuleType:
    """Load the program of `tools/` that a test module is named after."""
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    found = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A fresh `hotel-agent serve`, as a process of its own, that must end well."""
    with Service.at(tmp_path / "data") as running:
        yield running.start()
        assert running.stop() == 0, "".join(running.output)
