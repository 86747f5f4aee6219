"""One scenario of a chaos run: guests come all the time, something is struck and mended, and everything is looked at after."""

import tempfile
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import anyio
import httpx
from anyio.abc import TaskGroup
from attrs import define, field, frozen

from hotel_agent.adapters.sql.store import SqlStore
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.ids import BookingId, ConversationId
from hotel_agent.domain.turns import AuditAct
from hotel_agent.ports.locks import LockStore
from hotel_agent.testing.chaos_alerts import Figure
from hotel_agent.testing.chaos_report import Outcome, Timeline, judged
from hotel_agent.testing.chaos_scenarios import Scenario
from hotel_agent.testing.chaos_site import Site, opened_site
from hotel_agent.testing.fault_guests import Exchange, Guest, Message, Office, insist, script, visit
from hotel_agent.testing.fault_report import TENANT, Happened
from hotel_agent.testing.fault_store import opened

_LOOK_S: Final = 0.25
_ALL: Final = 1_000_000
_PATIENCE_S: Final = 10.0
_QUICK_S: Final = 1.0
_SILENT: Final = 900_000
"""Where the numbers of guests begin who ask once and say no more."""
_PROBES: Final = 10
"""Past the nights that those ask for are the ones that are asked for to see whether all is well again."""
_DAYS_AHEAD: Final = 400
_BREAKER: Final = Figure("pms_circuit_breaker_state")
_GIVE_UP: Final = 3.0
"""How many times the time allowed is waited for a site to recover, so that the report can say when it did."""


@frozen(kw_only=True)
class Order:
    """
    What is asked of a run.

    `guests_s` is how many guests come a second; each says `messages`. `fault_s` None: as the scenario has it. `promise_s` is
    how long after the end of the fault whoever was promised to hear may wait.
    """

    seed: int
    guests_s: float = 0.6
    messages: int = 7
    fault_s: float | None = None
    calm_s: float = 8.0
    after_s: float = 4.0
    patience_s: float = 90.0
    rest_s: float = 150.0
    promise_s: float = 150.0
    silent: bool = True


@define
class _Run:
    order: Order
    scenario: Scenario
    site: Site
    office: Office
    guests: list[Guest] = field(factory=list)
    silent: list[Guest] = field(factory=list)
    load: float = 1.0
    at: Timeline = field(factory=Timeline)
    happened: Happened = field(factory=Happened)
    moved_locks: int = 0
    """Locks in the journal's store, though they belong into another."""
    _probes: int = 0

    def another_probe(self) -> int:
        self._probes += 1
        return self._probes


async def run_scenario(order: Order, scenario: Scenario) -> Outcome:
    """
    Run it and judge what came of it.

    Raises:
        LookupError: this machine has no such server.

    """
    with tempfile.TemporaryDirectory(prefix="hotel-agent-chaos-") as name:
        folder = Path(name)
        async with opened_site(scenario.kind, folder, scenario.settings) as site:
            random = Random(f"{order.seed} {scenario.name}")
            run = _Run(order, scenario, site, Office(site.urls, site.http, random, order.patience_s))
            async with anyio.create_task_group() as watching:
                watching.start_soon(site.watch)
                watching.start_soon(site.fleet.supervise)
                await _talk(run)
                await _rest(run)
                watching.cancel_scope.cancel()
            wrong = await site.fleet.drain()
            if run.moved_locks:
                wrong.append(f"{run.moved_locks} locks are in the journal's store")
            site.shop.kill()
            return judged(
                scenario, run.at, run.happened, run.guests, run.silent, run.office, site, wrong, fault_s=_fault_s(run)
            )


async def _talk(run: _Run) -> None:
    run.at.began = anyio.current_time()
    async with anyio.create_task_group() as visits, anyio.create_task_group() as coming:
        coming.start_soon(_come, run, visits)
        await anyio.sleep(run.order.calm_s)
        run.load = run.scenario.load
        run.at.struck = anyio.current_time()
        run.at.struck_at = SystemClock().now()
        await run.scenario.trouble.strike(run.site)
        for number in range(run.scenario.silent if run.order.silent else 0):
            run.silent.append(Guest(_SILENT + number))
            visits.start_soon(_ask_once, run, run.silent[-1])
        await anyio.sleep(max(0.0, run.at.struck + _fault_s(run) - anyio.current_time()))
        await run.scenario.trouble.mend(run.site)
        run.load = 1.0
        run.at.mended = anyio.current_time()
        run.at.mended_at = SystemClock().now()
        await _recover(run)
        await anyio.sleep(run.order.after_s)
        coming.cancel_scope.cancel()
    run.at.served = anyio.current_time()


async def _come(run: _Run, visits: TaskGroup) -> None:
    """Let guests come one after the other, whatever becomes of those before them."""
    today = SystemClock().now().date()
    due = anyio.current_time()
    while True:
        guest = Guest(len(run.guests))
        run.guests.append(guest)
        visits.start_soon(visit, run.office, guest, script(guest.number, run.order.messages, today))
        due += 1 / (run.order.guests_s * run.load)
        await anyio.sleep(max(0.0, due - anyio.current_time()))


def _ask(number: int) -> Message:
    arrival = SystemClock().now().date() + timedelta(days=_DAYS_AHEAD + number)
    text = f"Disponibilidad para {arrival} a {arrival + timedelta(days=2)}"
    return Message(guest=_SILENT + number, number=1, text=text, arrival=arrival)


async def _ask_once(run: _Run, guest: Guest) -> None:
    await anyio.sleep(min(2.0, _fault_s(run) / 3))
    guest.exchanges.append(Exchange(_ask(guest.number - _SILENT), anyio.current_time()))
    await insist(run.office, guest, guest.exchanges[-1])


async def _recover(run: _Run) -> None:
    """Wait until every part works again and a search that nobody has asked for is answered at once."""
    with anyio.move_on_after(_GIVE_UP * run.scenario.recovers_s):
        while True:
            if await _answers(run) and await run.site.is_ready() and _breakers_are_closed(run.site):
                break
            await anyio.sleep(_LOOK_S)
        run.at.recovered = anyio.current_time()


async def _answers(run: _Run) -> bool:
    number = run.another_probe()
    body = {
        "sender_id": f"probe-{number}",
        "channel": "api",
        "text": _ask(_PROBES + number).text,
        "message_id": f"probe-{number}",
    }
    url = run.site.urls[number % len(run.site.urls)]
    began = anyio.current_time()
    try:
        answer = await run.site.http.post(f"{url}/api/orchestrator/process", json=body, timeout=8.0)
    except httpx.HTTPError:
        return False
    fine = answer.status_code == httpx.codes.OK and not answer.json()["fallback_used"]
    return fine and anyio.current_time() - began <= _QUICK_S


def _breakers_are_closed(site: Site) -> bool:
    now = anyio.current_time()
    last = [scrapes[-1][1] for scrapes in site.history.each(now, now) if scrapes]
    return all(scrape is not None and not any(_BREAKER.of(scrape)) for scrape in last)


async def _rest(run: _Run) -> None:
    """Wait until nothing waits, every booking has an end and no lock, and whoever was promised to hear was written to."""
    everybody = [guest for guest in (*run.guests, *run.silent) if guest.conversation]
    async with opened(run.site.store.url) as store:
        assert isinstance(store, SqlStore)
        with anyio.move_on_after(run.order.rest_s):
            await _until(lambda: _is_at_rest(store))
            if run.site.locks:
                async with opened(run.site.locks.url) as locks:
                    await _until(lambda: _is_unlocked(store, locks.locks))
        run.at.rested = anyio.current_time()
        # Rest may have taken longer than that: then they have been written to meanwhile, or not in time.
        with anyio.move_on_at(max(run.at.mended + run.order.promise_s, anyio.current_time() + _PATIENCE_S)):
            await _until(lambda: _all_heard(run, store))
        run.happened.waited_for_rest = True
        await run.happened.read(store, everybody)
    if run.site.locks:
        run.moved_locks = len(run.happened.locks)
        async with opened(run.site.locks.url) as locks:
            run.happened.locks = await locks.locks.standing(TENANT)


async def _until(is_so: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    while True:
        with suppress(PortError):
            if await is_so():
                return
        await anyio.sleep(_LOOK_S)


async def _is_at_rest(store: SqlStore) -> bool:
    depth, unsettled = await store.journal.depth(), await store.journal.unsettled(limit=1)
    return not depth.events and not unsettled


async def _is_unlocked(store: SqlStore, locks: LockStore) -> bool:
    """Tell whether no lock is left of a booking that has ended: one that could not be released is tried again after a while."""
    standing = {lock.id for lock in await locks.standing(TENANT)}
    if not standing:
        return True
    trail = await store.journal.audit(TENANT, limit=_ALL)
    submitted = {BookingId(entry.subject) for entry in trail if entry.act is AuditAct.SUBMITTED}
    bookings = [await store.journal.booking(one) for one in submitted]
    return not any(booking and booking.lock in standing for booking in bookings)


async def _all_heard(run: _Run, store: SqlStore) -> bool:
    """Tell whether whoever was promised to hear has been written to, and note when the last of them was."""
    last = run.at.mended_at
    for guest in run.silent:
        if guest.conversation is None:
            return False
        lines = await store.journal.transcript(ConversationId(guest.conversation))
        written = [line.at for line in lines if not line.by_guest and line.at > run.at.mended_at]
        if not written:
            return False
        last = max(last, written[0])
    after_s = (last - run.at.mended_at).total_seconds()
    if after_s <= run.order.promise_s:
        run.at.promises_kept = run.at.mended + after_s
    return True


def _fault_s(run: _Run) -> float:
    return run.scenario.fault_s if run.order.fault_s is None else run.order.fault_s
