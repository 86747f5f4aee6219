"""Replies in the words of a language."""

from collections.abc import Iterable, Mapping, Sequence

from hotel_agent.adapters.templates.attended import OfStaff, StaffWords
from hotel_agent.adapters.templates.formats import clock_time, cut, plain
from hotel_agent.adapters.templates.phrases import Phrases, key_of
from hotel_agent.adapters.templates.reserved import LONGEST_TITLE, OfReservation, ReservationWords, hour
from hotel_agent.adapters.templates.wording import VOSEO, Wording, bundled_wordings, own_wordings, variant_wording
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.rendered import Button, Card, Rendered
from hotel_agent.domain.replies import (
    AskDeparture,
    AskWhichDates,
    AskYes,
    BookingNow,
    Checking,
    Clarify,
    Confirmed,
    DatesProblem,
    Heard,
    NotBooked,
    NotCancelled,
    Note,
    NothingFree,
    NotReadable,
    OfferList,
    PartyTooLarge,
    Reply,
    RoomHeld,
    RoomTypeList,
    StatusOf,
)
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import MAX_NIGHTS
from hotel_agent.domain.understanding import Language
from hotel_agent.ports.rendering import Renderer

_BETWEEN = "\n\n"
_LONGEST_HEARD = 400
"""Characters that are repeated of what a guest said."""
_GENERIC_REFUSALS = frozenset({Rejection.NOT_ALLOWED, Rejection.NOT_SUPPORTED, Rejection.OTHER})
_READABLE = frozenset({"email", "phone"})

Said = tuple[str, tuple[Button, ...]]


class FluentRenderer(Renderer):
    """
    Says replies with Fluent messages; days and money by Babel.

    Replies become paragraphs of one message. The buttons are those of the last reply that has any: that is the question asked.
    """

    def __init__(
        self,
        wordings: Mapping[Language, Wording] | None = None,
        *,
        voseo: Wording | None = None,
        own: Mapping[TenantId, Mapping[str, str]] | None = None,
    ) -> None:
        """
        Take the *wordings* of each language, the one of Spanish with voseo, and what hotels say instead (`own`).

        `own` holds Fluent sources by hotel and variant (`es`, `es-AR`, `en`, `pt`).

        Raises:
            ConfigurationError: a hotel's messages do not exist or do not name what ours name.

        """
        self._phrases: dict[str, Phrases] = {
            language.value: Phrases(wording) for language, wording in (wordings or bundled_wordings()).items()
        }
        self._phrases[VOSEO] = Phrases(voseo or variant_wording(VOSEO))
        self._own = {place: Phrases(wording) for place, wording in own_wordings(own or {}).items()}

    def render(self, replies: Sequence[Reply], language: Language, hotel: Hotel, channel: Channel) -> Rendered:
        spoken = language if language in hotel.languages else hotel.languages[0]
        variant = VOSEO if hotel.voseo and spoken is Language.ES else spoken.value
        speaker = _Speaker(self._own.get((hotel.id, variant)) or self._phrases[variant], hotel, channel)
        said = [speaker.reply(reply) for reply in replies]
        buttons = next((buttons for _, buttons in reversed(said) if buttons), ())
        listed = next((speaker.cards(reply) for reply in reversed(replies) if isinstance(reply, OfferList)), ())
        pressed = {button.id for button in buttons}
        cards = tuple(card for card in listed if card.button in pressed)
        menu = speaker.menu() if buttons else ""
        return Rendered(text=_BETWEEN.join(text for text, _ in said if text), buttons=buttons, cards=cards, menu=menu)


class _Speaker:
    """One message in the making."""

    def __init__(self, phrases: Phrases, hotel: Hotel, channel: Channel) -> None:
        self._phrases = phrases
        self._hotel = hotel
        self._marks = channel is Channel.WHATSAPP
        self._common: dict[str, str | int] = {
            "hotel": plain(hotel.name),
            "phone": plain(hotel.phone) or "none",
            "check-in": hour(hotel.check_in_from),
            "check-out": hour(hotel.check_out_until),
        }
        self._rows: tuple[str, ...] = ()
        """Of the list of offers that was said last."""

    def reply(self, reply: Reply) -> Said:  # noqa: C901, PLR0912 - one line a meaning, no decisions
        if isinstance(reply, OfReservation):
            return ReservationWords(self._phrases, self._hotel, self._say, self._offer).reply(reply)
        if isinstance(reply, OfStaff):
            return StaffWords(self._phrases.wording.language, self._hotel, self._say).reply(reply), ()
        match reply:
            case Note():
                return self._note(reply), ()
            case AskDeparture():
                return self._say("ask-departure", arrival=self._phrases.day(reply.arrival)), ()
            case AskWhichDates():
                return self._which_dates(reply)
            case DatesProblem():
                days = self._hotel.policy.max_days_ahead
                return self._say(f"dates-{key_of(reply.problem.value)}", nights=MAX_NIGHTS, days=days), ()
            case OfferList():
                return self._offers(reply)
            case NothingFree():
                return self._say("nothing-free", stay=self._phrases.stay(reply.stay), party=self._party(reply)), ()
            case PartyTooLarge():
                return self._say("party-too-large", party=self._party(reply), largest=reply.largest), ()
            case RoomTypeList():
                return self._room_types(reply), ()
            case AskYes():
                return self._read_back(reply)
            case RoomHeld():
                return self._held(reply), ()
            case NotReadable():
                return self._say(f"not-readable-{reply.field}" if reply.field in _READABLE else "not-readable"), ()
            case BookingNow():
                return self._offer("booking-now", reply.offer), ()
            case Checking():
                return self._offer("checking", reply.offer, reference=plain(reply.reference)), ()
            case Confirmed():
                return self._confirmed(reply), ()
            case NotBooked():
                reason = "other" if reply.reason in _GENERIC_REFUSALS else key_of(reply.reason.value)
                return self._offer(f"not-booked-{reason}", reply.offer), ()
            case NotCancelled():
                return self._say("not-cancelled", code=plain(reply.reservation)), ()
            case StatusOf():
                status = self._say(f"status-{key_of(reply.status.value)}")
                return self._offer("status-of", reply.offer, code=plain(reply.reservation), status=status), ()
            case Clarify():
                if not reply.guesses:
                    return self._say("clarify-open"), ()
                return self._say("clarify", guesses=self._phrases.guesses(reply.guesses)), ()
            case Heard():
                words = plain(reply.words, marks=self._marks, longest=_LONGEST_HEARD)
                return lines(self._say("heard", words=words), self._say("heard-yes") if reply.yes else ""), ()

    def menu(self) -> str:
        return cut(self._say("menu"), LONGEST_TITLE)

    def _say(self, key: str, **words: str | int) -> str:
        return self._phrases.wording.say(key, {**self._common, **words})

    def _note(self, note: Note) -> str:
        if note is Note.TOO_LONG:
            return self._say(note.value, limit=self._hotel.policy.max_text)
        return self._say(note.value)

    def _party(self, reply: OfferList | NothingFree | PartyTooLarge) -> str:
        return self._phrases.party(reply.occupancy)

    def _offer(self, key: str, offer: Offer, **words: str | int) -> str:
        stay = self._phrases.stay(offer.stay)
        return self._say(
            key,
            room=plain(offer.room_type.name),
            party=self._phrases.party(offer.occupancy),
            stay=stay,
            dates=capital(stay),
            total=self._phrases.money(offer.total, self._hotel),
            nights=offer.stay.nights,
            **words,
        )

    def _assumed(self, reply: AskYes | RoomHeld) -> str:
        return self._phrases.assumed(reply.assumed, reply.offer.stay, reply.offer.occupancy)

    def _changed(self, reply: AskYes | RoomHeld) -> str:
        if reply.changed_from is None:
            return ""
        before, now = (self._phrases.money(amount, self._hotel) for amount in (reply.changed_from, reply.offer.total))
        return self._say("price-changed", before=before, total=now)

    def _which_dates(self, reply: AskWhichDates) -> Said:
        rows = numbered(self._phrases.candidate(candidate) for candidate in reply.candidates)
        buttons = tuple(
            button(
                f"stay:{reading.arrival}:{reading.departure}", self._phrases.dates_button(reading.arrival, reading.departure)
            )
            for reading in reply.candidates
            if reading.arrival
        )
        # Buttons for some rows only would hide the others from a guest who does not read on.
        if len({pressed.id for pressed in buttons}) != len(reply.candidates):
            buttons = ()
        return lines(self._say("ask-which-dates"), *rows, self._say("answer-with-number")), buttons

    def _offers(self, reply: OfferList) -> Said:
        self._rows = numbered(self._phrases.offered(offer, self._hotel) for offer in reply.offers)
        header = self._say("offers", dates=capital(self._phrases.stay(reply.stay)), party=self._party(reply))
        assumed = self._phrases.assumed(reply.assumed, reply.stay, reply.occupancy)
        question = self._say("offers-question-one" if len(reply.offers) == 1 else "ask-offer")
        buttons = tuple(
            button(f"offer:{offer.id}", f"{number}. {plain(offer.room_type.name)}")
            for number, offer in enumerate(reply.offers, start=1)
        )
        return lines(header, *self._rows, assumed, question), buttons

    def cards(self, reply: OfferList) -> tuple[Card, ...]:
        """Say the offers of the list that was said last once more, each with its row of the text."""
        return tuple(
            Card(
                button=f"offer:{offer.id}",
                name=plain(offer.room_type.name),
                row=row,
                total=offer.total,
                nights=offer.stay.nights,
                left=self._phrases.left(offer),
                picture=next(iter(self._hotel.pictures_of(offer.room_type.id, offer.room_type.name)), ""),
            )
            for offer, row in zip(reply.offers, self._rows, strict=True)
        )

    def _room_types(self, reply: RoomTypeList) -> str:
        if not reply.room_types:
            return self._say("room-types-none")
        rows = (lines(f"• {self._phrases.room_type(one, self._hotel)}", self._pictures(one)) for one in reply.room_types)
        return lines(self._say("room-types"), *rows, self._say("room-types-footer"))

    def _pictures(self, room_type: RoomType) -> str:
        urls = self._hotel.pictures_of(room_type.id, room_type.name)
        return self._say("pictures", urls=" ".join(urls)) if urls else ""

    def _read_back(self, reply: AskYes) -> Said:
        summary = self._offer(
            "ask-yes",
            reply.offer,
            name=plain(reply.guest.name, marks=self._marks),
            email=plain(reply.guest.email),
            **{"guest-phone": plain(reply.guest.phone)},
        )
        question = self._say("ask-yes-question", until=clock_time(reply.held_until, self._hotel))
        buttons = (
            button(f"yes:{reply.offer.id}", self._say("button-yes")),
            button(f"no:{reply.offer.id}", self._say("button-no")),
        )
        return lines(self._changed(reply), summary, self._assumed(reply), question), buttons

    def _held(self, reply: RoomHeld) -> str:
        held = self._offer("room-held", reply.offer, until=clock_time(reply.held_until, self._hotel))
        return lines(self._changed(reply), held, self._assumed(reply))

    def _confirmed(self, reply: Confirmed) -> str:
        name = plain(reply.guest.name, marks=self._marks)
        return self._offer("confirmed", reply.offer, code=plain(reply.reservation), name=name)


def button(choice: str, title: str) -> Button:
    return Button(id=choice, title=cut(title, LONGEST_TITLE))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lines(*rows: str) -> str:
    return "\n".join(row for row in rows if row)


def numbered(rows: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{number}. {row}" for number, row in enumerate(rows, start=1))
