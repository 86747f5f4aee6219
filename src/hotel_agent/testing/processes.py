"""Real processes for tests: the service and the PMS emulator, started, talked to, killed and started again."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from attrs import define, field

from hotel_agent.testing.free_ports import free_port

RECORDED_HOTEL = """
name = "The Hotel Prime"
timezone = "UTC"
country = "US"
currency = "USD"
languages = ["es", "en"]
day_first = true
"""
"""The hotel's file that goes with the emulator's recorded shop."""

_START_SECONDS = 90.0
_STOP_SECONDS = 60.0
_LOOK_AGAIN = 0.02


@define
class Running:
    """
    `hotel-agent <arguments>` as a process of its own; `program` is how Python is told to run the command.

    The environment is only what is given: nothing of the developer's settings leaks in. Used as a context manager it ends the
    process by SIGKILL if it still runs.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(factory=dict)
    program: tuple[str, ...] = field(default=("-m", "hotel_agent.entrypoints.cli"), kw_only=True)
    output: list[str] = field(factory=list, init=False)
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> Self:
        """Start it, or start it again after its end."""
        command = [sys.executable, *self.program, *self.arguments]
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONUNBUFFERED": "1", **self.environment}
        self.output.clear()
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        return self

    def wait_for_line(self, pattern: str) -> re.Match[str]:
        """
        Wait until it prints a line that *pattern* is found in.

        Raises:
            AssertionError: it did not within a minute and a half, or ended before.

        """
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            for line in tuple(self.output):
                if match := re.search(pattern, line):
                    return match
            assert self._process is not None, "it was not started"
            if self._process.poll() is not None:
                break
            time.sleep(_LOOK_AGAIN)
        self.kill()
        raise AssertionError(f"it did not say {pattern!r}:\n" + "".join(self.output))

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to drain and return its exit code."""
        assert self._process is not None, "it was not started"
        self._process.send_signal(sent)
        return self._ended()

    def wait_for_end(self) -> int:
        """Wait until it ends by itself and return its exit code."""
        return self._ended()

    def kill(self) -> None:
        """End it like a power cut."""
        if self._process is not None:
            self._process.kill()
            self._ended()

    def _ended(self) -> int:
        process, reader = self._process, self._reader
        assert process is not None
        assert reader is not None
        code = process.wait(timeout=_STOP_SECONDS)
        reader.join(timeout=_STOP_SECONDS)
        if process.stdout:
            process.stdout.close()
        return code

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)


@define
class Service(Running):
    """`hotel-agent serve` on a port of its own, with its data in a folder."""

    url: str = field(default="", init=False)

    @classmethod
    def at(cls, data: Path, environment: Mapping[str, str] | None = None) -> Self:
        """Describe a service; `start` starts it."""
        port = free_port()
        settings = {"HOTEL_AGENT_DATA_DIR": str(data), "HOTEL_AGENT_PORT": str(port)}
        service = cls(("serve",), {**settings, **(environment or {})})
        service.url = f"http://127.0.0.1:{port}"
        return service

    def start(self) -> Self:
        """Start it and wait until it can take messages."""
        super().start()
        self.wait_for_line(r"is ready$")
        deadline = time.monotonic() + _START_SECONDS
        while self.get("/health/live")[0] != 200:
            assert time.monotonic() < deadline, "it does not answer:\n" + "".join(self.output)
            time.sleep(_LOOK_AGAIN)
        return self

    def get(self, path: str) -> tuple[int, Any]:
        """GET a path; returns status and JSON (None where there is none); status 0 when nobody answers."""
        return _call(urllib.request.Request(self.url + path))

    def say(self, text: str, *, sender: str = "guest", message_id: str | None = None, tenant: str | None = None) -> Any:
        """Say something as a guest and return the answer's JSON; None when the connection broke."""
        body = {"sender_id": sender, "channel": "api", "text": text, "message_id": message_id, "tenant": tenant}
        request = urllib.request.Request(
            self.url + "/api/orchestrator/process",
            json.dumps({key: value for key, value in body.items() if value is not None}).encode(),
            {"Content-Type": "application/json"},
        )
        status, answer = _call(request)
        return answer if status else None


@define
class Emulator(Running):
    """`hotel-agent emulator` with its state in a file, so that it survives being killed."""

    @classmethod
    def at(cls, state: Path, *more: str) -> Self:
        """Describe an emulator of the recorded shop with fault control; `start` starts it."""
        return cls(("emulator", "--port", str(free_port()), "--state", str(state), "--control", *more))

    def start(self) -> Self:
        """Start it and wait until it listens."""
        super().start()
        self.wait_for_line(r"^key ")
        return self

    @property
    def url(self) -> str:
        return self.wait_for_line(r"(http://\S+)").group(1)

    @property
    def key(self) -> str:
        return self.wait_for_line(r"^key\s+(\S+)").group(1)

    def settings(self, hotels: Path) -> dict[str, str]:
        """Return what a service must be told to use it; its hotel's file is written into the folder *hotels*."""
        hotels.mkdir(exist_ok=True)
        (hotels / "prime.toml").write_text(RECORDED_HOTEL, "utf-8")
        pms = {"HOTEL_AGENT_PMS_URL": self.url, "HOTEL_AGENT_PMS_KEY": self.key}
        return {**pms, "HOTEL_AGENT_HOTELS_DIR": str(hotels), "HOTEL_AGENT_DEFAULT_TENANT": "prime"}

    def behave(self, **switches: object) -> None:
        """Change how it behaves from now on."""
        body = json.dumps(switches).encode()
        request = urllib.request.Request(self.url + "/_emulator/behaviour", body, method="POST")
        status, _ = _call(request)
        assert 200 <= status < 300, f"the emulator refused {sorted(switches)}: {status}"

    def records(self, resource: str, query: str = "display=full") -> list[dict[str, Any]]:
        """Read a resource as the shop has it (`orders`, `room_bookings`)."""
        url = f"{self.url}/api/{resource}?output_format=JSON&ws_key={self.key}&{query}"
        _, answer = _call(urllib.request.Request(url))
        rows: list[dict[str, Any]] = next(iter(answer.values())) if isinstance(answer, dict) else []
        return rows


def _call(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, _json(response.read())
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, _json(exc.read())
    except OSError:
        return 0, None


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
