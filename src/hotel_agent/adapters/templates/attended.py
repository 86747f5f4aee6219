"""What is said where the hotel's own people come in, and what is told in the hotel's own words."""

from collections.abc import Callable

from attrs import frozen

from hotel_agent.adapters.templates.formats import day_words, plain
from hotel_agent.adapters.templates.phrases import key_of
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.replies import Escalated, HotelFact, Memo, TicketTaken, Unanswered
from hotel_agent.domain.staffing import Absence
from hotel_agent.domain.understanding import Language

_MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}"

OfStaff = Escalated | TicketTaken | Unanswered | HotelFact | Memo


@frozen
class StaffWords:
    """Says these replies in one message; *say* is the message's own."""

    _language: Language
    _hotel: Hotel
    _say: Callable[..., str]

    def reply(self, reply: OfStaff) -> str:
        match reply:
            case Escalated():
                return _lines(self._escalated(reply), self._away(reply.absence))
            case TicketTaken():
                return _lines(self._ticket(reply), self._away(reply.absence), self._call(reply))
            case Unanswered():
                return _lines(self._say("unanswered"), self._away(reply.absence), self._call(reply))
            case Memo():
                return reply.text
            case HotelFact():
                return _lines(reply.text.strip(), self._map() if reply.subject == "location" else "")

    def _escalated(self, reply: Escalated) -> str:
        phone = plain(reply.phone)
        if not reply.urgent:
            return self._say("escalated-phone", phone=phone) if phone else self._say("escalated")
        key = "escalated-danger" if reply.danger else "escalated-urgent"
        emergency = plain(reply.emergency or self._hotel.emergency)
        return self._say(f"{key}-phone", phone=phone, emergency=emergency) if phone else self._say(key, emergency=emergency)

    def _ticket(self, reply: TicketTaken) -> str:
        key = f"ticket-{'complaint' if reply.complaint else 'service'}{'-pressing' if reply.pressing else ''}"
        return self._say(key, topic=self._say(f"topic-{key_of(reply.topic.value)}"))

    def _call(self, reply: TicketTaken | Unanswered) -> str:
        return self._say("staff-phone", phone=plain(reply.phone)) if plain(reply.phone) else ""

    def _away(self, absence: Absence | None) -> str:
        """Promise an answer for no earlier than somebody can give it."""
        if absence is None:
            return ""
        time = f"{absence.until.hour}:{absence.until:%M}"
        if absence.days == 0:
            return self._say("staff-away-today", time=time)
        if absence.days == 1:
            return self._say("staff-away-tomorrow", time=time)
        return self._say("staff-away-later", time=time, weekday=day_words(absence.until.date(), self._language).weekday)

    def _map(self) -> str:
        return self._say("map", url=_MAP.format(*self._hotel.coordinates)) if self._hotel.coordinates else ""


def _lines(*rows: str) -> str:
    return "\n".join(row for row in rows if row)
