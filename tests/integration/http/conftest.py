"""The HTTP surface over memory stores, with a few lines in the worker's place that answer from a script."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import anyio
import httpx
import pytest
from attrs import define, evolve, field
from starlette.types import ASGIApp

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.application.asking import Asking
from hotel_agent.application.bell import Bell
from hotel_agent.application.intake import Intake
from hotel_agent.application.limiting import Limiter
from hotel_agent.domain.errors import UnknownTenant
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import OutboxId, TenantId
from hotel_agent.domain.rendered import Card
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Answer, OutboxMessage, Status, Turn
from hotel_agent.domain.understanding import Intent, Language
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.keys import ApiKey, KeyRing, Scope, digest_of
from hotel_agent.entrypoints.readiness import Probe, Readiness
from hotel_agent.entrypoints.serving import address_of, listen, server_of
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.tenants import Tenants
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Unmoved

SEA = Hotel(id=TenantId("sea"), name="Hotel Mar", timezone=ZoneInfo("Europe/Madrid"), country="ES", currency="EUR")
HILL = Hotel(id=TenantId("hill"), name="Hotel Sierra", timezone=ZoneInfo("Europe/Madrid"), country="ES", currency="EUR")
TOKENS = {
    "everything": frozenset(Scope),
    "messages-only": frozenset({Scope.PROCESS}),
    "reader": frozenset({Scope.READ}),
}
KEYS = KeyRing(
    tuple(ApiKey(name=token, digest=digest_of(token), tenant=SEA.id, scopes=scopes) for token, scopes in TOKENS.items())
)


@define
class FixedTenants(Tenants):
    _hotels: tuple[Hotel, ...] = (HILL, SEA)

    def get(self, tenant: TenantId) -> Hotel:
        for hotel in self._hotels:
            if hotel.id == tenant:
                return hotel
        raise UnknownTenant

    def all(self) -> tuple[Hotel, ...]:
        return self._hotels


@cache
def renderer() -> FluentRenderer:
    """Made once: reading the wordings takes longer than most of these tests."""
    return FluentRenderer()


def echo(text: str) -> Answer:
    return Answer(status=Status.SUCCESS, intent=Intent.GREETING, confidence=0.9, language=Language.ES, text=f"eco: {text}")


@define
class Site:
    """One composed installation and a client that speaks to it."""

    application: Application
    app: ASGIApp
    store: MemoryStore
    clock: ManualClock
    client: httpx.AsyncClient
    counted: list[tuple[str, str, int]]
    said: list[GuestMessage] = field(factory=list)
    tokens: dict[str, str] = field(factory=dict)
    cards: tuple[Card, ...] = ()
    """Said with every answer."""

    def calling(self, peer: str = "127.0.0.1", host: str = "127.0.0.1:8000") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(peer, 4242))
        return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")

    def visitor(self, name: str = "") -> dict[str, str]:
        """Return the header of a web chat visitor: the same one for the same name."""
        token = self.tokens.setdefault(name, self.application.seal.issue())
        return {"X-Visitor": token}

    async def process(self, text: str = "Hola", **more: Any) -> httpx.Response:
        body = {"sender_id": "ana", "channel": "api", "text": text} | more
        return await self.client.post("/api/orchestrator/process", json=body)

    async def work(self, answer: Callable[[str], Answer]) -> None:
        """Handle what comes in, as a worker does, until cancelled."""
        while True:
            for claim in await self.store.journal.claim("worker", 10, timedelta(seconds=30)):
                event = claim.events[0]
                assert isinstance(event.content, GuestMessage)
                self.said.append(event.content)
                found = answer(event.content.text)
                now = self.clock.now()
                kept = Session(
                    conversation=event.conversation,
                    tenant=event.tenant,
                    channel=event.channel,
                    language=found.language,
                    expires_at=now + timedelta(minutes=30),
                )
                line = OutboxMessage(
                    id=OutboxId(f"o-{event.id}"),
                    tenant=event.tenant,
                    conversation=event.conversation,
                    channel=event.channel,
                    root=event.root,
                    position=0,
                    text=found.text,
                    buttons=found.buttons,
                    cards=self.cards,
                    created_at=now,
                )
                left = await self.store.journal.commit(
                    claim, Turn(event=event, session=kept, outbox=(line,) if found.text else (), answer=found)
                )
                if left is not None:
                    await self.store.journal.give_back(left, timedelta())
                self.application.bell.ring(event.root)
                self.application.bell.ring(event.conversation)
            await anyio.sleep(0.002)


class Served(Protocol):
    """What can be served on a socket: a site, or a whole installation's application."""

    @property
    def application(self) -> Application: ...
    @property
    def app(self) -> ASGIApp: ...


Compose = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def keys() -> KeyRing:
    return KEYS


@pytest.fixture
def site() -> Compose:
    """Open a site: `async with site(keys=..., answer=..., patience=...) as here`; `answer=None` leaves messages waiting."""
    return open_site


@pytest.fixture
def listening() -> Callable[[Served], AbstractAsyncContextManager[str]]:
    """Serve a site on a real socket: `async with listening(here) as url`."""
    return serve


@asynccontextmanager
async def serve(site: Served) -> AsyncIterator[str]:
    listener = listen("127.0.0.1", 0)
    server = server_of(site.app)
    with listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: server.serve(sockets=[listener]))
            while not server.started:  # noqa: ASYNC110 - the server has no event for it
                await anyio.sleep(0.01)
            try:
                yield address_of(listener)
            finally:
                site.application.closing.set()
                server.should_exit = True


@asynccontextmanager
async def open_site(
    *,
    keys: KeyRing | None = None,
    answer: Callable[[str], Answer] | None = echo,
    patience: float = 4.8,
    settings: Settings | None = None,
    probes: tuple[Probe, ...] = (),
    pms: PropertySystem | None = None,
    **parts: Any,
) -> AsyncIterator[Site]:
    clock, ids, bell = ManualClock(), CountingIds("http"), Bell()
    store = MemoryStore.of(clock=clock, ids=ids)
    intake = Intake(store.journal, clock, ids, Unmoved(), bell)
    counted: list[tuple[str, str, int]] = []

    def known_pms(_: TenantId) -> PropertySystem:
        assert pms is not None
        return pms

    application = Application(
        settings=settings or Settings(),
        version="0.0.0",
        clock=clock,
        tenants=FixedTenants(),
        default_tenant=SEA.id,
        intake=intake,
        asking=Asking(intake, store.journal, bell, timedelta(seconds=patience)),
        records=store.journal,
        renderer=renderer(),
        pms=known_pms,
        locks=store.locks,
        bell=bell,
        limiter=Limiter(store.quotas, clock, Unmoved()),
        readiness=Readiness(clock, probes),
        exposition=lambda: b"some_total 1\n",
        count_request=lambda method, route, status, _: counted.append((method, route, status)),
        keys=keys,
    )
    application = evolve(application, **parts)
    app = create_app(application)
    async with anyio.create_task_group() as tasks:
        here = Site(application, app, store, clock, httpx.AsyncClient(), counted)
        here.client = here.calling()
        if answer is not None:
            tasks.start_soon(here.work, answer)
        async with here.client:
            yield here
        tasks.cancel_scope.cancel()
