"""One WhatsApp number of a hotel, as wiring knows it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.delivery import Pace
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.ids import TenantId

WINDOW: Final = timedelta(hours=24)
"""How long after a guest's last message anything may be written to them."""
PAIR_PACE: Final = Pace(every=timedelta(seconds=6), burst=45)
"""What Meta takes for one guest."""
PARAMETERS: Final = frozenset({"hotel", "text"})


@frozen(kw_only=True)
class WindowTemplate:
    """
    The approved template that carries what is said after the window has closed.

    `body` says what fills `{{1}}`, `{{2}}` …: the hotel's name, and the text itself, without which nothing would be said.

    Raises:
        InvalidValue: *body* lacks the text, or names something else.

    """

    name: str
    language: str
    body: tuple[str, ...] = ("text",)

    def __attrs_post_init__(self) -> None:
        if "text" not in self.body or not PARAMETERS.issuperset(self.body):
            raise InvalidValue('a template is filled with "text", and "hotel" if need be')


@frozen(kw_only=True)
class WhatsAppAccount:
    """
    A number and how to send from it.

    `account_id` is the WhatsApp Business Account that it belongs to (for diagnosis only). `per_second` is what Meta lets the
    number send in a second. `template` None: staff is told of what cannot be said after the window.
    """

    tenant: TenantId
    hotel: str
    phone_number_id: str
    token: str = field(repr=False)
    account_id: str | None = None
    per_second: int = 80
    template: WindowTemplate | None = None

    @property
    def pace(self) -> Pace:
        """A tenth of a second's worth at once: a whole one's would let twice as many through in the first."""
        return Pace(every=timedelta(seconds=1) / self.per_second, burst=max(1, self.per_second // 10))


Accounts = Mapping[str, WhatsAppAccount]
"""By `phone_number_id`."""
