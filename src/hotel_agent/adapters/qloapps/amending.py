"""
Changing a reservation, with the old one held until the new one is proven.

First the new lines are added, then looked at, then the old ones go: whoever loses a race for the new nights still has the old
ones.
"""

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import TypeVar

import anyio
from attrs import define, evolve

from hotel_agent.adapters.qloapps.answers import AnsweredUnknown
from hotel_agent.adapters.qloapps.catalogue import CatalogueReader
from hotel_agent.adapters.qloapps.changes import Change, Priced, dates_of, is_wanted, party_of, priced, room_ids, spread
from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.guests import Contact
from hotel_agent.adapters.qloapps.lines import LineWriter
from hotel_agent.adapters.qloapps.offers import Offers, number
from hotel_agent.adapters.qloapps.plans import Present, grouped, keeping, new_nights, present
from hotel_agent.adapters.qloapps.records import Records
from hotel_agent.adapters.qloapps.requests import Wanted, booking_body
from hotel_agent.adapters.qloapps.standing import Entry, is_beaten
from hotel_agent.adapters.qloapps.writing import Writer
from hotel_agent.domain.errors import OutcomeUnknown, PortError, Rejected, Rejection
from hotel_agent.domain.ids import ReservationId, RoomId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Amendment, AmendmentQuote
from hotel_agent.domain.stays import Stay

T = TypeVar("T")


@define
class Amender:
    _client: QloAppsClient
    _records: Records
    _offers: Offers
    _catalogue: CatalogueReader
    _writer: Writer
    _lines: LineWriter

    async def amend(self, entry: Entry, amendment: Amendment) -> Entry:
        """
        Change dates, party, rooms or type of *entry*, which keeps its id.

        Raises:
            Rejected: the reservation is as it was.
            Unavailable: nothing was sent.
            OutcomeUnknown: read it again; it has the old nights, the new ones, or (a crash between two steps) both.

        """
        if (after := await self._finish(entry, amendment)) is not None:
            return after
        change = await self._change(entry, present(entry), amendment)
        if change.same_type and change.same_count and change.stay == change.now.stay:
            after = await self._same_nights(change)
        else:
            after = await self._other_nights(change)
        return after

    async def quote(self, entry: Entry, amendment: Amendment) -> AmendmentQuote:
        """
        Say which way `amend` would take, what it would cost and in which rooms; nothing is written.

        Raises:
            Rejected: no way is open.

        """
        change = await self._change(entry, present(entry), amendment)
        own, count = room_ids(change.now.room_ids), len(change.shares)
        free = tuple(room for room in room_ids(change.quote.offer.rooms) if room not in own)
        if change.same_type and change.same_count and change.stay == change.now.stay:
            return AmendmentQuote(total=change.old_total, count=count, keeps=own)
        if change.same_type and change.same_count and (plan := keeping(change.now, change.stay)) is not None:
            extra = await self._price_of_added(change, plan.added)
            if extra is not None:
                grown = len(plan.kept) == len(change.now.lines)
                return AmendmentQuote(total=change.old_total + extra if grown else change.quote.total, count=count, keeps=own)
        if change.same_type and change.stay == change.now.stay and not change.same_count:
            return self._quote_of_count(change, own, free)
        if not change.now.in_house and len(change.quote.offer.rooms) >= count:
            return AmendmentQuote(total=change.quote.total, count=count, candidates=room_ids(change.quote.offer.rooms))
        await self._check_in_place(change)
        return AmendmentQuote(total=change.quote.total, count=count, keeps=own)

    def _quote_of_count(self, change: Change, own: tuple[RoomId, ...], free: tuple[RoomId, ...]) -> AmendmentQuote:
        count = len(change.shares)
        if count < len(own):
            if change.now.in_house:
                raise Rejected(Rejection.NOT_ALLOWED, "the guest has checked in")
            return AmendmentQuote(total=change.quote.total, count=count, keeps=own[:count])
        if len(own) + len(free) < count or any(len(room) != 1 for room in change.now.rooms):
            raise Rejected(Rejection.SOLD_OUT, "not enough rooms are free")
        return AmendmentQuote(total=change.quote.total, count=count, keeps=own, candidates=free)

    async def _finish(self, entry: Entry, amendment: Amendment) -> Entry | None:
        """Take up a change that broke off between its two steps, when the new lines stood beside the old ones."""
        new = [line for line in entry.live if is_wanted(line, amendment)]
        old = [line for line in entry.live if line not in new]
        if not new or not old or entry.forming or len(entry.live) < len(entry.lines):
            return None
        now = grouped(old)
        count = amendment.occupancy.rooms if amendment.occupancy else len(now.rooms)
        if len(new) != count or now.in_house:
            return None
        change = await self._change(entry, now, amendment)
        total = self._agreed(change, change.quote.total)
        final = spread([change.standing(line) for line in new], total.amount, change.rate)
        if not await self._stands(entry, final.lines, {line.id for line in old}):
            await self._go_back(change)
            raise Rejected(Rejection.SOLD_OUT, "somebody else has the room")
        after = await self._put(change, final)
        return self._proven(after, change.stay, count, total)

    async def _change(self, entry: Entry, now: Present, amendment: Amendment) -> Change:
        settings = self._client.settings
        catalogue = await self._catalogue.get()
        if catalogue.currency(entry.order.currency_id, settings.currency) != settings.currency:
            raise Rejected(Rejection.NOT_SUPPORTED, "the reservation is in another currency than the hotel's prices")
        stay, occupancy = amendment.stay or now.stay, amendment.occupancy or now.occupancy
        quote = await self._offers.quote(amendment.room_type_id or RoomTypeId(str(now.room_type_id)), stay, occupancy)
        if quote is None:
            raise Rejected(Rejection.NOT_FOUND, "this hotel has no such room type")
        if not quote.entry.room_type.allows(stay):
            raise Rejected(Rejection.STAY_RULE, "this room type has a rule on the length of stay")
        if not quote.entry.room_type.holds(occupancy):
            raise Rejected(Rejection.NOT_ALLOWED, "the party does not fit into the rooms")
        return Change(
            entry=entry,
            now=now,
            stay=stay,
            shares=now.shares(amendment.occupancy),
            occupancy=occupancy,
            quote=quote,
            contact=await self._contact(entry),
            old_total=Money(entry.order.total, settings.currency),
            amendment=amendment,
        )

    async def _contact(self, entry: Entry) -> Contact:
        """Send QloApps's own record of the guest back unchanged: it overwrites the customer with that e-mail."""
        customer = await self._records.customer(entry.order.customer_id)
        if customer is None or not customer.email:
            raise Rejected(Rejection.NOT_SUPPORTED, "the reservation's customer cannot be read")
        namesakes = await self._records.customers_by_email(customer.email)
        return Contact(
            first_name=customer.first_name,
            last_name=customer.last_name,
            email=customer.email,
            phone=customer.phone,
            customer_id=customer.id if len(namesakes) > 1 else None,
        )

    # ------------------------------------------------------------ the ways

    async def _same_nights(self, change: Change) -> Entry:
        """Another party or another price in the same rooms."""
        self._other_rooms_unasked(change)
        total = self._agreed(change, change.old_total)
        entry = change.entry
        if change.amendment.occupancy is not None:
            values = {
                line.id: party_of(share) for room, share in zip(change.now.rooms, change.shares, strict=True) for line in room
            }
            entry = await self._lines.change(entry, values)
        if total != change.old_total:
            lines = spread([change.standing(line) for line in entry.live], total.amount, change.rate)
            entry = await self._written(self._put(change, lines))
        return self._proven(entry, change.now.stay, len(change.shares), total)

    async def _other_nights(self, change: Change) -> Entry:
        if change.same_type and change.same_count and (plan := keeping(change.now, change.stay)) is not None:
            extra = await self._price_of_added(change, plan.added)
            if extra is not None:
                self._other_rooms_unasked(change)
                grown = len(plan.kept) == len(change.now.lines)
                total = self._agreed(change, change.old_total + extra if grown else change.quote.total)
                kept = [change.standing(line) for line in plan.kept]
                added = [
                    change.wanted(room, gap, share)
                    for room, share in zip(change.now.room_ids, change.shares, strict=True)
                    for gap in plan.added
                ]
                after = await self._replace(change, kept, added, total)
                return await self._seated(change, after, change.now.room_ids)
        if change.same_type and change.stay == change.now.stay and not change.same_count:
            return await self._other_count(change)
        if not change.now.in_house:
            rooms = self._free_rooms(change, len(change.shares))
            if rooms is not None:
                total = self._agreed(change, change.quote.total)
                added = [change.wanted(room, change.stay, share) for room, share in zip(rooms, change.shares, strict=True)]
                return await self._replace(change, [], added, total)
        return await self._in_place(change)

    async def _other_count(self, change: Change) -> Entry:
        """More or fewer rooms for the same nights."""
        if len(change.shares) < len(change.now.rooms):
            if change.now.in_house:
                raise Rejected(Rejection.NOT_ALLOWED, "the guest has checked in")
            # QloApps drops rooms from the end.
            kept = [change.standing(line) for room in change.now.rooms[: len(change.shares)] for line in room]
            after = await self._replace(change, kept, [], self._agreed(change, change.quote.total))
            return await self._seated(change, after, change.now.room_ids[: len(change.shares)])
        rooms = self._free_rooms(change, len(change.shares) - len(change.now.rooms))
        if rooms is None or any(len(room) != 1 for room in change.now.rooms):
            raise Rejected(Rejection.SOLD_OUT, "not enough rooms are free")
        total = self._agreed(change, change.quote.total)
        before = [change.standing(line) for line in change.now.lines]
        new = [change.wanted(room, change.stay, share) for room, share in zip(rooms, change.shares[-len(rooms) :], strict=True)]
        # Seen on the wire is only the growth without named rooms, which takes the first free ones.
        named = rooms != change.quote.offer.rooms[: len(rooms)]
        lines = [*before, *new] if named else [evolve(line, room_id=None) for line in (*before, *new)]
        entry = await self._put(change, Priced(tuple(lines)))
        old_ids = {line.id for line in change.now.lines}
        if not await self._stands(entry, new, old_ids):
            await self._go_back(change)
            raise Rejected(Rejection.SOLD_OUT, "somebody else has just taken the room")
        after = await self._written(self._put(change, spread([*before, *new], total.amount, change.rate)))
        after = await self._seated(change, after, (*change.now.room_ids, *rooms))
        return self._proven(after, change.stay, len(change.shares), total)

    async def _in_place(self, change: Change) -> Entry:
        """
        Move the lines themselves: the last way, for a guest in the house or when no other room is free.

        QloApps checks nothing here. So the new nights are asked for first, and afterwards *any* other live line on them sends
        ours back: it may have been confirmed while ours, older by its id, was elsewhere. The price is set before, while the
        lines still are as the order knows them.
        """
        now = change.now
        await self._check_in_place(change)
        total = self._agreed(change, change.quote.total)
        before = [change.standing(line) for line in now.lines]
        priced_at = await self._put(change, spread(before, total.amount, change.rate))
        self._proven(priced_at, now.stay, len(now.rooms), total)
        values = {
            line.id: dates_of(change.stay) | party_of(share) for line, share in zip(now.lines, change.shares, strict=True)
        }
        moved = await self._written(self._lines.change(priced_at, values))
        for wait in (False, True):
            if wait:
                await self._pause()
            rivals = await self._written(self._records.rivals(moved.live))
            if any(rival.blocks(line) for rival in rivals for line in moved.live):
                await self._written(self._lines.change(moved, {line.id: dates_of(now.stay) for line in moved.live}))
                await self._go_back(change)
                raise Rejected(Rejection.SOLD_OUT, "somebody else has just taken the room")
        return self._proven(moved, change.stay, len(change.shares), total)

    async def _check_in_place(self, change: Change) -> None:
        """Raise `Rejected` where the lines cannot be moved as they are."""
        now = change.now
        overlap = now.stay.overlaps(change.stay)
        if not (change.same_type and change.same_count and overlap) or any(len(room) != 1 for room in now.rooms):
            raise Rejected(Rejection.SOLD_OUT, "no room is free for the change")
        if now.in_house and change.stay.arrival != now.stay.arrival:
            raise Rejected(Rejection.NOT_ALLOWED, "the guest has checked in")
        self._other_rooms_unasked(change)
        if await self._price_of_added(change, new_nights(now.stay, change.stay)) is None:
            raise Rejected(Rejection.SOLD_OUT, "no room is free for the change")

    # ------------------------------------------------------------ steps

    async def _replace(self, change: Change, kept: list[Wanted], added: list[Wanted], total: Money) -> Entry:
        """Come to *kept* and *added* at *total*: add, prove, and only then let the rest go."""
        before = [change.standing(line) for line in change.now.lines]
        going = len(kept) < len(before)
        final = priced(change, kept, added, total, going=going)
        if not added:
            after = await self._put(change, final)
            return self._proven(after, change.stay, len(change.shares), total)
        new = final.lines[len(kept) :]
        entry = await self._put(change, Priced((*before, *new)) if going else final)
        old_ids = {line.id for line in change.now.lines}
        if not (going or {line.id for line in entry.lines} - old_ids):
            raise Rejected(Rejection.OTHER, "QloApps failed to change the reservation, and has not")
        if not await self._stands(entry, new, old_ids):
            await self._go_back(change)
            raise Rejected(Rejection.SOLD_OUT, "somebody else has just taken the room")
        if going:
            entry = await self._written(self._put(change, final))
        return self._proven(entry, change.stay, len(change.shares), total)

    async def _stands(self, entry: Entry, new: Sequence[Wanted], old_ids: set[int]) -> bool:
        """Tell whether the added lines are the wanted ones and were first on their rooms, now and a moment later."""
        lines = [line for line in entry.lines if line.id not in old_ids]
        if sorted((line.room_id, line.arrival, line.departure) for line in lines if line.live) != sorted(
            (one.room_id, one.arrival, one.departure) for one in new
        ):
            return False
        for wait in (False, True):
            if wait:
                await self._pause()
            if is_beaten(lines, await self._written(self._records.rivals(lines))):
                return False
        return True

    async def _seated(self, change: Change, entry: Entry, rooms: Sequence[int]) -> Entry:
        """Write who sleeps where into lines that had another party, *rooms* being in the order of the change's shares."""
        by_room = dict(zip(rooms, change.shares, strict=True))
        values = {
            line.id: party_of(share)
            for line in entry.live
            if (share := by_room.get(line.room_id)) and (line.adults, len(line.child_ages)) != (share.adults, share.children)
        }
        return await self._written(self._lines.change(entry, values))

    async def _go_back(self, change: Change) -> None:
        """Give up added lines and changed prices."""
        before = tuple(change.standing(line, line.net) for line in change.now.lines)
        entry = await self._written(self._put(change, Priced(before)))
        same = {line.id for line in entry.live} == {line.id for line in change.now.lines}
        if not same or (change.whole and Money(entry.order.total, change.old_total.currency) != change.old_total):
            raise OutcomeUnknown("the change could not be undone completely")

    async def _put(self, change: Change, wanted: Priced) -> Entry:
        """Send the complete wanted set of lines; what is there afterwards is the answer, whatever QloApps says of it."""
        order = change.entry.order
        body = booking_body(
            hotel_id=self._client.settings.hotel_id,
            currency=self._client.settings.currency,
            language_id=order.language_id,
            contact=change.contact,
            lines=wanted.lines,
            order_id=order.id,
            total=wanted.total,
        )
        with suppress(AnsweredUnknown):
            await self._client.write("PUT", f"bookings/{order.id}", body)
        return await self._writer.after_writing(lambda: self._records.entry(ReservationId(str(order.id))))

    def _proven(self, entry: Entry, stay: Stay, rooms: int, total: Money) -> Entry:
        live = entry.live
        nights = {(line.room_id, night) for line in live for night in Stay(line.arrival, line.departure).each_night()}
        wanted = {(room, night) for room in {line.room_id for line in live} for night in stay.each_night()}
        if len(live) != len(entry.lines) or len({line.room_id for line in live}) != rooms or nights != wanted:
            raise OutcomeUnknown("the reservation is not what it should have become")
        if Money(entry.order.total, total.currency) != total:
            raise OutcomeUnknown("the reservation was changed, but its total is not the one agreed")
        return entry

    def _agreed(self, change: Change, default: Money) -> Money:
        """The total to be booked: what was agreed, as long as QloApps still says so."""
        asked = change.amendment.total
        if asked is None:
            return default
        if asked not in (default, change.quote.total):
            raise Rejected(Rejection.PRICE_CHANGED, f"the change costs {default.amount} {default.currency} now")
        return asked

    async def _price_of_added(self, change: Change, gaps: Sequence[Stay]) -> Money | None:
        """What new nights cost in the rooms the guest has; None where one of these is not free."""
        total = Money(Decimal(0), change.old_total.currency)
        for gap in gaps:
            quote = await self._offers.quote(change.quote.entry.room_type.id, gap, change.occupancy)
            if quote is None or not set(change.now.room_ids) <= set(quote.offer.rooms):
                return None
            total += quote.total
        return total

    def _free_rooms(self, change: Change, count: int) -> tuple[int, ...] | None:
        """Choose *count* rooms for the whole new stay: those asked for, else the first free ones."""
        free = change.quote.offer.rooms
        if change.amendment.rooms and count:
            asked = tuple(number(room) or 0 for room in change.amendment.rooms)
            mine = set(change.now.room_ids)
            chosen = tuple(room for room in asked if room not in mine) if len(asked) > count else asked
            return chosen if len(chosen) == count and set(chosen) <= set(free) else None
        return free[:count] if len(free) >= count else None

    def _other_rooms_unasked(self, change: Change) -> None:
        asked = {number(room) for room in change.amendment.rooms}
        if asked and asked != set(change.now.room_ids):
            raise Rejected(Rejection.NOT_SUPPORTED, "QloApps cannot change the room of nights that stay")

    async def _written(self, step: Awaitable[T]) -> T:
        """Run a step after the first change has been sent: from here on a failure leaves things open."""
        try:
            return await step
        except PortError as exc:
            raise OutcomeUnknown("the change has begun, and how far it came is not certain") from exc

    async def _pause(self) -> None:
        await anyio.sleep(self._client.settings.settle.total_seconds())
