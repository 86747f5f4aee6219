"""
`serve` whose worker dies of a defect as soon as the file named by the first argument exists; run as a process by tests.

What follows are the arguments of a service: nothing else differs from `hotel-agent serve`.
"""

import os
import sys
from pathlib import Path

import anyio
from attrs import evolve

from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.serving import address_of, listen, run_until_signal
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation
from hotel_agent.testing.faults import Call, Fault, Faults
from hotel_agent.testing.faulty_ports import FaultyJournal


async def serve(trigger: Path) -> None:
    settings = Settings.from_env(os.environ)  # noqa: TID251 - stands in for the command that reads it

    def plan(call: Call) -> Fault | None:
        if call.what == "journal.claim" and trigger.exists():
            raise ZeroDivisionError
        return None

    with listen(settings.host, settings.port) as listener:
        async with open_installation(settings, {}) as installation:
            worker = installation.worker
            worker = evolve(worker, journal=FaultyJournal(worker._journal, Faults(plan)))
            sys.stdout.write(f"ready on {address_of(listener)}\n")
            sys.stdout.flush()
            app = create_app(installation.application)
            await run_until_signal(installation.application, app=app, listener=listener, worker=worker)


if __name__ == "__main__":
    anyio.run(serve, Path(sys.argv[1]), backend="asyncio")
