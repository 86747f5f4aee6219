"""`serve` and `worker`: one process, from its settings to its end."""

import os
import socket
from contextlib import ExitStack
from functools import partial

from hotel_agent.adapters.observability.logs import configure_logging
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.http.app import create_app, create_watch_app
from hotel_agent.entrypoints.log_level import follow_level, wanted_level
from hotel_agent.entrypoints.serving import address_of, listen, run_until_signal
from hotel_agent.entrypoints.setting_values import PREFIX
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation

DONE = 0


async def serve(settings: Settings, *, with_worker: bool) -> int:
    """Run the service until a signal; returns the exit code."""
    following = partial(follow_level, settings, configure_logging(wanted_level(settings)))
    with _listener(settings, "PORT", settings.port) as listener:
        async with open_installation(settings, os.environ) as installation:  # noqa: TID251 - hotels' files name variables
            _announce(installation, address_of(listener))
            worker = installation.worker if with_worker else None
            app = create_app(installation.application)
            chores = () if with_worker else installation.listening
            await run_until_signal(
                installation.application, app=app, listener=listener, worker=worker, chores=chores, beside=(following,)
            )
    print("Stopped; conversations and bookings are kept.", flush=True)
    return DONE


async def work(settings: Settings) -> int:
    """Handle conversations and jobs until a signal; returns the exit code."""
    following = partial(follow_level, settings, configure_logging(wanted_level(settings)))
    with ExitStack() as stack:
        listener = None
        if settings.worker_port is not None:
            listener = stack.enter_context(_listener(settings, "WORKER_PORT", settings.worker_port))
        async with open_installation(settings, os.environ) as installation:  # noqa: TID251 - hotels' files name variables
            application = installation.application
            lines = [f"hotel-agent {application.version} works on {_store(settings)}"]
            lines += [f"  metrics  {address_of(listener)}/metrics"] if listener else []
            print(*lines, sep="\n", flush=True)
            app = create_watch_app(application) if listener else None
            await run_until_signal(application, app=app, listener=listener, worker=installation.worker, beside=(following,))
    return DONE


def _listener(settings: Settings, name: str, port: int) -> socket.socket:
    try:
        return listen(settings.host, port)
    except OSError as exc:
        raise ConfigurationError([f"{PREFIX}{name}: {settings.host}:{port}: {exc.strerror}"]) from exc


def _announce(installation: Installation, url: str) -> None:
    application = installation.application
    hotels = ", ".join(f"{hotel.name} ({hotel.id})" for hotel in application.tenants.all())
    lines = [
        f"hotel-agent {application.version} is ready",
        f"  chat     {url}/",
        f"  API      {url}/docs  (OpenAPI: {url}/openapi.json)",
        f"  metrics  {url}/metrics",
        f"  hotels   {hotels}",
        f"  data     {application.settings.data_dir}",
    ]
    lines += [f"  PMS      {tenant}: bundled QloApps emulator, {address}" for tenant, address in installation.emulators.items()]
    print(*lines, sep="\n", flush=True)


def _store(settings: Settings) -> str:
    return dict(settings.shown())[f"{PREFIX}JOURNAL_URL"] or "its journal"
