"""How often somebody may call: counted over all processes, and by each alone while the store of the counts is down."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import anyio
from attrs import define, field

from hotel_agent.application.deadlines import Until
from hotel_agent.application.digests import digest
from hotel_agent.domain.delivery import PULLED, Pace
from hotel_agent.domain.errors import PortError, TooOften
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.domain.quotas import NONE, Quota, Uses, use
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.limits import Quotas, RateLimiter
from hotel_agent.ports.observer import Observer

T = TypeVar("T")

_PATIENCE_S: Final = 1.5
"""How long the store may take to count one call: a guest's answer must not wait for it."""
_ALONE_FOR: Final = timedelta(seconds=5)
"""How long a store that did not count is left alone."""
_LONGEST_DELAY: Final = timedelta(hours=1)
_MOST_NAMES: Final = 50_000
_MICROSECOND: Final = timedelta(microseconds=1)
_FREE: Final = timedelta()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@define(eq=False)
class Limiter:
    """
    Admits calls within their quotas.

    Whoever the store refused is refused here until it said there would be a use again: a flood costs it nothing. Nobody is
    refused because the store is down: calls are then counted by this process alone, which knows what it admitted before.
    """

    _quotas: Quotas
    _clock: Clock
    _observer: Observer
    _patience_s: float = _PATIENCE_S
    _admitted: OrderedDict[str, Uses] = field(factory=OrderedDict, init=False)
    _refused: OrderedDict[str, tuple[datetime, datetime]] = field(factory=OrderedDict, init=False)
    """When each was refused and until when."""
    _alone_since: datetime | None = field(default=None, init=False)

    async def count(self, scope: str, who: tuple[str, ...], quota: Quota) -> timedelta:
        """
        Count one call of *who*; return zero, or how long until one is free again: then it was refused and not counted.

        *scope* is `caller`, `guest`, `account` or `tenant`.
        """
        name = digest(scope, *who)
        now = self._clock.now()
        wait = self._surely(name, now) or await self._counted(name, quota, now)
        if wait:
            self._observer.limited(scope)
        return wait

    def _surely(self, name: str, now: datetime) -> timedelta:
        """Say how long *name* is refused without asking; a clock that was set back says nothing."""
        since, until = self._refused.get(name, (now, now))
        return until - now if since <= now else _FREE

    async def _counted(self, name: str, quota: Quota, now: datetime) -> timedelta:
        if self._alone_since is not None and _FREE <= now - self._alone_since < _ALONE_FOR:
            return self._counted_here(name, quota, now)
        try:
            with Until(anyio.current_time() + self._patience_s):
                wait = await self._quotas.use(name, quota)
        except (PortError, TimeoutError):
            self._alone_since = now
            self._observer.called("quotas", "use", "unavailable", _FREE)
            return self._counted_here(name, quota, now)
        self._alone_since = None
        if wait:
            _keep(self._refused, name, (now, now + wait))
        else:
            self._counted_here(name, quota, now)
        return wait

    def _counted_here(self, name: str, quota: Quota, now: datetime) -> timedelta:
        uses, wait = use(self._admitted.pop(name, NONE), quota, (now - _EPOCH) // _MICROSECOND)
        _keep(self._admitted, name, uses)
        return wait * _MICROSECOND


@define(eq=False)
class Allowances:
    """
    How often a guest, everybody on one channel account, and everybody of one hotel may write; None: as often as they like.

    Where the sender is told no, a message beyond is refused. Where it is not, because a channel pushes to us what must not be
    lost, it is taken in to be handled later: as if the guest had written no faster than allowed.
    """

    _limiter: Limiter
    _pacer: RateLimiter
    _clock: Clock
    _observer: Observer
    guest: Quota | None = None
    account: Quota | None = None
    tenant: Quota | None = None
    _heard: OrderedDict[str, Uses] = field(factory=OrderedDict, init=False)

    async def admit(
        self, channel: Channel, conversation: ConversationId, tenant: TenantId, place: tuple[str, ...]
    ) -> timedelta:
        """
        Count one message of *conversation* that came on the account *place*, and return how much later it is to be handled.

        Raises:
            TooOften: it is refused.

        """
        limits = (("guest", (conversation,), self.guest), ("account", place, self.account), ("tenant", (tenant,), self.tenant))
        delay = _FREE
        for scope, who, quota in limits:
            if quota is None or (scope != "tenant" and channel is Channel.API):
                # The guests of an API caller are its own affair: its key says how often it, and each of them, may call.
                continue
            if channel not in PULLED:
                delay = max(delay, await self._paced(digest(scope, *who), quota))
            elif wait := await self._limiter.count(scope, who, quota):
                raise TooOften(wait)
        if delay:
            self._observer.limited("paced")
        return delay

    async def _paced(self, name: str, quota: Quota) -> timedelta:
        """
        Say how long a use is to wait for its turn.

        The first quarter of what is allowed is not asked about: nearly nobody ever writes more.
        """
        few = max(1, quota.count // 4)
        heard, beyond = use(self._heard.pop(name, NONE), Quota(few, quota.period), (self._clock.now() - _EPOCH) // _MICROSECOND)
        _keep(self._heard, name, heard)
        if not beyond:
            return _FREE
        pace = Pace(every=quota.period / quota.count, burst=max(1, quota.count - few))
        try:
            with anyio.fail_after(_PATIENCE_S):
                return await self._pacer.reserve(f"in/{name}", pace, _LONGEST_DELAY)
        except (PortError, TimeoutError):
            return _FREE


def _keep(kept: OrderedDict[str, T], name: str, value: T) -> None:
    """Keep the latest of so many names: whoever has been silent for longest is forgotten first."""
    kept[name] = value
    kept.move_to_end(name)
    if len(kept) > _MOST_NAMES:
        kept.popitem(last=False)
