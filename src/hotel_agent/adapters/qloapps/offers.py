"""Asking QloApps what is free and what it costs: always afresh, always for exactly the rooms and the party meant."""

from attrs import define, frozen

from hotel_agent.adapters.qloapps.catalogue import CatalogueEntry, CatalogueReader
from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.requests import ask_availability
from hotel_agent.adapters.qloapps.wire import Availability, TypeOffer, availability
from hotel_agent.domain.errors import Misconfigured
from hotel_agent.domain.ids import RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rooms import Vacancy
from hotel_agent.domain.stays import Occupancy, Stay

_ID_DIGITS = 10


@frozen
class Quote:
    """What one room type costs and which of its rooms are free, for one stay and party."""

    entry: CatalogueEntry
    offer: TypeOffer
    total: Money

    def free(self, rooms: tuple[RoomId, ...]) -> bool:
        return {number(room) for room in rooms} <= set(self.offer.rooms)


@define
class Offers:
    _client: QloAppsClient
    _catalogue: CatalogueReader

    async def vacancies(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        """Find the types that hold the party; QloApps does not filter by occupancy and lists sold-out types too."""
        answer = await self._ask(stay, occupancy, None)
        catalogue = await self._catalogue.get(needs=frozenset(offer.room_type_id for offer in answer.types))
        found = []
        for offer in sorted(answer.types, key=lambda one: one.room_type_id):
            entry = catalogue.entries.get(offer.room_type_id)
            if entry is None or len(offer.rooms) < occupancy.rooms:
                continue
            if entry.room_type.holds(occupancy) and entry.room_type.allows(stay):
                rooms = tuple(RoomId(str(room)) for room in offer.rooms)
                found.append(Vacancy(room_type=entry.room_type, rooms=rooms, total=Money(offer.gross, answer.currency)))
        return tuple(found)

    async def quote(self, room_type: RoomTypeId, stay: Stay, occupancy: Occupancy) -> Quote | None:
        """Ask about one room type; None where this hotel does not sell it."""
        type_id = number(room_type)
        if type_id is None:
            return None
        catalogue = await self._catalogue.get(needs=frozenset({type_id}))
        entry = catalogue.entries.get(type_id)
        if entry is None:
            return None
        answer = await self._ask(stay, occupancy, type_id)
        offer = answer.of(type_id)
        return None if offer is None else Quote(entry, offer, Money(offer.gross, answer.currency))

    async def _ask(self, stay: Stay, occupancy: Occupancy, room_type_id: int | None) -> Availability:
        settings = self._client.settings
        question = ask_availability(settings.hotel_id, stay, occupancy, room_type_id)
        answer = availability((await self._client.inquire("hotel_ari", question)).data)
        if answer.currency != settings.currency:
            raise Misconfigured(
                f"QloApps sells in {answer.currency}, this hotel is set up for {settings.currency}: change the default "
                "currency there or the hotel's currency here"
            )
        return answer


def number(value: str) -> int | None:
    """Read an id of QloApps; None where it cannot be one."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _ID_DIGITS else None
