"""The sentences nobody trained on: what was reached stays reached."""

from datetime import date
from pathlib import Path

import pytest

from hotel_agent.adapters.nlu.evaluation import Report, evaluate, labelled
from hotel_agent.adapters.nlu.understander import LocalUnderstander

HELD_OUT = Path(__file__).parents[3] / "tools" / "understanding" / "heldout"
TODAY = date(2026, 11, 21)
INTENT_SETS = ("es", "en", "pt", "third", "fourth", "fifth", "sixth")


def report_on(*names: str) -> Report:
    lines = [line for name in names for line in (HELD_OUT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return evaluate([labelled(line, today=TODAY) for line in lines], LocalUnderstander.load().hear)


@pytest.mark.parametrize(("language", "share"), [("es", 0.95), ("en", 0.93), ("pt", 0.93)])
def test_intents_of_the_held_out_sentences_stay_recognised(language: str, share: float) -> None:
    report = report_on(language)
    assert report.accuracy[language] >= share
    assert report.macro_f1[language] >= 0.92


@pytest.mark.parametrize(("language", "share"), [("es", 0.93), ("en", 0.93), ("pt", 0.86)])
def test_so_do_those_of_the_set_written_after_all_training(language: str, share: float) -> None:
    assert report_on("sixth").accuracy[language] >= share


def test_what_is_said_with_confidence_is_right_as_often() -> None:
    report = report_on(*INTENT_SETS)
    sure = [row for row in report.reliability if row[0] >= 0.8]
    texts = sum(row[2] for row in sure)
    believed = sum(row[2] * row[3] for row in sure) / texts
    right = sum(row[2] * row[4] for row in sure) / texts
    assert abs(believed - right) <= 0.03


def test_out_of_scope_is_noticed_without_false_alarms() -> None:
    report = report_on(*INTENT_SETS)
    assert report.out_of_scope_recall >= 0.85
    assert report.false_alarms <= 0.02


def test_no_held_out_stay_is_silently_wrong_and_ranges_are_exact() -> None:
    report = report_on("stays")
    assert report.silently_wrong == ()
    assert report.exact_stays >= 0.99 * report.stays
