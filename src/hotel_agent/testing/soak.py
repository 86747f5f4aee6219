"""
The soak: thousands of guests go for last rooms at the same moment, through processes that are killed, in a shop that fails.

`python -m hotel_agent.testing.soak --bookings 10000 --seed 7` prints what happened and what was left wrong, writes the same as
JSON, and ends with 1 if anything is wrong. The seed decides who wants what, the shop's faults and whom the kills hit; how
processes interleave it cannot decide.

What runs is ours as it is in service: SQLite journals, locks and writer leases, workers in several processes, the QloApps
adapter behind its breaker, HTTP. Guests are taken in by `Intake` and told by the dialogue; only the turn that commits a booking
is the soak's own (`soak_errands`). What waits for lost answers is scaled down (`soak_plan`).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random, SystemRandom
from typing import Final

import anyio
import httpx
from attrs import define, field, frozen

from hotel_agent.adapters._codec import encode
from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.application.bell import Bell
from hotel_agent.application.intake import Incoming, Intake
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.events import Channel
from hotel_agent.testing.free_ports import free_port
from hotel_agent.testing.soak_audit import audit, read_books
from hotel_agent.testing.soak_plan import Contender, Installation, Prize, Stock, installations, prizes, wanted_stock
from hotel_agent.testing.soak_pms import Premises, open_shop, read_tally
from hotel_agent.testing.soak_process import Crew
from hotel_agent.testing.soak_report import Figures, Report, collect, printed, read_accounts
from hotel_agent.testing.soak_worker import Complaints, Station, open_store, systems, work

_WORKERS: Final = 3
_BACKLOG: Final = 350
"""Events and jobs of all installations that serve a hotel above which no new prize is put up there."""
_LOOK_S: Final = 0.2
_KILL_S: Final = (2.0, 6.0)
_FIRST_PMS_KILL_S: Final = (3.0, 8.0)
_PMS_KILL_S: Final = (15.0, 45.0)
_PMS_DOWN_S: Final = (0.2, 1.5)
_STORMY_REST_S: Final = 60.0
_PROGRESS_S: Final = 10.0
_SHOWN: Final = 5


@frozen(kw_only=True)
class Order:
    """What is asked of a soak. `limit_s` is how long it may take from the first guest to rest."""

    bookings: int
    seed: int
    hotels: int = 40
    limit_s: float = 570.0
    late: float = 0.0
    """How likely a create is held up until its absence has been presumed."""


@define
class _Soak:
    order: Order
    folder: Path
    sites: tuple[Installation, ...]
    premises: Premises
    stores: dict[str, SqlStore] = field(factory=dict)
    crews: list[Crew] = field(factory=list)
    pms: Crew = field(init=False)
    figures: Figures = field(factory=Figures)
    waiting: dict[str, int] = field(factory=dict)
    sent: int = 0

    def __attrs_post_init__(self) -> None:
        self.pms = Crew(open_shop, self.premises)

    def station(self, site: Installation, number: int = 0) -> Station:
        return Station(
            installation=site, folder=self.folder, pms_url=self.premises.url, pms_key=self.premises.key, number=number
        )


async def soak(order: Order) -> Report:
    """Run a soak and audit what it left."""
    with tempfile.TemporaryDirectory(prefix="hotel-agent-soak-") as name:
        folder = Path(name)
        premises = Premises(folder=folder, port=free_port(), seed=order.seed, hotels=order.hotels, late=order.late)
        run = _Soak(order, folder, installations(order.hotels), premises)
        async with _opened(run):
            stock = await _stock(run)
            premises.storm.touch()
            await _storm(run, stock)
            await _kill_all(run)
            accounts, trail = await read_accounts(run.stores, run.sites)
        books = read_books(premises.state)
        run.figures.faults = read_tally(folder)
        _take_stock_of(run)
        return collect(order.seed, run.figures, audit(books, accounts, order.bookings), books, accounts, trail, run.sites)


def _take_stock_of(run: _Soak) -> None:
    crews = (*run.crews, run.pms)
    run.figures.faults = read_tally(run.folder)
    run.figures.kills = sum(crew.starts - 1 for crew in run.crews)
    run.figures.pms_kills = run.pms.starts - 1
    run.figures.complaints = [text for file in run.folder.glob("*.errors") for text in file.read_text().split("\x1e") if text]
    run.figures.complaints += ["a process died by itself"] * sum(crew.deaths for crew in crews)


@asynccontextmanager
async def _opened(run: _Soak) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_kill_all, run)
        for site in run.sites:
            run.stores[site.name] = await stack.enter_async_context(open_store(run.station(site)))
            run.crews += [Crew(work, run.station(site, number)) for number in range(_WORKERS)]
        await run.pms.start()
        for crew in run.crews:
            await crew.start()
        yield


async def _kill_all(run: _Soak) -> None:
    with anyio.CancelScope(shield=True):
        for crew in (*run.crews, run.pms):
            await crew.kill()


async def _stock(run: _Soak) -> Stock:
    """Ask the empty shop what everything costs, before anybody comes."""
    clock, stock = SystemClock(), {}
    async with httpx.AsyncClient(trust_env=False) as http:
        for site in run.sites[:2]:
            for tenant, system in systems(run.station(site), http).items():
                for stay, party in wanted_stock(clock.now().date()):
                    with anyio.fail_after(60):
                        while True:
                            try:
                                stock[tenant, stay.nights, party.rooms] = await system.search(stay, party)
                                break
                            except PortError:  # it has just been started
                                await anyio.sleep(_LOOK_S)
    return stock


# ---------------------------------------------------------------- the storm


async def _storm(run: _Soak, stock: Stock) -> None:
    clock, began = SystemClock(), anyio.current_time()
    drawn = tuple(prizes(run.order.seed, run.order.bookings, stock, clock.now(), run.sites))
    shared = run.sites[0].tenants
    with anyio.move_on_after(run.order.limit_s) as limit:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_watch_depth, run)
            tasks.start_soon(_tell_progress, run, began)
            async with anyio.create_task_group() as trouble:
                trouble.start_soon(_kill_workers, run)
                trouble.start_soon(_kill_pms, run)
                async with anyio.create_task_group() as senders:
                    for alone in (True, False):
                        senders.start_soon(_put_up_all, run, [one for one in drawn if (one.tenant in shared) is alone])
                run.figures.sending_s = anyio.current_time() - began
                with anyio.move_on_after(_STORMY_REST_S):
                    await _all_settled(run)
                trouble.cancel_scope.cancel()
            run.premises.storm.unlink()
            # A kill may have been cut short between a death and a new start.
            for crew in (*run.crews, run.pms):
                await crew.kill()
                await crew.start()
            await _all_settled(run)
            run.figures.settling_s = anyio.current_time() - began
            await _at_rest(run)
            tasks.cancel_scope.cancel()
    run.figures.took_s = anyio.current_time() - began
    run.figures.came_to_rest = not limit.cancelled_caught


async def _put_up_all(run: _Soak, drawn: Sequence[Prize]) -> None:
    for prize in drawn:
        await _put_up(run, prize)


async def _put_up(run: _Soak, prize: Prize) -> None:
    """Let all who want one prize come at once, when the installations have room for them."""
    concerned = {one.installation for one in prize.contenders}
    await _room_for(run, concerned)
    async with anyio.create_task_group() as tasks:
        for contender in prize.contenders:
            run.waiting[contender.installation] = run.waiting.get(contender.installation, 0) + 1
            tasks.start_soon(_come, run, contender)
    run.sent += len(prize.contenders)
    run.figures.prizes += 1
    run.figures.rooms += prize.rooms


async def _room_for(run: _Soak, concerned: set[str]) -> None:
    while True:
        if sum(run.waiting.get(name, 0) for name in concerned) < _BACKLOG:
            return
        await anyio.sleep(_LOOK_S / 4)


async def _come(run: _Soak, contender: Contender) -> None:
    nobody = Complaints(run.folder / "intake.errors")
    intake = Intake(run.stores[contender.installation].journal, SystemClock(), SystemIds(), nobody, Bell())
    incoming = Incoming(
        tenant=contender.tenant,
        channel=Channel.API,
        account="soak",
        sender=contender.sender,
        text=encode(contender.errand),
        message_id="errand",
        hold_back=timedelta(seconds=contender.late_s),
    )
    while True:
        try:
            await intake.take(incoming)
        except PortError:
            # A channel sends again what was not taken; it is deduped.
            await anyio.sleep(_LOOK_S)
        else:
            return


async def _watch_depth(run: _Soak) -> None:
    while True:
        for name, store in run.stores.items():
            try:
                depth = await store.journal.depth()
            except PortError:
                continue
            run.waiting[name] = depth.events + depth.jobs
        await anyio.sleep(_LOOK_S)


async def _tell_progress(run: _Soak, began: float) -> None:
    while True:
        await anyio.sleep(_PROGRESS_S)
        waiting = ", ".join(f"{name} {count}" for name, count in run.waiting.items())
        print(f"{anyio.current_time() - began:5.0f} s: {run.sent} sent; waiting: {waiting}", file=sys.stderr)


async def _kill_workers(run: _Soak) -> None:
    random = Random(f"{run.order.seed} kills")
    while True:
        await anyio.sleep(random.uniform(*_KILL_S))
        crew = random.choice(run.crews)
        await crew.kill()
        await crew.start()


async def _kill_pms(run: _Soak) -> None:
    random = Random(f"{run.order.seed} outages")
    after = _FIRST_PMS_KILL_S
    while True:
        await anyio.sleep(random.uniform(*after))
        after = _PMS_KILL_S
        await run.pms.kill()
        await anyio.sleep(random.uniform(*_PMS_DOWN_S))
        await run.pms.start()


async def _all_settled(run: _Soak) -> None:
    """Wait until every guest has a booking, every booking an end, and every guest has been told."""
    while True:
        open_ = [await store.journal.unsettled(limit=1) for store in run.stores.values()]
        depths = [await store.journal.depth() for store in run.stores.values()]
        if not any(open_) and not any(depth.events for depth in depths):
            return
        await anyio.sleep(_LOOK_S)


async def _at_rest(run: _Soak) -> None:
    """Wait until nothing is left to do: no late twin to look for, no lock to release."""
    while True:
        depths = [await store.journal.depth() for store in run.stores.values()]
        if not any(depth.events or depth.jobs for depth in depths):
            return
        await anyio.sleep(_LOOK_S)


# ---------------------------------------------------------------- the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0: nothing is wrong, 1: something is."""
    parser = argparse.ArgumentParser(prog="python -m hotel_agent.testing.soak", description="Contended bookings under faults.")
    parser.add_argument("--bookings", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="default: drawn, and printed")
    parser.add_argument("--json", type=Path, default=Path("test-output/soak.json"), help="where to write the figures")
    parser.add_argument("--limit", type=float, default=570.0, help="seconds from the first guest to rest, at most")
    parser.add_argument("--late", type=float, default=0.0, help="chance that a create comes after its absence was presumed")
    options = parser.parse_args(arguments)
    seed = SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    report = anyio.run(soak, Order(bookings=options.bookings, seed=seed, limit_s=options.limit, late=options.late))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report.as_json(), indent=2) + "\n", "utf-8")
    print(printed(report, examples=_SHOWN), flush=True)
    return 0 if report.clean else 1


if __name__ == "__main__":
    sys.exit(main())
