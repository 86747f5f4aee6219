"""The pieces that messages are made of: stays, parties, candidates; remembered, because guests come back to the same few."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from hotel_agent.adapters.templates.formats import day_words, listed, locale_of, money_text, plain, short_day
from hotel_agent.adapters.templates.wording import Wording
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import Intent, StayCandidate

FEW = 3
"""From here down a guest is told how many rooms are left."""
MOST_GUESSES = 3
_KEPT = 2048


def key_of(value: str) -> str:
    """The part of a message's key that stands for an enum's value: `sold_out` is `sold-out`."""
    return value.replace("_", "-")


class Phrases:
    """Says pieces of one language. Pure: remembering only saves time."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.stay = lru_cache(_KEPT)(self._stay)
        self.day = lru_cache(_KEPT)(self._day)
        self.party = lru_cache(_KEPT)(self._party)
        self.nights = lru_cache(_KEPT)(self._nights)
        self.offer_line = lru_cache(_KEPT)(self._offer_line)
        self._money_in = lru_cache(_KEPT)(self._money_text)

    def _stay(self, stay: Stay) -> str:
        """`del domingo 20 al martes 22 de diciembre de 2026 (2 noches)`."""
        first, last = stay.arrival, stay.departure
        key = "stay-two-years"
        if first.year == last.year:
            key = "stay-one-month" if first.month == last.month else "stay-one-year"
        language = self.wording.language
        words = day_words(first, language).named() | day_words(last, language).named("2")
        return self.wording.say(key, {**words, "nights": stay.nights})

    def _day(self, day: date) -> str:
        return self.wording.say("day", day_words(day, self.wording.language).named())

    def _party(self, party: Occupancy) -> str:
        return self.wording.say("party", {"adults": party.adults, "children": party.children, "rooms": party.rooms})

    def _nights(self, nights: int) -> str:
        return self.wording.say("nights", {"nights": nights})

    def _offer_line(self, name: str, total: str, left: int) -> str:
        return self.wording.say("offer-line", {"room": name, "total": total, "left": left})

    def offered(self, offer: Offer, hotel: Hotel) -> str:
        """One row of a list: name, price of the stay, how many are left when few."""
        return self.offer_line(plain(offer.room_type.name), self.money(offer.total, hotel), self.left(offer))

    def left(self, offer: Offer) -> int:
        """How many rooms are left where they are few, else 0."""
        return offer.available if 0 < offer.available <= FEW else 0

    def money(self, amount: Money, hotel: Hotel) -> str:
        return self._money_in(amount, hotel.country)

    def _money_text(self, amount: Money, country: str) -> str:
        return money_text(amount, locale_of(self.wording.language, country))

    def assumed(self, names: Collection[str], stay: Stay, party: Occupancy) -> str:
        """The sentence that owns up to what was filled in; empty when nothing was."""
        what = []
        if "check_in" in names:
            what.append(self.wording.say("assumed-check-in", {"arrival": self.day(stay.arrival)}))
        if "check_out" in names:
            what.append(self.wording.say("assumed-check-out", {"departure": self.day(stay.departure)}))
        if "adults" in names:
            what.append(self.wording.say("adults", {"adults": party.adults}))
        if not what:
            return ""
        return self.wording.say("assumed", {"what": listed(tuple(what), self.wording.language)})

    def candidate(self, candidate: StayCandidate) -> str:
        """One way to read the dates, as far as it goes."""
        if candidate.stay:
            return self.stay(candidate.stay)
        words: dict[str, str | int] = {}
        if candidate.arrival:
            key, words["arrival"] = "candidate-arrival", self.day(candidate.arrival)
        elif candidate.departure:
            key, words["departure"] = "candidate-departure", self.day(candidate.departure)
        else:
            key = "candidate"
        if candidate.nights:
            key, words["nights"] = f"{key}-nights", candidate.nights
        return self.wording.say("candidate-open" if key == "candidate" else key, words)

    def dates_button(self, arrival: date, departure: date | None) -> str:
        """Dates in at most 20 characters: `4 – 6 dic`, `30 nov – 2 dic`, `miércoles 9 dic`."""
        language, first, last = self.wording.language, arrival, departure
        if last is None:
            return f"{day_words(first, language).weekday} {short_day(first, language)}"
        one_month = (first.year, first.month) == (last.year, last.month)
        return f"{first.day if one_month else short_day(first, language)} – {short_day(last, language)}"

    def guesses(self, intents: Collection[Intent]) -> str:
        """What a guest may have meant: `ver disponibilidad o reservar`."""
        said = tuple(self.wording.say(f"intent-{key_of(intent.value)}", {}) for intent in tuple(intents)[:MOST_GUESSES])
        return listed(said, self.wording.language, either=True)

    def room_type(self, room_type: RoomType, hotel: Hotel) -> str:
        words: dict[str, str | int] = {"room": plain(room_type.name), "guests": room_type.max_guests}
        if room_type.night_price is None:
            return self.wording.say("room-type-line", words)
        return self.wording.say("room-type-line-priced", {**words, "price": self.money(room_type.night_price, hotel)})
