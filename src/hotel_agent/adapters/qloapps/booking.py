"""Writing a new reservation: exactly what was agreed, or nothing."""

from collections.abc import Callable
from datetime import date

from attrs import define

from hotel_agent.adapters.qloapps.answers import AnsweredUnknown
from hotel_agent.adapters.qloapps.catalogue import CatalogueReader
from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.guests import acceptable_email, acceptable_phone, contact_of, remark_for
from hotel_agent.adapters.qloapps.offers import Offers, Quote, number
from hotel_agent.adapters.qloapps.prices import price_rooms, tax_rate
from hotel_agent.adapters.qloapps.records import Records
from hotel_agent.adapters.qloapps.requests import Wanted, booking_body
from hotel_agent.adapters.qloapps.standing import Entry
from hotel_agent.adapters.qloapps.wire import record
from hotel_agent.adapters.qloapps.writing import Writer
from hotel_agent.domain.errors import MalformedReply, OutcomeUnknown, PortError, Rejected, Rejection
from hotel_agent.domain.ids import ReservationId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import BookingOrder


@define
class Booker:
    _client: QloAppsClient
    _records: Records
    _offers: Offers
    _catalogue: CatalogueReader
    _writer: Writer
    _today: Callable[[], date]

    async def book(self, order: BookingOrder) -> Entry:
        """
        Book *order* once and answer QloApps's record of it.

        A reference that QloApps has already is not booked again: its order is the answer when it is what was asked for, so that
        a repeated call is harmless once the first one shows.

        Raises:
            Rejected: nothing is booked (or it was, otherwise than asked, and has been undone).
            OutcomeUnknown: look the reference up; an order that carries it may still be forming.

        """
        _check_guest(order)
        if (before := await self._already(order)) is not None:
            return before
        quote = await self._checked_quote(order)
        body = await self._body(order, quote)
        try:
            answer = await self._client.write("POST", "bookings", body)
        except AnsweredUnknown as exc:
            return await self._look_up(order, exc)
        except Rejected as exc:
            raise await self._explained(order, exc) from exc
        try:
            reservation = ReservationId(str(record(answer.data, "booking").id()))
        except MalformedReply as exc:
            raise OutcomeUnknown("QloApps answered a booking without its id") from exc
        entry = await self._writer.after_writing(lambda: self._records.entry(reservation))
        return await self._as_ordered(order, entry)

    # ------------------------------------------------------------ before

    async def _already(self, order: BookingOrder) -> Entry | None:
        """
        Find the order that carries the reference already, if one holds rooms or may come to.

        What a request that died has left without rooms is neither: it stands in nobody's way, and a look-up clears it away.
        """
        found = await self._records.entries_of_reference(order.reference)
        entries = [entry for entry in found if entry.live or (entry.forming and not self._writer.unfinished.given_up(entry))]
        if not entries:
            return None
        if any(entry.forming for entry in entries):
            raise OutcomeUnknown("QloApps has not finished a reservation with this reference")
        if await self._differs(order, entries[0]) is not None:
            raise Rejected(Rejection.NOT_ALLOWED, "another reservation carries this reference")
        return entries[0]

    async def _checked_quote(self, order: BookingOrder) -> Quote:
        if order.stay.arrival < self._today():
            raise Rejected(Rejection.STAY_RULE, "the stay has begun already")
        quote = await self._offers.quote(order.room_type_id, order.stay, order.occupancy)
        if quote is None:
            raise Rejected(Rejection.NOT_FOUND, "this hotel has no such room type")
        if not quote.entry.room_type.allows(order.stay):
            raise Rejected(Rejection.STAY_RULE, "this room type has a rule on the length of stay")
        if not quote.entry.room_type.holds(order.occupancy):
            raise Rejected(Rejection.NOT_ALLOWED, "the party does not fit into the rooms")
        if len(set(order.rooms)) != len(order.rooms) or not quote.free(order.rooms):
            raise Rejected(Rejection.SOLD_OUT, "not all of the rooms are free any more")
        if quote.total != order.total:
            raise Rejected(Rejection.PRICE_CHANGED, f"the stay costs {quote.total.amount} {quote.total.currency} now")
        return quote

    async def _body(self, order: BookingOrder, quote: Quote) -> str:
        settings = self._client.settings
        contact = contact_of(order.guest, await self._records.customers_by_email(acceptable_email(order.guest.email)))
        priced = price_rooms(order.total.amount, tax_rate(quote.offer.net, quote.offer.gross), [1] * len(order.rooms))
        shares = order.occupancy.per_room()
        lines = [
            Wanted(
                room_type_id=quote.offer.room_type_id,
                room_id=number(room) or 0,
                arrival=order.stay.arrival,
                departure=order.stay.departure,
                adults=share.adults,
                child_ages=share.child_ages,
                net=net,
                tax_rules_group=quote.entry.tax_rules_group,
            )
            for room, share, net in zip(order.rooms, shares, priced.nets, strict=True)
        ]
        return booking_body(
            hotel_id=settings.hotel_id,
            currency=settings.currency,
            language_id=settings.language_of(order.language),
            contact=contact,
            lines=lines,
            source=order.reference,
            remark=remark_for(order, contact),
            total=order.total.amount if priced.gap > 0 else None,
        )

    # ------------------------------------------------------------ after

    async def _look_up(self, order: BookingOrder, unknown: OutcomeUnknown) -> Entry:
        """
        See what a request has done that QloApps answered with a failure: on PHP that reports notices, everything.

        Its request is over, so an order that is complete now is the booking. Anything else stays unknown.
        """
        try:
            entries = await self._records.entries_of_reference(order.reference)
        except PortError:
            raise unknown from None
        whole = [entry for entry in entries if not entry.forming and entry.lines and not entry.cancelled]
        for entry in entries:
            if entry.forming:
                self._writer.unfinished.ended(entry)
        if len(whole) != 1:
            raise unknown
        return await self._as_ordered(order, whole[0])

    async def _as_ordered(self, order: BookingOrder, entry: Entry) -> Entry:
        """Undo what is not what was asked for: QloApps drops rooms and replaces them without a word."""
        try:
            reason = await self._differs(order, entry)
            if reason is None:
                return entry
            await self._writer.cancel_now(entry)
        except PortError as exc:
            raise OutcomeUnknown("QloApps booked something else than asked, and it could not be undone yet") from exc
        raise Rejected(reason, "QloApps booked something else than asked; it has been undone")

    async def _differs(self, order: BookingOrder, entry: Entry) -> Rejection | None:
        asked = sorted(
            (number(room), number(order.room_type_id), order.stay.arrival, order.stay.departure) for room in order.rooms
        )
        written = sorted((line.room_id, line.room_type_id, line.arrival, line.departure) for line in entry.lines)
        if written != asked:
            return Rejection.SOLD_OUT
        catalogue = await self._catalogue.get()
        total = Money(entry.order.total, catalogue.currency(entry.order.currency_id, self._client.settings.currency))
        return None if total == order.total else Rejection.PRICE_CHANGED

    async def _explained(self, order: BookingOrder, refused: Rejected) -> Rejected:
        """
        Find out why QloApps refused where its words, in the shop's language, do not say.

        Whoever took a room between our question and our booking shows in a second question.
        """
        if refused.reason is not Rejection.OTHER:
            return refused
        try:
            quote = await self._offers.quote(order.room_type_id, order.stay, order.occupancy)
        except PortError:
            return refused
        if quote is not None and quote.free(order.rooms):
            return refused
        return Rejected(Rejection.SOLD_OUT, str(refused))


def _check_guest(order: BookingOrder) -> None:
    acceptable_email(order.guest.email)
    acceptable_phone(order.guest.phone)
