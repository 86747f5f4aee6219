"""
`hotel-agent` on a machine whose clock and name service somebody else controls.

`python -m hotel_agent.testing.chaos_process WEATHER serve` runs the command as it is, with two parts of the machine under it
exchanged: what the process' clock says, and what its name service answers. The file WEATHER, JSON, is looked at ten times a
second and says how they are: `{"clock_s": 3600, "names": {"pms.hotel.test": "127.0.0.1"}, "lookup_s": 5}`. Only names that end
in `.test` are answered from it; one that is missing is not found, after `lookup_s` seconds, as a name server that does not
answer makes one wait.

No setting of the service reaches this: it can only be started so, by those who test it.
"""

import json
import runpy
import socket
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from hotel_agent.adapters.observability import metrics
from hotel_agent.adapters.system.clock import SystemClock

COMMAND: Final = "hotel_agent.entrypoints.cli"
_LOOK_S: Final = 0.1
_OURS: Final = ".test"


@frozen(kw_only=True)
class Weather:
    """
    How the machine is.

    `clock_s`: by how many seconds its clock is fast; `names`: what is resolved; `lookup_s`: how long a name that is not takes.
    """

    clock_s: float = 0.0
    names: dict[str, str]
    lookup_s: float = 0.0

    def write(self, file: Path) -> None:
        """Put it where processes look, whole at once."""
        written = file.with_suffix(".new")
        written.write_text(json.dumps({"clock_s": self.clock_s, "names": self.names, "lookup_s": self.lookup_s}), "utf-8")
        written.replace(file)

    @classmethod
    def read(cls, file: Path) -> "Weather":
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return cls(clock_s=found["clock_s"], names=found["names"], lookup_s=found["lookup_s"])


class _Machine:
    """The machine's clock and name service, as the weather has them."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.weather = Weather.read(file)
        self._right = SystemClock.now
        self._resolve = socket.getaddrinfo

    def watch(self) -> None:
        while True:
            time.sleep(_LOOK_S)
            self.weather = Weather.read(self.file)

    def now(self, clock: SystemClock) -> datetime:
        return self._right(clock) + timedelta(seconds=self.weather.clock_s)

    def resolve(self, host: Any, *arguments: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if not isinstance(name, str) or not name.endswith(_OURS):
            return self._resolve(host, *arguments, **more)
        weather = self.weather
        if name not in weather.names:
            time.sleep(weather.lookup_s)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._resolve(weather.names[name], *arguments, **more)


def main(arguments: list[str]) -> None:
    """Exchange the clock and the name service, then be the command."""
    machine = _Machine(Path(arguments[0]))

    def now(clock: SystemClock) -> datetime:
        return machine.now(clock)

    metrics.machine_time = lambda: machine.now(SystemClock()).timestamp()
    SystemClock.now = now  # type: ignore[assignment,method-assign]  # the machine's clock, for this process
    socket.getaddrinfo = machine.resolve
    threading.Thread(target=machine.watch, daemon=True).start()
    sys.argv = [COMMAND, *arguments[1:]]
    # By name: the command's layer lies above this one.
    runpy.run_module(COMMAND, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
