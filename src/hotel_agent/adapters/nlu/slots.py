"""Reads every slot of a text, the most certain first: what one reader has taken no other reads."""

from collections.abc import Mapping

from hotel_agent.adapters.nlu.choices import read_alarm, read_money, read_option, read_room, read_time
from hotel_agent.adapters.nlu.contacts import read_code, read_email, read_phone
from hotel_agent.adapters.nlu.hearing import Hearing
from hotel_agent.adapters.nlu.names import read_name
from hotel_agent.adapters.nlu.party import read_party, read_rooms
from hotel_agent.adapters.nlu.stays import read_stay
from hotel_agent.domain.understanding import Slots, Span, StayReading

_READERS = (
    read_alarm,
    read_email,
    read_phone,
    read_money,
    read_time,
    read_code,
    read_room,
    read_rooms,
    read_party,
    read_option,
)
_PERSONAL = frozenset({"name", "email", "phone", "reservation_code"})
_TELLING: Mapping[str, str] = {
    "adults": "party", "child_ages": "party", "email": "contact", "phone": "contact", "name": "contact", "option": "option",
    "room_kind": "room", "room_name": "room", "room_id": "room", "reservation_code": "code", "time_of_day": "time",
}  # fmt: skip


def read_slots(hearing: Hearing) -> Slots:
    for reader in _READERS:
        reader(hearing)
    stay = read_stay(hearing)
    if stay is not None:
        hearing.slots["stay"] = stay
        spans: list[Span] = []
        for candidate in stay.candidates:
            if candidate.span is not None and candidate.span not in spans:
                spans.append(candidate.span)
        hearing.spans += [("stay", Span(span.start, span.end)) for span in spans]
        hearing.claim_tokens(
            i for i, t in enumerate(hearing.tokens) for span in spans if span.start <= t.start and t.end <= span.end
        )
    read_name(hearing)
    spans_in_order = tuple(sorted(hearing.spans, key=lambda entry: entry[1].start))
    return Slots(**hearing.slots, spans=spans_in_order)  # type: ignore[arg-type]  # each reader sets its own slot's type


def slot_names(hearing: Hearing) -> list[str]:
    """What the classifier is told of the slots: that there are dates, a party, contact details; never which."""
    found = {_TELLING[slot] for slot in hearing.slots if slot in _TELLING}
    stay = hearing.slots.get("stay")
    if isinstance(stay, StayReading):
        ranged = any(candidate.nights for candidate in stay.candidates)
        found.add("stay" if ranged else "day")
    return sorted(found)


def masked(hearing: Hearing) -> set[int]:
    """Indexes of the tokens that name a person or a booking: they say nothing about what is wanted."""
    spans = [span for slot, span in hearing.spans if slot in _PERSONAL]
    if not spans:
        return set()
    return {i for i, t in enumerate(hearing.tokens) for span in spans if span.start <= t.start and t.end <= span.end}
