"""The short form of the soak, and proof that its auditor bites: violations of each kind are planted and must be found."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.ids import LockId, OwnerId, ReservationId, RoomId
from hotel_agent.domain.locks import ReservationLock
from hotel_agent.domain.turns import Answer, BookingView
from hotel_agent.emulators.qloapps.emulator import QloAppsEmulator
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.testing.examples import DOUBLE, STAY, TENANT, answer, booking
from hotel_agent.testing.soak import main
from hotel_agent.testing.soak_audit import Accounts, Books, Line, Order, Violation, audit, read_books

AGREED = booking().offer.total.amount
BOOKINGS, SEED = 250, 7


@pytest.fixture(scope="module")
def soaked(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any]]:
    """Run the short form once: its exit code and what it wrote."""
    file = tmp_path_factory.mktemp("soak") / "soak.json"
    code = main(["--bookings", str(BOOKINGS), "--seed", str(SEED), "--json", str(file), "--limit", "240"])
    return code, json.loads(file.read_text())


def test_a_short_soak_leaves_nothing_wrong(soaked: tuple[int, dict[str, Any]]) -> None:
    code, found = soaked
    assert found["violations"] == dict.fromkeys(map(str, Violation), 0), found["examples"]
    assert found["unforeseen errors"] == []
    assert (code, found["seed"], found["clean"], found["came to rest"]) == (0, SEED, True, True)
    assert sum(found["outcomes"].values()) == BOOKINGS


def test_a_short_soak_is_contended_and_disturbed(soaked: tuple[int, dict[str, Any]]) -> None:
    """Otherwise nothing was tried: guests collide, requests meet with faults, processes die."""
    _, found = soaked
    assert found["outcomes"]["rejected: sold_out"] > found["outcomes"]["confirmed"] > 0
    assert found["counts"]["lock conflicts"] > 0
    assert sum(count for name, count in found["faults"].items() if name not in {"requests", "creates"}) > 0
    assert found["killed"]["workers"] > 0


# ---------------------------------------------------------------- the auditor


def held(order: int, *, room: int = 201, number: int | None = None, nights: tuple[date, date] | None = None) -> Line:
    arrival, departure = nights or (STAY.arrival, STAY.departure)
    return Line(
        id=number or order,
        order=order,
        room=room,
        room_type=int(DOUBLE.id),
        arrival=arrival.isoformat(),
        departure=departure.isoformat(),
        live=True,
    )


def ordered(order: int, about: Booking, total: Decimal = AGREED) -> Order:
    return Order(id=order, reference=about.reference, total=total)


def confirmed(name: str = "1", order: int = 1) -> Booking:
    return booking(name, state=BookingState.CONFIRMED, reservation=ReservationId(str(order)))


def rejected(name: str = "1") -> Booking:
    return booking(name, state=BookingState.REJECTED, rejection=Rejection.SOLD_OUT)


def accounts_of(*bookings: Booking, locks: Iterable[ReservationLock] = ()) -> Accounts:
    return Accounts(bookings=bookings, answers={one.id: truth(one) for one in bookings}, locks=tuple(locks))


def truth(about: Booking) -> Answer:
    view = BookingView(reference=about.reference, state=about.state, reservation=about.reservation)
    return evolve(answer(), booking=view)


def wrong(books: Books, accounts: Accounts, sent: int | None = None) -> set[Violation]:
    found = audit(books, accounts, len(accounts.bookings) if sent is None else sent)
    assert set(found) == set(Violation)
    return {kind for kind, sentences in found.items() if sentences}


def test_true_books_have_no_violation() -> None:
    one, other, none = confirmed("1", 1), confirmed("2", 2), rejected("3")
    later = (STAY.departure, STAY.departure + timedelta(days=2))
    orders = (ordered(1, one), ordered(2, other), ordered(3, none), Order(id=4, reference="front desk", total=AGREED))
    lines = (held(1), held(2, room=202), evolve(held(3), live=False), held(4, nights=later))
    assert wrong(Books(orders=orders, lines=lines), accounts_of(one, other, none)) == set()


def test_two_live_lines_on_one_night_are_a_double_booking() -> None:
    one, other = confirmed("1", 1), confirmed("2", 2)
    orders = (ordered(1, one), ordered(2, other))
    assert wrong(Books(orders=orders, lines=(held(1), held(2))), accounts_of(one, other)) == {Violation.DOUBLE_BOOKING}


def test_a_double_booking_with_a_walk_in_is_one_too() -> None:
    one = confirmed()
    orders = (ordered(1, one), Order(id=2, reference="front desk", total=AGREED))
    last_night = (STAY.departure - timedelta(days=1), STAY.departure + timedelta(days=5))
    found = wrong(Books(orders=orders, lines=(held(1), held(2, nights=last_night))), accounts_of(one))
    assert found == {Violation.DOUBLE_BOOKING}


def test_a_long_stay_round_two_short_ones_collides_with_both() -> None:
    long = (STAY.arrival - timedelta(days=5), STAY.departure + timedelta(days=5))
    after = (STAY.departure, STAY.departure + timedelta(days=1))
    lines = (held(1, nights=long), held(2), held(3, nights=after))
    orders = tuple(Order(id=n, reference="front desk", total=AGREED) for n in (1, 2, 3))
    found = audit(Books(orders=orders, lines=lines), accounts_of(), 0)
    assert len(found[Violation.DOUBLE_BOOKING]) == 2


def test_two_live_reservations_of_one_reference_are_a_duplicate() -> None:
    one = confirmed()
    books = Books(orders=(ordered(1, one), ordered(2, one)), lines=(held(1), held(2, room=202)))
    assert wrong(books, accounts_of(one)) == {Violation.DUPLICATE}


def test_confirmed_without_a_live_line_is_absent() -> None:
    one = confirmed()
    books = Books(orders=(ordered(1, one),), lines=(evolve(held(1), live=False),))
    assert wrong(books, accounts_of(one)) == {Violation.ABSENT}


def test_confirmed_under_an_order_of_somebody_else_is_absent() -> None:
    one = confirmed(order=2)
    books = Books(orders=(Order(id=2, reference="front desk", total=AGREED),), lines=(held(2),))
    assert wrong(books, accounts_of(one)) == {Violation.ABSENT}


@pytest.mark.parametrize("state", [BookingState.REJECTED, BookingState.CANCELLED])
def test_a_live_reservation_of_a_booking_that_is_not_confirmed_is_found(state: BookingState) -> None:
    one = booking(state=state)
    assert wrong(Books(orders=(ordered(1, one),), lines=(held(1),)), accounts_of(one)) == {Violation.UNCONFIRMED}


def test_a_live_reservation_with_a_reference_that_no_journal_knows_is_found() -> None:
    assert wrong(Books(orders=(ordered(1, booking()),), lines=(held(1),)), accounts_of()) == {Violation.UNCONFIRMED}


@pytest.mark.parametrize("state", [BookingState.SUBMITTING, BookingState.CHECKING, BookingState.CANCELLING])
def test_an_open_booking_is_unsettled(state: BookingState) -> None:
    assert wrong(Books(orders=(), lines=()), accounts_of(booking(state=state))) == {Violation.UNSETTLED}


def test_a_standing_lock_is_left() -> None:
    lock = ReservationLock(
        id=LockId("lock-1"),
        tenant=TENANT,
        rooms=(RoomId("201"),),
        stay=STAY,
        owner=OwnerId("somebody"),
        expires_at=None,
    )
    assert wrong(Books(orders=(), lines=()), accounts_of(locks=[lock])) == {Violation.LOCK_LEFT}


@pytest.mark.parametrize(
    ("line", "total"),
    [
        (held(1), AGREED + Decimal("0.01")),
        (held(1, nights=(STAY.arrival, STAY.departure - timedelta(days=1))), AGREED),
        (evolve(held(1), room_type=9), AGREED),
    ],
)
def test_another_total_other_nights_and_another_type_are_not_as_agreed(line: Line, total: Decimal) -> None:
    one = confirmed()
    books = Books(orders=(ordered(1, one, total),), lines=(line,))
    assert wrong(books, accounts_of(one)) == {Violation.NOT_AS_AGREED}


@pytest.mark.parametrize("said", [None, answer(), truth(rejected())])
def test_a_guest_who_was_told_something_else_is_found(said: Answer | None) -> None:
    one = confirmed()
    books = Books(orders=(ordered(1, one),), lines=(held(1),))
    assert wrong(books, evolve(accounts_of(one), answers={one.id: said})) == {Violation.TOLD_OTHERWISE}


def test_a_guest_without_a_booking_is_lost() -> None:
    assert wrong(Books(orders=(), lines=()), accounts_of(rejected()), sent=2) == {Violation.LOST}


def test_books_are_read_from_the_state_file_as_the_shop_keeps_them(tmp_path: Path) -> None:
    """A double booking, a cancelled and a kept back order planted in a real state file show as what they are."""
    state = tmp_path / "shop.db"
    shop = QloAppsEmulator(recorded_shop(domain=None), clock=lambda: datetime(2031, 1, 1, tzinfo=UTC), state_file=state)
    for _ in range(4):
        shop.walk_in(2, STAY.arrival, STAY.departure)
    lines = shop.live_lines()
    with shop.store.transaction():
        shop.store.update("room_bookings", lines[1]["id"], {"id_room": lines[0]["id_room"]})
        shop.store.update("room_bookings", lines[2]["id"], {"id_room": lines[0]["id_room"], "is_refunded": 1})
        shop.store.update("room_bookings", lines[3]["id"], {"id_room": lines[0]["id_room"], "is_back_order": 1})
        shop.store.update("orders", lines[0]["id_order"], {"source": "ha-PLANTED"})
    shop.close()
    books = read_books(state)
    assert [line.live for line in books.lines] == [True, True, False, False]
    assert [order.reference for order in books.orders] == ["ha-PLANTED"] + ["front desk"] * 3
    assert wrong(books, accounts_of()) == {Violation.DOUBLE_BOOKING, Violation.UNCONFIRMED}
