from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, get_args, get_origin

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.templates.renderer import FluentRenderer
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Rendered
from hotel_agent.domain.replies import (
    AskDeparture,
    AskWhichDates,
    AskYes,
    Confirmed,
    Escalated,
    HotelFact,
    Note,
    NothingFree,
    OfferList,
    Reply,
    RoomHeld,
)
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.understanding import Language, StayCandidate
from hotel_agent.testing.contracts.rendering import CODE, GUEST, HELD_UNTIL, HOTEL, NOTHING, OFFER, PARTY, STAY, SUITE

RENDERER = FluentRenderer()
ES, EN, PT = Language.ES, Language.EN, Language.PT


def say(reply: Reply, language: Language = ES, *, hotel: Hotel = HOTEL, channel: Channel = Channel.API) -> Rendered:
    return RENDERER.render([reply], language, hotel, channel)


def free(stay: Stay, party: Occupancy = PARTY, language: Language = ES) -> str:
    return say(NothingFree(stay=stay, occupancy=party), language).text


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        (ES, ("2026-12-20", "2026-12-22"), "del domingo 20 al martes 22 de diciembre de 2026 (2 noches)"),
        (ES, ("2026-11-28", "2026-12-02"), "del sábado 28 de noviembre al miércoles 2 de diciembre de 2026 (4 noches)"),
        (ES, ("2026-12-31", "2027-01-01"), "del jueves 31 de diciembre de 2026 al viernes 1 de enero de 2027 (1 noche)"),
        (EN, ("2026-12-20", "2026-12-22"), "from Sunday 20 to Tuesday 22 December 2026 (2 nights)"),
        (EN, ("2026-12-31", "2027-01-01"), "from Thursday 31 December 2026 to Friday 1 January 2027 (1 night)"),
        (PT, ("2026-12-20", "2026-12-22"), "de domingo 20 a terça-feira 22 de dezembro de 2026 (2 noites)"),
        (PT, ("2026-02-28", "2026-03-01"), "de sábado 28 de fevereiro a domingo 1 de março de 2026 (1 noite)"),
    ],
)
def test_a_stay_is_told_with_weekdays_month_year_and_nights(language: Language, days: tuple[str, str], said: str) -> None:
    arrival, departure = (date.fromisoformat(day) for day in days)
    assert said in free(Stay(arrival, departure), language=language)


@pytest.mark.parametrize(
    ("language", "party", "said"),
    [
        (ES, Occupancy(1), "para 1 adulto. "),
        (ES, Occupancy(2, (4,)), "para 2 adultos y 1 niño. "),
        (ES, Occupancy(4, (4, None), 2), "para 4 adultos y 2 niños en 2 habitaciones. "),
        (EN, Occupancy(1, (4,)), "for 1 adult and 1 child. "),
        (EN, Occupancy(3, (), 3), "for 3 adults in 3 rooms. "),
        (PT, Occupancy(2, (1, 2), 1), "para 2 adultos e 2 crianças. "),
    ],
)
def test_a_party_is_told_in_the_right_number(language: Language, party: Occupancy, said: str) -> None:
    assert said in free(STAY, party, language)


@pytest.mark.parametrize(
    ("language", "country", "money", "said"),
    [
        (ES, "ES", ("1240.5", "EUR"), "1.240,50 €"),
        (EN, "ES", ("1240.5", "EUR"), "€1,240.50"),
        (PT, "PT", ("1240.5", "EUR"), "1 240,50 €"),
        (ES, "AR", ("1240.5", "ARS"), "$1.240,50 ARS"),
        (ES, "AR", ("1240.5", "EUR"), "EUR 1.240,50"),
        (ES, "MX", ("1240.5", "MXN"), "$1,240.50 MXN"),
        (EN, "US", ("99", "USD"), "$99.00 USD"),
        (ES, "CL", ("45000", "CLP"), "$45.000 CLP"),
        (PT, "BR", ("99.9", "BRL"), "R$ 99,90"),
    ],
)
def test_money_is_told_with_its_currency_as_the_country_writes_it(
    language: Language, country: str, money: tuple[str, str], said: str
) -> None:
    reply = RoomHeld(offer=evolve(OFFER, total=Money.of(*money)), assumed=NOTHING, held_until=HELD_UNTIL)
    text = say(reply, language, hotel=evolve(HOTEL, country=country, currency=money[1])).text
    assert f"Total: {said} {'for' if language is EN else 'por'} 2 n" in text


def test_offers_are_a_numbered_list_with_the_price_of_the_stay_and_what_is_left_when_few() -> None:
    reply = OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER, SUITE, evolve(OFFER, available=3)), assumed=NOTHING)
    header, *rows = say(reply).text.splitlines()
    assert header.startswith("Del domingo 20 al martes 22 de diciembre de 2026 (2 noches), 2 adultos. ")
    assert header.endswith("Precio de toda la estancia, impuestos incluidos:")
    assert rows == [
        "1. Habitación doble: 240,00 €",
        "2. Suite con terraza y vistas: 1.420,50 €, queda 1",
        "3. Habitación doble: 240,00 €, quedan 3",
        "¿Cuál prefieres? Responde con el número o el nombre.",
    ]


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        ({"adults"}, "He supuesto 2 adultos; si no es así, dímelo."),
        ({"check_out"}, "He supuesto salida el martes 22 de diciembre de 2026; si no es así, dímelo."),
        (
            {"adults", "check_in"},
            "He supuesto llegada el domingo 20 de diciembre de 2026 y 2 adultos; si no es así, dímelo.",
        ),
    ],
)
def test_what_was_assumed_is_said_plainly(assumed: set[str], said: str) -> None:
    replies: tuple[Reply, ...] = (
        OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER,), assumed=frozenset(assumed)),
        RoomHeld(offer=OFFER, assumed=frozenset(assumed), held_until=HELD_UNTIL),
        AskYes(offer=OFFER, guest=GUEST, assumed=frozenset(assumed), held_until=HELD_UNTIL),
    )
    assert [said in say(reply).text.splitlines() for reply in replies] == [True, True, True]


def test_nothing_assumed_is_not_mentioned() -> None:
    reply = AskYes(offer=OFFER, guest=GUEST, assumed=NOTHING, held_until=HELD_UNTIL)
    assert "supuesto" not in say(reply).text


def test_a_read_back_tells_everything_that_will_be_booked_and_for_how_long_it_is_held() -> None:
    reply = AskYes(offer=OFFER, guest=GUEST, assumed=NOTHING, held_until=HELD_UNTIL, changed_from=Money.of("230", "EUR"))
    assert say(reply, EN).text.splitlines() == [
        "Please note: the price has changed from €230.00 to €240.00.",
        "Before I book, please check that this is right:",
        "Habitación doble, 2 adults",
        "From Sunday 20 to Tuesday 22 December 2026 (2 nights)",
        "Total: €240.00 for 2 nights, taxes included",
        "In the name of Juan Pérez, juan@example.com, +34666777888",
        "Shall I book it? Answer “yes” or “no”. I’m holding it for you until 15:20.",
    ]


def test_a_held_room_whose_price_moved_says_so_first() -> None:
    reply = RoomHeld(offer=OFFER, assumed=NOTHING, held_until=HELD_UNTIL, changed_from=Money.of("230", "EUR"))
    assert say(reply).text.splitlines()[0] == "Atención: el precio ha cambiado de 230,00 € a 240,00 €."


def test_a_confirmation_tells_code_hotel_room_dates_total_and_times() -> None:
    assert say(Confirmed(reservation=CODE, offer=OFFER, guest=GUEST)).text.splitlines() == [
        "¡Reserva confirmada! Tu código es 1042.",
        "Hotel Muestra",
        "Habitación doble, 2 adultos",
        "Del domingo 20 al martes 22 de diciembre de 2026 (2 noches)",
        "Total: 240,00 € por 2 noches, impuestos incluidos",
        "A nombre de Juan Pérez. Entrada desde las 15:00, salida hasta las 11:00.",
        "Si necesitas cambiarla o cancelarla, escríbeme «cambiar mi reserva» o «cancelar mi reserva».",
    ]


def test_times_are_the_hotels_own() -> None:
    reply = RoomHeld(offer=OFFER, assumed=NOTHING, held_until=datetime(2026, 7, 1, 21, 30, tzinfo=UTC))
    assert "hasta las 23:30:" in say(reply).text


def test_the_buttons_are_those_of_the_last_question() -> None:
    offers = OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER,), assumed=NOTHING)
    read_back = AskYes(offer=OFFER, guest=GUEST, assumed=NOTHING, held_until=HELD_UNTIL)
    buttons = RENDERER.render([offers, read_back, Note.ASK_YES_AGAIN], ES, HOTEL, Channel.API).buttons
    assert [button.id for button in buttons] == ["yes:offer-1", "no:offer-1"]


def test_offers_are_said_once_more_as_cards_with_picture_and_rest() -> None:
    hotel = evolve(HOTEL, pictures=(("Suite con terraza y vistas", ("https://a.example/1.jpg", "https://a.example/2.jpg")),))
    reply = OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER, SUITE), assumed=NOTHING)
    said = RENDERER.render([reply], ES, hotel, Channel.WEBCHAT)
    assert [(card.button, card.name, card.total, card.nights, card.left, card.picture) for card in said.cards] == [
        ("offer:offer-1", "Habitación doble", Money.of("240", "EUR"), 2, 0, ""),
        ("offer:offer-2", "Suite con terraza y vistas", Money.of("1420.50", "EUR"), 2, 1, "https://a.example/1.jpg"),
    ]
    assert [card.row for card in said.cards] == said.text.splitlines()[1:3]


def test_offers_that_are_no_longer_the_question_have_no_cards() -> None:
    offers = OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER,), assumed=NOTHING)
    read_back = AskYes(offer=OFFER, guest=GUEST, assumed=NOTHING, held_until=HELD_UNTIL)
    assert RENDERER.render([offers, read_back], ES, HOTEL, Channel.WEBCHAT).cards == ()


def test_long_names_are_cut_on_buttons_and_keep_their_number() -> None:
    buttons = say(OfferList(stay=STAY, occupancy=PARTY, offers=(OFFER, SUITE), assumed=NOTHING)).buttons
    assert [button.title for button in buttons] == ["1. Habitación doble", "2. Suite con terraz…"]


def test_arrivals_alone_can_be_chosen_by_button() -> None:
    candidates = (StayCandidate(arrival=date(2026, 12, 8)), StayCandidate(arrival=date(2026, 12, 15)))
    buttons = say(AskWhichDates(candidates=candidates)).buttons
    assert [(button.id, button.title) for button in buttons] == [
        ("stay:2026-12-08:None", "martes 8 dic"),
        ("stay:2026-12-15:None", "martes 15 dic"),
    ]


def test_readings_that_a_button_cannot_name_have_no_buttons_at_all() -> None:
    candidates = (StayCandidate(arrival=date(2026, 12, 8)), StayCandidate(nights=2))
    assert say(AskWhichDates(candidates=candidates)).buttons == ()


def test_a_hotel_without_telephone_offers_none() -> None:
    texts = [say(reply, hotel=evolve(HOTEL, phone="")).text for reply in (Note.HELP, Escalated(urgent=False, phone=""))]
    assert [text for text in texts if "llama" in text or "none" in text] == []


def test_what_the_hotels_file_says_is_said_word_for_word() -> None:
    text = "Wi-Fi { $total } <b>gratis</b>\n*Piscina*: no hay"
    assert say(HotelFact(subject="amenities", text=text), channel=Channel.WHATSAPP).text == text


def test_a_guests_name_makes_nothing_bold_on_whatsapp() -> None:
    reply = Confirmed(reservation=CODE, offer=OFFER, guest=evolve(GUEST, name="*Ana* _de_ ~la~ `Torre`"))
    assert "A nombre de Ana de la Torre." in say(reply, channel=Channel.WHATSAPP).text


def test_a_guests_name_keeps_to_its_line_and_direction() -> None:
    reply = Confirmed(reservation=CODE, offer=OFFER, guest=evolve(GUEST, name="Ana\nTotal:\u202e 1 €\x00\r\n\u2028Ruiz"))
    assert "A nombre de Ana Total: 1 € Ruiz." in say(reply).text


def test_a_very_long_name_is_cut() -> None:
    text = say(Confirmed(reservation=CODE, offer=OFFER, guest=evolve(GUEST, name="Ana " * 500))).text
    assert len(text) < 600


def test_the_day_of_arrival_is_read_back_with_its_weekday() -> None:
    assert say(AskDeparture(arrival=date(2026, 12, 20)), PT).text == (
        "Chegada: domingo, 20 de dezembro de 2026. Em que dia vai embora, ou quantas noites vai ficar?"
    )


def test_simple_answers_fit_on_a_phone() -> None:
    lengths = {note: len(say(note, language).text) for note in Note for language in Language}
    assert {note: length for note, length in lengths.items() if length > 320} == {}


# ---------------------------------------------------------------- any reply at all

texts = st.text(max_size=60)
moments = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants its bounds without a zone
days = st.dates(min_value=date(1, 1, 1), max_value=date(9998, 1, 1))
stays = st.builds(lambda day, nights: Stay(day, day + timedelta(days=nights)), days, st.integers(1, 365))
parties = st.builds(
    lambda adults, ages, rooms: Occupancy(adults, tuple(ages), min(rooms, adults)),
    st.integers(1, 40),
    st.lists(st.none() | st.integers(0, 17), max_size=20),
    st.integers(1, 20),
)
monies = st.builds(
    Money,
    st.decimals(min_value=Decimal("-1e6"), max_value=Decimal("1e11"), places=2),
    st.sampled_from(["EUR", "USD", "ARS", "CLP", "JPY", "KWD", "ZZZ"]),
)
candidates = st.builds(
    lambda day, nights: StayCandidate(arrival=day, nights=nights), st.none() | days, st.none() | st.integers()
)
KNOWN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(),
    str: texts,
    datetime: moments,
    date: days,
    time: st.times(),
    Stay: stays,
    Occupancy: parties,
    Money: monies,
    StayCandidate: candidates,
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that a reply is made of."""
    if kind in KNOWN:
        return KNOWN[kind]
    if isinstance(kind, NewType):
        return values(kind.__supertype__)
    if isinstance(kind, UnionType):
        return st.one_of(*(st.none() if part is NoneType else values(part) for part in get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0]), max_size=6).map(tuple)
    if get_origin(kind) is frozenset:
        return st.frozensets(st.sampled_from(["check_in", "check_out", "adults", "rooms"]))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return st.builds(kind, **{known.name: values(known.type) for known in fields(kind)})


replies = values(Reply)
hotels = st.builds(
    lambda name, phone, country, languages: evolve(HOTEL, name=name, phone=phone, country=country, languages=tuple(languages)),
    texts,
    texts,
    st.sampled_from(["ES", "AR", "MX", "PT", "BR", "GB", "US", "ZZ", ""]),
    st.lists(st.sampled_from(Language), min_size=1, unique=True),
)


@given(st.lists(replies, max_size=4), st.sampled_from(Language), hotels, st.sampled_from(Channel))
def test_no_reply_of_the_domain_makes_it_raise(
    said: Sequence[Reply], language: Language, hotel: Hotel, channel: Channel
) -> None:
    rendered = RENDERER.render(said, language, hotel, channel)
    assert [button.title for button in rendered.buttons if len(button.title) > 20] == []
