"""`/api/pms/…`: what the PMS knows."""

import anyio
from attrs import frozen
from starlette.responses import Response

from hotel_agent.domain.ids import ReservationId, RoomTypeId
from hotel_agent.domain.reservations import Reservation
from hotel_agent.domain.rooms import RoomType
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.endpoint import Call, answer
from hotel_agent.entrypoints.http.problems import Problem, unavailable
from hotel_agent.entrypoints.http.process import amount
from hotel_agent.entrypoints.http.wire import BookedGuest, BookedRoom, BookedStay, Room
from hotel_agent.entrypoints.keys import Scope

_PATIENCE_S = 4.5
_LONGEST_ID = 64


@frozen
class PmsViews:
    """Reads from the hotel's PMS for API callers."""

    _application: Application

    async def room(self, call: Call) -> Response:
        hotel = call.hotel()
        wanted = RoomTypeId(_id(call))
        with anyio.move_on_after(_PATIENCE_S):
            found = next((kind for kind in await self._application.pms(hotel.id).room_types() if kind.id == wanted), None)
            if found is None:
                raise Problem("not_found")
            return answer(room_of(found))
        raise unavailable("The PMS does not answer in time.")

    async def reservation(self, call: Call) -> Response:
        hotel = call.hotel()
        pms = self._application.pms(hotel.id)
        with anyio.move_on_after(_PATIENCE_S):
            found = await pms.get(ReservationId(_id(call)))
            shown = reservation_of(found, await pms.room_types(), with_guest=Scope.GUESTS in call.caller.scopes)
            return answer(shown)
        raise unavailable("The PMS does not answer in time.")


def _id(call: Call) -> str:
    given = call.path["id"]
    if len(given) > _LONGEST_ID or not given.isprintable():
        raise Problem("not_found")
    return given


def room_of(kind: RoomType) -> Room:
    """Describe a room type. Pure."""
    return Room(
        id=kind.id,
        name=kind.name,
        room_type=kind.kind,
        capacity=kind.max_guests,
        max_adults=kind.max_adults,
        max_children=kind.max_children,
        min_nights=kind.min_nights,
        max_nights=kind.max_nights or None,
        night_price=amount(kind.night_price) if kind.night_price is not None else None,
    )


def reservation_of(found: Reservation, kinds: tuple[RoomType, ...], *, with_guest: bool) -> BookedStay:
    """Describe a reservation, with names and contacts only where they may be seen. Pure."""
    first = next((room for room in found.rooms if room.live), next(iter(found.rooms), None))
    guest = found.guest if with_guest else None
    return BookedStay(
        id=found.id,
        status=found.status,
        check_in=found.arrival,
        check_out=found.departure,
        room_type=next((kind.kind for kind in kinds if first is not None and kind.id == first.room_type_id), None),
        total=amount(found.total),
        paid=amount(found.paid),
        reference=found.reference,
        rooms=tuple(
            BookedRoom(
                id=room.room_id,
                number=room.number,
                room_type_id=room.room_type_id,
                room_type_name=room.room_type_name,
                check_in=room.arrival,
                check_out=room.departure,
                live=room.live,
            )
            for room in found.rooms
        ),
        guest=BookedGuest(name=guest.name, email=guest.email, phone=guest.phone) if guest is not None else None,
    )
