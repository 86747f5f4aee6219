"""One hotel (tenant): where it is, how it works, and the numbers that are part of the agent's behaviour there."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import TenantId
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
    policy: Policy = Policy()

    def today(self, now: datetime) -> date:
        """Return the hotel's local day at *now*."""
        return now.astimezone(self.timezone).date()

    def local(self, moment: datetime) -> datetime:
        """Read a moment without offset as hotel-local; keep any other; answer in UTC."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.timezone)).astimezone(UTC)
