"""`kill -9` between and inside the calls of a booking: after a restart the flow goes on, with exactly one booking."""

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from attrs import frozen

from hotel_agent.testing.processes import Emulator, Service

PATIENCE_S = 180
"""A worker that dies between taking a booking job and sending it may have sent it: absence is presumed after 90 s."""
WRITE_S = 0.6
_GUESTS = count(1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator.at(tmp_path_factory.mktemp("shop") / "shop.db") as emulator:
        yield emulator.start()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, shop: Emulator) -> Iterator[Service]:
    """One installation for all of this: it is killed and started again, over and over, on the same data."""
    folder = tmp_path_factory.mktemp("house")
    with Service.at(folder / "data", shop.settings(folder / "hotels")) as service:
        yield service.start()


@frozen
class Guest:
    """Somebody who books one room for days of their own."""

    service: Service
    shop: Emulator
    name: str
    arrival: date

    def text(self, number: int) -> str:
        flow = (
            f"Disponibilidad para {self.arrival} a {self.arrival + timedelta(days=2)}",
            f"Reservar habitación 2 para {self.arrival}",
            "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888",
        )
        return flow[number]

    def say(self, number: int) -> Any:
        return self.service.say(self.text(number), sender=self.name, message_id=f"m{number}")

    def until_settled(self, number: int) -> Any:
        """Hand in the same message again, as a caller without an answer does, until it has its final answer."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self.say(number)
            if answer and (number < 2 or answer["reservation_id"]):
                return answer
            assert time.monotonic() < deadline, answer
            time.sleep(0.2)

    def has_just(self, reservation: str) -> None:
        """Find the reservation confirmed, and no other live line for the guest's days in the shop."""
        [line] = [
            line
            for line in self.shop.records("room_bookings")
            if line["is_refunded"] == line["is_back_order"] == "0" and line["date_from"].startswith(str(self.arrival))
        ]
        assert line["id_order"] == reservation
        assert self.service.get(f"/api/pms/reservations/{reservation}")[1]["status"] == "confirmed"


@pytest.fixture
def guest(house: Service, shop: Emulator) -> Iterator[Guest]:
    if house.get("/health/live")[0] != 200:  # left dead by a test that failed
        house.start()
    number = next(_GUESTS)
    yield Guest(house, shop, f"guest-{number}", date(2027, 5, 1) + number * timedelta(days=3))
    shop.behave(faults=[])


def test_killed_between_any_two_calls_the_flow_goes_on(guest: Guest) -> None:
    for number in (0, 1):
        guest.until_settled(number)
        guest.service.kill()
        guest.service.start()
    guest.has_just(guest.until_settled(2)["reservation_id"])


@pytest.mark.parametrize("number", [0, 1])
def test_killed_inside_a_reading_call_the_flow_goes_on(guest: Guest, number: int) -> None:
    for earlier in range(number):
        guest.until_settled(earlier)
    guest.shop.behave(faults=[{"kind": "slow", "method": "POST", "resource": "hotel_ari", "seconds": WRITE_S}])
    _kill_inside(guest, number, after=WRITE_S / 2)
    guest.service.start()
    answers = [guest.until_settled(later) for later in range(number, 3)]
    guest.has_just(answers[-1]["reservation_id"])


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "after", [0.02, 0.5, 1.4, *(pytest.param(one, marks=pytest.mark.nightly) for one in (0.1, 0.3, 0.9, 1.9))]
)
def test_killed_inside_the_booking_call_there_is_exactly_one_booking(guest: Guest, after: float) -> None:
    guest.until_settled(0)
    guest.until_settled(1)
    guest.shop.behave(faults=[{"kind": "slow", "method": "POST", "resource": "bookings", "seconds": WRITE_S}])
    _kill_inside(guest, 2, after=after)
    guest.service.start()
    guest.has_just(guest.until_settled(2)["reservation_id"])


def _kill_inside(guest: Guest, number: int, after: float) -> None:
    """Kill the service while it handles a message of the flow, *after* seconds into it."""
    caller = threading.Thread(target=guest.say, args=(number,))
    caller.start()
    time.sleep(after)
    guest.service.kill()
    caller.join(timeout=PATIENCE_S)
