"""Runs simulated worlds, one after the other, and audits each: the same seed gives the same worlds."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from multiprocessing import get_context
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import anyio
from attrs import frozen

from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.reservations import Reservation
from hotel_agent.testing.simulation.auditor import Finding, audit
from hotel_agent.testing.simulation.channel import GuestLine
from hotel_agent.testing.simulation.guests import SimulatedGuest, person
from hotel_agent.testing.simulation.history import Books, Correspondence, History
from hotel_agent.testing.simulation.house import SimulatedPropertySystem, house
from hotel_agent.testing.simulation.luck import SimulatedClock, Weather
from hotel_agent.testing.simulation.site import Parts, Site
from hotel_agent.testing.stage import Hotels
from hotel_agent.testing.virtual_time import VIRTUAL

A_WORLD: Final = 500
"""Conversations of one world: world after world takes the next seed, so one that fails is replayed alone."""
_GUESTS_OF_A_HOTEL: Final = 10
_OPENING: Final = 200.0
"""Seconds within which all guests begin to write."""
_RUSH: Final = 300.0
_PAUSE: Final = 120.0
_BOUT: Final = 15.0
_A_WALK_IN: Final = timedelta(minutes=3)
_A_HICCUP: Final = 60.0
"""Seconds between hiccups of the store, on average."""
_ALL: Final = 1_000_000
_LONGEST: Final = timedelta(hours=8)
_WEEK: Final = timedelta(days=7)
_TIMEZONE: Final = ZoneInfo("Europe/Madrid")


@frozen(kw_only=True)
class World:
    """One world's end. `digest` is equal for equal histories."""

    seed: int
    conversations: int
    findings: tuple[Finding, ...]
    messages: int
    confirmed: int
    faults: Counter[str]
    set_aside: int
    processes: int
    errors: Counter[str]
    """Errors that loops and turns of the service met and survived, by name."""
    digest: str


@frozen(kw_only=True)
class Report:
    """What came of a simulation. `replay` holds the seeds of worlds in which a promise was broken."""

    seed: int
    worlds: tuple[World, ...]
    seconds: float

    @property
    def conversations(self) -> int:
        return sum(world.conversations for world in self.worlds)

    @property
    def faults(self) -> Counter[str]:
        return sum((world.faults for world in self.worlds), Counter())

    @property
    def errors(self) -> Counter[str]:
        return sum((world.errors for world in self.worlds), Counter())

    @property
    def replay(self) -> tuple[tuple[int, int], ...]:
        """Seed and number of conversations of every world with findings."""
        return tuple((world.seed, world.conversations) for world in self.worlds if world.findings)


def simulate(
    seed: int,
    conversations: int,
    parts: Parts | None = None,
    *,
    a_world: int = A_WORLD,
    processes: int = 1,
    told: Callable[[World], None] | None = None,
) -> Report:
    """
    Run *conversations* in worlds of at most *a_world*, side by side in *processes*, and audit them.

    World number n has the seed `seed + n`. *told* hears of each world when it has ended, in this order. Nothing depends on the
    real clock or on the number of processes but `Report.seconds`.
    """
    began = time.perf_counter()
    sizes = [min(a_world, conversations - done) for done in range(0, conversations, a_world)]
    seeds = range(seed, seed + len(sizes))
    with ExitStack() as stack:
        one = partial(simulate_world, parts=parts or Parts())
        worlds: Iterable[World] = map(one, seeds, sizes)
        if processes > 1:
            pool = stack.enter_context(ProcessPoolExecutor(processes, mp_context=get_context("spawn")))
            worlds = pool.map(one, seeds, sizes)
        ended = []
        for world in worlds:
            ended.append(world)
            if told:
                told(world)
    return Report(seed=seed, worlds=tuple(ended), seconds=time.perf_counter() - began)


def simulate_world(seed: int, conversations: int, parts: Parts) -> World:
    """Run one world on a loop of its own; its cycles are collected when it has ended, which takes a third less time."""
    backend, options = VIRTUAL
    collecting = gc.isenabled()
    gc.disable()
    try:
        return anyio.run(_world, seed, conversations, parts, backend=backend, backend_options=dict(options))
    finally:
        gc.collect()
        if collecting:
            gc.enable()


async def _world(seed: int, conversations: int, parts: Parts) -> World:
    weather, clock = Weather(), SimulatedClock()
    tenants = [TenantId(f"h{number}") for number in range(-(-conversations // _GUESTS_OF_A_HOTEL))]
    pms = {
        tenant: parts.pms(
            house(_chance(seed, tenant, "prices")), clock, _TIMEZONE, chance=_chance(seed, tenant), weather=weather
        )
        for tenant in tenants
    }
    async with anyio.create_task_group() as group:
        site = Site(
            clock=clock,
            parts=parts,
            pms=pms,
            hotels=Hotels({tenant: _hotel(tenant) for tenant in tenants}),
            chance=_chance(seed, "site"),
            weather=weather,
            group=group,
        )
        site.open()
        guests = [_guest(site, seed, number, tenants[number % len(tenants)]) for number in range(conversations)]
        await _live(site, pms.values(), guests, weather, _chance(seed, "hiccups"))
        waiting = await site.rest(_LONGEST)
        await site.close()
        await anyio.sleep(_WEEK.total_seconds())
        site.wanted = 2
        site.open()
        for guest in guests:
            await guest.line.send_again_next_week()
        waiting = (*waiting, *(await site.rest(_LONGEST)))
        history = History(
            hotels={tenant: await _books(site, tenant, pms[tenant].reservations) for tenant in tenants},
            conversations=tuple([await _correspondence(guest) for guest in guests]),
            waiting=waiting,
            deaths=tuple(site.deaths),
        )
        dead = (await site.journal.depth()).dead
        group.cancel_scope.cancel()
    weather.tally["crashes"] = sum(luck.dead for luck in site.lucks)
    return World(
        seed=seed,
        conversations=conversations,
        findings=audit(history),
        messages=sum(len(one.sent) for one in history.conversations),
        confirmed=sum("¡Reserva confirmada!" in line.text for one in history.conversations for line in one.lines),
        faults=weather.tally,
        set_aside=dead,
        processes=len(site.lucks),
        errors=Counter([*(name for _, name in site.witness.failed_loops), *(name for name, _ in site.witness.failed_turns)]),
        digest=blake2b(repr(history).encode(), digest_size=12).hexdigest(),
    )


async def _live(
    site: Site, pms: Iterable[SimulatedPropertySystem], guests: Sequence[SimulatedGuest], weather: Weather, chance: Random
) -> None:
    """Let guests and walk-ins come, with hiccups of the store, until the last guest has left."""
    openings = Random(chance.random())
    until = anyio.current_time() + _RUSH
    async with anyio.create_task_group() as others:
        others.start_soon(_hiccups, weather, chance)
        for one in pms:
            others.start_soon(partial(one.reception, every=_A_WALK_IN, until=until))
        async with anyio.create_task_group() as visits:
            for guest in guests:
                visits.start_soon(guest.live, openings.uniform(0.0, _OPENING))
            await anyio.sleep_until(until)
            while any(not guest.gone for guest in guests):
                # The few who still ponder: everything goes down and up again meanwhile.
                await site.close()
                await anyio.sleep(_PAUSE)
                site.wanted = 2
                site.open()
                await anyio.sleep(_BOUT)
        others.cancel_scope.cancel()
    weather.store_back_at = 0.0


async def _hiccups(weather: Weather, chance: Random) -> None:
    while True:
        await anyio.sleep(chance.expovariate(1 / _A_HICCUP))
        weather.store_back_at = anyio.current_time() + chance.uniform(0.3, 5.0)
        await anyio.sleep_until(weather.store_back_at)


def _guest(site: Site, seed: int, number: int, tenant: TenantId) -> SimulatedGuest:
    chance = _chance(seed, "guest", number)
    line = GuestLine(
        site=site,
        clock=site.clock,
        weather=site.weather,
        chance=_chance(seed, "line", number),
        group=site.group,
        tenant=tenant,
        sender=f"g{number}",
        channel=chance.choice((Channel.WHATSAPP, Channel.WEBCHAT)),
    )
    return SimulatedGuest(line=line, guest=person(number, chance), chance=chance)


async def _books(site: Site, tenant: TenantId, reservations: tuple[Reservation, ...]) -> Books:
    return Books(
        reservations=reservations,
        locks=await site.locks.trail(tenant, limit=_ALL),
        standing=len(await site.locks.standing(tenant)),
        audit=await site.journal.audit(tenant, limit=_ALL),
        escalations=await site.journal.escalations(tenant, limit=_ALL),
    )


async def _correspondence(guest: SimulatedGuest) -> Correspondence:
    line = guest.line
    return Correspondence(
        tenant=line.tenant,
        conversation=line.conversation,
        guest=guest.guest,
        sent=line.record,
        lines=tuple(await line.lines()),
    )


def _hotel(tenant: TenantId) -> Hotel:
    return Hotel(id=tenant, name=f"Hotel {tenant}", timezone=_TIMEZONE, country="ES", currency="EUR", phone="+34 910 000 000")


def _chance(seed: int, *what: object) -> Random:
    return Random(f"{seed} {what}")
