"""
The fault run: real processes on one store, killed every second, frozen past their leases, their store restarted under them.

`python -m hotel_agent.testing.fault_run --store postgres` starts three `hotel-agent worker`, two
`hotel-agent serve --no-worker` and the PMS emulator, lets guests talk to them over HTTP, prints what happened, writes the same
as JSON, and ends with 1 if anything was lost, doubled, out of order or taken from a stale owner. The seed decides who says what
and whom the kills hit; how processes interleave it cannot decide.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Final

import anyio
import anyio.to_thread
import httpx
from attrs import define, field, frozen

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.errors import PortError
from hotel_agent.testing.fault_guests import LEAST_MESSAGES, Exchange, Guest, Office, insist, script, visit
from hotel_agent.testing.fault_house import KILL_EVERY_S, House, restart_store
from hotel_agent.testing.fault_report import Freeze, Happened, Report, collect, printed
from hotel_agent.testing.fault_store import STORES, FaultStore, fault_store, opened
from hotel_agent.testing.processes import Emulator

LEASE: Final = timedelta(seconds=3)
_THAWED_AFTER_S: Final = 2.5
"""How long beyond its lease a process stays frozen."""
_SETTLES_S: Final = 1.5
_TRIES: Final = 40
_LOOK_S: Final = 0.2
_AIM_S: Final = 0.002
_LOOKS: Final = 500
_FREEZE_AT: Final = (0.1, 0.6, 0.75)
_RESTART_AT: Final = 0.35
_LATECOMERS: Final = 100
_TOGETHER: Final = 5
_LAST_KILL_AT: Final = 0.95
"""The rest is bookings whose owner died: where nobody lives for as long as a booking takes, none would ever end."""
_LEAST_KILLS: Final = 3
"""Of a run whose guests would be served before anybody has died."""


@frozen(kw_only=True)
class Order:
    """What is asked of a run. `rest_s` is how long open bookings may take to settle after the last guest."""

    store: str
    conversations: int
    messages: int
    seed: int
    at_once: int = 24
    freezes: int = 3
    patience_s: float = 240.0
    rest_s: float = 240.0


@define
class _Run:
    order: Order
    house: House
    office: Office
    guests: list[Guest]
    probes: list[Guest]
    happened: Happened = field(factory=Happened)

    @property
    def progress(self) -> float:
        return self.office.answered / (self.order.conversations * self.order.messages)

    def waits_since(self, instant: float) -> bool:
        """Tell whether a message that was sent before *instant* is still without any answer."""
        return any(one.acknowledged_at is None and one.sent_at < instant for guest in self.guests for one in guest.exchanges)

    @property
    def kills(self) -> int:
        return sum(member.kills for member in self.house.members)

    @property
    def untried(self) -> bool:
        """Tell whether a fault is still to come."""
        return self.happened.pending > 0 or self.kills < _LEAST_KILLS

    @property
    def everybody(self) -> list[Guest]:
        return [guest for guest in (*self.guests, *self.probes) if guest.exchanges]


async def fault_run(order: Order) -> Report:
    """
    Run it and examine what it left.

    Raises:
        LookupError: this machine has no such store.

    """
    with tempfile.TemporaryDirectory(prefix="hotel-agent-faults-") as name, ExitStack() as stack:
        folder = Path(name)
        store = stack.enter_context(fault_store(order.store, folder))
        shop = stack.enter_context(Emulator.at(folder / "shop.db", "--latency", "2"))
        shop.start()
        environment = {
            **shop.settings(folder / "hotels"),
            "HOTEL_AGENT_DATA_DIR": str(folder),
            "HOTEL_AGENT_JOURNAL_URL": store.url,
            "HOTEL_AGENT_CLAIM_LEASE_S": f"{LEASE.total_seconds():g}",
            "HOTEL_AGENT_RATE_LIMIT": "1000000/s",
        }
        async with _opened(order, store, environment) as run:
            began = anyio.current_time()
            await _trouble(run)
            run.happened.talking_s = anyio.current_time() - began
            await _rest(run, store.url)
            run.happened.took_s = anyio.current_time() - began
            run.happened.badly_drained = await run.house.drain()
            shop.kill()
            return await collect(order.store, order.seed, LEASE, run.happened, run.house, run.office, run.everybody, folder)


@asynccontextmanager
async def _opened(order: Order, store: FaultStore, environment: dict[str, str]) -> AsyncIterator[_Run]:
    house = House.of(store, environment, Random(f"{order.seed} kills"))
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=40)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as http:
        office = Office(
            [web.url for web in house.webs],
            http,
            Random(f"{order.seed} guests"),
            order.patience_s,
        )
        try:
            await house.start()
            guests = [Guest(number) for number in range(order.conversations)]
            probes = [Guest(order.conversations + number) for number in range(len(house.webs))]
            yield _Run(order, house, office, guests, probes)
        finally:
            await house.kill_all()


# ---------------------------------------------------------------- what happens to them


async def _trouble(run: _Run) -> None:
    async with anyio.create_task_group() as tasks:
        async with anyio.create_task_group() as faults:
            faults.start_soon(_kill_at_random, run)
            faults.start_soon(_freeze_and_restart, run)
            tasks.start_soon(_tell_progress, run)
            await _receive(run)
            faults.cancel_scope.cancel()
        tasks.cancel_scope.cancel()


async def _receive(run: _Run) -> None:
    limit = anyio.CapacityLimiter(run.order.at_once)
    today = SystemClock().now().date()

    async def come(guest: Guest) -> None:
        async with limit:
            await visit(run.office, guest, script(guest.number, run.order.messages, today))

    async with anyio.create_task_group() as tasks:
        for guest in run.guests:
            tasks.start_soon(come, guest)
    # Where processes start slowly, or guests are served at once, faults come late: guests come until all of them were tried.
    first = run.order.conversations + len(run.probes)
    for number in range(first, first + _LATECOMERS, _TOGETHER):
        if not run.untried:
            return
        late = [Guest(number + n) for n in range(_TOGETHER)]
        run.guests += late
        async with anyio.create_task_group() as tasks:
            for guest in late:
                tasks.start_soon(come, guest)


async def _kill_at_random(run: _Run) -> None:
    while True:
        await anyio.sleep(KILL_EVERY_S)
        if run.happened.calm or (run.progress >= _LAST_KILL_AT and run.kills >= _LEAST_KILLS):
            continue
        if victim := run.house.victim():
            await run.house.kill(victim)
        else:
            run.happened.spared += 1


async def _freeze_and_restart(run: _Run) -> None:
    plan = [(share, "freeze") for share in _FREEZE_AT[: run.order.freezes]]
    if run.house.store.restarts:
        plan.append((_RESTART_AT, "restart"))
    run.happened.pending = len(plan)
    for share, what in sorted(plan):
        await _progressed(run, share)
        run.happened.calm = True
        # The last guest may be served meanwhile: what was stopped has to go on all the same.
        with anyio.CancelScope(shield=True):
            await (_freeze(run) if what == "freeze" else _restart(run))
        run.happened.calm = False
        run.happened.pending -= 1


async def _progressed(run: _Run, share: float) -> None:
    while True:
        if run.progress >= share:
            return
        await anyio.sleep(_LOOK_S)


async def _freeze(run: _Run) -> None:
    """Freeze a worker past its leases, with nobody else dying meanwhile, so that what is waited for is its leases."""
    await run.house.all_up()
    # What others owned when they were killed is free by then.
    await anyio.sleep(LEASE.total_seconds() + _SETTLES_S)
    for _ in range(_TRIES):
        worker = run.house.random.choice(run.house.workers)
        await _somebody_waits(run)
        frozen_at, since = SystemClock().now(), anyio.current_time()
        worker.freeze()
        try:
            held_up = await anyio.to_thread.run_sync(run.house.store.held_up)
            run.happened.held_up += held_up
            await anyio.sleep(_SETTLES_S - (anyio.current_time() - since))
            if caught := run.waits_since(since) and not held_up:
                await anyio.sleep(LEASE.total_seconds() - _SETTLES_S + _THAWED_AFTER_S)
        finally:
            worker.thaw()
        if caught:
            run.happened.freezes.append(Freeze(worker=worker.name, frozen_at=frozen_at, thawed_at=SystemClock().now()))
            break
        # It owned nothing, so its leases are nothing to wait for; or it had a file's lock, which no lease takes away.
        await anyio.sleep(_LOOK_S)
    await anyio.sleep(_SETTLES_S)


async def _somebody_waits(run: _Run) -> None:
    """Wait for a message to be on its way, for a while: most of the time guests think, and nobody owns anything."""
    for _ in range(_LOOKS):
        if run.waits_since(anyio.current_time()):
            return
        await anyio.sleep(_AIM_S)


async def _restart(run: _Run) -> None:
    today = SystemClock().now().date()
    scripts = [script(probe.number, LEAST_MESSAGES + 1, today)[:2] for probe in run.probes]
    run.happened.outage = await restart_store(run.house, run.office, run.probes, [first for first, _ in scripts])
    for probe, (_, second) in zip(run.probes, scripts, strict=True):
        # What they say next leads to their conversation, where the refused message must be whole or not at all.
        probe.exchanges.append(Exchange(second, anyio.current_time()))
        await insist(run.office, probe, probe.exchanges[-1])


async def _tell_progress(run: _Run) -> None:
    while True:
        await anyio.sleep(10)
        print(f"{run.progress:4.0%} answered, {run.kills} killed", file=sys.stderr)


async def _rest(run: _Run, url: str) -> None:
    """Wait until nothing waits and every booking has an end."""
    await run.house.all_up()
    async with opened(url) as store:
        with anyio.move_on_after(run.order.rest_s):
            while True:
                try:
                    depth, unsettled = await store.journal.depth(), await store.journal.unsettled(limit=1)
                except PortError:
                    continue
                if not depth.events and not unsettled:
                    break
                await anyio.sleep(_LOOK_S)
        run.happened.waited_for_rest = run.order.rest_s > 0
        await run.happened.read(store, [guest for guest in run.everybody if guest.conversation])


# ---------------------------------------------------------------- the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0: nothing is wrong, 1: something is, 2: it cannot be run here."""
    parser = argparse.ArgumentParser(
        prog="python -m hotel_agent.testing.fault_run",
        description="Conversations on processes that die, hang and lose their store.",
    )
    parser.add_argument("--store", choices=STORES, default=STORES[0])
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--messages", type=int, default=10, help=f"of each conversation, at least {LEAST_MESSAGES}")
    parser.add_argument("--seed", type=int, default=None, help="default: drawn, and printed")
    parser.add_argument("--json", type=Path, default=Path("faults.json"), help="where to write the figures")
    parser.add_argument("--at-once", type=int, default=24, help="how many guests talk at a time")
    parser.add_argument("--freezes", type=int, default=3, choices=range(4), help="how many processes are frozen")
    parser.add_argument("--patience", type=float, default=240.0, help="seconds a guest asks again for one answer")
    parser.add_argument("--rest", type=float, default=240.0, help="seconds for bookings to settle; 0: only counted")
    options = parser.parse_args(arguments)
    if options.messages < LEAST_MESSAGES:
        parser.error(f"--messages: expected {LEAST_MESSAGES} or more")
    seed = SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    order = Order(
        store=options.store,
        conversations=options.conversations,
        messages=options.messages,
        seed=seed,
        at_once=options.at_once,
        freezes=options.freezes,
        patience_s=options.patience,
        rest_s=options.rest,
    )
    try:
        report = anyio.run(fault_run, order)
    except LookupError as exc:
        print(exc, file=sys.stderr)
        return 2
    options.json.write_text(json.dumps(report.as_json(), indent=2) + "\n", "utf-8")
    print(printed(report), flush=True)
    return 0 if report.clean else 1


if __name__ == "__main__":
    sys.exit(main())
