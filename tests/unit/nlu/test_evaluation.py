import json
from datetime import date
from itertools import count

import pytest

from hotel_agent.adapters.nlu.describing import describe
from hotel_agent.adapters.nlu.evaluation import as_json, as_text, evaluate, labelled
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.understanding import Intent, Language, Listening, Slots, StayCandidate, StayReading, Understanding

TODAY = date(2026, 11, 21)
STAY = StayReading((StayCandidate(date(2026, 12, 20), date(2026, 12, 22), 2),))
DAY = StayReading((StayCandidate(date(2026, 12, 20)),))
TWO = StayReading((StayCandidate(date(2026, 12, 20)), StayCandidate(date(2026, 12, 27))))


def answer(stay: StayReading | None, intent: Intent = Intent.CHECK_AVAILABILITY) -> Understanding:
    return Understanding(intent, 0.9, Language.ES, Slots(stay=stay, adults=2))


def report_of(lines: list[dict[str, object]], answers: dict[str, Understanding]) -> dict[str, object]:
    ticks = count()
    told = [labelled(json.dumps(line), today=TODAY) for line in lines]

    def hear(text: str, _: Listening) -> Understanding:
        return answers[text]

    report = evaluate(told, hear, clock=lambda: next(ticks) / 1000)
    assert "texts" in as_text(report)
    return as_json(report)


def test_dates_are_exact_incomplete_ambiguous_or_silently_wrong() -> None:
    meant = {"check_in": "2026-12-20", "check_out": "2026-12-22", "nights": 2}
    other = {"check_in": "2026-12-21", "check_out": "2026-12-22", "nights": 1}
    report = report_of(
        [
            {"text": t, "lang": "es", "slots": slots}
            for t, slots in (("exact", meant), ("day", meant), ("two", meant), ("wrong", other))
        ],
        {"exact": answer(STAY), "day": answer(DAY), "two": answer(TWO), "wrong": answer(STAY)},
    )
    assert report["stays"] == {"labelled": 4, "exact": 1, "ambiguous": 1, "incomplete": 1, "silently_wrong": ["wrong"]}


def test_intents_are_counted_by_language_and_mistakes_listed() -> None:
    report = report_of(
        [{"text": "a", "lang": "es", "intent": "check_availability"}, {"text": "b", "lang": "es", "intent": "out_of_scope"}],
        {"a": answer(None), "b": answer(None)},
    )
    assert report["accuracy"] == {"all": 0.5, "es": 0.5}
    assert report["out_of_scope"] == {"recall": 0.0, "false_alarms": 0.0}
    assert report["confusion"] == [["out_of_scope", "check_availability", 1]]
    assert report["time_ms"] == {"p50": 1.0, "p95": 1.0}


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"lang": "es"}',
        '{"text": "x", "lang": "xx"}',
        '{"text": "x", "intent": "?"}',
        '{"text": "x", "today": "soon"}',
    ],
)
def test_a_line_that_cannot_be_used_is_refused_without_repeating_it(line: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        labelled(line, today=TODAY)
    assert line not in str(refused.value)


def test_what_was_understood_is_told_as_plain_json() -> None:
    told = json.loads(json.dumps(describe("x", answer(STAY))))
    assert (told["slots"]["check_in"], told["slots"]["nights"], told["slots"]["adults"], told["question"]) == (
        "2026-12-20",
        2,
        2,
        None,
    )
    assert set(told["slots"]) == {
        "check_in",
        "check_out",
        "nights",
        "adults",
        "children",
        "rooms",
        "room_type",
        "reservation_code",
        "name",
        "email",
        "phone",
        "option",
    }


def test_dates_that_may_be_several_are_told_as_none_with_a_question() -> None:
    told = describe("x", answer(TWO))
    assert (told["ambiguous"], told["question"], told["slots"]["check_in"]) == (True, "which_dates", None)  # type: ignore[index]  # plain JSON
    assert describe("x", answer(DAY))["question"] == "departure"
