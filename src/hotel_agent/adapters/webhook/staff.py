"""Tickets and escalations by HTTPS to the address that a hotel names."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Final

import httpx
from attrs import define, field, frozen

from hotel_agent.adapters.webhook.signing import HEADER, signature
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import Rejected, Rejection, Unavailable
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Escalation, OutboxMessage
from hotel_agent.ports.channels import ChannelSender, Throttled
from hotel_agent.ports.clock import Clock

DELIVERY: Final = "X-Hotel-Agent-Delivery"
"""Header with the message's id: equal for all tries, so a receiver may drop what it has."""
SECONDS: Final = 10.0
_HOPELESS: Final = frozenset({400, 410, 413, 415, 422})
"""Answers that no later try changes."""
_BUSY: Final = frozenset({429, 503})
_LONGEST_WAIT: Final = 600


@frozen(kw_only=True)
class Target:
    url: str
    secret: str = field(repr=False)


@frozen(kw_only=True)
class Contact:
    """Somebody a ticket may concern; no `topics`: all of them."""

    name: str
    phone: str
    email: str
    topics: Sequence[str] = ()


def notice_of(escalation: Escalation, hotel: Hotel, contacts: Sequence[Contact] = ()) -> str:
    """
    Write an escalation as the JSON object that staff's systems get.

    `summary` is the guest's last message, cut short; nothing else a guest said is in it.
    """
    concerned = [
        {"name": one.name, "phone": one.phone or None, "email": one.email or None}
        for one in contacts
        if not one.topics or escalation.about in one.topics
    ]
    notice = {
        "id": escalation.id,
        "kind": "ticket" if escalation.is_ticket else "escalation",
        "tenant": escalation.tenant,
        "hotel": hotel.name,
        "conversation": escalation.conversation,
        "channel": escalation.channel,
        "at": escalation.at.astimezone(UTC).isoformat(),
        "reason": escalation.reason,
        "need": escalation.need,
        "about": escalation.about or None,
        "priority": escalation.priority,
        "language": escalation.language,
        "summary": escalation.summary,
        "contacts": concerned,
    }
    return json.dumps(notice, ensure_ascii=True)


@define
class WebhookSender(ChannelSender):
    """
    Posts a message to its tenant's address, signed.

    Redirects are not followed: what is signed for one address is not shown to another. An answer that does not come counts as
    not sent, because the receiver knows a repetition by its id.
    """

    _client: httpx.AsyncClient
    _targets: Mapping[TenantId, Target]
    _clock: Clock

    @property
    def pace(self) -> Pace:
        return Pace()

    async def send(self, message: OutboxMessage, address: Address) -> str:
        target = self._targets.get(address.tenant)
        if target is None:
            # The hotel had one when this was written down.
            raise Rejected(Rejection.NOT_SUPPORTED)
        body = message.text.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "hotel-agent",
            DELIVERY: message.id,
            HEADER: signature(body, target.secret, self._clock.now()),
        }
        try:
            async with self._client.stream(
                "POST", target.url, content=body, headers=headers, timeout=SECONDS, follow_redirects=False
            ) as response:
                status, wait = response.status_code, response.headers.get("Retry-After", "")
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise Unavailable(f"the staff webhook did not answer ({type(exc).__name__})") from exc
        if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own classes
            return message.id
        if status in _HOPELESS:
            raise Rejected(Rejection.OTHER)
        if status in _BUSY and wait.isdecimal():
            raise Throttled(timedelta(seconds=min(int(wait), _LONGEST_WAIT)))
        raise Unavailable(f"the staff webhook answered {status}")
