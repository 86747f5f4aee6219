"""Guards round a part that may fail: a time limit and a breaker, as an object of the same port."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Protocol, TypeVar

import anyio
from attrs import define, field

from hotel_agent.application.bulkheads import Bulkhead
from hotel_agent.application.deadlines import Until
from hotel_agent.domain.breaker import Breaker, BreakerState, CallOutcome, Permit, Refusal
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import (
    BreakerOpen,
    HotelAgentError,
    MalformedReply,
    OutcomeUnknown,
    Overloaded,
    PortError,
    Unavailable,
)
from hotel_agent.domain.ids import Reference, ReservationId
from hotel_agent.domain.reservations import (
    Amendment,
    AmendmentQuote,
    BookingOrder,
    Capabilities,
    Finding,
    Payment,
    Reservation,
    Standing,
)
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import OutboxMessage
from hotel_agent.ports.channels import ChannelSender, Throttled
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.speech import Recording, SpeechToText

T = TypeVar("T")
_FAILURES = (Unavailable, OutcomeUnknown, MalformedReply)
_READ_WAITS, _WRITE_WAITS = 1.0, 10.0
"""Seconds a call waits for a place: a guest waits for what is read, a job may as well be run again later."""
_FAIR_SECONDS = 0.9
"""A part that a turn's own deadline left less time than this is not judged by it."""


class Sharing(Protocol):
    """A breaker's likes in other processes."""

    @abstractmethod
    def moved(self) -> None:
        """The breaker has changed, or a probe of it has ended."""

    @abstractmethod
    async def claim(self) -> bool:
        """Ask whether this process may make the probe. Never raises, and waits a moment at most; the end of it is `moved`."""


@define
class Guard:
    """
    Lets calls to one part through its breaker, within a time limit.

    Our own limit running out is a failure, whether it is the call's or that of the turn it is made in (any deadline round
    it); being cancelled from outside is none and gives the permit back.
    """

    _part: str
    _clock: Clock
    _observer: Observer
    _breaker: Breaker = field(factory=Breaker)
    _bulkhead: Bulkhead | None = None
    """In front of the breaker, which hears nothing of those who found no place."""
    sharing: Sharing | None = field(default=None, init=False)
    """None: nobody else knows of the breaker."""

    @property
    def part(self) -> str:
        return self._part

    @property
    def breaker(self) -> Breaker:
        return self._breaker

    def adopt(self, breaker: Breaker) -> None:
        """Go on with what others have learnt. Its epoch is a new one where calls under way are to count no more."""
        before, self._breaker = self._breaker, breaker
        self._tell(before)

    @property
    def state(self) -> BreakerState:
        return self._breaker.state

    async def run(self, operation: str, call: Callable[[], Awaitable[T]], limit: timedelta, *, write: bool = False) -> T:
        """
        Make the call.

        Raises:
            BreakerOpen: the part is left alone for now; nothing was asked of it.
            Overloaded: too many calls to it are under way; nothing was asked of it.
            Unavailable: it did not answer in time (of a read).
            OutcomeUnknown: it did not answer in time (of a *write*).

        """
        if self._bulkhead is None:
            return await self._call(operation, call, limit, write=write)
        try:
            await self._bulkhead.enter(min(limit.total_seconds(), _WRITE_WAITS if write else _READ_WAITS))
        except Overloaded as exc:
            self._observer.limited("bulkhead")
            self._observer.called(self._part, operation, exc.code, timedelta())
            raise
        try:
            return await self._call(operation, call, limit, write=write)
        finally:
            self._bulkhead.leave()

    async def _call(self, operation: str, call: Callable[[], Awaitable[T]], limit: timedelta, *, write: bool) -> T:
        permit = self._admit()
        if permit.probe and self.sharing:
            await self._claim(self.sharing, permit)
        outcome, status = CallOutcome.CANCELLED, "cancelled"
        began, deadline = anyio.current_time(), anyio.current_effective_deadline()
        try:
            with Until(began + limit.total_seconds()):
                answer = await call()
            outcome, status = CallOutcome.SUCCESS, "ok"
        except TimeoutError as exc:
            outcome, status = CallOutcome.FAILURE, "timeout"
            raise (OutcomeUnknown if write else Unavailable)(f"{self._part} did not answer in time") from exc
        except HotelAgentError as exc:
            outcome = CallOutcome.FAILURE if _is_failure(exc) else CallOutcome.SUCCESS
            status = exc.code
            raise
        except Exception:
            outcome, status = CallOutcome.FAILURE, "error"
            raise
        except anyio.get_cancelled_exc_class():
            if began + _FAIR_SECONDS <= deadline <= anyio.current_time():
                outcome, status = CallOutcome.FAILURE, "timeout"
            raise
        finally:
            self._record(permit, outcome)
            self._observer.called(self._part, operation, status, timedelta(seconds=anyio.current_time() - began))
        return answer

    def _admit(self) -> Permit:
        before = self._breaker
        self._breaker, verdict = before.admit(self._clock.now())
        self._tell(before)
        if isinstance(verdict, Refusal):
            self._observer.breaker_heard(self._part, self._breaker.state, "refused", self._breaker.failures)
            raise BreakerOpen(verdict.retry_at)
        return verdict

    def _record(self, permit: Permit, outcome: CallOutcome) -> None:
        before = self._breaker
        self._breaker = before.record(permit, outcome, self._clock.now())
        self._observer.breaker_heard(self._part, before.state, outcome, self._breaker.failures)
        self._tell(before)
        if self.sharing and (permit.probe or self._breaker.state is not before.state):
            self.sharing.moved()

    async def _claim(self, sharing: Sharing, permit: Permit) -> None:
        """
        Make sure that of all processes it is this one that makes the probe.

        Raises:
            BreakerOpen: another one does.

        """
        granted = False
        try:
            granted = await sharing.claim()
        finally:
            if not granted:
                self._record(permit, CallOutcome.CANCELLED)
        if not granted:
            raise BreakerOpen(self._clock.now())

    def _tell(self, before: Breaker) -> None:
        if self._breaker.state is not before.state:
            self._observer.breaker_moved(self._part, self._breaker.state)


@define
class GuardedPropertySystem(PropertySystem):
    """A hotel's PMS behind its breaker. Reads have a short limit, writes the long one a slow PMS needs."""

    _pms: PropertySystem
    _guard: Guard
    _read: timedelta = timedelta(seconds=10)
    _write: timedelta = timedelta(seconds=35)

    @property
    def capabilities(self) -> Capabilities:
        return self._pms.capabilities

    async def room_types(self) -> tuple[RoomType, ...]:
        return await self._guard.run("room_types", self._pms.room_types, self._read)

    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        return await self._guard.run("search", lambda: self._pms.search(stay, occupancy), self._read)

    async def book(self, order: BookingOrder) -> Reservation:
        return await self._guard.run("book", lambda: self._pms.book(order), self._write, write=True)

    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        return await self._guard.run("find", lambda: self._pms.find(reference), self._read)

    async def get(self, reservation: ReservationId) -> Reservation:
        return await self._guard.run("get", lambda: self._pms.get(reservation), self._read)

    async def verify(self, reservation: ReservationId) -> Standing:
        return await self._guard.run("verify", lambda: self._pms.verify(reservation), self._read)

    async def cancel(self, reservation: ReservationId) -> Reservation:
        return await self._guard.run("cancel", lambda: self._pms.cancel(reservation), self._write, write=True)

    async def quote_amendment(self, reservation: ReservationId, amendment: Amendment) -> AmendmentQuote:
        return await self._guard.run("quote_amendment", lambda: self._pms.quote_amendment(reservation, amendment), self._read)

    async def amend(self, reservation: ReservationId, amendment: Amendment) -> Reservation:
        return await self._guard.run("amend", lambda: self._pms.amend(reservation, amendment), self._write, write=True)

    async def check_in(self, reservation: ReservationId) -> Reservation:
        return await self._guard.run("check_in", lambda: self._pms.check_in(reservation), self._write, write=True)

    async def check_out(self, reservation: ReservationId) -> Reservation:
        return await self._guard.run("check_out", lambda: self._pms.check_out(reservation), self._write, write=True)

    async def record_payment(self, reservation: ReservationId, payment: Payment) -> Reservation:
        return await self._guard.run(
            "record_payment", lambda: self._pms.record_payment(reservation, payment), self._write, write=True
        )

    async def of_guest(self, *, email: str | None = None, phone: str | None = None) -> tuple[Reservation, ...]:
        return await self._guard.run("of_guest", lambda: self._pms.of_guest(email=email, phone=phone), self._read)

    async def diagnose(self) -> tuple[Finding, ...]:
        return await self._pms.diagnose()


@define
class GuardedSender(ChannelSender):
    """
    A channel behind a breaker for each *account* on it: a number or webhook that is gone holds up no other hotel's.

    What an open breaker refuses was not sent, and counts as no try of the outbox.
    """

    _sender: ChannelSender
    _guards: Mapping[str, Guard]
    _account: Callable[[Address], str]
    _limit: timedelta = timedelta(seconds=25)
    """Less than what the outbox gives a send, so that the breaker hears of one that hangs."""

    @property
    def pace(self) -> Pace:
        return self._sender.pace

    async def send(self, message: OutboxMessage, address: Address) -> str:
        guard = self._guards.get(self._account(address))
        if guard is None:
            # An account that no hotel has any more: the channel knows what to say to that.
            return await self._sender.send(message, address)
        return await guard.run("send", lambda: self._sender.send(message, address), self._limit, write=True)


@define
class GuardedSpeechToText(SpeechToText):
    """Whoever writes down what guests say, behind a breaker."""

    _speech: SpeechToText
    _guard: Guard
    _limit: timedelta

    async def transcribe(self, recording: Recording) -> str:
        return await self._guard.run("transcribe", lambda: self._speech.transcribe(recording), self._limit)


def is_outage(error: Exception) -> bool:
    """Tell whether an error means that the part is down rather than that it said no."""
    return isinstance(error, PortError) and isinstance(error, _FAILURES)


def _is_failure(error: HotelAgentError) -> bool:
    """Tell whether a part that answered so has failed: one that asks for patience is well."""
    return isinstance(error, _FAILURES) and not isinstance(error, Throttled)
