"""Writing single room lines: check-in, check-out, and what the bookings resource cannot change."""

from collections.abc import Callable, Mapping
from datetime import datetime, time

from attrs import define

from hotel_agent.adapters.qloapps.answers import AnsweredUnknown
from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.standing import Entry
from hotel_agent.adapters.qloapps.wire import CHECKED_IN, CHECKED_OUT
from hotel_agent.adapters.qloapps.writing import Writer
from hotel_agent.adapters.qloapps.xml import values_of, with_values
from hotel_agent.domain.errors import OutcomeUnknown, PortError, Rejected, Rejection, Unavailable
from hotel_agent.domain.ids import ReservationId

_MOMENT = "%Y-%m-%d %H:%M:%S"


@define
class LineWriter:
    """
    Changes room lines by PUT of the whole record: QloApps resets whatever a PUT leaves out, `is_cancelled` included.

    It checks nothing there, neither dates nor availability nor the order of things: all of that is done here.
    """

    _client: QloAppsClient
    _writer: Writer
    _local_now: Callable[[], datetime]

    async def check_in(self, entry: Entry) -> Entry:
        """Check in every live room; rooms that are in already are left alone."""
        if not entry.live or entry.forming:
            raise Rejected(Rejection.NOT_ALLOWED, "there is no room to check in to")
        if any(line.status == CHECKED_OUT for line in entry.live):
            raise Rejected(Rejection.NOT_ALLOWED, "the guest has checked out")
        values = {"id_status": str(CHECKED_IN), "check_in": self._local_now().strftime(_MOMENT)}
        after = await self.change(entry, {line.id: values for line in entry.live if line.status != CHECKED_IN})
        return _all_are(after, CHECKED_IN)

    async def check_out(self, entry: Entry) -> Entry:
        """
        Check out every live room, now or on the morning of its departure, whichever is earlier.

        A later moment, or none, would make QloApps sell the nights of the stay again (API notes, section 6).
        """
        if not entry.live or entry.forming:
            raise Rejected(Rejection.NOT_ALLOWED, "there is no room to check out of")
        # Nights that were added to a stay have a line of their own, which nobody has checked in to.
        been_in = {line.room_id for line in entry.live if line.status in {CHECKED_IN, CHECKED_OUT}}
        if been_in != {line.room_id for line in entry.live}:
            raise Rejected(Rejection.NOT_ALLOWED, "the guest has not checked in")
        now = self._local_now().replace(tzinfo=None)
        after = await self.change(
            entry,
            {
                line.id: {
                    "id_status": str(CHECKED_OUT),
                    "check_out": min(now, datetime.combine(line.departure, time())).strftime(_MOMENT),
                }
                for line in entry.live
                if line.status != CHECKED_OUT
            },
        )
        return _all_are(after, CHECKED_OUT)

    async def change(self, entry: Entry, changes: Mapping[int, Mapping[str, str]]) -> Entry:
        """
        Write new values into lines of *entry*, one line after the other, and answer the order as it is then.

        Raises:
            Rejected, Unavailable: no line was changed.
            OutcomeUnknown: some may have been; repeating the call is harmless.

        """
        if not changes:
            return entry
        for position, (line_id, values) in enumerate(changes.items()):
            try:
                await self._put(line_id, values)
            except AnsweredUnknown:
                continue  # what is there afterwards decides
            except (Rejected, Unavailable, OutcomeUnknown) as exc:
                if position == 0:
                    raise
                raise OutcomeUnknown("some rooms of the reservation were changed, not all") from exc
        after = await self._writer.after_writing(lambda: self._writer.records.entry(ReservationId(str(entry.order.id))))
        if after.forming and after.live:
            # Somebody cancelled it between our GET and our PUT, which brought the line back to life.
            try:
                await self._writer.cancel_now(after)
            except PortError as exc:
                raise OutcomeUnknown("the reservation was cancelled meanwhile, and its rooms may not be free") from exc
            raise Rejected(Rejection.NOT_ALLOWED, "the reservation was cancelled meanwhile")
        return after

    async def _put(self, line_id: int, values: Mapping[str, str]) -> None:
        resource = f"room_bookings/{line_id}"
        record = await self._client.read(resource, xml=True)
        now = values_of(record.text)
        if now.get("is_refunded") != "0" or now.get("is_cancelled") != "0":
            raise Rejected(Rejection.NOT_ALLOWED, "a room of the reservation was cancelled meanwhile")
        await self._client.write("PUT", resource, with_values(record.text, values))


def _all_are(entry: Entry, status: int) -> Entry:
    if any(line.status != status for line in entry.live):
        raise OutcomeUnknown("not every room of the reservation has changed")
    return entry
