"""Two hotels with equal sender ids, room ids and message ids: nothing crosses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.testing.processes import Service

SEARCH = "Disponibilidad para 2027-05-20 a 2027-05-22"
LOCK = "Reservar habitación 6 para 2027-05-20"
CONFIRM = "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    hotels = tmp_path / "hotels"
    hotels.mkdir()
    for tenant in ("norte", "sur"):
        text = demo_source().replace("Hotel Mirador de la Alameda", f"Hotel {tenant.title()}")
        (hotels / f"{tenant}.toml").write_text(text, "utf-8")
    settings = {"HOTEL_AGENT_HOTELS_DIR": str(hotels), "HOTEL_AGENT_DEFAULT_TENANT": "norte"}
    with Service.at(tmp_path / "data", settings) as running:
        yield running.start()


def test_nothing_crosses(service: Service) -> None:
    for tenant in ("norte", "sur"):
        assert service.say(SEARCH, message_id="1", tenant=tenant)["rooms_available"] == 25
    north = service.say(LOCK, message_id="2", tenant="norte")
    assert north["lock_acquired"] is True
    # Locks: all three suites of the south are still there to be offered and locked.
    south = service.say(SEARCH, message_id="2", tenant="sur")
    assert [room["available"] for room in south["rooms"] if room["id"] == "6"] == [3]
    assert south["conversation_id"] != north["conversation_id"]
    # Conversations: a yes in the south answers nothing, although the north waits for one.
    assert service.say("sí", message_id="3", tenant="sur")["reservation_id"] is None
    booked = service.say(CONFIRM, message_id="3", tenant="norte")
    assert booked["reservation_id"] == "1"
    # Reservations: the south has none of that id.
    assert service.get("/api/pms/reservations/1?tenant=norte")[0] == 200
    assert service.get("/api/pms/reservations/1?tenant=sur")[0] == 404
    # Cache: the north has one suite less, the south has not.
    left = {tenant: service.say(SEARCH, message_id="4", tenant=tenant) for tenant in ("norte", "sur")}
    suites = {tenant: [room["available"] for room in answer["rooms"] if room["id"] == "6"] for tenant, answer in left.items()}
    assert suites == {"norte": [2], "sur": [3]}
    # References: the same order id in the south is another reservation.
    service.say(LOCK, message_id="5", tenant="sur")
    second = service.say(CONFIRM, message_id="6", tenant="sur")
    assert second["reservation_id"] == "1"
    assert second["data"]["booking"]["reference"] != booked["data"]["booking"]["reference"]


def test_an_unknown_hotel_is_not_found(service: Service) -> None:
    problem = service.say(SEARCH, tenant="este")
    assert (problem["status"], problem["code"]) == (404, "unknown_tenant")


def test_without_a_tenant_the_default_one_answers(service: Service) -> None:
    assert "Norte" in service.say("hola")["response_text"]
