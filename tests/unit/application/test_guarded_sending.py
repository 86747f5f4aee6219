"""A channel behind its breakers: what they refuse was not sent, and is sent once, in order, when the channel is back."""

from datetime import timedelta
from operator import attrgetter

import anyio
import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.bell import OUTBOX, Bell
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.guarding import Guard, GuardedSender
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import BreakerOpen, OutcomeUnknown, Rejected, Rejection, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.turns import OutboxMessage, Turn
from hotel_agent.ports.channels import ChannelSender, Throttled
from hotel_agent.testing.examples import TENANT, message, said, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.virtual_time import LoopClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

SOL, MAR = "1001", "1002"
COOL_DOWN = timedelta(seconds=30)
DOWN = Unavailable("nobody is there")


@define
class Line(ChannelSender):
    """A channel that has one *trouble* with every message until it is mended, and notes what it is asked and what arrives."""

    trouble: Exception | None = None
    hangs: bool = False
    pace: Pace = field(factory=Pace)
    asked: int = 0
    arrived: list[tuple[str, str]] = field(factory=list)

    async def send(self, message: OutboxMessage, address: Address) -> str:
        self.asked += 1
        if self.hangs:
            await anyio.sleep_forever()
        if self.trouble:
            raise self.trouble
        self.arrived.append((address.recipient, message.text))
        return f"wamid.{message.id}"


@define
class Scene:
    line: Line = field(factory=Line)
    clock: LoopClock = field(factory=LoopClock)
    witness: Witness = field(factory=Witness)
    sender: GuardedSender = field(init=False)

    def __attrs_post_init__(self) -> None:
        guards = {number: Guard(f"whatsapp:{number}", self.clock, self.witness) for number in (SOL, MAR)}
        self.sender = GuardedSender(self.line, guards, attrgetter("account"))

    async def send(self, account: str = SOL) -> str:
        return await self.sender.send(said("hola", to=message("hola"), text="hola", position=0), address(account=account))

    async def fail(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises(type(self.line.trouble or Unavailable())):
                await self.send()


def address(guest: str = "34600111222", account: str = SOL) -> Address:
    where = ConversationId(f"sol/whatsapp/{guest}")
    return Address(tenant=TENANT, conversation=where, channel=Channel.WHATSAPP, account=account, recipient=guest)


async def test_account_that_fails_five_times_in_a_row_is_left_alone_and_nothing_is_sent_meanwhile() -> None:
    scene = Scene(Line(DOWN))
    await scene.fail(5)
    await anyio.sleep(10)
    with pytest.raises(BreakerOpen) as refused:
        await scene.send()
    assert refused.value.retry_at == scene.clock.now() + COOL_DOWN - timedelta(seconds=10)
    assert (scene.line.asked, scene.witness.moves) == (5, ["open"])


async def test_whole_cycle_of_an_account() -> None:
    scene = Scene(Line(DOWN))
    await scene.fail(5)
    await anyio.sleep(30)
    with pytest.raises(Unavailable):
        await scene.send()
    with pytest.raises(BreakerOpen):
        await scene.send()
    assert scene.line.asked == 6
    await anyio.sleep(30)
    scene.line.trouble = None
    assert await scene.send() == "wamid.outbox-hola"
    assert scene.witness.moves == ["open", "half_open", "open", "half_open", "closed"]


async def test_account_of_another_hotel_goes_on() -> None:
    scene = Scene(Line(DOWN))
    await scene.fail(5)
    scene.line.trouble = None
    with pytest.raises(BreakerOpen):
        await scene.send(SOL)
    assert await scene.send(MAR)


@pytest.mark.parametrize("answer", [Throttled(timedelta(seconds=4)), Rejected(Rejection.OTHER)])
async def test_channel_that_answers_is_well(answer: Exception) -> None:
    scene = Scene(Line(answer))
    await scene.fail(20)
    assert (scene.line.asked, scene.witness.moves) == (20, [])


async def test_send_that_hangs_may_have_arrived_and_counts_as_a_failure() -> None:
    scene = Scene(Line(hangs=True))
    began = anyio.current_time()
    for _ in range(5):
        with pytest.raises(OutcomeUnknown):
            await scene.send()
    assert anyio.current_time() - began == 5 * 25
    assert scene.witness.moves == ["open"]


async def test_account_that_no_hotel_has_any_more_is_the_channels_to_answer() -> None:
    scene = Scene(Line(DOWN))
    for _ in range(10):
        with pytest.raises(Unavailable):
            await scene.send("1003")
    assert (scene.line.asked, scene.witness.moves) == (10, [])
    assert scene.sender.pace == scene.line.pace


@pytest.mark.parametrize("minutes", [1.5, 15])
async def test_after_an_outage_everything_goes_out_once_and_in_order(minutes: float) -> None:
    scene = Scene(Line(DOWN))
    store, bell, draining = MemoryStore.of(clock=scene.clock, ids=CountingIds()), Bell(), anyio.Event()
    guests = [f"3460011100{number}" for number in range(8)]
    for guest in guests:
        await _say(store, address(guest), "a", "b")
    delivery = Delivery(store.outbox, {Channel.WHATSAPP: scene.sender}, scene.clock, scene.witness, bell, "w")
    async with anyio.create_task_group() as group:
        group.start_soon(delivery.run, draining)
        await anyio.sleep(60 * minutes)
        asked = scene.line.asked
        scene.line.trouble = None
        await anyio.sleep(300)
        draining.set()
        bell.ring(OUTBOX)
    assert asked <= len(guests) + 2 * minutes, "once each before the breaker opens, then one probe every 30 s"
    assert sorted(scene.line.arrived) == sorted((guest, text) for guest in guests for text in "ab")
    for guest in guests:
        assert [text for one, text in scene.line.arrived if one == guest] == ["a", "b"]
    assert await store.journal.escalations() == ()


async def _say(store: MemoryStore, to: Address, *texts: str) -> None:
    await store.outbox.reach(to)
    event = message(to.recipient, conversation=to.conversation)
    await store.journal.append(event)
    (claim,) = await store.journal.claim("w", 1, timedelta(seconds=3))
    outbox = [said(f"{to.recipient}-{text}", to=event, text=text, position=at) for at, text in enumerate(texts)]
    told = tuple(evolve(one, channel=Channel.WHATSAPP) for one in outbox)
    await store.journal.commit(claim, Turn(event=event, session=session(to.conversation), outbox=told))
