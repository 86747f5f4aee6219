"""
The auditor of a fault run: what guests sent and were answered, against the transcripts and the trail that the store kept.

It knows nothing of how either came about. What a stale owner's commit would leave behind is looked for in what it cannot hide:
a transcript whose positions do not run on, a line that nobody sent, a second answer, an act that can happen only once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from attrs import frozen

from hotel_agent.domain.turns import AuditAct, AuditEntry
from hotel_agent.ports.records import Line
from hotel_agent.testing.fault_guests import Exchange

_ONCE: Final = (AuditAct.SUBMITTED, AuditAct.CONFIRMED, AuditAct.CANCELLED)


class Wrong(StrEnum):
    """What must not be found after a fault run."""

    LOST = "lost"
    DOUBLED = "doubled"
    REORDERED = "out of order"
    STALE = "stale commits accepted"
    OTHERWISE = "answered otherwise"
    HALF_TAKEN = "half taken"
    LEFT = "left waiting or set aside"
    BOOKED = "wrong in the PMS"
    WAITED = "waited longer for a dead owner than its lease"
    OUTAGE = "the store's restart told or taken wrongly"
    DIED = "processes that died by themselves"
    COMPLAINT = "guests' complaints"


@frozen(kw_only=True)
class Wait:
    """
    How long a message waited for its answer.

    `at_head` leaves out what it waited for those before it in its conversation: of that somebody's dead owner is no part.
    """

    message: str
    received_at: datetime
    took: timedelta
    at_head: timedelta


def examine(conversations: Sequence[tuple[Sequence[Exchange], Sequence[Line]]]) -> dict[Wrong, list[str]]:
    """Compare what each guest sent and heard with the transcript of the conversation; a sentence for every violation."""
    found: dict[Wrong, list[str]] = {kind: [] for kind in Wrong}
    for exchanges, transcript in conversations:
        for kind, sentence in _examine_one(exchanges, sorted(transcript, key=lambda line: line.position)):
            found[kind].append(sentence)
    return found


def _examine_one(exchanges: Sequence[Exchange], lines: Sequence[Line]) -> Iterator[tuple[Wrong, str]]:
    sent = {exchange.message.id: exchange for exchange in exchanges}
    yield from _run_on(sent, lines)
    heard = [line.message_id for line in lines if line.by_guest and line.message_id in sent]
    for message, times in Counter(heard).items():
        if times > 1:
            yield Wrong.DOUBLED, f"{message} was handled {times} times"
    yield from _overtaken(sent, heard)
    answers = _answers(lines)
    news = False
    for message, exchange in sent.items():
        # What could not be looked up is told once the PMS is back.
        news = news or exchange.message.news or exchange.degraded
        if message not in answers:
            if not exchange.refused:
                yield Wrong.LOST, f"{message} is not in the transcript"
            continue
        yield from _answered(exchange, answers[message], news=news)


def _run_on(sent: Mapping[str, Exchange], lines: Sequence[Line]) -> Iterator[tuple[Wrong, str]]:
    positions = [line.position for line in lines]
    if positions != list(range(1, len(lines) + 1)):
        yield Wrong.STALE, f"positions do not run on: {positions}"
    for line in lines:
        if line.by_guest and line.message_id not in sent:
            yield Wrong.STALE, f"{line.message_id} is in a transcript and was not sent there"
    if lines and not lines[0].by_guest:
        yield Wrong.STALE, f"{lines[0].message_id} answers nothing"
    for message, times in Counter(line.message_id for line in lines if not line.by_guest).items():
        if times > 1:
            yield Wrong.DOUBLED, f"{message} was said {times} times"


def _overtaken(sent: Mapping[str, Exchange], heard: Sequence[str]) -> Iterator[tuple[Wrong, str]]:
    """Whoever had been acknowledged before another was sent must have been handled before it."""
    for place, first in enumerate(heard):
        for second in heard[place + 1 :]:
            acknowledged = sent[second].acknowledged_at
            if acknowledged is not None and acknowledged < sent[first].sent_at:
                yield Wrong.REORDERED, f"{first} was handled before {second}, which had been acknowledged before it was sent"


def _answers(lines: Sequence[Line]) -> dict[str, list[str]]:
    """What was said after each message of the guest and before the next."""
    answers: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        if line.by_guest:
            current = answers.setdefault(line.message_id, [])
        else:
            current.append(line.text)
    return answers


def _answered(exchange: Exchange, said: Sequence[str], *, news: bool) -> Iterator[tuple[Wrong, str]]:
    message = exchange.message
    if not said:
        kind = Wrong.HALF_TAKEN if exchange.refused else Wrong.LOST
        yield kind, f"{message.id} has no answer in the transcript"
    # News of a booking may follow where there is one, but not the same twice.
    if len(said) > 1 and (not news or len(set(said)) < len(said)):
        yield Wrong.DOUBLED, f"{message.id} has {len(said)} answers"
    if exchange.refused:
        return
    if exchange.checking:
        # Told, as often as it asked, that the booking it is about is being checked.
        return
    if exchange.said is None:
        yield Wrong.LOST, f"{message.id} was never answered to its guest"
    elif exchange.said not in said and not message.news:
        yield Wrong.OTHERWISE, f"{message.id}: its guest heard another answer than the transcript has"
    # "I am cancelling it" is followed by "it is cancelled": the latest result moves on as often as news were told, no oftener.
    moves = len(said) - 1 if message.news else 0
    if len(exchange.contradictions) > moves:
        yield Wrong.OTHERWISE, f"{message.id} was answered in {1 + len(exchange.contradictions)} ways"
    if message.arrival and not exchange.degraded and exchange.arrival != message.arrival.isoformat():
        yield Wrong.OTHERWISE, f"{message.id} asked for {message.arrival} and was answered for {exchange.arrival}"


def repeated_acts(trail: Sequence[AuditEntry]) -> list[str]:
    """Return acts that happened twice to one booking and can happen only once."""
    acts = Counter((entry.act, entry.subject) for entry in trail if entry.act in _ONCE)
    return [f"{act} of {subject} happened {times} times" for (act, subject), times in acts.items() if times > 1]


def overtakings(exchanges: Sequence[Exchange], lines: Sequence[Line]) -> int:
    """Count messages handled after a later one; both were under way at once, or `examine` finds a violation."""
    numbers = {exchange.message.id: exchange.message.number for exchange in exchanges}
    order = [numbers[line.message_id] for line in lines if line.by_guest and line.message_id in numbers]
    return sum(later < earlier for earlier, later in pairwise(order))


def waits(lines: Sequence[Line]) -> tuple[Wait, ...]:
    """How long each message of a transcript waited from its arrival to its first answer."""
    found: list[Wait] = []
    for line, after in pairwise(lines):
        if line.by_guest and not after.by_guest:
            before = _answered_at(lines, line)
            head_at = max(line.at, before) if before else line.at
            found.append(
                Wait(message=line.message_id, received_at=line.at, took=after.at - line.at, at_head=after.at - head_at)
            )
    return tuple(found)


def _answered_at(lines: Sequence[Line], line: Line) -> datetime | None:
    """When what came before *line* had its last answer."""
    return max((one.at for one in lines if not one.by_guest and one.position < line.position), default=None)
