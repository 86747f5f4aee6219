"""`kill -9` between and inside the calls of a booking: after a restart the flow goes on, with exactly one booking."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotel_agent.testing.processes import Emulator, Service

FLOW = (
    "Disponibilidad para 2027-05-20 a 2027-05-22",
    "Reservar habitación 2 para 2027-05-20",
    "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888",
)
PATIENCE_S = 180
"""A worker that dies between taking a booking job and sending it may have sent it: absence is presumed after 90 s."""
WRITE_S = 0.6


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator.at(tmp_path / "shop.db") as emulator:
        yield emulator.start()


@pytest.fixture
def service(tmp_path: Path, shop: Emulator) -> Iterator[Service]:
    with Service.at(tmp_path / "data", shop.settings(tmp_path / "hotels")) as running:
        yield running.start()


def live_lines(shop: Emulator) -> list[dict[str, Any]]:
    return [line for line in shop.records("room_bookings") if line["is_refunded"] == "0" and line["is_back_order"] == "0"]


def until_settled(service: Service, number: int) -> Any:
    """Hand in the same message again, as a caller without an answer does, until it has its final answer."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = service.say(FLOW[number], message_id=f"m{number}")
        if answer and (number < 2 or answer["reservation_id"]):
            return answer
        assert time.monotonic() < deadline, answer
        time.sleep(0.2)


@pytest.mark.parametrize("killed_after", [0, 1])
def test_killed_between_two_calls_the_flow_goes_on(service: Service, shop: Emulator, killed_after: int) -> None:
    for number in range(killed_after + 1):
        until_settled(service, number)
    service.kill()
    service.start()
    answer = [until_settled(service, number) for number in range(killed_after + 1, 3)][-1]
    assert service.get(f"/api/pms/reservations/{answer['reservation_id']}")[1]["status"] == "confirmed"
    assert len(live_lines(shop)) == 1


@pytest.mark.parametrize("number", [0, 1])
def test_killed_inside_a_reading_call_the_flow_goes_on(service: Service, shop: Emulator, number: int) -> None:
    for earlier in range(number):
        until_settled(service, earlier)
    shop.behave(faults=[{"kind": "slow", "method": "POST", "resource": "hotel_ari", "seconds": WRITE_S}])
    _kill_inside(service, number, after=WRITE_S / 2)
    service.start()
    for later in range(number, 3):
        until_settled(service, later)
    assert len(live_lines(shop)) == 1


@pytest.mark.timeout(240)
@pytest.mark.parametrize("after", [0.02, 0.1, 0.3, 0.5, 0.9, 1.4, 1.9])
def test_killed_inside_the_booking_call_there_is_exactly_one_booking(service: Service, shop: Emulator, after: float) -> None:
    until_settled(service, 0)
    until_settled(service, 1)
    shop.behave(faults=[{"kind": "slow", "method": "POST", "resource": "bookings", "seconds": WRITE_S}])
    _kill_inside(service, 2, after=after)
    service.start()
    answer = until_settled(service, 2)
    [line] = live_lines(shop)
    assert line["id_order"] == answer["reservation_id"]
    assert service.get(f"/api/pms/reservations/{answer['reservation_id']}")[1]["status"] == "confirmed"


def _kill_inside(service: Service, number: int, after: float) -> None:
    """Kill the service while it handles a message of the flow, *after* seconds into it."""
    caller = threading.Thread(target=service.say, args=(FLOW[number],), kwargs={"message_id": f"m{number}"})
    caller.start()
    time.sleep(after)
    service.kill()
    caller.join(timeout=PATIENCE_S)
