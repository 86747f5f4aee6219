"""The PMS of a soak: the QloApps emulator as a process of its own, its state in a file, in changing bad weather."""

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Final

import anyio
from attrs import frozen

from hotel_agent.emulators.qloapps.behaviour import Behaviour, Fault, FaultKind, Overbooking
from hotel_agent.emulators.qloapps.emulator import QloAppsEmulator
from hotel_agent.emulators.qloapps.server import running
from hotel_agent.testing.soak_plan import LATE_S, RACE_WINDOW_S, SLOWEST_S, shop_of
from hotel_agent.testing.soak_process import ends_with_parent

_QUIET: Final = Behaviour(race_window=RACE_WINDOW_S)
_WEATHER_S: Final = 5.0
_TALLY_S: Final = 0.1
_NOISY: Final = 0.3
_KEPT: Final = 0.2
# How likely each is to befall a request: creating, changing a state (cancelling), anything at all.
_CREATING: Final = {
    FaultKind.CUT_BEFORE: 0.02,
    FaultKind.CUT_AFTER: 0.03,
    FaultKind.CUT_BODY: 0.02,
    FaultKind.ERROR_AFTER: 0.03,
    FaultKind.SLOW: 0.04,
    FaultKind.WALK_IN: 0.02,
    FaultKind.ZOMBIE: 0.01,
    FaultKind.FATAL: 0.005,
}
_CANCELLING: Final = {
    FaultKind.CUT_BEFORE: 0.03,
    FaultKind.CUT_AFTER: 0.03,
    FaultKind.CUT_BODY: 0.02,
    FaultKind.ERROR_AFTER: 0.03,
    FaultKind.SLOW: 0.03,
}
_ANYWHERE: Final = {
    FaultKind.CUT_BEFORE: 0.002,
    FaultKind.CUT_AFTER: 0.002,
    FaultKind.CUT_BODY: 0.002,
    FaultKind.ERROR_AFTER: 0.002,
    FaultKind.DATABASE_DOWN: 0.001,
    FaultKind.SWITCHED_OFF: 0.0005,
}


@frozen(kw_only=True)
class Premises:
    """Where the emulator is and what it leaves behind. Requests meet with faults while the file `storm` exists."""

    folder: Path
    port: int
    seed: int
    hotels: int
    late: float = 0.0
    """How likely a create is held up for `LATE_S`."""

    @property
    def state(self) -> Path:
        return self.folder / "shop.db"

    @property
    def storm(self) -> Path:
        return self.folder / "storm"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        return shop_of(self.seed, self.hotels).keys[0].key


def open_shop(premises: Premises, start: int) -> None:
    """Serve until killed."""
    anyio.run(_serve, premises, start)


async def _serve(premises: Premises, start: int) -> None:
    random = Random(f"{premises.seed} weather {start}")
    shop = shop_of(premises.seed, premises.hotels)
    async with (
        ends_with_parent(),
        running(shop, port=premises.port, state_file=premises.state, behaviour=_QUIET) as emulator,
    ):
        while True:
            await _keep_weather(emulator.app, premises, random)


async def _keep_weather(app: QloAppsEmulator, premises: Premises, random: Random) -> None:
    """Keep to one kind of weather for a while, writing down what it did to requests."""
    stormy = premises.storm.exists()
    app.behave(weather(random, premises.late) if stormy else _QUIET)
    until = anyio.current_time() + _WEATHER_S
    while anyio.current_time() < until and premises.storm.exists() is stormy:
        await anyio.sleep(_TALLY_S)
        _write_down(app, premises)


def weather(random: Random, late: float = 0.0) -> Behaviour:
    """Draw how the shop behaves for the next seconds."""
    slow = random.uniform(0.3, SLOWEST_S)
    faults = [Fault(kind, "POST", "bookings", None, p, slow) for kind, p in _CREATING.items()]
    faults += [Fault(kind, "POST", "order_histories", None, p, slow) for kind, p in _CANCELLING.items()]
    faults += [Fault(kind, times=None, probability=p) for kind, p in _ANYWHERE.items()]
    if late:
        faults.append(Fault(FaultKind.SLOW, "POST", "bookings", None, late, random.uniform(*LATE_S)))
    return Behaviour(
        noisy=random.random() < _NOISY,
        overbooking=Overbooking.KEEP if random.random() < _KEPT else Overbooking.CANCEL,
        race_window=RACE_WINDOW_S,
        race_weights=(random.uniform(1, 50), random.uniform(5, 20), 1.0),
        faults=tuple(faults),
        seed=random.getrandbits(32),
    )


def _write_down(app: QloAppsEmulator, premises: Premises) -> None:
    counts: Counter[str] = Counter()
    while app.seen:
        seen = app.seen.popleft()
        counts["requests"] += 1
        counts.update(seen.faults)
        if seen.method == "POST" and seen.resource == "bookings":
            counts["creates"] += 1
    if counts:
        with (premises.folder / "tally.jsonl").open("a") as tally:
            tally.write(json.dumps(counts) + "\n")


def read_tally(folder: Path) -> dict[str, int]:
    """Add up what was written down; what the last tenth of a second before a kill saw is missing."""
    total: Counter[str] = Counter()
    file = folder / "tally.jsonl"
    for line in file.read_text().splitlines() if file.exists() else ():
        counts: dict[str, Any] = json.loads(line)
        total.update(counts)
    return dict(total)
