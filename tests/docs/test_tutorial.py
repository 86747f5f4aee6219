import json
import subprocess
from typing import Any

from hotel_agent.testing.processes import Service


def call(command: str, url: str) -> dict[str, Any]:
    """Run a command of the tutorial as it is written, but for the port."""
    text = command.replace("http://127.0.0.1:8000", url)
    output = subprocess.run(["/bin/bash", "-c", text], capture_output=True, check=True, text=True, timeout=90).stdout
    answer: dict[str, Any] = json.loads(output)
    return answer


def test_the_five_calls_of_the_tutorial_book_and_cancel_a_room(service: Service, examples: Any) -> None:
    commands = {example.name: example.body for example in examples("docs/tutorial.md", "bash")}

    available = call(commands["availability"], service.url)
    assert "rooms" in available, available
    assert (available["status"], available["rooms"][0]["id"]) == ("success", "2")
    stay = available["data"]["availability"]
    assert (stay["check_in"][4:], stay["check_out"][4:]) == ("-12-20", "-12-22")

    assert call(commands["lock"], service.url)["lock_acquired"] is True

    confirmed = call(commands["confirm"], service.url)
    assert (confirmed["status"], confirmed["reservation_id"]) == ("success", "1")

    reservation = call(commands["reservation"], service.url)
    assert reservation["status"] == "confirmed"
    assert (reservation["check_in"], reservation["check_out"]) == (stay["check_in"], stay["check_out"])

    assert call(commands["cancel"], service.url)["status"] == "clarification"
    assert call(commands["cancel"].replace("cancelar mi reserva", "sí"), service.url)["status"] == "success"
    assert call(commands["reservation"], service.url)["status"] == "cancelled"
