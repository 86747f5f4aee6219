"""
Checks a history against what is promised (architecture section 1), knowing nothing of how it came about.

It reads what guests sent and what their screens show, the hotels' books, and the trails; each finding is a sentence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Final

from attrs import frozen

from hotel_agent.domain.ids import RoomId
from hotel_agent.domain.locks import LockAct, LockEntry
from hotel_agent.domain.reservations import Reservation, ReservedRoom
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import AuditAct
from hotel_agent.ports.records import Line
from hotel_agent.testing.simulation.history import HOLD_BACK, Books, Correspondence, History
from hotel_agent.testing.simulation.reading import (
    Terms,
    cancelled_in,
    confirmed_in,
    confirmed_terms,
    ends_booking,
    read_back_in,
    starts_booking,
)

OURS: Final = "ha-"


@frozen
class Finding:
    """A broken promise: which, and what shows it."""

    promise: str
    what: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.what}"


def audit(history: History) -> tuple[Finding, ...]:
    """Return every broken promise; none when all were kept."""
    found: list[Finding] = [Finding("rest", what) for what in (*history.waiting, *history.deaths)]
    for tenant, books in history.hotels.items():
        ours = [one for one in history.conversations if one.tenant == tenant]
        found += (Finding("no room sold twice", f"{tenant}: {what}") for what in _sold_twice(books.reservations))
        found += (Finding("no room locked twice", f"{tenant}: {what}") for what in _locked_twice(books.locks))
        if books.standing:
            found.append(Finding("no lock left", f"{tenant}: {books.standing}"))
        found += (Finding("nobody left in the dark", f"{tenant}: {what}") for what in _untold(books, ours))
        for one in ours:
            found += _of_conversation(one, books)
    return tuple(found)


def _of_conversation(one: Correspondence, books: Books) -> Iterator[Finding]:
    who = f"{one.tenant}/{one.sent[0].message_id if one.sent else one.conversation}"
    checks = {
        "every message once": _not_once(one),
        "in order": _out_of_order(one),
        "every message answered": _unanswered(one),
        "confirmed means live, as agreed": _untrue(one, books),
        "nobody left in the dark": _never_told(one, books),
    }
    for promise, findings in checks.items():
        yield from (Finding(promise, f"{who}: {what}") for what in findings)


# ---------------------------------------------------------------- messages


def _not_once(one: Correspondence) -> Iterator[str]:
    handled = Counter(line.message_id for line in one.lines if line.by_guest)
    for sent in one.sent:
        if handled[sent.message_id] != 1:
            yield f"message {sent.message_id} was handled {handled[sent.message_id]} times"
    told = Counter(line.message_id for line in one.lines if not line.by_guest)
    yield from (f"message {message} reached the guest {count} times" for message, count in told.items() if count > 1)


def _out_of_order(one: Correspondence) -> Iterator[str]:
    """
    What the service had before a later message could be handled, and is not stamped later, is handled before it.

    A message with a stamp can be handled when its hold-back is over, or with news that the hotel tells by itself meanwhile, for
    news overtakes nobody; one without a stamp as soon as it came.
    """
    place = {line.message_id: line.position for line in one.lines if line.by_guest}
    news = [line.at for before, line in pairwise(one.lines) if not line.by_guest and not before.by_guest]
    for first, second in combinations(one.sent, 2):
        if not {first.message_id, second.message_id} <= place.keys() or not (first.taken_at and second.offered_at):
            continue
        stamped_before = not (first.stamped_at and second.stamped_at) or first.stamped_at < second.stamped_at
        in_time = first.taken_at < second.offered_at + (HOLD_BACK if second.stamped_at else timedelta())
        cut_short = any(second.offered_at <= at < first.taken_at for at in news)
        if stamped_before and in_time and not cut_short and place[first.message_id] > place[second.message_id]:
            yield f"message {second.message_id} was handled before {first.message_id}"


def _unanswered(one: Correspondence) -> Iterator[str]:
    for line, following in pairwise((*one.lines, None)):
        if line and line.by_guest and (following is None or following.by_guest):
            yield f"message {line.message_id} has no answer"


# ---------------------------------------------------------------- reservations


def _untrue(one: Correspondence, books: Books) -> Iterator[str]:
    codes = Counter(code for line in one.lines if not line.by_guest and (code := confirmed_in(line.text)))
    yield from (f"reservation {code} was confirmed {count} times" for code, count in codes.items() if count > 1)
    cancelled = _cancelled(one)
    known: dict[str, Reservation] = {reservation.id: reservation for reservation in books.reservations}
    confirmed: list[Terms] = []
    for index, line in enumerate(one.lines):
        code = None if line.by_guest else confirmed_in(line.text)
        if code is None:
            continue
        told, reservation = confirmed_terms(line.text), known.get(code)
        if told is None or reservation is None:
            yield f"reservation {code} is confirmed but unknown"
            continue
        if _agreed(one, one.lines[: index + 1]).count(told) < sum(told == terms for terms in confirmed) + 1:
            yield f"reservation {code} is not what the guest agreed to"
        confirmed.append(told)
        if code in cancelled:
            if _live(reservation):
                yield f"reservation {code} is said to be cancelled and is live"
        elif difference := _difference(told, one, reservation):
            yield f"reservation {code} differs in the books: {difference}"


def _agreed(one: Correspondence, before: Sequence[Line]) -> list[Terms]:
    """
    The terms of each read-back that a later yes of the guest answered, as far as that began a booking.

    Where the same terms were read back twice, a yes to the first is one to the second.
    """
    yeses = {sent.message_id: sent for sent in one.sent if sent.agrees}
    agreed: list[Terms] = []
    terms, since = None, None
    for line, reply in pairwise(before):
        if not line.by_guest:
            if (asked := read_back_in(line.text)) and asked != terms:
                terms, since = asked, line.at
        elif terms and since and (sent := yeses.get(line.message_id)) and starts_booking(reply.text):
            if since < (sent.stamped_at or line.at):
                agreed.append(terms)
            terms = None
    return agreed


def _difference(told: Terms, one: Correspondence, reservation: Reservation) -> str:
    rooms = [room for room in reservation.rooms if room.live]
    if not rooms:
        return "it holds no room"
    facts = {
        "room": (told.room, rooms[0].room_type_name),
        "arrival": (told.arrival, reservation.arrival),
        "departure": (told.departure, reservation.departure),
        "total": (told.total, reservation.total.amount),
        "name": (told.name, one.guest.name),
        "guest": (one.guest, reservation.guest),
    }
    return ", ".join(name for name, (expected, actual) in facts.items() if expected != actual)


def _cancelled(one: Correspondence) -> set[str]:
    return {code for line in one.lines if not line.by_guest and (code := cancelled_in(line.text))}


def _untold(books: Books, conversations: Sequence[Correspondence]) -> Iterator[str]:
    """Live reservations of ours that neither their guest nor staff has heard of."""
    told = {
        code
        for one in conversations
        for line in one.lines
        if not line.by_guest and (code := confirmed_in(line.text)) and code not in _cancelled(one)
    }
    submitted = {entry.detail: entry.conversation for entry in books.audit if entry.act is AuditAct.SUBMITTED}
    staff_knows = {escalation.conversation for escalation in books.escalations}
    for reservation in books.reservations:
        if not reservation.reference.startswith(OURS) or not _live(reservation) or reservation.id in told:
            continue
        if submitted.get(reservation.reference) not in staff_knows:
            yield f"nobody was told of reservation {reservation.id}"


def _never_told(one: Correspondence, books: Books) -> Iterator[str]:
    """Bookings begun whose end the guest never heard of, nor staff."""
    begun = sum(starts_booking(line.text) for line in one.lines if not line.by_guest)
    ended = sum(ends_booking(line.text) for line in one.lines if not line.by_guest)
    if begun > ended and one.conversation not in {escalation.conversation for escalation in books.escalations}:
        yield f"{begun} bookings begun, the end of {ended} told"


def _live(reservation: Reservation) -> bool:
    return any(room.live for room in reservation.rooms)


def _sold_twice(reservations: Iterable[Reservation]) -> Iterator[str]:
    lines = [(known, room) for known in reservations for room in known.rooms if room.live]
    for (one, first), (other, second) in combinations(lines, 2):
        if first.room_id != second.room_id or not _nights(first).overlaps(_nights(second)):
            continue
        later = other if int(second.line_id) > int(first.line_id) else one
        if later.reference.startswith(OURS):
            yield f"room {first.room_id} by reservations {one.id} and {other.id}"


def _nights(room: ReservedRoom) -> Stay:
    return Stay(room.arrival, room.departure)


# ---------------------------------------------------------------- locks


def _locked_twice(trail: Sequence[LockEntry]) -> Iterator[str]:
    """Compare the spans, from granted to ended, of all locks that the trail tells of."""
    ended = {entry.lock: entry.at for entry in trail if entry.act in {LockAct.RELEASE, LockAct.EXPIRE}}
    spans: dict[RoomId, list[tuple[datetime, datetime | None, LockEntry]]] = {}
    for entry in trail:
        if entry.act is LockAct.ACQUIRE:
            for room in entry.rooms:
                spans.setdefault(room, []).append((entry.at, ended.get(entry.lock), entry))
    for room, known in spans.items():
        for (_, until, first), (since, _, second) in combinations(known, 2):
            if (until is None or since < until) and first.stay.overlaps(second.stay):
                yield f"room {room} by {first.lock} and {second.lock}"
