"""The composition root: from settings to a running installation. Whoever opens a thing here closes it here."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from operator import attrgetter
from random import SystemRandom
from typing import Any

import httpx
import structlog
from attrs import frozen

from hotel_agent.adapters.files.tenants import FileTenants
from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import LoggingObserver, MeteringObserver, Observers
from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.adapters.sql.schema import BASE, downgrade, upgrade
from hotel_agent.adapters.system.clock import SteadyClock, SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.admitting import Admission
from hotel_agent.application.asking import Asking
from hotel_agent.application.bell import Bell
from hotel_agent.application.bulkheads import PMS_PLACES, Bulkhead, places_of_each, together
from hotel_agent.application.conversations import Conversations
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.guarding import Guard, GuardedPropertySystem, GuardedSender
from hotel_agent.application.housekeeping import Housekeeping
from hotel_agent.application.intake import Intake
from hotel_agent.application.jobs import BookingJobs
from hotel_agent.application.limiting import Allowances, Limiter
from hotel_agent.application.retrying import RetryingPropertySystem
from hotel_agent.application.sampling import Sampling
from hotel_agent.application.staff_relay import StaffRelay
from hotel_agent.application.waking import Waking
from hotel_agent.application.worker import Chore, Worker
from hotel_agent.application.world import World
from hotel_agent.domain.errors import ConfigurationError, InvalidValue
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import LockId, Reference, RoomTypeId, TenantId
from hotel_agent.domain.quotas import Quota
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.breakers import Share, open_breakers
from hotel_agent.entrypoints.bundled import open_emulator
from hotel_agent.entrypoints.hearing import understander_of, voice_notes_of
from hotel_agent.entrypoints.hotels import default_tenant_of, hotels_of
from hotel_agent.entrypoints.keys import load_keys
from hotel_agent.entrypoints.messaging import WhatsApp, accounts_of, open_whatsapp
from hotel_agent.entrypoints.readiness import Probe, Readiness
from hotel_agent.entrypoints.setting_values import redacted
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.staffed import StaffTargets, staff_targets
from hotel_agent.entrypoints.stores import Store, open_store
from hotel_agent.entrypoints.tracing import TracedObservers, open_tracing
from hotel_agent.entrypoints.version import version
from hotel_agent.entrypoints.visitors import load_seal
from hotel_agent.ports.channels import ChannelSender
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.observer import Observer, Pool
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.tracing import UNTRACED, Tracing

_IDLE_CONNECTION_S = 2
"""Seconds an unused connection to a PMS is kept: less than the web servers in front of PHP keep theirs."""
_OTHER_CONNECTIONS = 16
"""For whoever else uses the same client: the model, the speech server, staff's webhooks."""


@frozen(kw_only=True)
class Installation:
    """A composed installation: what the ways in use, the worker that makes things move, and what to tell at start."""

    application: Application
    worker: Worker
    listening: tuple[Chore, ...]
    """What a process needs that runs without the worker, which does it otherwise."""
    hotels: FileTenants
    pms: Mapping[TenantId, PropertySystem]
    """Each hotel's PMS without guards, for `doctor`."""
    emulators: Mapping[TenantId, str]
    """Addresses of the bundled emulators."""
    weaknesses: tuple[str, ...] = ()
    """What the stores may lose that they acknowledged, because the settings accept it."""
    whatsapp: WhatsApp
    """The hotels' numbers, for `doctor`."""


@asynccontextmanager
async def open_installation(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    tracing: Tracing | None = None,
) -> AsyncIterator[Installation]:
    """
    Open everything the settings name and put it together.

    *environment* is only asked for keys and secrets that hotels' files name. *tracing* stands for what the settings say of it.

    Raises:
        ConfigurationError: the settings, a hotel's file or the keys file cannot be used; nothing stays open.
        Unavailable: the journal's store cannot be opened.

    """
    clock, ids = clock or SteadyClock(), ids or SystemIds()
    keys = load_keys(settings.api_keys_file) if settings.api_keys_file else None
    hotels = hotels_of(settings)
    staff = staff_targets(hotels, environment)
    default_tenant = default_tenant_of(settings, hotels)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    metrics = Metrics(version())
    observers: tuple[Observer, ...] = (LoggingObserver(structlog.get_logger("hotel_agent")), MeteringObserver(metrics))
    async with AsyncExitStack() as stack:
        tracing = tracing or await open_tracing(stack, settings, clock, metrics)
        observer = Observers(observers) if tracing is UNTRACED else TracedObservers(observers, tracing)
        store = await open_store(stack, settings, clock, ids)
        alone = len(hotels.all()) == 1
        http = await stack.enter_async_context(_http_client(len(hotels.all())))
        pms, emulators = {}, {}
        for file in hotels.files():
            connection = _connection_of(settings, file, environment)
            if connection is None:
                port = settings.emulator_port if file.hotel.id == default_tenant else 0
                emulator = await open_emulator(stack, file, settings.data_dir, port, clock)
                emulators[file.hotel.id] = emulator.url
                connection = _emulator_connection(file, emulator.url, emulator.key)
            pms[file.hotel.id] = QloAppsPropertySystem(http, connection, clock)
        bell = Bell()
        shared, sharing = await open_breakers(stack, settings, clock, ids, observer, bell)
        guarded, bulkheads = _guarded(pms, clock, observer, shared)
        world = World(guarded.__getitem__, store.locks, clock, observer)
        renderer = FluentRenderer(own={file.hotel.id: file.messages for file in hotels.files() if file.messages})
        admission = Admission(store.journal, clock, settings.max_waiting, store.records, timedelta(seconds=settings.max_wait_s))
        limiter = Limiter(store.quotas, clock, observer)
        intake = Intake(
            store.journal,
            clock,
            ids,
            observer,
            bell,
            admission,
            tracing,
            allowances=Allowances(limiter, store.limits, clock, observer, **_quotas(settings)),
        )
        accounts = accounts_of(settings, hotels.files(), default_tenant, environment)
        whatsapp = await open_whatsapp(stack, settings, accounts, store, clock, observer)
        conversations = Conversations(
            store.journal,
            store.records,
            hotels,
            understander_of(settings, http, clock, observer, shared),
            renderer,
            world,
            clock,
            observer,
            bell,
            store.outbox,
            tracing,
            voice_notes_of(settings, http, whatsapp, pms, clock, observer, shared, tracing),
        )
        jobs = BookingJobs(guarded.__getitem__, world, store.locks, store.leases, clock, ids, store.journal)
        lease = timedelta(seconds=settings.claim_lease_s)
        owner = f"w-{ids.draw()}"
        listening: tuple[Chore, ...] = (*sharing, *((Waking(store.wakeups, bell),) if store.wakeups else ()))
        if accounts:
            listening = (*listening, whatsapp.courtesies)
        relays: tuple[Chore, ...] = ()
        if staff.targets:
            relay = StaffRelay(store.journal, store.records, store.outbox, staff.composers, clock, ids, observer, bell)
            relays = (relay,)
        senders = _senders(whatsapp, staff, http, clock, observer, shared)
        delivery = Delivery(store.outbox, senders, clock, observer, bell, owner, tracing=tracing, alone=alone)
        delivering = (delivery,) if senders else ()
        upkeep = Housekeeping(store.retentions, store.leases, owner, observer)
        pools, sampling = partial(_pools, store, bulkheads), partial(Sampling, store.records, store.locks, clock, observer)
        chores: tuple[Chore, ...] = (upkeep, *relays, *delivering, *listening, sampling(lambda: pools(worker, delivery)))
        worker: Worker = Worker(
            store.journal,
            conversations,
            jobs,
            clock,
            ids,
            observer,
            bell,
            owner,
            lease,
            chores=chores,
            tracing=tracing,
            alone=alone,
        )
        application = Application(
            settings=settings,
            version=version(),
            clock=clock,
            tenants=hotels,
            default_tenant=default_tenant,
            intake=intake,
            asking=Asking(intake, store.records, bell),
            records=store.records,
            renderer=renderer,
            pms=guarded.__getitem__,
            locks=store.locks,
            bell=bell,
            delivery=delivery,
            whatsapp=whatsapp.door(settings, default_tenant, store, intake, delivery, clock, observer),
            limiter=limiter,
            readiness=Readiness(clock, (*_probes(store, pms), *whatsapp.probes())),
            exposition=metrics.exposition,
            count_request=metrics.count_request,
            keys=keys,
            seal=load_seal(settings.webchat_key),
            origins={file.hotel.id: file.webchat_origins for file in hotels.files()},
            tracing=tracing,
        )
        yield Installation(
            application=application,
            worker=worker,
            listening=(*listening, sampling(pools)),
            hotels=hotels,
            pms=pms,
            emulators=emulators,
            weaknesses=store.weaknesses,
            whatsapp=whatsapp,
        )


def _quotas(settings: Settings) -> dict[str, Quota | None]:
    limits = {"guest": settings.guest_rate_limit, "account": settings.account_rate_limit, "tenant": settings.tenant_rate_limit}
    return {scope: limit.quota if limit else None for scope, limit in limits.items()}


def _pools(store: Store, bulkheads: Mapping[TenantId, Bulkhead], *workers: Worker | Delivery) -> tuple[Pool, ...]:
    """Say how much of what is shared in this process is in use; of the *workers* too, where they run here."""
    own = (pool for worker in workers for pool in worker.pools())
    return (*store.pools(), together("pms_calls", bulkheads.values()), *own)


def _guarded(
    pms: Mapping[TenantId, PropertySystem], clock: Clock, observer: Observer, shared: Share
) -> tuple[dict[TenantId, PropertySystem], dict[TenantId, Bulkhead]]:
    """Put its guards round each hotel's PMS; with it, the places that there are for calls to each."""
    jitter, places = SystemRandom().random, places_of_each(PMS_PLACES, len(pms))
    bulkheads = {tenant: Bulkhead(places, queue=places) for tenant in pms}
    found: dict[TenantId, PropertySystem] = {}
    for tenant, system in pms.items():
        part = f"pms:{tenant}"
        guard = shared(Guard(part, clock, observer, bulkhead=bulkheads[tenant]))
        found[tenant] = GuardedPropertySystem(RetryingPropertySystem(system, part, observer, jitter), guard)
    return found, bulkheads


def _senders(
    whatsapp: WhatsApp, staff: StaffTargets, http: httpx.AsyncClient, clock: Clock, observer: Observer, shared: Share
) -> dict[Channel, ChannelSender]:
    """Make the ways out, each with a guard for every account that a hotel has on it."""

    def guards(channel: str, accounts: Iterable[str]) -> dict[str, Guard]:
        return {account: shared(Guard(f"{channel}:{account}", clock, observer)) for account in accounts}

    found: dict[Channel, ChannelSender] = {}
    if numbers := whatsapp.accounts:
        found[Channel.WHATSAPP] = GuardedSender(whatsapp.sender, guards("whatsapp", numbers), attrgetter("account"))
    if staff.targets:
        sender = staff.sender(http, clock)
        found[Channel.STAFF] = GuardedSender(sender, guards("staff", staff.targets), attrgetter("tenant"))
    return found


def _http_client(hotels: int) -> httpx.AsyncClient:
    """Make the client that asks so many hotels' PMSs: with a connection for every place there is, so that none waits for it."""
    connections = hotels * places_of_each(PMS_PLACES, hotels) + _OTHER_CONNECTIONS
    return httpx.AsyncClient(
        timeout=httpx.Timeout(30.0, connect=10.0, write=10.0, pool=30.0),
        limits=httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections // 2, keepalive_expiry=_IDLE_CONNECTION_S
        ),
        follow_redirects=False,
        trust_env=False,
    )


def _connection_of(settings: Settings, file: HotelFile, environment: Mapping[str, str]) -> QloAppsSettings | None:
    """Where the hotel's PMS is: its own file says, else the settings; None: the bundled emulator."""
    try:
        if own := file.pms:
            return _qloapps(
                file,
                url=own.url,
                key=own.key(environment),
                hotel_id=str(own.hotel_id),
                host=own.host,
                language_id=own.language,
                tax_rules_group=own.tax_rules_group,
            )
        if settings.pms_url and settings.pms_key:
            return _qloapps(
                file,
                url=settings.pms_url,
                key=settings.pms_key,
                hotel_id=settings.pms_hotel_id or "1",
                host=settings.pms_host,
            )
    except InvalidValue as exc:
        raise ConfigurationError([f"hotel {file.hotel.id}: PMS: {exc}"]) from exc
    return None


def _emulator_connection(file: HotelFile, url: str, key: str) -> QloAppsSettings:
    rows = file.emulator.room_types if file.emulator else ()
    kinds = {RoomTypeId(str(number)): row.kind for number, row in enumerate(rows, 1)}
    return _qloapps(file, url=url, key=key, kinds=kinds)


def _qloapps(file: HotelFile, *, kinds: Mapping[RoomTypeId, RoomKind] | None = None, **connection: Any) -> QloAppsSettings:
    said = {RoomTypeId(named): kind for named, kind in file.room_kinds.items()}
    hotel = file.hotel
    return QloAppsSettings(currency=hotel.currency, timezone=hotel.timezone, kinds={**(kinds or {}), **said}, **connection)


def _probes(store: Store, pms: Mapping[TenantId, PropertySystem]) -> tuple[Probe, ...]:
    async def journal() -> None:
        await store.records.depth()

    async def locks() -> None:
        await store.locks.get(LockId("-"))

    def of(tenant: TenantId, system: PropertySystem) -> Probe:
        async def ask() -> None:
            await system.find(Reference("ha-NONE"))

        return Probe(name=f"pms:{tenant}", ask=ask, needed=False)

    parts = (Probe(name="journal", ask=journal), Probe(name="locks", ask=locks, needed=False))
    return (*parts, *(of(tenant, system) for tenant, system in pms.items()))


@asynccontextmanager
async def open_records(settings: Settings, *, clock: Clock | None = None, ids: IdSource | None = None) -> AsyncIterator[Store]:
    """Open the stores alone, for commands."""
    async with AsyncExitStack() as stack:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield await open_store(stack, settings, clock or SystemClock(), ids or SystemIds())


async def migrate(settings: Settings, *, down: bool = False) -> tuple[str, ...]:
    """
    Bring the tables of the journal and lock stores up to date, or remove them with all that is in them.

    Returns what was done, a line for each store.
    """
    lines, clock = [], SystemClock()
    for url in dict.fromkeys((settings.journal, settings.locks)):
        shown = redacted(url)
        if not url.startswith(("sqlite:", "postgresql:")):
            lines.append(f"{shown}: has no tables")
        elif down:
            await downgrade(url, clock=clock, namespace=settings.namespace, to=BASE)
            lines.append(f"{shown}: tables removed")
        else:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            await upgrade(url, clock=clock, namespace=settings.namespace)
            lines.append(f"{shown}: up to date")
    return tuple(lines)
