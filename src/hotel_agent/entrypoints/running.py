"""`serve` and `worker`: one process, from its settings to its end."""

import os

from hotel_agent.adapters.observability.logs import configure_logging
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.serving import address_of, listen, run_until_signal
from hotel_agent.entrypoints.settings import PREFIX, Settings
from hotel_agent.entrypoints.wiring import Installation, open_installation

DONE = 0


async def serve(settings: Settings, *, with_worker: bool) -> int:
    """Run the service until a signal; returns the exit code."""
    configure_logging(settings.log_level)
    try:
        listener = listen(settings.host, settings.port)
    except OSError as exc:
        raise ConfigurationError([f"{PREFIX}PORT: {settings.host}:{settings.port}: {exc.strerror}"]) from exc
    with listener:
        async with open_installation(settings, os.environ) as installation:  # noqa: TID251 - hotels' files name variables
            _announce(installation, address_of(listener))
            worker = installation.worker if with_worker else None
            app = create_app(installation.application)
            chores = () if with_worker else installation.listening
            await run_until_signal(installation.application, app=app, listener=listener, worker=worker, chores=chores)
    print("Stopped; conversations and bookings are kept.", flush=True)
    return DONE


async def work(settings: Settings) -> int:
    """Handle conversations and jobs until a signal; returns the exit code."""
    configure_logging(settings.log_level)
    async with open_installation(settings, os.environ) as installation:  # noqa: TID251 - hotels' files name variables
        print(f"hotel-agent {installation.application.version} works on {_store(settings)}", flush=True)
        await run_until_signal(installation.application, app=None, listener=None, worker=installation.worker)
    return DONE


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
