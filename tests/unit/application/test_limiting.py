"""Calls are admitted within their quotas, whatever becomes of the store that counts them."""

from datetime import timedelta

import anyio
import pytest
from attrs import define, field

from hotel_agent.adapters.memory.limits import MemoryQuotas, MemoryRateLimiter
from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.bell import Bell
from hotel_agent.application.intake import Incoming, Intake
from hotel_agent.application.limiting import Allowances, Limiter
from hotel_agent.domain.errors import TooOften, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.quotas import Quota
from hotel_agent.ports.limits import Quotas
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

QUOTA = Quota(3, timedelta(minutes=1))
MINUTE = 60.0


@define
class Shared(Quotas):
    """A store that can be out of order: it refuses every call, or answers none."""

    _quotas: Quotas
    down: bool = False
    silent: bool = False
    asked: int = field(default=0, init=False)

    async def use(self, name: str, quota: Quota) -> timedelta:
        self.asked += 1
        if self.silent:
            await anyio.sleep_forever()
        if self.down:
            raise Unavailable
        return await self._quotas.use(name, quota)


@define
class Front:
    """Two processes on one store."""

    clock: ManualClock = field(factory=ManualClock)
    witness: Witness = field(factory=Witness)
    store: Shared = field(init=False)
    here: Limiter = field(init=False)
    there: Limiter = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = Shared(MemoryQuotas(self.clock))
        self.here = Limiter(self.store, self.clock, self.witness, patience_s=0.01)
        self.there = Limiter(self.store, self.clock, self.witness)

    async def call(self, limiter: Limiter, name: str = "ana") -> float:
        return (await limiter.count("caller", (name,), QUOTA)).total_seconds()


async def test_processes_count_together() -> None:
    front = Front()
    assert [await front.call(limiter) for limiter in (front.here, front.there, front.here)] == [0, 0, 0]
    assert [await front.call(limiter) for limiter in (front.here, front.there)] == [MINUTE, MINUTE]


async def test_every_refusal_is_told() -> None:
    front = Front()
    for _ in range(5):
        await front.call(front.here)
    assert front.witness.limits == ["caller"] * 2


async def test_who_is_refused_is_not_asked_about_again_before_there_is_a_use() -> None:
    front = Front()
    for _ in range(10):
        await front.call(front.here)
    assert front.store.asked == 4
    front.clock.advance(QUOTA.period)
    assert (await front.call(front.here), front.store.asked) == (0, 5)


async def test_refused_caller_hears_how_long_is_left() -> None:
    front = Front()
    for _ in range(4):
        await front.call(front.here)
    front.clock.advance(timedelta(seconds=20))
    assert await front.call(front.here) == 40


async def test_callers_scopes_and_quotas_are_apart() -> None:
    front = Front()
    for _ in range(4):
        await front.call(front.here)
    assert await front.call(front.here, "eva") == 0
    assert (await front.here.count("guest", ("ana",), QUOTA)).total_seconds() == 0


async def test_while_the_store_is_down_each_process_counts_alone_and_knows_what_it_admitted() -> None:
    front = Front()
    await front.call(front.here)
    front.store.down = True
    assert [await front.call(front.here) for _ in range(3)] == [0, 0, MINUTE]
    assert await front.call(front.there) == 0


async def test_store_that_is_down_is_left_alone_for_a_while_and_then_asked_again() -> None:
    front = Front()
    front.store.down = True
    for _ in range(3):
        await front.call(front.here, "x")
    assert front.store.asked == 1
    front.store.down = False
    front.clock.advance(timedelta(seconds=5))
    await front.call(front.here, "y")
    await front.call(front.here, "z")
    assert front.store.asked == 3


async def test_store_that_does_not_answer_holds_nobody_up() -> None:
    front = Front()
    front.store.silent = True
    with anyio.fail_after(20):
        assert await front.call(front.here) == 0


async def test_clock_that_is_set_back_locks_nobody_out() -> None:
    front = Front()
    for _ in range(4):
        await front.call(front.here)
    front.clock._now -= timedelta(hours=1)
    assert await front.call(front.here) == 0


@define
class Desk:
    """An intake with allowances, over memory stores."""

    guest: int | None = None
    account: int | None = None
    tenant: int | None = None
    clock: ManualClock = field(factory=ManualClock)
    witness: Witness = field(factory=Witness)
    store: MemoryStore = field(init=False)
    intake: Intake = field(init=False)
    messages: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self.store = MemoryStore.of(clock=self.clock, ids=CountingIds())
        quotas = [Quota(count, timedelta(minutes=1)) if count else None for count in (self.guest, self.account, self.tenant)]
        limiter = Limiter(MemoryQuotas(self.clock), self.clock, self.witness)
        allowances = Allowances(limiter, MemoryRateLimiter(self.clock), self.clock, self.witness, *quotas)
        self.intake = Intake(self.store.journal, self.clock, CountingIds(), self.witness, Bell(), allowances=allowances)

    async def take(self, channel: Channel, sender: str = "ana", tenant: str = "sol") -> bool:
        self.messages += 1
        said = Incoming(
            tenant=TenantId(tenant), channel=channel, account="1", sender=sender, text="hola", message_id=f"m-{self.messages}"
        )
        try:
            await self.intake.take(said)
        except TooOften:
            return False
        return True

    async def ready(self) -> int:
        """How many messages may be handled by now."""
        claims = await self.store.journal.claim("w", 1000, timedelta())
        return sum(len([event for event in claim.events if event.ready_at <= self.clock.now()]) for claim in claims)


async def test_web_chat_guest_who_writes_too_often_is_refused_and_others_are_not() -> None:
    desk = Desk(guest=2)
    assert [await desk.take(Channel.WEBCHAT) for _ in range(3)] == [True, True, False]
    assert await desk.take(Channel.WEBCHAT, "eva")
    assert desk.witness.limits == ["guest"]


async def test_everybody_on_an_account_is_counted_together_and_hotels_are_apart() -> None:
    desk = Desk(account=2)
    assert [await desk.take(Channel.WEBCHAT, name) for name in ("ana", "eva", "ida")] == [True, True, False]
    assert await desk.take(Channel.WEBCHAT, "ida", tenant="mar")
    assert desk.witness.limits == ["account"]


async def test_hotel_is_counted_over_all_channels() -> None:
    desk = Desk(tenant=2)
    assert [await desk.take(channel) for channel in (Channel.API, Channel.WEBCHAT, Channel.API)] == [True, True, False]
    assert desk.witness.limits == ["tenant"]


async def test_guests_and_accounts_of_api_callers_are_theirs_to_count() -> None:
    desk = Desk(guest=1, account=1)
    assert [await desk.take(Channel.API) for _ in range(3)] == [True] * 3


async def test_whatsapp_message_beyond_is_kept_and_handled_at_the_pace_that_is_allowed() -> None:
    desk = Desk(guest=12)
    for _ in range(20):
        assert await desk.take(Channel.WHATSAPP)
    assert (await desk.store.journal.depth()).events == 20
    assert await desk.ready() == 12
    handled = []
    for _ in range(8):
        desk.clock.advance(timedelta(seconds=5))
        handled.append(await desk.ready())
    assert handled == list(range(13, 21))
    assert desk.witness.limits == ["paced"] * 8


async def test_another_guests_message_is_not_held_up() -> None:
    desk = Desk(guest=4)
    for _ in range(10):
        await desk.take(Channel.WHATSAPP)
    before = await desk.ready()
    await desk.take(Channel.WHATSAPP, "eva")
    assert (before, await desk.ready()) == (4, 5)


async def test_whatsapp_guest_who_writes_as_people_do_is_not_asked_about() -> None:
    desk = Desk(guest=120)
    for _ in range(30):
        await desk.take(Channel.WHATSAPP)
    assert desk.intake._allowances
    pacer = desk.intake._allowances._pacer
    assert isinstance(pacer, MemoryRateLimiter)
    assert pacer._full_at == {}
