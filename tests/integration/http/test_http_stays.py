"""Reservations spoken of through the HTTP API, with QloApps (its emulator) behind: seen, changed, cancelled, arrived at."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.testing.processes import Service

TERMS = """
[arrival]
online_check_in = true
online_check_out = true
asks_arrival_time = true

[late_checkout]
until = "14:00"
fee = 30.00
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("stays")
    hotels = folder / "hotels"
    hotels.mkdir()
    # Rooms are ready all day long, so that the test can arrive whenever it runs.
    text = demo_source().replace('check_in_from = "15:00"', 'check_in_from = "00:00"') + TERMS
    (hotels / "alameda.toml").write_text(text, "utf-8")
    settings = {"HOTEL_AGENT_HOTELS_DIR": str(hotels), "HOTEL_AGENT_DEFAULT_TENANT": "alameda"}
    with Service.at(folder / "data", settings) as running:
        yield running.start()


def talk(service: Service, sender: str, *texts: str) -> Any:
    """Say one after the other and return the last answer."""
    answer: Any = None
    for text in texts:
        answer = service.say(text, sender=sender)
    return answer


def book(service: Service, sender: str, arrival: str, departure: str, room: int = 2) -> str:
    answer = talk(
        service,
        sender,
        f"Disponibilidad para {arrival} a {departure}",
        f"Reservar habitación {room} para {arrival}",
        "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888",
    )
    return str(answer["reservation_id"])


def stay_of(service: Service, code: str) -> tuple[str, str, str]:
    status, found = service.get(f"/api/pms/reservations/{code}")
    assert status == 200
    return found["status"], found["check_in"], found["check_out"]


def test_guest_who_comes_back_elsewhere_sees_changes_and_cancels_a_reservation(service: Service) -> None:
    code = book(service, "first", "2027-05-20", "2027-05-22")
    seen = talk(service, "second", "¿cómo está mi reserva?", code, "Pérez")
    assert (seen["status"], code in seen["response_text"]) == ("success", True)

    asked = talk(service, "second", "quiero cambiar mi reserva, del 2027-05-24 al 2027-05-27")
    assert (asked["status"], asked["lock_acquired"]) == ("clarification", True)
    assert stay_of(service, code) == ("confirmed", "2027-05-20", "2027-05-22")
    changed = talk(service, "second", "sí")
    assert (changed["status"], changed["reservation_id"]) == ("success", code)
    assert stay_of(service, code) == ("confirmed", "2027-05-24", "2027-05-27")

    longer = talk(service, "second", "cambiar mi reserva, hasta el 2027-05-28", "sí")
    assert (longer["reservation_id"], stay_of(service, code)) == (code, ("confirmed", "2027-05-24", "2027-05-28"))

    fee = talk(service, "second", "quiero cancelar mi reserva")
    assert "gratis hasta" in fee["response_text"]
    assert talk(service, "second", "sí")["status"] == "success"
    assert stay_of(service, code)[0] == "cancelled"
    assert "cancelada" in talk(service, "first", "¿cómo está mi reserva?")["response_text"]


def test_without_the_surname_nothing_is_said_or_changed(service: Service) -> None:
    code = book(service, "victim", "2027-06-20", "2027-06-22")
    wrong = talk(service, "thief", "cancelar reserva", code, "García")
    unknown = talk(service, "other thief", "cancelar reserva", "987654", "García")
    assert wrong["response_text"] == unknown["response_text"]
    assert (wrong["reservation_id"], wrong["data"]["booking"]) == (None, None)
    talk(service, "thief", "sí")
    assert stay_of(service, code)[0] == "confirmed"


def test_change_to_another_type_and_to_more_rooms_keeps_the_reservation(service: Service) -> None:
    code = book(service, "mover", "2027-07-20", "2027-07-22")
    assert talk(service, "mover", "quiero cambiar mi reserva a la suite", "sí")["reservation_id"] == code
    _, found = service.get(f"/api/pms/reservations/{code}")
    assert (found["room_type"], found["status"]) == ("suite", "confirmed")
    grown = talk(service, "mover", "quiero cambiar mi reserva: 4 adultos en 2 habitaciones", "sí")
    assert grown["reservation_id"] == code
    assert service.get(f"/api/pms/reservations/{code}")[1]["total"] != found["total"]


def test_guest_checks_in_through_the_chat_on_the_day(service: Service) -> None:
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/Madrid")).date()  # noqa: TID251 - the service has a real clock
    code = book(service, "arriving", str(today), str(today + timedelta(days=2)))
    asked = talk(service, "arriving", "quiero hacer el check-in")
    assert (asked["status"], code in asked["response_text"]) == ("clarification", True)
    done = talk(service, "arriving", "sí")
    assert (done["status"], stay_of(service, code)[0]) == ("success", "checked_in")
    late = talk(service, "arriving", "¿puedo hacer late check-out?")
    assert ("14:00" in late["response_text"], "30,00" in late["response_text"]) == (True, True)
