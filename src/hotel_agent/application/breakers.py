"""
Breakers that several processes share: what one has learnt of a part spares the others from learning it too.

Each process decides by its own breaker and nobody waits for the store, with one exception: who is to make the one probe of a
half-open breaker is asked of it, for a moment. Changes are told as soon as they happen, those of others are looked for at
intervals. Without the store every process is on its own.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import anyio
from attrs import define, evolve, field

from hotel_agent.application.bell import Bell
from hotel_agent.application.guarding import Guard, Sharing
from hotel_agent.domain.breaker import BreakerState
from hotel_agent.domain.errors import PortError
from hotel_agent.ports.breakers import BreakerStore, SharedBreaker
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.observer import Observer

BREAKERS: Final = "breakers"
REFRESH: Final = timedelta(seconds=1)
PERMIT: Final = timedelta(seconds=60)
"""How long a probe may take until another process makes one: more than the longest limit of a call."""
_CLAIM_SECONDS: Final = 0.25
"""What a call waits for the store to say whether it may be the probe."""
_REFRESH_SECONDS: Final = 2.0


@define(eq=False)
class _Shared(Sharing):
    """One guard's breaker, beside what is known of it in the store: `seen` is what the guard's last change builds upon."""

    guard: Guard
    _store: BreakerStore
    _clock: Clock
    _owner: str
    _permit: timedelta
    _tell: Callable[[], None]
    seen: SharedBreaker = field(factory=SharedBreaker, init=False)
    acts: int = field(default=0, init=False)
    """Rises with whatever the guard does: what was read of the store before says nothing any more."""
    _untold: bool = field(default=False, init=False)
    _probing: bool = field(default=False, init=False)
    _by_probe: bool = field(default=False, init=False)
    """What is untold came of a probe."""

    # ------------------------------------------------------------ for the guard

    def moved(self) -> None:
        self.acts += 1
        self._untold, self._by_probe, self._probing = True, self._probing, False
        self._tell()

    async def claim(self) -> bool:
        self.acts += 1
        self._probing = True
        wanted = evolve(
            self.seen,
            state=BreakerState.HALF_OPEN,
            version=self.seen.version + 1,
            standing=self._open_for(),
            prober=self._owner,
            permit=self._permit,
        )
        try:
            with anyio.fail_after(_CLAIM_SECONDS):
                if await self._store.change(self.guard.part, wanted):
                    self.seen = wanted
                    return True
        except (PortError, TimeoutError):
            # On our own: a part must not stay shut because the store is.
            return True
        self._probing = False
        # Somebody was faster: how it goes is looked up at once.
        self._tell()
        return False

    # ------------------------------------------------------------ for the refresh

    async def reconcile(self, shared: SharedBreaker) -> None:
        """
        Tell what this process has to tell, or take over what others have told.

        Raises:
            Unavailable: it could not be told.

        """
        if self._probing and self._builds_on(shared):
            return
        if self._untold and self._builds_on(shared):
            told = self._told(shared)
            # The guard may act meanwhile, and then has something to tell again.
            self._untold = False
            try:
                if told is None or await self._store.change(self.guard.part, told):
                    self.seen = told or shared
                else:
                    self._untold = True
            except BaseException:
                self._untold = True
                raise
            return
        self._untold = False
        self._take_over(shared)

    def alone(self) -> None:
        """Nothing is known of the others: what only they could end must not hold us up."""
        breaker = self.guard.breaker
        if breaker.probing and not self._probing:
            self.guard.adopt(evolve(breaker, probing=False, epoch=breaker.epoch + 1))

    def _builds_on(self, shared: SharedBreaker) -> bool:
        """Tell whether our own last change comes after what is in the store."""
        mine = shared.version == self.seen.version or (shared.prober == self._owner and shared.state is BreakerState.HALF_OPEN)
        if mine or self._by_probe:
            # A probe that took longer than its permit says nothing about what came after.
            return mine
        return self.guard.state is BreakerState.OPEN and shared.state is BreakerState.CLOSED

    def _told(self, shared: SharedBreaker) -> SharedBreaker | None:
        """What is to be written after *shared*; None: it says so already."""
        breaker = self.guard.breaker
        if breaker.state is shared.state is not BreakerState.HALF_OPEN:
            return None
        if breaker.state is BreakerState.HALF_OPEN and shared.state is not BreakerState.HALF_OPEN:
            # A probe that was given back, and of which nobody was told.
            return None
        return SharedBreaker(
            state=breaker.state, version=shared.version + 1, failures=breaker.failures, standing=self._open_for()
        )

    def _take_over(self, shared: SharedBreaker) -> None:
        breaker, now = self.guard.breaker, self._clock.now()
        news = shared.version != self.seen.version
        self.seen = shared
        opened = evolve(breaker, failures=shared.failures, opened_at=now - shared.standing, epoch=breaker.epoch + 1)
        match shared.state:
            case BreakerState.CLOSED:
                if breaker.state is not BreakerState.CLOSED:
                    self.guard.adopt(evolve(opened, state=BreakerState.CLOSED, failures=0, opened_at=None, probing=False))
            case BreakerState.OPEN:
                if news or breaker.state is not BreakerState.OPEN:
                    self.guard.adopt(evolve(opened, state=BreakerState.OPEN, probing=False))
            case BreakerState.HALF_OPEN:
                probing = shared.permit > timedelta(0)
                if (breaker.state, breaker.probing) != (BreakerState.HALF_OPEN, probing):
                    self.guard.adopt(evolve(opened, state=BreakerState.HALF_OPEN, probing=probing))

    def _open_for(self) -> timedelta:
        opened_at = self.guard.breaker.opened_at
        return max(self._clock.now() - opened_at, timedelta(0)) if opened_at else timedelta(0)


@define(eq=False)
class SharedBreakers:
    """Keeps the breakers of *share*d guards in step with those of other processes. *owner* names this process."""

    _store: BreakerStore
    _clock: Clock
    _observer: Observer
    _bell: Bell
    _owner: str
    _refresh: timedelta = REFRESH
    _permit: timedelta = PERMIT
    _parts: dict[str, _Shared] = field(factory=dict, init=False)
    _down: bool = field(default=False, init=False)

    def share(self, guard: Guard) -> Guard:
        """Share the breaker of *guard* with those of the same part elsewhere; returns it."""
        shared = _Shared(guard, self._store, self._clock, self._owner, self._permit, lambda: self._bell.ring(BREAKERS))
        self._parts[guard.part] = guard.sharing = shared
        return guard

    async def run(self, draining: anyio.Event) -> None:
        """Tell and look until drained. No trouble with the store ends it."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._keep_looking)
            await draining.wait()
            group.cancel_scope.cancel()

    async def refresh(self) -> None:
        """Tell what is to be told, and look once how all breakers stand."""
        try:
            with anyio.fail_after(_REFRESH_SECONDS):
                acts = [one.acts for one in self._parts.values()]
                found = await self._store.read(tuple(self._parts))
                for one, before, shared in zip(self._parts.values(), acts, found, strict=True):
                    if one.acts == before:
                        await one.reconcile(shared)
            self._down = False
        except (PortError, TimeoutError) as exc:
            for one in self._parts.values():
                one.alone()
            if not self._down:
                # Once: that it is still down is no news.
                self._observer.loop_failed(BREAKERS, exc)
            self._down = True

    async def _keep_looking(self) -> None:
        while self._parts:
            ring = self._bell.listen(BREAKERS)
            await self.refresh()
            await self._bell.wait(ring, self._refresh.total_seconds())
