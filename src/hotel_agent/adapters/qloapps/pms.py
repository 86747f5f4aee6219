"""QloApps 1.6.1 as a `PropertySystem`. How it behaves and why it is asked this way is written down where each part lives."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

import anyio
import httpx
from attrs import define, field

from hotel_agent.adapters.qloapps.amending import Amender
from hotel_agent.adapters.qloapps.answers import AnsweredUnknown
from hotel_agent.adapters.qloapps.booking import Booker
from hotel_agent.adapters.qloapps.catalogue import CatalogueReader
from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.diagnosis import diagnose
from hotel_agent.adapters.qloapps.guests import acceptable_email
from hotel_agent.adapters.qloapps.lines import LineWriter
from hotel_agent.adapters.qloapps.offers import Offers
from hotel_agent.adapters.qloapps.records import Records
from hotel_agent.adapters.qloapps.requests import payment_body
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.adapters.qloapps.standing import Entry, standing_of
from hotel_agent.adapters.qloapps.writing import Unfinished, Writer
from hotel_agent.domain.errors import NotFound, OutcomeUnknown, PortError, Rejected, Rejection
from hotel_agent.domain.ids import Reference, ReservationId
from hotel_agent.domain.money import Money
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
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.pms import PropertySystem


@define
class QloAppsPropertySystem(PropertySystem):
    """
    One hotel in one QloApps shop.

    *http* is made, and closed, by whoever wires. Safe to share between tasks. Writes of a hotel are better made one at a time,
    but nothing here depends on it: what counts is `verify` afterwards.

    `Standing.FORMING` lasts until `max_execution` has passed since this object first saw the order unfinished, or until QloApps
    has answered the request that wrote it. From then on such an order is CANCELLED (nothing held) or LOST (rooms held by an
    order that never got finished): in both cases `cancel` cleans it up.
    """

    _http: httpx.AsyncClient
    _settings: QloAppsSettings
    _clock: Clock
    _monotonic: Callable[[], float] = anyio.current_time
    _client: QloAppsClient = field(init=False)
    _catalogue: CatalogueReader = field(init=False)
    _records: Records = field(init=False)
    _offers: Offers = field(init=False)
    _writer: Writer = field(init=False)
    _booker: Booker = field(init=False)
    _lines: LineWriter = field(init=False)
    _amender: Amender = field(init=False)

    def __attrs_post_init__(self) -> None:
        settings = self._settings
        self._client = QloAppsClient(self._http, settings)
        self._catalogue = CatalogueReader(self._client, self._monotonic)
        self._records = Records(self._client, self._catalogue)
        self._offers = Offers(self._client, self._catalogue)
        unfinished = Unfinished(self._monotonic, settings.max_execution.total_seconds())
        self._writer = Writer(self._client, self._records, unfinished)
        self._booker = Booker(
            self._client, self._records, self._offers, self._catalogue, self._writer, lambda: self._local_now().date()
        )
        self._lines = LineWriter(self._client, self._writer, self._local_now)
        self._amender = Amender(self._client, self._records, self._offers, self._catalogue, self._writer, self._lines)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    # ------------------------------------------------------------ reading

    async def room_types(self) -> tuple[RoomType, ...]:
        return tuple(entry.room_type for entry in (await self._catalogue.get()).entries.values())

    async def search(self, stay: Stay, occupancy: Occupancy) -> tuple[Vacancy, ...]:
        if stay.arrival < self._local_now().date():
            return ()  # QloApps sells the past
        return await self._offers.vacancies(stay, occupancy)

    async def find(self, reference: Reference) -> tuple[Reservation, ...]:
        return await self._records.reservations(await self._records.entries_of_reference(reference))

    async def get(self, reservation: ReservationId) -> Reservation:
        return await self._records.reservation(await self._records.entry(reservation))

    async def verify(self, reservation: ReservationId) -> Standing:
        entry = await self._records.entry(reservation)
        if entry.forming:
            return standing_of(entry, (), given_up=self._writer.unfinished.given_up(entry))
        return standing_of(entry, await self._records.rivals(entry.live), given_up=False)

    async def of_guest(self, *, email: str | None = None, phone: str | None = None) -> tuple[Reservation, ...]:
        customers: set[int] = set()
        if email:
            with suppress(Rejected):  # an address that nobody can have in QloApps
                customers |= {one.id for one in await self._records.customers_by_email(acceptable_email(email))}
        if phone and any("0" <= char <= "9" for char in phone):
            customers |= {one.id for one in await self._records.customers_by_phone(phone)}
        entries = await self._records.entries_of_customers(sorted(customers))
        found = await self._records.reservations(entries)
        return tuple(sorted(found, key=lambda one: (one.arrival or date.min, int(one.id)), reverse=True))

    async def diagnose(self) -> tuple[Finding, ...]:
        return await diagnose(self._client, self._local_now().date())

    # ------------------------------------------------------------ writing

    async def book(self, order: BookingOrder) -> Reservation:
        return await self._written(await self._booker.book(order))

    async def cancel(self, reservation: ReservationId) -> Reservation:
        return await self._written(await self._writer.cancel(await self._entry_to_change(reservation)))

    async def quote_amendment(self, reservation: ReservationId, amendment: Amendment) -> AmendmentQuote:
        return await self._amender.quote(await self._entry_to_change(reservation), amendment)

    async def amend(self, reservation: ReservationId, amendment: Amendment) -> Reservation:
        return await self._written(await self._amender.amend(await self._entry_to_change(reservation), amendment))

    async def check_in(self, reservation: ReservationId) -> Reservation:
        return await self._written(await self._lines.check_in(await self._entry_to_change(reservation)))

    async def check_out(self, reservation: ReservationId) -> Reservation:
        return await self._written(await self._lines.check_out(await self._entry_to_change(reservation)))

    async def record_payment(self, reservation: ReservationId, payment: Payment) -> Reservation:
        """
        Add a payment row, once per transaction id. QloApps leaves the order's own sum and state alone; `paid` counts the rows.
        """
        entry = await self._entry_to_change(reservation)
        catalogue = await self._catalogue.get()
        currency = catalogue.currency(entry.order.currency_id, self._settings.currency)
        if payment.amount.currency != currency or payment.amount <= Money.of(0, currency):
            raise Rejected(Rejection.NOT_ALLOWED, f"a payment for this reservation is a positive amount in {currency}")
        if await self._records.payment_known(payment.transaction_id, entry.order.reference):
            return await self._records.reservation(entry)
        body = payment_body(
            entry.order.reference, entry.order.currency_id, payment.amount.amount, payment.method, payment.transaction_id
        )
        try:
            await self._client.write("POST", "order_payments", body)
        except AnsweredUnknown as exc:
            try:
                known = await self._records.payment_known(payment.transaction_id, entry.order.reference)
            except PortError:
                raise exc from None
            if not known:
                raise
        return await self._written(entry)

    # ------------------------------------------------------------ common

    async def _entry_to_change(self, reservation: ReservationId) -> Entry:
        try:
            return await self._records.entry(reservation)
        except NotFound as exc:
            raise Rejected(Rejection.NOT_FOUND, str(exc)) from exc

    async def _written(self, entry: Entry) -> Reservation:
        """Tell what has been written; it has been, so a failure to read the rest is no failure to write."""
        try:
            return await self._records.reservation(entry)
        except PortError as exc:
            raise OutcomeUnknown("the change was made, but the reservation cannot be read") from exc

    def _local_now(self) -> datetime:
        return self._clock.now().astimezone(self._settings.timezone)
