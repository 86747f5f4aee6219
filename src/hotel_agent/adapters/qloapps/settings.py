"""How one hotel's QloApps is reached, and what the hotel decided about it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import RoomTypeId
from hotel_agent.domain.understanding import Language, RoomKind

_URL = re.compile(r"https?://[^\s?#]+")
_CURRENCY = re.compile(r"[A-Z]{3}")


@frozen(kw_only=True)
class QloAppsSettings:
    """
    One hotel of one QloApps shop.

    `url` is the shop's address without `/api` (`https://shop.example/`). `host` is the shop domain that QloApps itself was
    set up with, where it is reached under another name. `currency` is what the hotel expects to sell in. `tax_rules_group` None
    takes each room type's own. `kinds` says, by id or name, which of the guests' words a room type answers to.

    Raises:
        InvalidValue: an address, an id or a currency that cannot be one.

    """

    url: str
    key: str = field(repr=False)
    hotel_id: str = "1"
    currency: str
    timezone: ZoneInfo
    host: str | None = None
    language_id: int = 1
    """The QloApps language in which room types are named."""
    languages: Mapping[Language, int] = field(factory=dict)
    """Guests' languages as QloApps language ids; QloApps falls back to its own for the rest."""
    tax_rules_group: int | None = None
    kinds: Mapping[RoomTypeId, RoomKind] = field(factory=dict)
    catalogue_ttl: timedelta = timedelta(minutes=5)
    """How long room types (names, capacity, length-of-stay rules) are remembered; never availability, never prices."""
    read_limit: timedelta = timedelta(seconds=10)
    write_limit: timedelta = timedelta(seconds=30)
    max_execution: timedelta = timedelta(seconds=60)
    """How long a request may go on in QloApps after we hang up: twice PHP's default `max_execution_time`."""
    settle: timedelta = timedelta(seconds=1)
    """How long an overlapping request of somebody else may take to show after ours has answered."""
    max_body: int = 16 * 1024 * 1024

    def __attrs_post_init__(self) -> None:
        if not _URL.fullmatch(self.url):
            raise InvalidValue("the address of QloApps is an http or https URL without query")
        if not self.hotel_id.isascii() or not self.hotel_id.isdigit():
            raise InvalidValue("a QloApps hotel id is a number")
        if not _CURRENCY.fullmatch(self.currency):
            raise InvalidValue("a currency is three capital letters (ISO 4217)")

    @property
    def api(self) -> str:
        """The web service's address, without a slash at its end."""
        base = self.url.rstrip("/")
        return base if base.endswith("/api") else f"{base}/api"

    def language_of(self, language: Language) -> int:
        return self.languages.get(language, self.language_id)
