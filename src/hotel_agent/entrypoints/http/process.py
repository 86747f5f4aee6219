"""`POST /api/orchestrator/process`: a guest's message in, the turn's answer out (architecture section 12)."""

from functools import partial

from attrs import frozen
from starlette.responses import Response

from hotel_agent.application.asking import Asked
from hotel_agent.application.intake import Incoming, Permission, readable
from hotel_agent.domain.bookings import UNSETTLED, BookingState
from hotel_agent.domain.errors import Overloaded, PortError
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import Note
from hotel_agent.domain.turns import Answer, BookingView, Searched, Status
from hotel_agent.domain.understanding import RoomKind
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.endpoint import Call, answer
from hotel_agent.entrypoints.http.problems import SOON_S, come_again_s, unavailable
from hotel_agent.entrypoints.http.wire import (
    Amount,
    Availability,
    BookingInHand,
    OfferedRoom,
    ProcessAnswer,
    ProcessCall,
    ProcessData,
)

_PROVEN = frozenset({BookingState.CONFIRMED, BookingState.CHANGING, BookingState.CANCELLING, BookingState.CANCELLED})
"""Only a booking that was confirmed once has an id that a guest may be told."""


@frozen
class Orchestrator:
    """Answers API callers."""

    _application: Application

    async def process(self, call: Call) -> Response:
        wanted: ProcessCall = call.body
        hotel = call.hotel()
        incoming = Incoming(
            tenant=hotel.id,
            # The channel of an API caller is a label. As part of the account it keeps conversations apart, and nothing that is
            # answered here can ever be delivered to a real guest of that channel.
            channel=Channel.API,
            account=f"{call.caller.account}/{wanted.channel}",
            sender=wanted.sender_id,
            text=readable(wanted.text),
            message_id=wanted.message_id,
        )
        # Only callers with a key are believed: anybody else could make every trace one of the sample, or join a stranger's.
        context = call.headers.get(b"traceparent", b"").decode("latin-1") if call.caller.keyed else None
        permission = partial(call.gate.count, call.caller, wanted.sender_id)
        asked = await ask(self._application, incoming, "POST /api/orchestrator/process", context, permission=permission)
        return answer(self._shown(asked, hotel))

    def _shown(self, asked: Asked, hotel: Hotel) -> ProcessAnswer:
        if asked.answer is not None:
            return answer_of(asked, asked.answer)
        language = hotel.languages[0]
        said = self._application.renderer.render((Note.DEGRADED,), language, hotel, Channel.API).text
        return ProcessAnswer(
            status=Status.DEGRADED,
            intent=None,
            confidence=0.0,
            language=language,
            response_text=said,
            fallback_used=True,
            conversation_id=asked.conversation,
            message_id=asked.message_id,
            rooms_available=0,
            rooms=(),
            lock_acquired=None,
            reservation_id=None,
            data=ProcessData(rooms_available=0, availability=None, booking=None),
        )


async def ask(
    application: Application,
    incoming: Incoming,
    route: str,
    context: str | None = None,
    spent_s: float = 0.0,
    permission: Permission | None = None,
) -> Asked:
    """
    Hand a message in and wait for its answer; its trace begins with the *route*, or goes on with the caller's *context*.

    Raises:
        Problem: the journal did not take it, or did not say so.

    """
    try:
        with application.tracing.arrival(route, context):
            return await application.asking.ask(incoming, spent_s, permission)
    except Overloaded as exc:
        told = "The message was not taken, too many wait: send it again later with the same message_id."
        raise unavailable(told, come_again_s(exc)) from exc
    except PortError as exc:
        told = "The message may not have been taken: send it again with the same message_id."
        raise unavailable(told, SOON_S) from exc


def answer_of(asked: Asked, found: Answer) -> ProcessAnswer:
    """Say an answer in the shape of section 12. Pure."""
    rooms = tuple(_room(offer) for offer in found.searched.offers) if found.searched else ()
    free = sum(room.available for room in rooms)
    booking = _in_hand(found.booking)
    checking = found.open and booking is not None and booking.state == "checking"
    return ProcessAnswer(
        status=Status.DEGRADED if checking else found.status,
        intent=found.intent,
        confidence=round(found.confidence, 4),
        language=found.language,
        response_text=found.text,
        fallback_used=found.fallback_used,
        conversation_id=asked.conversation,
        message_id=asked.message_id,
        rooms_available=free,
        rooms=rooms,
        lock_acquired=found.lock_acquired,
        reservation_id=found.booking.reservation if found.booking and found.booking.state in _PROVEN else None,
        data=ProcessData(rooms_available=free, availability=_availability(found.searched), booking=booking),
    )


def _room(offer: Offer) -> OfferedRoom:
    return OfferedRoom(
        id=offer.room_type.id,
        name=offer.room_type.name,
        room_type=RoomKind(offer.room_type.kind),
        available=offer.available,
        total=amount(offer.total),
        nights=offer.stay.nights,
        offer_id=offer.id,
    )


def _availability(searched: Searched | None) -> Availability | None:
    if searched is None:
        return None
    return Availability(
        check_in=searched.stay.arrival,
        check_out=searched.stay.departure,
        adults=searched.occupancy.adults,
        children=searched.occupancy.children,
        assumed=tuple(sorted(searched.assumed)),
    )


def _in_hand(booking: BookingView | None) -> BookingInHand | None:
    if booking is None:
        return None
    # Whoever is answered while the PMS has not said how it ended hears `checking`, whichever of our steps it is at.
    return BookingInHand(reference=booking.reference, state="checking" if booking.state in UNSETTLED else booking.state)


def amount(money: Money) -> Amount:
    return Amount(amount=format(money.amount, "f"), currency=money.currency)
