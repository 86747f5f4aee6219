import json
import subprocess
import sys
from collections import Counter

import pytest

from hotel_agent.entrypoints.cli import DONE, FAILED, main
from hotel_agent.entrypoints.simulating import show
from hotel_agent.testing.simulation.auditor import Finding
from hotel_agent.testing.simulation.running import Report, World, simulate


def world(seed: int, *findings: Finding) -> World:
    return World(
        seed=seed,
        conversations=20,
        findings=findings,
        messages=100,
        confirmed=10,
        faults=Counter({"crashes": 3}),
        set_aside=0,
        processes=6,
        errors=Counter({"Unavailable": 4}),
        digest="d",
    )


BROKEN = Report(seed=7, worlds=(world(7), world(8, Finding("no lock left", "h0: 1"))), seconds=1.0)


def test_broken_promise_fails_the_command_and_names_the_seed_that_shows_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(BROKEN, as_json=False) == FAILED
    told = capsys.readouterr().out
    assert "seed 8: no lock left: h0: 1" in told
    assert "hotel-agent simulate --seed 8 --conversations 20" in told


def test_broken_promise_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(BROKEN, as_json=True) == FAILED
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == [{"seed": 8, "promise": "no lock left", "what": "h0: 1"}]
    assert told["replay"] == [{"seed": 8, "conversations": 20}]
    assert (told["faults"], told["errors"]) == ({"crashes": 6}, {"Unavailable": 8})


def test_command_counts_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seed", "5", "--conversations", "30", "--processes", "1", "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["conversations"], told["findings"], told["replay"]) == (30, [], [])
    assert (told["messages"] > 60, told["confirmed"] > 0, sum(told["faults"].values()) > 30) == (True, True, True)


@pytest.mark.parametrize("conversations", ["0", "-1", "many"])
def test_number_of_conversations_is_a_positive_number(conversations: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["simulate", "--conversations", conversations])


def test_worlds_side_by_side_are_the_same_as_one_after_the_other() -> None:
    alone = simulate(900, 20, a_world=12, processes=1)
    together = simulate(900, 20, a_world=12, processes=2)
    assert together.worlds == alone.worlds
    assert [(one.seed, one.conversations) for one in alone.worlds] == [(900, 12), (901, 8)]


def test_serving_loads_nothing_of_the_testing_package() -> None:
    code = (
        "import sys; import hotel_agent.entrypoints.cli, hotel_agent.entrypoints.running;"
        "print([name for name in sys.modules if name.startswith('hotel_agent.testing')])"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"
