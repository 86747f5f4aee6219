"""Reservations spoken of in real sentences, in the three languages: theirs who made them, changed, cancelled, arrived at."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.money import Money
from hotel_agent.domain.replies import Cancelled, CheckedIn, CheckedOut, Note
from hotel_agent.domain.reservations import ReservationStatus
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.terms import ArrivalTerms, CancellationFee, CancellationTerms, LateCheckoutTerms
from hotel_agent.domain.turns import Answer, Status
from hotel_agent.domain.understanding import Language
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.faults import Fault, on
from hotel_agent.testing.stage import HOTEL, SOL, SUITE, Stage, stage

pytestmark = pytest.mark.anyio

WELCOMING = evolve(
    HOTEL,
    languages=tuple(Language),
    cancellation=CancellationTerms(free_until_hours=48, fee=CancellationFee.PERCENT, percent=Decimal(30)),
    arrival=ArrivalTerms(online_check_in=True, online_check_out=True, asks_arrival_time=True),
    late_checkout=LateCheckoutTerms(until=time(14), fee=Money.of(25, "EUR")),
)
ARRIVAL = datetime(2031, 5, 2, 14, tzinfo=UTC)
STAYS = {"1": Stay(date(2031, 5, 2), date(2031, 5, 4))}


async def book(s: Stage, sender: str = "guest") -> str:
    """Book two nights from 2 May as Juan Pérez; return the code."""
    await s.up_to_the_yes(sender)
    answer = await s.say(sender, "sí")
    assert answer is not None
    assert answer.booking is not None
    assert answer.booking.reservation is not None
    return answer.booking.reservation


async def talk(s: Stage, sender: str, *texts: str) -> Answer:
    """Say one after the other and return the last answer."""
    answer = None
    for text in texts:
        answer = await s.say(sender, text)
    assert answer is not None
    return answer


def nights(s: Stage) -> dict[str, Stay | None]:
    return {known.id: known.stay for known in s.pms[SOL].reservations if any(room.live for room in known.rooms)}


@pytest.mark.parametrize(
    "texts",
    [
        ("¿cómo está mi reserva?", "1", "Pérez"),
        ("¿cómo está mi reserva 1? Pérez", "apellido Pérez"),
        ("how is my booking?", "1", "juan@example.com"),
        ("qual é o estado da minha reserva?", "código 1", "Pérez"),
    ],
)
async def test_guest_who_comes_back_elsewhere_sees_the_reservation(texts: Sequence[str]) -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        answer = await talk(s, "another device", *texts)
        assert answer.booking is not None
        assert (answer.booking.reservation, "200" in answer.text) == ("1", True)


@pytest.mark.parametrize(
    ("texts", "sure"),
    [
        (("quiero cambiar mi reserva", "1", "Pérez", "del 2031-05-10 al 2031-05-13"), "sí"),
        (("I want to change my booking to 10-13 May 2031", "1", "Pérez"), "yes"),
        (("quero mudar a minha reserva", "código 1", "juan@example.com", "de 2031-05-10 a 2031-05-13"), "sim"),
    ],
)
async def test_guest_who_comes_back_elsewhere_changes_it(texts: Sequence[str], sure: str) -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        asked = await talk(s, "another device", *texts)
        assert ("200" in asked.text, "300" in asked.text, "100" in asked.text) == (True, True, True)
        answer = await talk(s, "another device", sure)
        assert nights(s) == {"1": Stay(date(2031, 5, 10), date(2031, 5, 13))}
        assert (answer.status, answer.booking and answer.booking.reservation) == (Status.SUCCESS, "1")
        await s.come_to_rest()
        assert await s.store.locks.standing(SOL) == ()


@pytest.mark.parametrize(
    ("texts", "sure"),
    [
        (("quiero cancelar la reserva", "1", "Pérez"), "sí, cancélala"),
        (("cancel my booking", "1", "Pérez"), "yes"),
        (("quero cancelar a minha reserva", "código 1", "Pérez"), "sim"),
    ],
)
async def test_guest_who_comes_back_elsewhere_cancels_it_and_hears_the_fee(texts: Sequence[str], sure: str) -> None:
    clock = ManualClock(ARRIVAL - timedelta(days=1))
    async with stage(hotels=(WELCOMING,), clock=clock) as s:
        await book(s)
        asked = await talk(s, "another device", *texts)
        assert "60" in asked.text
        await talk(s, "another device", sure)
        assert nights(s) == {}
        # The first conversation reads the PMS too, and tells the truth.
        first = await talk(s, "guest", "¿cómo está mi reserva?")
        assert "cancelada" in first.text


async def test_cancelling_in_time_is_said_to_be_free() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        asked = await talk(s, "guest", "cancelar mi reserva")
        assert "gratis hasta el miércoles 30 de abril de 2031 a las 15:00" in asked.text
        await talk(s, "guest", "sí")
        reservation = s.bookings[0].reservation
        assert reservation
        assert (await s.heard("guest"))[-1] == s.words(Cancelled(reservation=reservation, fee=Money.of(0, "EUR")))


async def test_wrong_surname_opens_nothing_and_says_nothing() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        wrong = await talk(s, "stranger", "quiero cancelar la reserva", "1", "García")
        unknown = await talk(s, "other", "quiero cancelar la reserva", "77", "García")
        assert wrong.text == unknown.text == s.words(Note.NO_SUCH_RESERVATION)
        assert nights(s) == STAYS


async def test_guest_who_is_back_after_the_session_ended_still_has_the_reservation() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        await s.pass_time(timedelta(hours=3), step=timedelta(minutes=10))
        asked = await talk(s, "guest", "quiero cambiar mi reserva, hasta el 2031-05-05")
        assert "¿Cambio tu reserva 1?" in asked.text
        await talk(s, "guest", "sí")
        assert nights(s) == {"1": Stay(date(2031, 5, 2), date(2031, 5, 5))}


async def test_yes_after_the_session_ended_changes_nothing() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        await talk(s, "guest", "quiero cambiar mi reserva, hasta el 2031-05-05")
        await s.pass_time(timedelta(minutes=31), step=timedelta(minutes=1))
        await talk(s, "guest", "sí")
        assert nights(s) == STAYS
        assert await s.store.locks.standing(SOL) == ()


async def test_second_booking_in_one_chat_is_a_second_reservation() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        await talk(s, "guest", "Disponibilidad para 2031-06-02 a 2031-06-04", f"Reservar habitación {SUITE} para 2031-06-02")
        await talk(s, "guest", "sí")
        assert nights(s) == {**STAYS, "2": Stay(date(2031, 6, 2), date(2031, 6, 4))}
        asked = await talk(s, "guest", "quiero cambiar la reserva con código 1, hasta el 2031-05-05")
        assert "¿Cambio tu reserva 1?" in asked.text
        await talk(s, "guest", "sí")
        assert nights(s) == {"1": Stay(date(2031, 5, 2), date(2031, 5, 5)), "2": Stay(date(2031, 6, 2), date(2031, 6, 4))}
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_group_of_rooms_is_booked_and_changed_as_one() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await talk(
            s,
            "guest",
            "Disponibilidad para 2031-05-02 a 2031-05-04, 4 adultos en 2 habitaciones",
            "Reservar habitación 1",
            "Juan Pérez, juan@example.com, +34666777888",
            "sí",
        )
        assert len(s.pms[SOL].reservations[0].room_ids) == 2
        asked = await talk(s, "guest", "quiero cambiar mi reserva, del 2031-05-10 al 2031-05-12")
        assert "2 habitaciones" in asked.text
        await talk(s, "guest", "sí")
        (reservation,) = s.pms[SOL].reservations
        assert (reservation.stay, len(reservation.room_ids)) == (Stay(date(2031, 5, 10), date(2031, 5, 12)), 2)
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_wrong_yes_after_a_price_change_is_asked_again() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        await talk(s, "guest", "quiero cambiar mi reserva, del 2031-05-10 al 2031-05-12")
        s.pms[SOL].reprice(s.bookings[0].offer.room_type.id, Money.of(130, "EUR"))
        asked = await talk(s, "guest", "sí")
        assert ("260" in asked.text, nights(s)) == (True, STAYS)
        await talk(s, "guest", "sí")
        assert s.pms[SOL].reservations[0].total == Money.of(260, "EUR")
        await s.come_to_rest()
        assert await s.violations() == ()


async def test_change_to_another_type_tells_the_difference() -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        asked = await talk(s, "guest", "quiero cambiar mi reserva a la suite")
        assert "Son 200,00 € más." in asked.text
        await talk(s, "guest", "sí")
        assert s.pms[SOL].reservations[0].room_types == (SUITE,)


@pytest.mark.parametrize("fault", [None, Fault.REFUSED, Fault.LOST_REQUEST, Fault.LOST_ANSWER, Fault.GARBLED])
async def test_guest_checks_in_and_out_whatever_answer_is_lost(fault: Fault | None) -> None:
    clock = ManualClock(ARRIVAL - timedelta(days=3))
    async with stage(hotels=(WELCOMING,), clock=clock) as s:
        await book(s)
        early = await talk(s, "guest", "quiero hacer el check-in")
        assert s.words(Note.CHECK_IN_ONLINE) in early.text
        noted = await talk(s, "guest", "llegamos a las 23:30")
        assert "23:30" in noted.text
        await s.pass_time(ARRIVAL - clock.now(), step=timedelta(hours=1))
        s.restart(on("pms.check_in", fault))
        await talk(s, "guest", "quiero hacer el check-in", "sí")
        await s.come_to_rest()
        reservation = s.pms[SOL].reservations[0]
        assert reservation.status is ReservationStatus.CHECKED_IN
        offer = s.bookings[0].offer
        assert (await s.heard("guest"))[-1] == s.words(CheckedIn(reservation=reservation.id, offer=offer))
        await s.pass_time(datetime(2031, 5, 4, 8, tzinfo=UTC) - clock.now(), step=timedelta(hours=1))
        s.restart(on("pms.check_out", fault))
        await talk(s, "guest", "quiero hacer el check-out", "sí")
        await s.come_to_rest()
        assert s.pms[SOL].reservations[0].status is ReservationStatus.CHECKED_OUT
        assert (await s.heard("guest"))[-1] == s.words(CheckedOut(reservation=reservation.id))
        assert (s.bookings[0].state, s.bookings[0].change) == (BookingState.CONFIRMED, None)


@pytest.mark.parametrize("text", ["¿puedo hacer late check-out?", "late checkout please", "quero fazer late check-out"])
async def test_late_checkout_is_asked_of_staff_with_its_fee(text: str) -> None:
    async with stage(hotels=(WELCOMING,)) as s:
        await book(s)
        answer = await talk(s, "guest", text)
        assert ("14:00" in answer.text, "25" in answer.text) == (True, True)
        assert [known.reason for known in await s.store.journal.escalations(SOL)] == ["late_checkout"]
