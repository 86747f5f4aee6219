"""The agent inside somebody else's asyncio program."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import anyio
from attrs import frozen
from starlette.types import ASGIApp

from hotel_agent.application.intake import Incoming
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Answer
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.ids import IdSource
from hotel_agent.ports.pms import PropertySystem


@frozen
class HotelAgent:
    """
    A running agent: it takes messages, answers them, and works in the background while its block is open.

    ```python
    async with HotelAgent.open(Settings()) as agent:
        answer = await agent.ask("guest-1", "¿Tienen una doble del 20 al 22 de diciembre?")
    ```
    """

    _installation: Installation

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        ids: IdSource | None = None,
    ) -> AsyncIterator["HotelAgent"]:
        """
        Open what *settings* name, work while the block runs, and drain at its end.

        *environment* is asked for PMS keys that hotels' files name (default: the process's). Logs go through structlog as the
        program has configured it.

        Raises:
            ConfigurationError: every mistake in settings and hotels' files.
            Unavailable: the journal's store cannot be opened.

        """
        known = os.environ if environment is None else environment  # noqa: TID251 - hotels' files name variables
        async with (
            open_installation(settings or Settings(), known, clock=clock, ids=ids) as installation,
            anyio.create_task_group() as group,
        ):
            group.start_soon(installation.worker.run)
            try:
                yield cls(installation)
            finally:
                installation.application.closing.set()
                installation.worker.drain()

    async def ask(
        self,
        sender: str,
        text: str,
        *,
        tenant: str | None = None,
        message_id: str | None = None,
        choice: str | None = None,
        account: str = "library",
    ) -> Answer | None:
        """
        Take a guest's message in and wait up to five seconds for its answer.

        *sender* names the guest within *account*. The same *message_id* of the same sender is one message, however often it is
        handed in. *choice* is the id of a button that was pressed. None: no answer yet; ask again with the same id.

        Raises:
            UnknownTenant: there is no such hotel.
            Unavailable: the journal did not take the message.

        """
        application = self._installation.application
        hotel = application.tenants.get(TenantId(tenant) if tenant else application.default_tenant)
        incoming = Incoming(
            tenant=hotel.id,
            channel=Channel.API,
            account=account,
            sender=sender,
            text=text,
            message_id=message_id,
            choice=choice,
        )
        with application.tracing.arrival("ask"):
            return (await application.asking.ask(incoming)).answer

    def pms(self, tenant: str | None = None) -> PropertySystem:
        """Return the PMS of a hotel, behind its breaker."""
        application = self._installation.application
        return application.pms(TenantId(tenant) if tenant else application.default_tenant)

    def asgi(self) -> ASGIApp:
        """Return the HTTP surface, to be mounted or served by the program."""
        return create_app(self._installation.application)
