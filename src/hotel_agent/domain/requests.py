"""What a turn may ask of the world and gets answered inside itself: reads and locks, all safe to repeat."""

from datetime import timedelta

from attrs import field, frozen

from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.ids import LockId, OwnerId, ReservationId
from hotel_agent.domain.locks import LockClaim, ReservationLock
from hotel_agent.domain.reservations import Amendment, AmendmentQuote, Capabilities, Reservation
from hotel_agent.domain.rooms import RoomType, Vacancy
from hotel_agent.domain.stays import Occupancy, Stay


@frozen(kw_only=True)
class Search:
    """
    Ask the PMS what is free, less what other owners have locked.

    `fresh` forbids any cache: locks, a yes and every write need it. *owner*'s own lock is not subtracted.
    """

    stay: Stay
    occupancy: Occupancy
    owner: OwnerId | None = None
    fresh: bool = False


@frozen(kw_only=True)
class ListRoomTypes:
    pass


@frozen(kw_only=True)
class ReadReservation:
    reservation: ReservationId


@frozen(kw_only=True)
class FindReservation:
    """Ask for the reservations a code may name: the PMS's own id, or a reference of ours. Whose they are is not asked here."""

    code: str


@frozen(kw_only=True)
class GuestReservations:
    """Ask for the reservations of a telephone number that the channel has proven to be the guest's."""

    phone: str = field(repr=False)


@frozen(kw_only=True)
class QuoteAmendment:
    """Ask the PMS, never a cache, what a change would come to."""

    reservation: ReservationId
    amendment: Amendment


@frozen(kw_only=True)
class Acquire:
    claim: LockClaim
    owner: OwnerId
    ttl: timedelta


@frozen(kw_only=True)
class Extend:
    lock: LockId
    owner: OwnerId
    by: timedelta


@frozen(kw_only=True)
class Hold:
    """Keep the lock without expiry until its booking has ended."""

    lock: LockId
    owner: OwnerId


@frozen(kw_only=True)
class Release:
    lock: LockId
    owner: OwnerId


Read = ListRoomTypes | ReadReservation | FindReservation | GuestReservations | QuoteAmendment
Request = Search | Read | Acquire | Extend | Hold | Release


@frozen(kw_only=True)
class Found:
    """`stale` marks an answer from the cache that the PMS could not be asked about: shown as such, never booked on."""

    vacancies: tuple[Vacancy, ...]
    stale: bool = False


@frozen(kw_only=True)
class RoomTypes:
    room_types: tuple[RoomType, ...]


@frozen(kw_only=True)
class ReservationRead:
    """`can` is what this PMS is able to do."""

    reservation: Reservation | None
    can: Capabilities = field(factory=Capabilities)


@frozen(kw_only=True)
class ReservationsFound:
    reservations: tuple[Reservation, ...]


@frozen(kw_only=True)
class AmendmentQuoted:
    """`quote` None: the PMS would refuse, for the reason given."""

    quote: AmendmentQuote | None
    reason: Rejection | None = None


@frozen(kw_only=True)
class LockAnswer:
    """None: refused (others hold the rooms, or it is no longer its owner's)."""

    lock: ReservationLock | None


@frozen(kw_only=True)
class Trouble:
    """The part asked (`pms` or `locks`) did not answer in time."""

    part: str


Outcome = Found | RoomTypes | ReservationRead | ReservationsFound | AmendmentQuoted | LockAnswer | Trouble
