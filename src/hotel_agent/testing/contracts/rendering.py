"""What every Renderer does, and one reply of every kind to try it with."""

from datetime import UTC, date, datetime, time
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import OfferId, ReservationId, RoomTypeId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.rendered import Rendered
from hotel_agent.domain.replies import (
    ArrivalNoted,
    AskArrivalYes,
    AskCancelYes,
    AskChange,
    AskChangeYes,
    AskDeparture,
    AskWhichDates,
    AskYes,
    BookingNow,
    Cancelled,
    Changed,
    CheckedIn,
    CheckedOut,
    Checking,
    Clarify,
    Confirmed,
    DatesProblem,
    Escalated,
    Heard,
    HotelFact,
    HouseTimes,
    LateCheckout,
    Memo,
    NotBooked,
    NotCancelled,
    NotChanged,
    Note,
    NothingFree,
    NotReadable,
    OfferList,
    PartyTooLarge,
    Reply,
    RoomHeld,
    RoomTypeList,
    StatusOf,
    TicketTaken,
    Unanswered,
)
from hotel_agent.domain.reservations import Guest, ReservationStatus
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.staffing import Absence
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.terms import CancellationQuote
from hotel_agent.domain.topics import Topic
from hotel_agent.domain.understanding import Intent, Language, RoomKind, StayCandidate, StayProblem
from hotel_agent.ports.rendering import Renderer

LONGEST_TITLE = 20

HOTEL = Hotel(
    id=TenantId("sample"),
    name="Hotel Muestra",
    timezone=ZoneInfo("Europe/Madrid"),
    country="ES",
    currency="EUR",
    languages=(Language.ES, Language.EN, Language.PT),
    phone="+34 900 000 000",
    coordinates=("40.4168", "-3.7038"),
    pictures=(("2", ("https://muestra.example/doble.jpg",)),),
    policies=(("cancellation", "Gratis hasta 48 horas antes."), ("cancellation:en", "Free until 48 hours before.")),
)
STAY = Stay(date(2026, 12, 20), date(2026, 12, 22))
PARTY = Occupancy(2)
GUEST = Guest(name="Juan Pérez", email="juan@example.com", phone="+34666777888")
DOUBLE = RoomType(
    id=RoomTypeId("2"),
    name="Habitación doble",
    kind=RoomKind.DOUBLE,
    max_adults=2,
    max_children=1,
    max_guests=3,
    night_price=Money.of("120", "EUR"),
)
OFFER = Offer(
    id=OfferId("offer-1"),
    room_type=DOUBLE,
    stay=STAY,
    occupancy=PARTY,
    total=Money.of("240", "EUR"),
    available=5,
    fresh_until=datetime(2026, 12, 1, 14, 5, tzinfo=UTC),
)
SUITE = evolve(
    OFFER,
    id=OfferId("offer-2"),
    room_type=evolve(DOUBLE, id=RoomTypeId("6"), name="Suite con terraza y vistas", kind=RoomKind.SUITE, night_price=None),
    total=Money.of("1420.50", "EUR"),
    available=1,
)
CODE = ReservationId("1042")
HELD_UNTIL = datetime(2026, 12, 1, 14, 20, tzinfo=UTC)
NOTHING: frozenset[str] = frozenset()
ALL_ASSUMED = frozenset({"check_in", "check_out", "adults"})
LONG_STAYS = (Stay(date(2026, 11, 28), date(2026, 12, 2)), Stay(date(2026, 12, 31), date(2027, 1, 2)))

CANDIDATES = (
    StayCandidate(date(2026, 12, 4), date(2026, 12, 6), 2),
    StayCandidate(date(2026, 12, 11), date(2026, 12, 13), 2),
    StayCandidate(arrival=date(2026, 12, 4)),
    StayCandidate(arrival=date(2026, 12, 4), nights=2),
    StayCandidate(departure=date(2026, 12, 4)),
    StayCandidate(departure=date(2026, 12, 4), nights=1),
    StayCandidate(nights=3),
    StayCandidate(),
)


def _with_offers() -> tuple[Reply, ...]:
    kinds: tuple[Reply, ...] = (
        BookingNow(offer=OFFER),
        Checking(offer=OFFER, reference="ha-ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        Confirmed(reservation=CODE, offer=OFFER, guest=GUEST),
        AskCancelYes(reservation=CODE, offer=OFFER),
        RoomHeld(offer=OFFER, assumed=ALL_ASSUMED, held_until=HELD_UNTIL),
        RoomHeld(offer=SUITE, assumed=NOTHING, held_until=HELD_UNTIL),
        AskYes(offer=OFFER, guest=GUEST, assumed=NOTHING, held_until=HELD_UNTIL),
        AskYes(
            offer=OFFER,
            guest=GUEST,
            assumed=frozenset({"adults"}),
            held_until=HELD_UNTIL,
            changed_from=Money.of("230", "EUR"),
        ),
    )
    return (
        *kinds,
        *(NotBooked(offer=OFFER, reason=reason) for reason in Rejection),
        *(StatusOf(reservation=CODE, status=status, offer=OFFER) for status in ReservationStatus),
    )


def _of_reservations() -> tuple[Reply, ...]:
    euros, since = Money.of("120", "EUR"), datetime(2026, 12, 18, 14, tzinfo=UTC)
    free = Money.of("0", "EUR")
    quotes = (
        CancellationQuote(fee=free),
        CancellationQuote(fee=free, free_until=since),
        CancellationQuote(fee=euros),
        CancellationQuote(fee=euros, free_until=since),
    )
    change = AskChangeYes(reservation=CODE, before=OFFER, after=SUITE, held_until=HELD_UNTIL)
    return (
        *(AskCancelYes(reservation=CODE, offer=OFFER, quote=quote) for quote in quotes),
        Cancelled(reservation=CODE),
        Cancelled(reservation=CODE, fee=euros),
        AskChange(reservation=CODE, offer=OFFER),
        change,
        evolve(change, before=SUITE, after=OFFER, changed_from=euros),
        evolve(change, after=OFFER),
        Changed(reservation=CODE, offer=OFFER),
        *(NotChanged(reservation=CODE, offer=OFFER, reason=reason) for reason in Rejection),
        *(AskArrivalYes(reservation=CODE, offer=OFFER, leaving=leaving) for leaving in (False, True)),
        CheckedIn(reservation=CODE, offer=OFFER),
        CheckedOut(reservation=CODE),
        HouseTimes(check_in_from=time(15), check_out_until=time(11)),
        ArrivalNoted(at=time(23, 30)),
        LateCheckout(until=time(14)),
        LateCheckout(until=time(14), fee=euros, approval=True),
        LateCheckout(until=time(14), fee=euros, day=STAY.departure),
        LateCheckout(until=time(14), approval=True, day=STAY.departure),
    )


def _for_staff() -> tuple[Reply, ...]:
    eight = datetime(2026, 12, 21, 8, 0, tzinfo=HOTEL.timezone)
    absences = (None, *(Absence(eight, days) for days in (0, 1, 2)))
    phones = ("", "+34 900 000 000")
    return (
        *(Escalated(urgent=urgent, phone=phone) for urgent in (False, True) for phone in phones),
        *(Escalated(urgent=True, phone=phone, danger=True, emergency="112") for phone in phones),
        *(Escalated(urgent=False, phone="", absence=absence) for absence in absences),
        *(TicketTaken(topic=topic, complaint=False, pressing=False, phone="") for topic in Topic),
        *(
            TicketTaken(topic=Topic.NOISE, complaint=complaint, pressing=pressing, phone=phone)
            for complaint in (False, True)
            for pressing in (False, True)
            for phone in phones
        ),
        Memo(text="{}"),
        *(Heard(words="del 20 al 22 { $x }", yes=yes) for yes in (False, True)),
        *(Unanswered(phone=phone, absence=absences[1]) for phone in phones),
    )


SAMPLES: tuple[Reply, ...] = (
    *Note,
    AskDeparture(arrival=STAY.arrival),
    AskWhichDates(candidates=CANDIDATES),
    AskWhichDates(candidates=CANDIDATES[:2]),
    AskWhichDates(candidates=()),
    *(DatesProblem(problem=problem) for problem in StayProblem),
    OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER, SUITE, evolve(OFFER, available=3)), assumed=frozenset({"adults"})),
    OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER,), assumed=ALL_ASSUMED),
    *(OfferList(stay=stay, occupancy=Occupancy(1, (4,), 1), offers=(OFFER, SUITE), assumed=NOTHING) for stay in LONG_STAYS),
    NothingFree(stay=Stay(date(2026, 12, 20), date(2026, 12, 21)), occupancy=Occupancy(3, (None, 2), 2)),
    PartyTooLarge(occupancy=Occupancy(9), largest=4),
    PartyTooLarge(occupancy=Occupancy(2), largest=1),
    RoomTypeList(room_types=(DOUBLE, SUITE.room_type, evolve(DOUBLE, max_guests=1))),
    RoomTypeList(room_types=()),
    *(NotReadable(field=field) for field in ("email", "phone", "name")),
    *_with_offers(),
    *_of_reservations(),
    NotCancelled(reservation=CODE),
    *(Clarify(guesses=(intent,)) for intent in Intent),
    Clarify(guesses=(Intent.CHECK_AVAILABILITY, Intent.ASK_PRICE, Intent.CREATE_RESERVATION, Intent.PAYMENT)),
    Clarify(guesses=()),
    HotelFact(subject="cancellation", text="Gratis hasta 48 horas antes."),
    HotelFact(subject="location", text="Calle Mayor 1."),
    *_for_staff(),
)
"""At least one reply of every kind, and of every value of the enums they carry."""


class RendererContract:
    """What every Renderer does. Subclasses provide `renderer`."""

    def test_the_samples_have_every_kind_of_reply(self) -> None:
        assert set(get_args(Reply)) == {type(reply) for reply in SAMPLES}

    @pytest.mark.parametrize("language", list(Language))
    def test_every_reply_has_words_in_every_language(self, renderer: Renderer, language: Language) -> None:
        silent = [reply for reply in SAMPLES if not renderer.render([reply], language, HOTEL, Channel.API).text.strip()]
        assert silent == []

    @pytest.mark.parametrize("channel", list(Channel))
    def test_buttons_have_short_titles_and_an_id_each(self, renderer: Renderer, channel: Channel) -> None:
        for language in Language:
            for reply in SAMPLES:
                buttons = renderer.render([reply], language, HOTEL, channel).buttons
                assert [button.title for button in buttons if not 0 < len(button.title) <= LONGEST_TITLE] == []
                assert len({button.title for button in buttons}) == len(buttons)

    def test_the_same_replies_are_said_the_same_way(self, renderer: Renderer) -> None:
        first, second = (renderer.render(SAMPLES, Language.PT, HOTEL, Channel.EMAIL) for _ in range(2))
        assert first == second

    def test_several_replies_are_one_message_in_their_order(self, renderer: Renderer) -> None:
        greeting, dates = (
            renderer.render([note], Language.EN, HOTEL, Channel.API).text for note in (Note.GREETING, Note.ASK_DATES)
        )
        both = renderer.render([Note.GREETING, Note.ASK_DATES], Language.EN, HOTEL, Channel.API).text
        assert (both.startswith(greeting), both.endswith(dates)) == (True, True)

    def test_nothing_to_say_is_an_empty_message(self, renderer: Renderer) -> None:
        assert renderer.render([], Language.EN, HOTEL, Channel.API) == Rendered(text="")

    def test_a_language_the_hotel_does_not_have_falls_back_to_its_first(self, renderer: Renderer) -> None:
        hotel = evolve(HOTEL, languages=(Language.EN,))
        english = renderer.render([Note.HELP], Language.EN, hotel, Channel.API)
        assert renderer.render([Note.HELP], Language.PT, hotel, Channel.API) == english

    def test_a_read_back_has_a_yes_and_a_no_bound_to_its_offer(self, renderer: Renderer) -> None:
        reply = AskYes(offer=OFFER, guest=GUEST, assumed=NOTHING, held_until=HELD_UNTIL)
        buttons = renderer.render([reply], Language.ES, HOTEL, Channel.WEBCHAT).buttons
        assert [button.id for button in buttons] == ["yes:offer-1", "no:offer-1"]

    def test_a_cancellation_has_a_yes_and_a_no_bound_to_its_reservation(self, renderer: Renderer) -> None:
        buttons = renderer.render([AskCancelYes(reservation=CODE, offer=OFFER)], Language.ES, HOTEL, Channel.WEBCHAT).buttons
        assert [button.id for button in buttons] == ["cancel-yes:1042", "cancel-no:1042"]

    def test_a_change_has_a_yes_and_a_no_bound_to_what_was_read_back(self, renderer: Renderer) -> None:
        reply = AskChangeYes(reservation=CODE, before=OFFER, after=SUITE, held_until=HELD_UNTIL)
        buttons = renderer.render([reply], Language.ES, HOTEL, Channel.WEBCHAT).buttons
        assert [button.id for button in buttons] == ["change-yes:offer-2", "change-no:offer-2"]

    @pytest.mark.parametrize("language", list(Language))
    def test_a_change_is_read_back_old_and_new_with_the_difference(self, renderer: Renderer, language: Language) -> None:
        reply = AskChangeYes(reservation=CODE, before=OFFER, after=SUITE, held_until=HELD_UNTIL)
        text = renderer.render([reply], language, HOTEL, Channel.API).text
        pieces = ("1042", DOUBLE.name, SUITE.room_type.name, "240", "1", "180", "20", "22")
        assert [piece for piece in pieces if piece not in text] == []

    def test_offers_and_readings_of_dates_can_be_chosen_by_button(self, renderer: Renderer) -> None:
        offers = OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER, SUITE), assumed=NOTHING)
        dates = AskWhichDates(candidates=CANDIDATES[:2])
        chosen = [renderer.render([reply], Language.ES, HOTEL, Channel.WEBCHAT).buttons for reply in (offers, dates)]
        assert [[button.id for button in buttons] for buttons in chosen] == [
            ["offer:offer-1", "offer:offer-2"],
            ["stay:2026-12-04:2026-12-06", "stay:2026-12-11:2026-12-13"],
        ]

    @pytest.mark.parametrize("language", list(Language))
    def test_a_confirmation_tells_code_hotel_room_guest_and_year(self, renderer: Renderer, language: Language) -> None:
        reply = Confirmed(reservation=CODE, offer=OFFER, guest=GUEST)
        text = renderer.render([reply], language, HOTEL, Channel.API).text
        told = [piece for piece in ("1042", HOTEL.name, DOUBLE.name, GUEST.name, "20", "22", "2026", "240") if piece in text]
        assert told == ["1042", HOTEL.name, DOUBLE.name, GUEST.name, "20", "22", "2026", "240"]

    @pytest.mark.parametrize("name", ["{ $total }", "<b>Ana</b>", "-term {nights}", "Ana { $x ->\n [a] b\n *[c] d\n}"])
    def test_a_guests_name_is_text_and_never_syntax(self, renderer: Renderer, name: str) -> None:
        reply = Confirmed(reservation=CODE, offer=OFFER, guest=evolve(GUEST, name=name))
        text = renderer.render([reply], Language.ES, HOTEL, Channel.API).text
        assert " ".join(name.split()) in text
