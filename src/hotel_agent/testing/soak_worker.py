"""A worker process of a soak, put together as the service puts itself together; only where bookings begin is its own."""

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import anyio
import httpx
from attrs import frozen

from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.adapters.sql.store import SqlStore, open_sql_store
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.bell import Bell
from hotel_agent.application.guarding import Guard, GuardedPropertySystem
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.worker import Worker
from hotel_agent.application.world import World
from hotel_agent.domain.breaker import Breaker
from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.soak_errands import Errands, Unheard
from hotel_agent.testing.soak_plan import (
    COOL_DOWN,
    CURRENCY,
    LEASE_PATIENCE,
    LEASE_TTL,
    MAX_EXECUTION,
    READ_LIMIT,
    RECHECK_AFTER,
    SETTLING,
    WRITE_LIMIT,
    ZONE,
    Installation,
    hotel_of,
)
from hotel_agent.testing.soak_process import ends_with_parent
from hotel_agent.testing.stage import Hotels
from hotel_agent.testing.witness import Unmoved

_BUSY_S: Final = 10.0
_CALL_S: Final = 15.0


@frozen(kw_only=True)
class Station:
    """Where a worker works: its installation's store, the shop, and a folder for what goes wrong."""

    installation: Installation
    folder: Path
    pms_url: str
    pms_key: str
    number: int

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.folder}/{self.installation.name}.db"


@asynccontextmanager
async def open_store(station: Station) -> AsyncIterator[SqlStore]:
    """Open the installation's store; a machine that is busier than any hotel's gets more time to answer."""
    async with open_sql_store(station.store_url, clock=SystemClock(), ids=SystemIds(), busy_s=_BUSY_S, call_s=_CALL_S) as store:
        yield store


def systems(station: Station, http: httpx.AsyncClient) -> dict[TenantId, PropertySystem]:
    """Make the adapter of each of the installation's hotels."""
    return {
        tenant: QloAppsPropertySystem(
            http,
            QloAppsSettings(
                url=station.pms_url,
                key=station.pms_key,
                hotel_id=str(hotel),
                currency=CURRENCY,
                timezone=ZONE,
                read_limit=READ_LIMIT,
                write_limit=WRITE_LIMIT,
                max_execution=MAX_EXECUTION,
            ),
            SystemClock(),
        )
        for tenant, hotel in station.installation.tenants.items()
    }


def work(station: Station, start: int) -> None:
    """Work until killed."""
    anyio.run(_work, station, start)


async def _work(station: Station, start: int) -> None:
    clock, ids, bell = SystemClock(), SystemIds(), Bell()
    observer = Complaints(station.folder / f"{station.installation.name}-{station.number}.errors")
    limits = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=2)
    async with (
        ends_with_parent(),
        httpx.AsyncClient(limits=limits, trust_env=False) as http,
        open_store(station) as store,
    ):
        guarded: dict[TenantId, PropertySystem] = {
            tenant: GuardedPropertySystem(system, Guard("pms", clock, observer, Breaker(cool_down=COOL_DOWN)))
            for tenant, system in systems(station, http).items()
        }
        world = World(guarded.__getitem__, store.locks, clock, observer)
        conversations = Errands(
            store.journal,
            store.journal,
            Hotels({hotel_of(number).id: hotel_of(number) for number in station.installation.hotels}),
            Unheard(),
            FluentRenderer(),
            world,
            clock,
            observer,
            bell,
            locks=store.locks,
        )
        jobs = BookingJobs(
            guarded.__getitem__,
            world,
            store.locks,
            store.leases,
            clock,
            ids,
            store.journal,
            policy=SETTLING,
            recheck_after=RECHECK_AFTER,
            lease_ttl=LEASE_TTL,
            lease_patience=LEASE_PATIENCE,
        )
        owner = f"{station.installation.name}-{station.number}-{start}"
        await Worker(store.journal, conversations, jobs, clock, ids, observer, bell, owner).run()


@frozen
class Complaints(Unmoved):
    """Writes down the errors that nobody foresaw; those of ours are what the soak is about."""

    _file: Path

    def turn_failed(self, event: Event, error: BaseException, *, set_aside: bool) -> None:
        self._note(error)

    def loop_failed(self, loop: str, error: BaseException) -> None:
        self._note(error)

    def _note(self, error: BaseException) -> None:
        if not isinstance(error, HotelAgentError):
            with self._file.open("a") as file:
                file.write("".join(traceback.format_exception(error)) + "\x1e")
