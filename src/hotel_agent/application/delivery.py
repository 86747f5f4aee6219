"""
Sends what the agent said to guests on channels that are pushed to.

Of a send whose answer was lost nobody knows whether it arrived: a status settles it, or after ten minutes it is sent once more
and counted as a possible repeat. If that answer is lost too, a person is told.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from operator import attrgetter
from typing import Final

import anyio
from anyio.abc import TaskGroup
from attrs import define, field

from hotel_agent.application.bell import OUTBOX, Bell
from hotel_agent.application.fairness import FairShare
from hotel_agent.domain.delivery import REPEATABLE, DeliveryStatus
from hotel_agent.domain.errors import BreakerOpen, PortError, Rejected, StaleClaim, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, OutboxId, TenantId
from hotel_agent.domain.turns import Escalation
from hotel_agent.ports.channels import ChannelSender, Throttled
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.observer import Observer, Pool
from hotel_agent.ports.outbox import Outbox, OutboxClaim, Retry, Sent, SetAside, Settlement, StatusNews, Unknown
from hotel_agent.ports.tracing import UNTRACED, Tracing

MAX_TRIES: Final = 8
STATUS_WAIT: Final = timedelta(minutes=10)
_SEND_SECONDS: Final = 30.0
_SETTLE_SECONDS: Final = 20.0
_LEASE: Final = timedelta(seconds=60)
"""Longer than sending and settling may take, so nobody else has the message meanwhile."""
_IDLE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0
_FIRST_DELAY: Final = 2.0
_LONGEST_DELAY: Final = 600.0
_BEHIND: Final = 5.0
"""Seconds at most by which those whom an open breaker refuses come later than the one that is let through."""
_LONGEST_THROTTLE: Final = timedelta(hours=1)


@define
class Delivery:
    """Has messages sent side by side, up to `width` at once, one after the other in each conversation."""

    _outbox: Outbox
    _senders: Mapping[Channel, ChannelSender]
    _clock: Clock
    _observer: Observer
    _bell: Bell
    _owner: str
    _width: int = 32
    _tracing: Tracing = UNTRACED
    _alone: bool = True
    """There is one hotel only, so that nobody's messages wait for another one's channel."""
    _in_hand: Counter[TenantId] = field(factory=Counter, init=False)
    _fair: FairShare[OutboxClaim] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._fair = FairShare(self._width, self._claimed, attrgetter("message.tenant"))

    async def run(self, draining: anyio.Event) -> None:
        """Deliver until drained; then what is being sent is settled first."""
        failures = 0
        async with anyio.create_task_group() as group:
            while not draining.is_set():
                ring = self._bell.listen(OUTBOX)
                pause = _IDLE
                try:
                    await self._claim_some(group)
                    failures = 0
                except PortError as exc:
                    failures += 1
                    pause = min(0.1 * 2 ** min(failures, 10), _LONGEST_PAUSE)
                    self._observer.loop_failed(OUTBOX, exc)
                if not draining.is_set():
                    await self._bell.wait(ring, pause)

    def pools(self) -> tuple[Pool, ...]:
        """How many messages it is sending, of those it sends at once."""
        return (Pool(name="deliveries", size=self._width, in_use=self._in_hand.total()),)

    async def sweep(self) -> int:
        """Deliver what is due now and return how much that was: for those who drive the agent by hand."""
        claimed = 0
        async with anyio.create_task_group() as group:
            claimed += await self._claim_some(group)
        return claimed

    async def heard(self, news: StatusNews, tenant: TenantId, conversation: ConversationId) -> bool:
        """
        Take in what a channel told of a message; False if it is no news.

        *conversation* is that of the guest it was sent to. Statuses may come in any order and any number of times.

        Raises:
            Unavailable: it was not written; the channel should tell it again.

        """
        told = self._told(news.message or OutboxId(news.provider_id or ""), tenant, conversation)
        moved = await self._outbox.status(news, told)
        if moved:
            self._bell.ring(OUTBOX)
            if news.status is DeliveryStatus.FAILED:
                self._observer.called("delivery", "status", "failed", timedelta())
        return moved

    # ------------------------------------------------------------ sending

    async def _claim_some(self, group: TaskGroup) -> int:
        def take(claim: OutboxClaim) -> None:
            self._in_hand[claim.message.tenant] += 1
            group.start_soon(self._deliver, claim)

        room = self._width - self._in_hand.total()
        if not room:
            return 0
        if not self._alone:
            return await self._fair.claim(room, self._in_hand, take)
        claims = await self._claimed(room, ())
        for claim in claims:
            take(claim)
        return len(claims)

    async def _claimed(self, limit: int, passing: Collection[TenantId]) -> tuple[OutboxClaim, ...]:
        return await self._outbox.claim_due(self._owner, limit, _LEASE, passing=passing)

    async def _deliver(self, claim: OutboxClaim) -> None:
        message = claim.message
        try:
            with self._tracing.going_on("deliver", message.trace, message.root, message.tenant) as span:
                settlement = await self._settlement(claim)
                span.note(channel=claim.address.channel.value, outcome=type(settlement).__name__, tries=claim.tries)
                await self._settle(claim, settlement)
        finally:
            self._in_hand[message.tenant] -= 1
            self._bell.ring(OUTBOX)

    async def _settlement(self, claim: OutboxClaim) -> Settlement:
        """Send the message unless it may have been sent too often already, and say how that went."""
        if claim.lapsed and claim.address.channel not in REPEATABLE:
            return Unknown(wait=STATUS_WAIT)
        if claim.unknowns > 1:
            return self._set_aside(claim, "outcome_unknown")
        sender = self._senders.get(claim.address.channel)
        if sender is None:
            return self._again(claim, "no_sender", timedelta())
        began = anyio.current_time()
        settlement, status = await self._send(sender, claim)
        if claim.unknowns and status == "ok":
            status = "possible_repeat"
        self._observer.called("delivery", "send", status, timedelta(seconds=anyio.current_time() - began))
        return settlement

    async def _send(self, sender: ChannelSender, claim: OutboxClaim) -> tuple[Settlement, str]:
        try:
            with anyio.fail_after(_SEND_SECONDS):
                provider_id = await sender.send(claim.message, claim.address)
        except Throttled as exc:
            longest = max(exc.retry_after, _LONGEST_THROTTLE)
            return self._again(claim, exc.code, min(exc.retry_after * exc.growth ** (claim.tries - 1), longest)), exc.code
        except BreakerOpen as exc:
            # Each time another one is the first to be tried again, so that no message has all the failures.
            pause = exc.retry_at - self._clock.now() + timedelta(seconds=_BEHIND * _spread(claim.message.id, claim.fence))
            return Retry(delay=pause, reason=exc.code, asked=False), exc.code
        except Unavailable as exc:
            return self._again(claim, exc.code, timedelta()), exc.code
        except Rejected as exc:
            return self._set_aside(claim, exc.code), exc.code
        except PortError as exc:
            return Unknown(wait=STATUS_WAIT), exc.code
        except TimeoutError:
            return Unknown(wait=STATUS_WAIT), "timeout"
        except Exception as exc:  # noqa: BLE001 - whatever a sender trips over, it may have sent before
            self._observer.loop_failed(OUTBOX, exc)
            return Unknown(wait=STATUS_WAIT), "error"
        return Sent(provider_id=provider_id, pace=sender.pace), "ok"

    async def _settle(self, claim: OutboxClaim, settlement: Settlement) -> None:
        """Write how it went, for as long as it is surely ours: what is not written counts as unknown in the end."""
        failures = 0
        # Also when the process is being stopped at once: a send that is known must not become an unknown one.
        with anyio.move_on_after(_SETTLE_SECONDS, shield=True):
            while True:
                try:
                    await self._outbox.settle(claim, settlement)
                except StaleClaim:
                    # Written already, by a call whose answer was lost, or taken over by somebody else.
                    return
                except PortError as exc:
                    failures += 1
                    self._observer.loop_failed(OUTBOX, exc)
                    await anyio.sleep(min(0.1 * 2 ** min(failures, 10), _LONGEST_PAUSE))
                else:
                    return

    def _again(self, claim: OutboxClaim, reason: str, least: timedelta) -> Settlement:
        if claim.tries >= MAX_TRIES:
            return self._set_aside(claim, reason)
        return Retry(delay=max(least, delay_of(claim.message.id, claim.tries)), reason=reason)

    def _set_aside(self, claim: OutboxClaim, reason: str) -> Settlement:
        message = claim.message
        return SetAside(reason=reason, told=self._told(message.id, message.tenant, message.conversation))

    def _told(self, message: OutboxId, tenant: TenantId, conversation: ConversationId) -> Escalation:
        return Escalation(
            id=f"x-{message}",
            tenant=tenant,
            conversation=conversation,
            at=self._clock.now(),
            reason="not_delivered",
            urgent=True,
        )


def delay_of(message: OutboxId, tries: int) -> timedelta:
    """
    Say how long to wait before the next try: twice as long each time, 10 min at most.

    Half of it is spread by the message's id, so that what failed together does not come back together.
    """
    longest = min(_FIRST_DELAY * 2 ** (tries - 1), _LONGEST_DELAY)
    return timedelta(seconds=longest * _spread(message, tries))


def _spread(message: OutboxId, number: int) -> float:
    """Draw between a half and one, the same for the same message and number."""
    drawn = int.from_bytes(hashlib.blake2b(f"{message}/{number}".encode(), digest_size=4).digest()) / 2**32
    return 0.5 + drawn / 2
