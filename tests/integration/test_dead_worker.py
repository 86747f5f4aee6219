"""A background task that dies is noticed: readiness says so, then the process ends with its error."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define

SERVICE = Path(__file__).with_name("dying_service.py")
_PATIENCE_S = 60.0


@define
class Dying:
    process: "subprocess.Popen[str]"
    url: str
    trigger: Path

    def ready(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=_PATIENCE_S) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def worker(self) -> tuple[int, bool, str]:
        status, told = self.ready()
        (part,) = [part for part in told["parts"] if part["name"] == "worker"]
        return status, part["ok"], part["detail"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Dying]:
    trigger = tmp_path / "die"
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOTEL_AGENT_DATA_DIR": str(tmp_path / "data"),
        "HOTEL_AGENT_PORT": "0",
    }
    command = [sys.executable, str(SERVICE), str(trigger)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            line = next(line for line in process.stdout if line.startswith("ready on "))
            yield Dying(process, line.removeprefix("ready on ").strip(), trigger)
        finally:
            process.kill()


def test_dead_worker_makes_the_service_unready_and_then_ends_it_with_its_error(service: Dying) -> None:
    assert service.worker() == (200, True, "")
    service.trigger.touch()
    began = time.monotonic()
    while (seen := service.worker())[1]:
        assert time.monotonic() - began < _PATIENCE_S
        time.sleep(0.05)
    assert seen == (503, False, "ZeroDivisionError")
    _, told = service.process.communicate(timeout=_PATIENCE_S)
    assert service.process.returncode == 1
    assert "ZeroDivisionError" in told
