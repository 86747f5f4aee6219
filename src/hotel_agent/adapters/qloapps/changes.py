"""One change of a reservation as a value: where it starts, where it goes, what it costs."""

import json
from collections.abc import Sequence
from decimal import Decimal

from attrs import evolve, frozen

from hotel_agent.adapters.qloapps.guests import UNKNOWN_AGE, Contact
from hotel_agent.adapters.qloapps.offers import Quote
from hotel_agent.adapters.qloapps.plans import Present
from hotel_agent.adapters.qloapps.prices import price_rooms, tax_rate
from hotel_agent.adapters.qloapps.requests import Wanted
from hotel_agent.adapters.qloapps.standing import Entry
from hotel_agent.adapters.qloapps.wire import Line
from hotel_agent.domain.ids import RoomId
from hotel_agent.domain.money import Money
from hotel_agent.domain.reservations import Amendment
from hotel_agent.domain.stays import Occupancy, Stay


@frozen(kw_only=True)
class Change:
    """All that a change is made of: where it starts, where it goes, what it costs."""

    entry: Entry
    now: Present
    stay: Stay
    shares: tuple[Occupancy, ...]
    occupancy: Occupancy
    quote: Quote
    contact: Contact
    old_total: Money
    amendment: Amendment

    @property
    def whole(self) -> bool:
        """Tell whether the change starts from all lines of the order, and not from those of a change that broke off."""
        return len(self.now.lines) == len(self.entry.lines)

    @property
    def rate(self) -> Decimal:
        return tax_rate(self.quote.offer.net, self.quote.offer.gross)

    @property
    def same_type(self) -> bool:
        return self.quote.offer.room_type_id == self.now.room_type_id

    @property
    def same_count(self) -> bool:
        return len(self.shares) == len(self.now.rooms)

    def wanted(self, room_id: int, stay: Stay, share: Occupancy) -> Wanted:
        """A line that is not there yet; its price comes with the others'."""
        return Wanted(
            room_type_id=self.quote.offer.room_type_id,
            room_id=room_id,
            arrival=stay.arrival,
            departure=stay.departure,
            adults=share.adults,
            child_ages=share.child_ages,
            net=None,
            tax_rules_group=self.quote.entry.tax_rules_group,
        )

    def standing(self, line: Line, net: Decimal | None = None) -> Wanted:
        """A line that is there and stays, at the price it has unless *net* says otherwise."""
        return Wanted(
            room_type_id=line.room_type_id,
            room_id=line.room_id,
            arrival=line.arrival,
            departure=line.departure,
            adults=line.adults,
            child_ages=line.child_ages,
            net=net,
            tax_rules_group=self.quote.entry.tax_rules_group,
        )


@frozen
class Priced:
    """Lines with prices. `total` is named to QloApps only where their prices alone cannot reach it."""

    lines: tuple[Wanted, ...]
    total: Decimal | None = None


def priced(change: Change, kept: Sequence[Wanted], added: Sequence[Wanted], total: Money, *, going: bool) -> Priced:
    """Give the lines their prices: added nights carry the difference, anything else is spread over all nights."""
    rest = total.amount - change.old_total.amount
    if added and kept and not going and rest > 0:
        new = spread(added, rest, change.rate)
        return Priced((*kept, *new.lines), None if new.total is None else total.amount)
    return spread([*kept, *added], total.amount, change.rate)


def spread(lines: Sequence[Wanted], total: Decimal, rate: Decimal) -> Priced:
    """Spread *total* over *lines* by their nights."""
    made = price_rooms(total, rate, [(line.departure - line.arrival).days for line in lines])
    nets = zip(lines, made.nets, strict=True)
    return Priced(tuple(evolve(line, net=net) for line, net in nets), total if made.gap > 0 else None)


def is_wanted(line: Line, amendment: Amendment) -> bool:
    """Tell whether a line is what *amendment* asks for, as far as it names nights or type."""
    stay, room_type = amendment.stay, amendment.room_type_id
    return (
        (stay is not None or room_type is not None)
        and (stay is None or (line.arrival, line.departure) == (stay.arrival, stay.departure))
        and (room_type is None or str(line.room_type_id) == room_type)
    )


def room_ids(ids: Sequence[int]) -> tuple[RoomId, ...]:
    return tuple(RoomId(str(one)) for one in ids)


def dates_of(stay: Stay) -> dict[str, str]:
    return {"date_from": f"{stay.arrival.isoformat()} 00:00:00", "date_to": f"{stay.departure.isoformat()} 00:00:00"}


def party_of(share: Occupancy) -> dict[str, str]:
    return {
        "adults": str(share.adults),
        "children": str(share.children),
        "child_ages": json.dumps([UNKNOWN_AGE if age is None else age for age in share.child_ages]),
    }
