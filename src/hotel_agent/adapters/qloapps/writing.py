"""Sending changes to an order, each of them once, and saying honestly how they ended."""

from collections.abc import Awaitable, Callable

from attrs import define, field

from hotel_agent.adapters.qloapps.answers import AnsweredUnknown
from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.records import Records
from hotel_agent.adapters.qloapps.requests import CANCELLED_STATE, new_state
from hotel_agent.adapters.qloapps.standing import Entry
from hotel_agent.domain.errors import OutcomeUnknown, PortError, Refused, Unavailable
from hotel_agent.domain.ids import ReservationId

_REMEMBERED = 10_000


@define
class Unfinished:
    """
    Orders seen half-written, and since when.

    An order in state 0 or without lines is being written, or its request died. Which of the two is certain only when the
    request that wrote it has ended: QloApps's clock and zone do not matter, the time since we first saw it does.
    """

    _monotonic: Callable[[], float]
    _patience_s: float
    _since: dict[int, float] = field(factory=dict, init=False)

    def given_up(self, entry: Entry) -> bool:
        """Tell whether the request that wrote *entry* must have ended; asking starts the count."""
        now = self._monotonic()
        if len(self._since) > _REMEMBERED:
            self._since = {order: since for order, since in self._since.items() if now - since < self._patience_s}
        return now - self._since.setdefault(entry.order.id, now) >= self._patience_s

    def ended(self, entry: Entry) -> None:
        """Note that QloApps has answered the request which wrote *entry*."""
        self._since[entry.order.id] = float("-inf")


@define
class Writer:
    """Changes the state of orders."""

    client: QloAppsClient
    records: Records
    unfinished: Unfinished

    async def cancel(self, entry: Entry) -> Entry:
        """
        Cancel an order and see that it is: cancelled in the books, no room held. Cancelled already: nothing is sent.

        Raises:
            Unavailable: nothing was sent, or QloApps is still writing the order, which would bring it back to life.
            OutcomeUnknown: not proven.

        """
        if entry.cancelled:
            return entry
        if entry.forming and not self.unfinished.given_up(entry):
            raise Unavailable("QloApps is still writing this reservation: cancel it later")
        return await self.cancel_now(entry)

    async def cancel_now(self, entry: Entry) -> Entry:
        """Cancel an order whose own request is known to have ended; raises as `cancel` does."""
        lost: OutcomeUnknown | None = None
        try:
            await self.client.write("POST", "order_histories", new_state(entry.order.id, CANCELLED_STATE))
        except AnsweredUnknown as exc:
            lost = exc
        after = await self.after_writing(lambda: self.records.entry(ReservationId(str(entry.order.id))))
        if not after.cancelled:
            raise OutcomeUnknown("QloApps took the cancellation, but the reservation is not cancelled") from lost
        return after

    async def after_writing(self, read: Callable[[], Awaitable[Entry]]) -> Entry:
        """Read what has become of an order; raises only `OutcomeUnknown`, for the change itself has been sent."""
        try:
            return await read()
        except (PortError, Refused) as exc:
            raise OutcomeUnknown("the change was sent, but what came of it cannot be read") from exc
