"""The sentences nobody trained on: what was reached stays reached."""

from datetime import date
from pathlib import Path

import pytest

from hotel_agent.adapters.nlu.evaluation import Report, evaluate, labelled
from hotel_agent.adapters.nlu.understander import LocalUnderstander

HELD_OUT = Path(__file__).parents[3] / "tools" / "understanding" / "heldout"
TODAY = date(2026, 11, 21)


def report_on(*names: str) -> Report:
    lines = [line for name in names for line in (HELD_OUT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return evaluate([labelled(line, today=TODAY) for line in lines], LocalUnderstander.load().hear)


@pytest.mark.parametrize(("language", "share"), [("es", 0.93), ("en", 0.93), ("pt", 0.95)])
def test_intents_of_the_held_out_sentences_stay_recognised(language: str, share: float) -> None:
    assert report_on(language).accuracy[language] >= share


def test_out_of_scope_is_noticed_without_false_alarms() -> None:
    report = report_on("es", "en", "pt")
    assert report.out_of_scope_recall >= 0.9
    assert report.false_alarms <= 0.03


def test_no_held_out_stay_is_silently_wrong_and_ranges_are_exact() -> None:
    report = report_on("stays")
    assert report.silently_wrong == ()
    assert report.exact_stays >= 0.99 * report.stays
