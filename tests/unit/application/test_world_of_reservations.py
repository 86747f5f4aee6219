"""What a turn may ask about reservations that are there: by code, by a proven number, and what a change would come to."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.application.world import World
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.ids import Reference, ReservationId, RoomId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.requests import (
    AmendmentQuoted,
    FindReservation,
    GuestReservations,
    Outcome,
    QuoteAmendment,
    Request,
    ReservationsFound,
    Trouble,
)
from hotel_agent.domain.reservations import Amendment, AmendmentQuote, BookingOrder, Capabilities, Guest, Reservation
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.testing.careless import CarelessPropertySystem
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.faults import Fault, Faults, on
from hotel_agent.testing.faulty_ports import FaultyPropertySystem
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.stage import DOUBLE, small_house
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

SOL = TenantId("sol")
STAY = Stay(date(2031, 5, 2), date(2031, 5, 4))
LONGER = Amendment(stay=Stay(date(2031, 5, 2), date(2031, 5, 5)))
ANA = Guest(name="Ana Núñez", email="ana@example.com", phone="+34600111222")
REFERENCE = Reference("ha-ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Sealed(CarelessPropertySystem):
    """A PMS that changes nothing."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(amends=False)


@pytest.fixture
def pms() -> CarelessPropertySystem:
    return CarelessPropertySystem(small_house(), ManualClock(), ZoneInfo("UTC"))


async def booked(pms: CarelessPropertySystem) -> Reservation:
    order = BookingOrder(
        reference=REFERENCE,
        room_type_id=DOUBLE,
        rooms=(RoomId("11"),),
        stay=STAY,
        occupancy=Occupancy(2),
        total=Money.of(200, "EUR"),
        guest=ANA,
    )
    return await pms.book(order)


async def ask(pms: CarelessPropertySystem, request: Request, faults: Faults | None = None) -> Outcome:
    clock = ManualClock()
    far = FaultyPropertySystem(pms, faults or Faults())
    return await World(lambda _: far, MemoryLocks(clock, CountingIds("locks")), clock, Witness()).perform(SOL, request)


@pytest.mark.parametrize("code", ["1", REFERENCE])
async def test_code_is_the_pms_id_or_our_reference(pms: CarelessPropertySystem, code: str) -> None:
    reservation = await booked(pms)
    assert await ask(pms, FindReservation(code=code)) == ReservationsFound(reservations=(reservation,))


@pytest.mark.parametrize("code", ["2", "ha-NOBODYS", "' OR 1=1", ""])
async def test_code_that_nobody_has_finds_nothing(pms: CarelessPropertySystem, code: str) -> None:
    await booked(pms)
    assert await ask(pms, FindReservation(code=code)) == ReservationsFound(reservations=())


async def test_proven_number_finds_its_guests_reservations(pms: CarelessPropertySystem) -> None:
    reservation = await booked(pms)
    assert await ask(pms, GuestReservations(phone=ANA.phone)) == ReservationsFound(reservations=(reservation,))
    assert await ask(pms, GuestReservations(phone="+34600000001")) == ReservationsFound(reservations=())


async def test_change_is_quoted_afresh(pms: CarelessPropertySystem) -> None:
    reservation = await booked(pms)
    asked = QuoteAmendment(reservation=reservation.id, amendment=LONGER)
    first = await ask(pms, asked)
    quote = AmendmentQuote(total=Money.of(300, "EUR"), count=1, keeps=(RoomId("11"),), candidates=(RoomId("12"),))
    assert first == AmendmentQuoted(quote=quote)
    pms.reprice(DOUBLE, Money.of(110, "EUR"))
    assert await ask(pms, asked) == AmendmentQuoted(quote=evolve(quote, total=Money.of(330, "EUR")))


async def test_refused_change_has_no_quote_and_a_reason(pms: CarelessPropertySystem) -> None:
    asked = QuoteAmendment(reservation=ReservationId("9"), amendment=LONGER)
    assert await ask(pms, asked) == AmendmentQuoted(quote=None, reason=Rejection.NOT_FOUND)


async def test_pms_that_changes_nothing_is_not_asked() -> None:
    sealed = Sealed(small_house(), ManualClock(), ZoneInfo("UTC"))
    faults = Faults()
    asked = QuoteAmendment(reservation=ReservationId("1"), amendment=LONGER)
    assert await ask(sealed, asked, faults) == AmendmentQuoted(quote=None, reason=Rejection.NOT_SUPPORTED)
    assert faults.calls == []


@pytest.mark.parametrize(
    ("what", "request_"),
    [
        ("pms.get", FindReservation(code="1")),
        ("pms.find", FindReservation(code=REFERENCE)),
        ("pms.of_guest", GuestReservations(phone=ANA.phone)),
        ("pms.quote_amendment", QuoteAmendment(reservation=ReservationId("1"), amendment=LONGER)),
    ],
)
@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.GARBLED])
async def test_pms_that_does_not_answer_is_trouble(
    pms: CarelessPropertySystem, what: str, request_: Request, fault: Fault
) -> None:
    await booked(pms)
    assert await ask(pms, request_, Faults(on(what, fault))) == Trouble(part="pms")
