"""One hotel (tenant): where it is, how it works, and the numbers that are part of the agent's behaviour there."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.knowledge import Knowledge
from hotel_agent.domain.staffing import Absence, Staff, emergency_number
from hotel_agent.domain.terms import ArrivalTerms, CancellationTerms, LateCheckoutTerms
from hotel_agent.domain.understanding import Language


@frozen(kw_only=True)
class Policy:
    """
    The numbers of architecture section 8 that a dialogue depends on.

    Raises:
        InvalidValue: the thresholds are not in order.

    """

    fallback_below: float = 0.60
    act_from: float = 0.80
    clarifications_before_staff: int = 3
    session_ttl: timedelta = timedelta(minutes=30)
    lock_ttl: timedelta = timedelta(minutes=20)
    lock_extension: timedelta = timedelta(minutes=10)
    offer_freshness: timedelta = timedelta(minutes=5)
    max_days_ahead: int = 540
    max_text: int = 4096

    def __attrs_post_init__(self) -> None:
        if not 0.0 <= self.fallback_below <= self.act_from <= 1.0:
            raise InvalidValue("confidence thresholds lie in order between 0 and 1")


@frozen(kw_only=True)
class Hotel:
    """A tenant. `country` is ISO 3166 alpha-2; times are hotel-local; `languages` begins with the default one."""

    id: TenantId
    name: str
    timezone: ZoneInfo
    country: str
    currency: str
    languages: tuple[Language, ...] = (Language.ES, Language.EN)
    day_first: bool = True
    check_in_from: time = time(15)
    check_out_until: time = time(11)
    phone: str = ""
    email: str = ""
    address: str = ""
    policies: tuple[tuple[str, str], ...] = field(default=())
    """What the hotel tells guests, by subject and in its own words."""
    knowledge: Knowledge = field(factory=Knowledge)
    """What it answers guests' questions with, entry by entry; `policies` are the general answers beside it."""
    staff: Staff = field(factory=Staff)
    coordinates: tuple[str, str] | None = None
    """Latitude and longitude in degrees, as decimal text."""
    pictures: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    """Addresses of pictures by room type: its PMS id or its name."""
    voseo: bool = False
    """Spanish is said as in Argentina (`humanize.es_ar.enabled`)."""
    cancellation: CancellationTerms | None = None
    """What cancelling costs; None: the hotel has not said, and so nothing is promised."""
    arrival: ArrivalTerms = field(factory=ArrivalTerms)
    late_checkout: LateCheckoutTerms | None = None
    policy: Policy = Policy()

    @property
    def emergency(self) -> str:
        """The number to call where life is at risk."""
        return self.staff.emergency or emergency_number(self.country)

    def staff_absence(self, now: datetime) -> Absence | None:
        """Until when nobody answers, if nobody does at *now*."""
        return self.staff.absence(now.astimezone(self.timezone))

    def pictures_of(self, room_type: str, name: str) -> tuple[str, ...]:
        """Find the pictures of a room type, by its PMS id or its name."""
        known = dict(self.pictures)
        return known.get(room_type) or known.get(name) or ()

    def today(self, now: datetime) -> date:
        """Return the hotel's local day at *now*."""
        return now.astimezone(self.timezone).date()

    def moment(self, day: date, at: time) -> datetime:
        """Return when the hotel's clocks show *at* on *day*, in UTC."""
        return datetime.combine(day, at, self.timezone).astimezone(UTC)

    def local(self, moment: datetime) -> datetime:
        """Read a moment without offset as hotel-local; keep any other; answer in UTC."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.timezone)).astimezone(UTC)
