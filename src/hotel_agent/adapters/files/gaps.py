"""What a hotel's file leaves out or tells in two ways: nothing that stops the service, all that guests would notice."""

import re
from collections.abc import Iterator
from typing import Final

from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.domain.dialogue.talking import FACTS
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.knowledge import mentions
from hotel_agent.domain.understanding import Intent

_GENERAL: Final = tuple(subject for intent, subject in FACTS.items() if intent is not Intent.LATE_CHECKOUT)
"""Late check-out may be left to staff."""
_EXPECTED: Final = ("cancellation", "breakfast", "parking", "wifi", "pets", "pool", "cards")
"""What guests of every hotel ask about."""
_CLOCK: Final = re.compile(r"\b([01]?\d|2[0-3])[:h.]([0-5]\d)\b")


def gaps_in(file: HotelFile) -> tuple[tuple[str, str], ...]:
    """Return (key path, what is missing there or does not fit), in the order of the file's documentation."""
    return tuple(_gaps(file))


def _gaps(file: HotelFile) -> Iterator[tuple[str, str]]:
    hotel = file.hotel
    if not hotel.phone:
        yield "contact.phone", "no telephone: guests who cannot wait are offered none"
    if not hotel.email:
        yield "contact.email", "no e-mail address"
    if not hotel.address:
        yield "contact.address", "no address"
    if not hotel.coordinates:
        yield "contact.latitude", "no coordinates: guests get no map"
    if hotel.check_out_until > hotel.check_in_from:
        told = f"check-out ({hotel.check_out_until:%H:%M}) is after check-in ({hotel.check_in_from:%H:%M})"
        yield "times.check_out_until", f"{told}: a room is not ready for the next guest"
    if not hotel.staff.hours:
        yield "staff.hours", "no hours: the agent cannot tell guests when somebody answers"
    yield from _answers(hotel)
    known = {entry.id for entry in hotel.knowledge.entries}
    told = " ".join(text for _, text in hotel.policies)
    for subject in _EXPECTED:
        if subject not in known and not mentions(told, [subject], ()):
            name = "cancellation policy" if subject == "cancellation" else f"entry on {subject}"
            yield f"knowledge.{subject}", f"no {name}: every question about it goes to staff"
    yield from _languages(hotel)
    if file.pms is None and file.emulator is None:
        yield "pms", "no PMS and no rooms for the emulator: it depends on HOTEL_AGENT_PMS_URL"


def _answers(hotel: Hotel) -> Iterator[tuple[str, str]]:
    told = dict(hotel.policies)
    for subject in _GENERAL:
        if subject not in told:
            yield f"answers.{subject}", "no general answer: such questions go to staff"
            continue
        for language in hotel.languages:
            if any(name.startswith(f"{subject}.") for name in told) and f"{subject}.{language}" not in told:
                yield f"answers.{subject}.{language}", f"no text in {language}"
    for subject, expected in (("check_in", hotel.check_in_from), ("check_out", hotel.check_out_until)):
        for name, text in told.items():
            times = {(int(hour), int(minute)) for hour, minute in _CLOCK.findall(text)}
            if name.split(".")[0] == subject and times and (expected.hour, expected.minute) not in times:
                yield f"answers.{name}", f"names another time than times ({expected:%H:%M})"


def _languages(hotel: Hotel) -> Iterator[tuple[str, str]]:
    for entry in hotel.knowledge.entries:
        told = {language for language, _ in entry.texts}
        for language in hotel.languages:
            if language not in told:
                yield f"knowledge.{entry.id}.{language}", f"no text in {language}"
