"""What `import hotel_agent` promises."""

import subprocess
import sys

import hotel_agent
from hotel_agent import _PLACES


def test_every_public_name_can_be_imported() -> None:
    assert sorted(hotel_agent.__all__) == sorted(_PLACES)
    assert all(getattr(hotel_agent, name).__name__ == name for name in hotel_agent.__all__)


def test_importing_the_package_loads_no_server_and_no_driver() -> None:
    code = "import sys, hotel_agent; print([name for name in ('starlette', 'sqlalchemy', 'httpx') if name in sys.modules])"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert output.strip() == "[]"
