"""Can this process take messages, which part of it is down, and since when."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio
from attrs import define, field, frozen

from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.ports.clock import Clock

_PATIENCE_S = 2.0
_GOOD_FOR = timedelta(seconds=1)


@frozen(kw_only=True)
class Probe:
    """
    How to ask one part whether it works: `ask` returns if so and raises if not.

    Without a *needed* part no message can be taken; without any other, answers are poorer.
    """

    name: str
    ask: Callable[[], Awaitable[None]]
    needed: bool = True


@frozen(kw_only=True)
class Part:
    """How a part is, `since` the first look that found it so. `detail` is an error's code: anybody may read it."""

    name: str
    ok: bool
    needed: bool
    since: datetime
    detail: str = ""


@define
class Readiness:
    """Asks every part at once, at most once a second however often it is asked itself."""

    _clock: Clock
    _probes: tuple[Probe, ...]
    _parts: dict[str, Part] = field(factory=dict, init=False)
    _looked_at: datetime | None = field(default=None, init=False)
    _looking: anyio.Lock = field(factory=anyio.Lock, init=False)

    def add(self, probe: Probe) -> None:
        """Ask one more part from now on."""
        self._probes = (*self._probes, probe)
        self.look_again()

    def look_again(self) -> None:
        """Something is known to have changed: the next check asks, however soon it comes."""
        self._looked_at = None

    async def check(self) -> tuple[Part, ...]:
        """Return all parts, in the order of the probes. Never raises for a part that is down."""
        async with self._looking:
            now, probes = self._clock.now(), self._probes
            if self._looked_at is None or not timedelta() <= now - self._looked_at < _GOOD_FOR:
                self._looked_at = now
                async with anyio.create_task_group() as tasks:
                    for probe in probes:
                        tasks.start_soon(self._look, probe)
            return tuple(self._parts[probe.name] for probe in probes)

    async def _look(self, probe: Probe) -> None:
        trouble = None
        try:
            with anyio.fail_after(_PATIENCE_S):
                await probe.ask()
        except TimeoutError:
            trouble = "no_answer"
        except HotelAgentError as error:
            trouble = error.code
        except Exception as error:  # noqa: BLE001 - a part that fails in any way is down, and that is the answer
            trouble = type(error).__name__
        known = self._parts.get(probe.name)
        ok = trouble is None
        since = known.since if known is not None and known.ok == ok else self._clock.now()
        self._parts[probe.name] = Part(name=probe.name, ok=ok, needed=probe.needed, since=since, detail=trouble or "")
