"""The way between a guest and the service: it delivers late, twice, out of order, and once more a week later."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

import anyio
from anyio.abc import TaskGroup
from attrs import define, evolve, field

from hotel_agent.application.intake import Incoming, conversation_of, written_before
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.records import Line
from hotel_agent.testing.simulation.history import HOLD_BACK, Sent
from hotel_agent.testing.simulation.luck import Weather
from hotel_agent.testing.simulation.site import Site

_AGAIN: Final = 0.1
_NEXT_WEEK: Final = 0.05
_LONGEST_WAIT: Final = 8.0
_ACCOUNT: Final = "simulated"


@define(eq=False, kw_only=True)
class GuestLine:
    """
    One guest's connection.

    On WhatsApp messages carry the sender's second and may overtake each other; a web chat's page sends one after the other,
    and says how far the guest had read, by which the service dates what came late.
    """

    site: Site
    clock: Clock
    weather: Weather
    chance: Random
    group: TaskGroup
    tenant: TenantId
    sender: str
    channel: Channel
    conversation: ConversationId = field(init=False)
    sent: list[Sent] = field(factory=list, init=False)
    next_week: list[Incoming] = field(factory=list, init=False)
    _offered: dict[str, datetime] = field(factory=dict, init=False)
    _taken: dict[str, datetime] = field(factory=dict, init=False)
    _page: deque[tuple[Incoming, float, float | None]] = field(factory=deque, init=False)
    _read: int = field(default=0, init=False)
    """How many lines the guest has read."""
    _read_before: dict[str, int] = field(factory=dict, init=False)
    """The same, when each message was written."""

    def __attrs_post_init__(self) -> None:
        self.conversation = conversation_of(self._incoming("", "", None))

    @property
    def record(self) -> tuple[Sent, ...]:
        """Everything sent, with the instants at which it came to the service."""
        return tuple(
            evolve(one, offered_at=self._offered.get(one.message_id), taken_at=self._taken.get(one.message_id))
            for one in self.sent
        )

    async def lines(self, after: int = 0) -> Sequence[Line]:
        """Read what the guest's screen shows after a position."""
        lines = await self.site.journal.transcript(self.conversation, after, limit=1000)
        self._read = max(self._read, after + len(lines))
        return lines

    def send(self, text: str, *, agrees: bool = False, overtaken: bool = False) -> None:
        """Send a message; it arrives by itself. One to be *overtaken* takes longer than the one after it."""
        now = self.clock.now()
        stamped_at = now.replace(microsecond=0) if self.channel is Channel.WHATSAPP else None
        message_id = f"{self.sender}-{len(self.sent) + 1}"
        self.sent.append(Sent(message_id=message_id, text=text, agrees=agrees, sent_at=now, stamped_at=stamped_at))
        self._read_before[message_id] = self._read
        incoming = self._incoming(message_id, text, stamped_at)
        hop = self.chance.uniform(0.01, 0.2)
        if overtaken and stamped_at:
            hop += 1.2
            self.weather.tally["reordered on the way"] += 1
        again = self.chance.uniform(0.0, 30.0) if self.chance.random() < _AGAIN else None
        if again is not None:
            self.weather.tally["delivered twice"] += 1
        if not stamped_at:
            self._page.append((incoming, hop, again))
            if len(self._page) == 1:
                self.group.start_soon(self._deliver_page)
        else:
            self.group.start_soon(self._deliver, incoming, hop)
            if again is not None:
                self.group.start_soon(self._deliver, incoming, hop + again)
        if self.chance.random() < _NEXT_WEEK:
            self.next_week.append(incoming)

    async def send_again_next_week(self) -> None:
        """Deliver once more, a week later, what was never acknowledged on the way back."""
        for incoming in self.next_week:
            self.weather.tally["delivered again a week later"] += 1
            await self._deliver(incoming, 0.0)

    async def _deliver_page(self) -> None:
        """A web page sends a message when the one before it was taken."""
        while self._page:
            incoming, hop, again = self._page[0]
            await self._deliver(incoming, hop)
            self._page.popleft()
            if again is not None:
                self.group.start_soon(self._deliver, incoming, again)

    async def _deliver(self, incoming: Incoming, hop: float) -> None:
        await anyio.sleep(hop)
        wait, message_id = 0.5, incoming.message_id or ""
        self._offered.setdefault(message_id, self.clock.now())
        while not await self._accepted(incoming):
            self.weather.tally["sent again by the channel"] += 1
            await anyio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        self._taken.setdefault(message_id, self.clock.now())

    async def _accepted(self, incoming: Incoming) -> bool:
        if self.channel is Channel.WEBCHAT:
            unread = await self.site.journal.transcript(
                self.conversation, self._read_before[incoming.message_id or ""], limit=1000
            )
            incoming = evolve(incoming, sent_at=written_before(unread))
        try:
            return await self.site.take(incoming) is not None
        except Unavailable:
            return False

    def _incoming(self, message_id: str, text: str, stamped_at: datetime | None) -> Incoming:
        return Incoming(
            tenant=self.tenant,
            channel=self.channel,
            account=_ACCOUNT,
            sender=self.sender,
            text=text,
            message_id=message_id,
            sent_at=stamped_at,
            hold_back=HOLD_BACK if stamped_at else timedelta(),
        )
