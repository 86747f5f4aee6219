"""
A process that books, as a worker does: ask, prove, wait, prove again, undo what was lost.

Started by `test_pms_races.py`, which writes one JSON object to its standard input, a newline when all are ready, and reads one
JSON list of outcomes.
"""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import anyio.to_thread
import httpx

from hotel_agent.adapters.qloapps.pms import QloAppsPropertySystem
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.errors import OutcomeUnknown, Rejected
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, RoomTypeId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder, Guest, Standing
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.ports.locks import WriterLease
from hotel_agent.ports.pms import PropertySystem

TENANT = TenantId("hotel")
LEASE = timedelta(seconds=45)


@asynccontextmanager
async def writing(leases: WriterLease | None, owner: str) -> AsyncIterator[None]:
    """Hold the hotel's lease, where there is one."""
    if leases is None:
        yield
        return
    while (lease := await leases.take(TENANT, owner, LEASE)) is None:  # noqa: ASYNC110  # another process has it
        await anyio.sleep(0.02)
    try:
        yield
    finally:
        await leases.give_up(lease)


async def booked(pms: PropertySystem, order: BookingOrder) -> ReservationId | None:
    try:
        return (await pms.book(order)).id
    except Rejected:
        return None
    except OutcomeUnknown:
        with anyio.fail_after(20):
            while not (found := await pms.find(order.reference)):  # noqa: ASYNC110  # QloApps tells nobody
                await anyio.sleep(0.05)
            while await pms.verify(found[0].id) is Standing.FORMING:  # noqa: ASYNC110  # the PMS tells nobody when it is done
                await anyio.sleep(0.05)
            return found[0].id


async def contend(pms: PropertySystem, order: BookingOrder, leases: WriterLease | None, settle: float) -> dict[str, Any]:
    """Try to get the room; answer what the guest would be told."""
    async with writing(leases, order.reference):
        reservation = await booked(pms, order)
        alone = reservation is not None and await pms.verify(reservation) is Standing.SOLE
    if reservation is None:
        return {"reference": order.reference, "told": "sold out", "reservation": None}
    if alone:
        await anyio.sleep(settle)
        alone = await pms.verify(reservation) is Standing.SOLE
    if not alone:
        await pms.cancel(reservation)
    return {"reference": order.reference, "told": "confirmed" if alone else "sold out", "reservation": reservation}


def orders_of(asked: dict[str, Any]) -> list[BookingOrder]:
    stay = Stay(date.fromisoformat(asked["arrival"]), date.fromisoformat(asked["departure"]))
    return [
        BookingOrder(
            reference=Reference(reference),
            room_type_id=RoomTypeId(asked["room_type"]),
            rooms=(RoomId(asked["room"]),),
            stay=stay,
            occupancy=Occupancy(1),
            total=Money.of(asked["total"], asked["currency"]),
            guest=Guest(name="Ana Núñez", email=f"{reference}@example.com".lower(), phone="+34600111222"),
        )
        for reference in asked["references"]
    ]


async def run(asked: dict[str, Any]) -> list[dict[str, Any]]:
    settings = QloAppsSettings(
        url=asked["url"],
        key=asked["key"],
        hotel_id=asked["hotel"],
        host=asked["host"],
        currency=asked["currency"],
        timezone=ZoneInfo("UTC"),
    )
    outcomes: list[dict[str, Any]] = []
    async with httpx.AsyncClient() as http, _leases(asked["leases"]) as leases:
        pms = QloAppsPropertySystem(http, settings, SystemClock())
        await pms.room_types()

        async def one(order: BookingOrder) -> None:
            outcomes.append(await contend(pms, order, leases, asked["settle"]))

        print("ready", flush=True)  # noqa: T201  # the protocol
        await anyio.to_thread.run_sync(sys.stdin.readline)
        async with anyio.create_task_group() as tasks:
            for order in orders_of(asked):
                tasks.start_soon(one, order)
    return outcomes


@asynccontextmanager
async def _leases(url: str | None) -> AsyncIterator[WriterLease | None]:
    if url is None:
        yield None
        return
    from hotel_agent.adapters.sql.store import open_sql_store  # noqa: PLC0415  # half of what starting takes

    async with open_sql_store(url, clock=SystemClock(), ids=SystemIds()) as store:
        yield store.leases


if __name__ == "__main__":
    print(json.dumps(anyio.run(run, json.loads(sys.stdin.readline()))))  # noqa: T201  # the protocol
