"""A running service seen from a terminal, and made to say more, without a restart."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotel_agent.testing.processes import Running, Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service.at(tmp_path / "data") as running:
        yield running.start()


def command(service: Service, *arguments: str) -> list[str]:
    """Run another command with the service's settings and return what it printed."""
    with Running(arguments, service.environment).start() as other:
        assert other.wait_for_end() == 0, other.output
        return other.output


def test_what_a_service_does_is_seen_and_its_log_level_changed_while_it_runs(service: Service) -> None:
    service.say("Disponibilidad para 2027-05-20 a 2027-05-22")
    seen = json.loads("".join(command(service, "status", "--once", "--json")))
    assert (seen["status"], seen["breakers"]["pms"], seen["totals"]["messages"]) == ("ready", "closed", 1)
    assert [part["name"] for part in seen["parts"]] == ["journal", "locks", "pms:demo", "worker"]
    assert seen["pools"]["conversations"]["size"] == 64
    assert not any('"level":"debug"' in line for line in service.output)
    assert command(service, "log-level", "debug")[0].startswith("debug")
    service.wait_for_line('"now":"debug","event":"log level changed"')
    service.say("hola")
    service.wait_for_line('"event":"message taken","level":"debug"')
