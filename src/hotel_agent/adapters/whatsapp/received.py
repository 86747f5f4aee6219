"""What a webhook says, in values: one for each element of each of its arrays."""

from datetime import datetime

from attrs import field, frozen

from hotel_agent.domain.delivery import DeliveryStatus
from hotel_agent.domain.events import Attachment


@frozen(kw_only=True)
class Person:
    """
    A guest as Meta names them: by the business-scoped user id, the telephone number (digits), or both.

    At least one is there. Number and id change together.
    """

    user_id: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Message:
    """
    One message of a guest to the number with the id `account`.

    `choice` is the id of a button or list row of ours. `quotes` is the message it replies to, reacts to, changes or deletes.
    `changed` is set where Meta tells that the guest is somebody else's name from now on: a new number, a new id.
    """

    account: str
    id: str
    sender: Person
    sent_at: datetime
    text: str = field(default="", repr=False)
    choice: str | None = None
    attachment: Attachment | None = None
    quotes: str | None = None
    changed: Person | None = None


@frozen(kw_only=True)
class StatusOfMessage:
    """How a message of ours fared. `callback` is what we sent with it; `code` is Meta's error where it failed."""

    account: str
    provider_id: str
    status: DeliveryStatus
    recipient: Person | None
    callback: str | None = None
    code: int | None = None


@frozen(kw_only=True)
class Notice:
    """Something about the account and no guest: a template judged, a quality changed. `subject` is Meta's own word."""

    subject: str
    account: str | None = None
    code: int | None = None


@frozen(kw_only=True)
class Unreadable:
    """An element that is not what Meta documents. `raw` is all of it, for whoever looks; `reason` repeats nothing of it."""

    account: str | None
    reason: str
    raw: str = field(repr=False)


Received = Message | StatusOfMessage | Notice | Unreadable
