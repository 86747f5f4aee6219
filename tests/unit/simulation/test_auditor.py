"""Histories with one thing wrong with them: the auditor says which promise is broken, and says nothing of a sound one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from hotel_agent.domain.ids import ConversationId, LockId, OwnerId, Reference, ReservationId, RoomId, RoomTypeId, TenantId
from hotel_agent.domain.locks import LockAct, LockEntry
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Guest, Reservation, ReservationStatus, ReservedRoom
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.records import Line
from hotel_agent.testing.simulation.auditor import audit
from hotel_agent.testing.simulation.history import Books, Correspondence, History, Sent

SOL = TenantId("sol")
NINE = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
ANA = Guest(name="Ana Pérez", email="ana@example.com", phone="+34660000001")
STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
DAYS = "Del viernes 2 al domingo 4 de mayo de 2031 (2 noches)"
TERMS = f"Doble, 2 adultos\n{DAYS}\nTotal: 1.200,00 € por 2 noches, impuestos incluidos"
READ_BACK = (
    f"Antes de reservar, repasa que esté bien:\n{TERMS}\nA nombre de Ana Pérez, ana@example.com, +34660000001\n¿La reservo?"
)
BOOKING_NOW = "Estoy haciendo tu reserva: Doble, del viernes 2 al domingo 4 de mayo de 2031 (2 noches). Te digo algo enseguida."
CONFIRMED = f"¡Reserva confirmada! Tu código es 7.\nHotel Sol\n{TERMS}\nA nombre de Ana Pérez. Entrada desde las 15:00."


def at(seconds: int) -> datetime:
    return NINE + timedelta(seconds=seconds)


def lines(*said: tuple[str, str]) -> tuple[Line, ...]:
    """Lines one second apart, as (message id, text); the guest's ids begin with `g`."""
    return tuple(
        Line(position=place, by_guest=message.startswith("g"), message_id=message, text=text, at=at(place))
        for place, (message, text) in enumerate(said, start=1)
    )


SAID = (
    ("g1", "Ana Pérez, ana@example.com, +34660000001"),
    ("a1", READ_BACK),
    ("g2", "sí"),
    ("a2", BOOKING_NOW),
    ("a3", CONFIRMED),
)
ROOM = ReservedRoom(
    line_id="1",
    room_id=RoomId("11"),
    number="11",
    room_type_id=RoomTypeId("1"),
    room_type_name="Doble",
    arrival=STAY.arrival,
    departure=STAY.departure,
    live=True,
)
RESERVATION = Reservation(
    id=ReservationId("7"),
    reference=Reference("ha-A"),
    status=ReservationStatus.CONFIRMED,
    rooms=(ROOM,),
    total=Money.of(1200, "EUR"),
    paid=Money.of(0, "EUR"),
    guest=ANA,
)
BOOKS = Books(reservations=(RESERVATION,), locks=(), standing=0, audit=(), escalations=())
CONVERSATION = Correspondence(
    tenant=SOL,
    conversation=ConversationId("c"),
    guest=ANA,
    sent=(
        Sent(message_id="g1", text="", agrees=False, sent_at=at(0), stamped_at=None, offered_at=at(1), taken_at=at(1)),
        Sent(message_id="g2", text="sí", agrees=True, sent_at=at(3), stamped_at=None, offered_at=at(3), taken_at=at(3)),
    ),
    lines=lines(*SAID),
)


def broken(*, books: Books = BOOKS, conversation: Correspondence = CONVERSATION, waiting: tuple[str, ...] = ()) -> set[str]:
    history = History(hotels={SOL: books}, conversations=(conversation,), waiting=waiting)
    return {finding.promise for finding in audit(history)}


def said(*what: tuple[str, str]) -> Correspondence:
    return evolve(CONVERSATION, lines=lines(*what))


def booked(**changes: object) -> Books:
    return evolve(BOOKS, reservations=(evolve(RESERVATION, **changes),))  # type: ignore[arg-type]  # names at run time


def lock(act: LockAct, name: str, after: int, stay: Stay) -> LockEntry:
    return LockEntry(
        at=at(after), act=act, tenant=SOL, rooms=(RoomId("11"),), stay=stay, owner=OwnerId(name), lock=LockId(name)
    )


def test_sound_history_has_no_findings() -> None:
    assert broken() == set()


@pytest.mark.parametrize(
    "conversation",
    [
        pytest.param(said(*SAID[:2]), id="a message never handled"),
        pytest.param(said(*SAID[:2], *SAID), id="a message handled twice"),
        pytest.param(said(*SAID[:4], SAID[3], SAID[4]), id="an answer sent twice"),
    ],
)
def test_message_lost_or_doubled_is_found(conversation: Correspondence) -> None:
    assert "every message once" in broken(conversation=conversation)


def test_messages_handled_in_another_order_are_found() -> None:
    assert "in order" in broken(conversation=said(SAID[2], SAID[3], SAID[0], SAID[1], SAID[4]))


def test_message_that_came_late_may_be_handled_late() -> None:
    first, second = CONVERSATION.sent
    late = evolve(said(SAID[2], SAID[3], SAID[0], SAID[1]), sent=(evolve(first, taken_at=at(30)), second))
    assert "in order" not in broken(conversation=late)


@pytest.mark.parametrize(("late_by", "found"), [(0.4, True), (0.6, False)])
def test_message_that_comes_while_a_later_one_is_held_back_is_handled_first(late_by: float, found: bool) -> None:
    first, second = CONVERSATION.sent
    offered = at(3) + timedelta(seconds=late_by)
    overtaken = evolve(first, stamped_at=at(0), offered_at=offered, taken_at=offered)
    swapped = evolve(said(SAID[2], SAID[3], SAID[0], SAID[1], SAID[4]), sent=(overtaken, evolve(second, stamped_at=at(3))))
    assert ("in order" in broken(conversation=swapped)) is found


@pytest.mark.parametrize(("news_after", "found"), [(0.2, False), (0.45, True)])
def test_news_that_comes_while_a_message_is_held_back_lets_both_go(news_after: float, found: bool) -> None:
    first, second = CONVERSATION.sent
    offered = at(3) + timedelta(seconds=0.4)
    overtaken = evolve(first, stamped_at=at(0), offered_at=offered, taken_at=offered)
    told = said(SAID[2], SAID[3], ("a9", "noticias"), SAID[0], SAID[1], SAID[4])
    news = evolve(told.lines[2], at=at(3) + timedelta(seconds=news_after))
    history = evolve(told, sent=(overtaken, evolve(second, stamped_at=at(3))), lines=(*told.lines[:2], news, *told.lines[3:]))
    assert ("in order" in broken(conversation=history)) is found


def test_message_without_an_answer_is_found() -> None:
    assert broken(conversation=said(SAID[0], *SAID[2:])) >= {"every message answered"}


@pytest.mark.parametrize(
    "books",
    [
        pytest.param(evolve(BOOKS, reservations=()), id="absent"),
        pytest.param(booked(rooms=(evolve(ROOM, live=False),)), id="cancelled"),
        pytest.param(booked(rooms=(evolve(ROOM, departure=date(2031, 5, 5)),)), id="other dates"),
        pytest.param(booked(rooms=(evolve(ROOM, room_type_name="Suite"),)), id="another room"),
        pytest.param(booked(total=Money.of("1200.01", "EUR")), id="another total"),
        pytest.param(booked(guest=evolve(ANA, email="other@example.com")), id="another guest"),
    ],
)
def test_confirmation_that_the_books_do_not_bear_out_is_found(books: Books) -> None:
    assert broken(books=books) == {"confirmed means live, as agreed"}


@pytest.mark.parametrize(
    "conversation",
    [
        pytest.param(said(SAID[0], ("a1", "¿Cuál prefieres?"), *SAID[2:]), id="never read back"),
        pytest.param(said(SAID[0], ("a1", READ_BACK.replace("1.200", "1.100")), *SAID[2:]), id="another price read back"),
        pytest.param(evolve(CONVERSATION, sent=tuple(evolve(one, agrees=False) for one in CONVERSATION.sent)), id="no yes"),
        pytest.param(
            evolve(CONVERSATION, sent=(CONVERSATION.sent[0], evolve(CONVERSATION.sent[1], stamped_at=at(1)))),
            id="a yes from before the read-back",
        ),
        pytest.param(said(*SAID, ("a4", CONFIRMED)), id="confirmed twice"),
    ],
)
def test_confirmation_of_what_was_not_agreed_is_found(conversation: Correspondence) -> None:
    assert broken(conversation=conversation) == {"confirmed means live, as agreed"}


def test_news_and_a_question_in_one_message_are_told_apart() -> None:
    other = READ_BACK.replace("viernes 2", "jueves 1")
    both = said(*SAID[:4], ("a3", f"{CONFIRMED}\n\n{other}"))
    assert broken(conversation=both) == set()


def test_reservation_said_to_be_cancelled_that_is_live_is_found() -> None:
    gone = ("a4", "Tu reserva 7 está cancelada. Si quieres otras fechas, dímelo.")
    assert "confirmed means live, as agreed" in broken(conversation=said(*SAID, gone))


def test_booking_whose_end_nobody_heard_of_is_found() -> None:
    assert broken(books=evolve(BOOKS, reservations=()), conversation=said(*SAID[:4])) == {"nobody left in the dark"}


def test_live_reservation_of_ours_that_nobody_was_told_of_is_found() -> None:
    refused = ("a3", "Lo siento: Doble se acaba de ocupar y la reserva no se ha hecho. Dime otra habitación.")
    assert broken(conversation=said(*SAID[:4], refused)) == {"nobody left in the dark"}


@pytest.mark.parametrize(("line_id", "expected"), [("0", {"no room sold twice"}), ("2", set())], ids=["before us", "after us"])
def test_room_that_we_sold_after_somebody_else_is_found(line_id: str, expected: set[str]) -> None:
    theirs = evolve(
        RESERVATION, id=ReservationId("6"), reference=Reference("walk-in"), rooms=(evolve(ROOM, line_id=line_id),), guest=None
    )
    assert broken(books=evolve(BOOKS, reservations=(theirs, RESERVATION))) == expected


@pytest.mark.parametrize(
    ("second", "since", "expected"),
    [
        (Stay(date(2031, 5, 3), date(2031, 5, 6)), 5, {"no room locked twice"}),
        (Stay(date(2031, 5, 3), date(2031, 5, 6)), 15, set()),
        (Stay(date(2031, 5, 4), date(2031, 5, 6)), 5, set()),
    ],
    ids=["overlapping", "after the first ended", "back to back"],
)
def test_room_locked_for_two_at_once_is_found(second: Stay, since: int, expected: set[str]) -> None:
    trail = (
        lock(LockAct.ACQUIRE, "one", 0, STAY),
        lock(LockAct.RELEASE, "one", 10, STAY),
        lock(LockAct.ACQUIRE, "two", since, second),
        lock(LockAct.EXPIRE, "two", 99, second),
    )
    assert broken(books=evolve(BOOKS, locks=trail)) == expected


def test_lock_that_is_left_is_found() -> None:
    assert broken(books=evolve(BOOKS, standing=1)) == {"no lock left"}


def test_whatever_has_not_come_to_rest_is_found() -> None:
    assert broken(waiting=("1 jobs",)) == {"rest"}
