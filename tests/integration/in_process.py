"""The service in the process of a test, as shipped but for its clock."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx

from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.serving import address_of, server_of
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation
from hotel_agent.ports.clock import Clock
from hotel_agent.testing.clocks import PATIENCE_S


@asynccontextmanager
async def served(
    settings: Settings, clock: Clock, listener: socket.socket
) -> AsyncIterator[tuple[Application, httpx.AsyncClient]]:
    """Serve at *listener*, worker included, until the block is left; with it, a client of the service."""
    async with open_installation(settings, {}, clock=clock) as installation, anyio.create_task_group() as tasks:
        application = installation.application
        server = server_of(create_app(application))
        tasks.start_soon(installation.worker.run)
        tasks.start_soon(lambda: server.serve(sockets=[listener]))
        async with httpx.AsyncClient(base_url=address_of(listener), timeout=PATIENCE_S, trust_env=False) as client:
            yield application, client
        application.closing.set()
        server.should_exit = True
        installation.worker.drain()
