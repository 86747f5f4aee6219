"""The short form of the chaos run: a full disk under a real service, and everything a long run looks at."""

import json

import anyio
import pytest
from attrs import evolve

from hotel_agent.testing.chaos import is_clean, main, report
from hotel_agent.testing.chaos_report import Outcome, printed
from hotel_agent.testing.chaos_run import Order, run_scenario
from hotel_agent.testing.chaos_scenarios import SCENARIOS

SHORT = Order(seed=7, guests_s=1.5, messages=6, fault_s=3.0, calm_s=1.5, after_s=0.5)
(DISK_FULL,) = (scenario for scenario in SCENARIOS if scenario.name == "disk-full")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return anyio.run(run_scenario, SHORT, DISK_FULL)


def test_promises_are_kept_while_the_disk_is_full(outcome: Outcome) -> None:
    # How long anybody waits, and what is told of it when, is for the full run, on a machine that does nothing else.
    assert outcome.broken == ()


def test_the_fault_was_felt_and_every_message_was_answered_after_it(outcome: Outcome) -> None:
    assert outcome.refused > 0
    assert outcome.all_along.longest < SHORT.patience_s
    assert outcome.recovered_s is not None


def test_what_came_of_it_is_told_as_a_table_and_as_json(outcome: Outcome) -> None:
    assert "disk-full" in printed([outcome])
    told = json.loads(json.dumps(report(7, [outcome])))
    assert (told["seed"], [one["scenario"] for one in told["scenarios"]]) == (7, ["disk-full"])
    assert told["clean"] is is_clean([outcome])


def test_json_names_no_file_of_the_machine(outcome: Outcome) -> None:
    death = 'serve 1 ended by itself with 1: MemoryError\n  File "/srv/hotel/quotas.py", line 1'
    told = evolve(outcome, deaths=(death,), broken=(death,), otherwise=(death,)).as_json()
    for kind in ("processes that ended by themselves", "promises broken", "otherwise than stated"):
        assert told[kind] == ["serve 1 ended by itself with 1: MemoryError"]


def test_a_scenario_that_is_not_there_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--scenario", "earthquake"])
    assert ended.value.code == 2
    assert "disk-full" in capsys.readouterr().err
