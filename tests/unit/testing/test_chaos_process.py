"""The machine that chaos runs put under a process: its clock and its name service."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.testing.chaos_process import Weather, _Machine

NAME = "pms.hotel.test"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "weather.json"


def machine(file: Path, weather: Weather) -> _Machine:
    weather.write(file)
    return _Machine(file)


def test_weather_is_read_as_it_was_written(file: Path) -> None:
    weather = Weather(clock_s=3600.0, names={NAME: "127.0.0.1"}, lookup_s=5.0)
    weather.write(file)
    assert Weather.read(file) == weather


def test_a_name_is_what_the_weather_says_and_any_other_what_the_real_service_says(file: Path) -> None:
    resolved = machine(file, Weather(names={NAME: "127.0.0.1"}))
    for host in (NAME, "127.0.0.1"):
        assert {place[4][0] for place in resolved.resolve(host, 80, type=socket.SOCK_STREAM)} == {"127.0.0.1"}


def test_a_name_that_is_gone_is_not_found(file: Path) -> None:
    with pytest.raises(socket.gaierror):
        machine(file, Weather(names={})).resolve(NAME, 80)


def test_the_clock_is_fast_by_what_the_weather_says(file: Path) -> None:
    before = SystemClock().now()
    fast = machine(file, Weather(clock_s=3600.0, names={})).now(SystemClock())
    assert before + timedelta(hours=1) <= fast <= SystemClock().now() + timedelta(hours=1)
