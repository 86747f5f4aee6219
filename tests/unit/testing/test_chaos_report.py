"""How a chaos run counts what guests waited for, and what it spends of the error budget."""

import pytest

from hotel_agent.testing.chaos import report
from hotel_agent.testing.chaos_report import IN_TIME_S, Waits, spent, waited
from hotel_agent.testing.fault_guests import Exchange, Message

LINE = Message(guest=1, number=1, text="?")


def exchange(took: float | None) -> Exchange:
    return Exchange(LINE, sent_at=10.0, acknowledged_at=None if took is None else 10.0 + took)


def test_a_guest_waits_from_the_first_try_to_the_first_answer_and_for_ever_without_one() -> None:
    assert (waited(exchange(0.5)), waited(exchange(None))) == (0.5, float("inf"))


def test_waits_tell_who_was_answered_in_time() -> None:
    waits = Waits.of([exchange(0.1)] * 18 + [exchange(IN_TIME_S), exchange(None)])
    assert (waits.count, waits.in_time, waits.longest) == (20, 0.95, float("inf"))
    assert waits.p50 == pytest.approx(0.1)
    assert Waits.of([]).in_time == 1.0


def test_the_budget_is_half_a_percent_of_ten_minutes_messages_at_the_rate_of_the_run() -> None:
    assert spent(missed=15, messages=600, took_s=60.0) == pytest.approx(15 / 30)
    assert spent(missed=0, messages=0, took_s=0.0) == 0.0


def test_a_run_in_which_a_scenario_could_not_be_run_to_its_end_is_not_clean() -> None:
    assert report(7, [])["clean"] is True
    told = report(7, [], {"disk-full": "OSError: no room"})
    assert (told["clean"], told["cut short"]) == (False, {"disk-full": "OSError: no room"})
