"""More guests than can be handled: how long those wait who are let in, who is sent away, and that nobody works less for it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.admitting import Admission
from hotel_agent.application.bell import Bell
from hotel_agent.application.intake import Incoming, Intake
from hotel_agent.domain.errors import Overloaded
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.examples import offer, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

HELLO = Incoming(tenant=TenantId("sol"), channel=Channel.API, account="key-1", sender="ana", text="Hola")
TICK = timedelta(milliseconds=50)
LEASE = timedelta(minutes=5)


@define
class Rush:
    """A journal, the doors to it, and those who work behind them: `a_second` messages, not one more."""

    a_second: float
    clock: ManualClock
    store: MemoryStore
    doors: list[Intake]
    waited: list[tuple[float, float]] = field(factory=list)
    """When a message was handled, and how long it had waited, in seconds."""
    refused: list[float] = field(factory=list)
    come_again: list[timedelta | None] = field(factory=list)
    refusal_costs: float = 0.0
    """How much of a turn's work it takes to turn a message away."""
    _guests: int = 0
    _credit: float = 0.0

    @classmethod
    def of(cls, a_second: float, doors: int = 1, longest: timedelta = timedelta(seconds=2)) -> "Rush":
        clock = ManualClock()
        store = MemoryStore.of(clock=clock, ids=CountingIds("store"))
        journal = store.journal

        def door(number: int) -> Intake:
            admission = Admission(journal, clock, 10_000, journal, longest)
            return Intake(journal, clock, CountingIds(f"door-{number}"), Witness(), Bell(), admission)

        return cls(a_second, clock, store, [door(number) for number in range(doors)])

    @property
    def now(self) -> float:
        return (self.clock.now() - START).total_seconds()

    async def come(self, a_second: float, seconds: float, sender: Callable[[int], str] = str) -> None:
        """Let guests come at a steady rate for so long, through each door in turn."""
        due, end = 0.0, self.now + seconds
        while self.now < end:
            due += a_second * TICK.total_seconds()
            while due >= 1:
                due -= 1
                await self.take(sender(self._guests))
            await self.work()
            self.clock.advance(TICK)

    async def take(self, sender: str) -> bool:
        self._guests += 1
        door = self.doors[self._guests % len(self.doors)]
        try:
            await door.take(evolve(HELLO, sender=sender, message_id=f"m-{self._guests}"))
        except Overloaded as exc:
            self.refused.append(self.now)
            self._credit -= self.refusal_costs
            self.come_again.append(exc.wait)
            return False
        return True

    async def fill(self) -> None:
        """Let new guests come until one is turned away."""
        while await self.take(f"filler-{self._guests}"):
            pass

    async def work(self) -> None:
        """Handle as much as can be in a tick; what was not needed is not made up for."""
        self._credit = min(self._credit + self.a_second * TICK.total_seconds(), self.a_second * TICK.total_seconds() + 1)
        for claim in await self.store.journal.claim("w", max(int(self._credit), 0), LEASE):
            self._credit -= 1
            kept = session(claim.conversation, expires_at=self.clock.now() + timedelta(hours=1), offers=(offer(),))
            self.waited.append((self.now, self.seconds_since(claim.events[0].received_at)))
            left = await self.store.journal.commit(claim, Turn(event=claim.events[0], session=kept))
            if left is not None:
                await self.store.journal.give_back(left, timedelta())

    def seconds_since(self, at: datetime) -> float:
        return (self.clock.now() - at).total_seconds()

    def longest_wait(self, begin: float = 0.0) -> float:
        return max(waited for at, waited in self.waited if at >= begin)


async def test_a_burst_that_is_handled_in_time_sends_nobody_away() -> None:
    rush = Rush.of(400)
    await rush.come(500, 2)
    await rush.come(100, 2)
    assert rush.refused == []
    assert rush.longest_wait() < 1


async def test_after_a_quiet_hour_a_burst_is_taken_as_if_nothing_had_been() -> None:
    rush = Rush.of(400)
    await rush.come(1, 10)
    rush.clock.advance(timedelta(hours=1))
    await rush.come(700, 0.8)
    await rush.come(100, 2)
    assert rush.refused == []


@pytest.mark.parametrize("doors", [1, 4])
async def test_of_twice_as_many_as_can_be_handled_those_let_in_do_not_wait_long_and_soon_for_little(
    doors: int,
) -> None:
    rush = Rush.of(200, doors)
    await rush.come(400, 8)
    assert rush.longest_wait() < 2
    assert rush.longest_wait(4.0) < 0.7
    # Nobody works less for it, and as many are turned away as cannot be handled.
    assert len(rush.waited) > 0.95 * 200 * 8
    assert len(rush.refused) < 1.05 * 200 * 8


@pytest.mark.parametrize("known", [False, True], ids=["new guests", "guests with an offer"])
async def test_of_twice_as_many_nobody_let_in_waits_for_long_though_turning_others_away_takes_work_too(known: bool) -> None:
    rush = Rush.of(300)
    sender = "regular-{}".format if known else str
    if known:
        await rush.come(200, 10, lambda n: sender(n % 2_000))
    begin, rush.refusal_costs = rush.now, 0.2
    await rush.come(600, 8, lambda n: sender(n % 2_000 if known else n))
    assert rush.longest_wait(begin) < 2.5
    assert rush.longest_wait(begin + 4) < 1.6


async def test_ten_times_as_many_as_can_be_handled_leave_nobody_who_was_let_in_waiting_for_five_seconds() -> None:
    rush = Rush.of(100)
    await rush.come(1000, 5)
    assert rush.longest_wait() < 5


async def test_a_shorter_longest_wait_keeps_waits_shorter() -> None:
    rush = Rush.of(400, longest=timedelta(seconds=0.5))
    await rush.come(800, 4)
    assert rush.longest_wait() < 0.7


async def test_a_few_may_wait_where_work_is_slow_so_that_no_worker_is_idle() -> None:
    rush = Rush.of(20)
    await rush.come(60, 8)
    assert len(rush.waited) == 160
    assert rush.longest_wait() < 5


async def test_nobody_is_turned_away_from_a_queue_in_which_nobody_is_kept_waiting() -> None:
    rush = Rush.of(500)
    await rush.come(450, 3)
    assert rush.refused == []


async def test_who_has_an_offer_at_stake_is_let_in_when_new_guests_are_not() -> None:
    rush = Rush.of(200)
    await rush.come(100, 1, lambda n: f"regular-{n}")
    await rush.come(600, 5)
    await rush.fill()
    assert not await rush.take("somebody new")
    assert await rush.take("regular-5")


async def test_messages_that_are_pushed_to_us_are_taken_whatever_the_crowd() -> None:
    rush = Rush.of(200)
    await rush.come(600, 3)
    await rush.fill()
    assert not await rush.take("somebody new")
    await rush.doors[0].take(evolve(HELLO, channel=Channel.WHATSAPP, sender="34600000001"))


async def test_refusals_end_with_the_rush() -> None:
    rush = Rush.of(200)
    await rush.come(500, 5)
    ended = rush.now
    await rush.come(100, 6)
    assert max(rush.refused) < ended + 2


async def test_where_nobody_handles_anything_callers_are_told_at_last() -> None:
    rush = Rush.of(0)
    await rush.come(50, 6)
    assert rush.refused
    assert all(wait and wait > timedelta(seconds=1) for wait in rush.come_again)


async def test_what_a_dead_worker_had_in_hand_turns_nobody_away_when_it_is_found() -> None:
    rush = Rush.of(500)
    await rush.come(500, 0.5)
    for n in range(64):
        await rush.take(f"unlucky-{n}")
    await rush.store.journal.claim("a worker that dies", 64, timedelta(seconds=3))
    await rush.come(400, 5)
    assert rush.longest_wait() > 3
    assert rush.refused == []
