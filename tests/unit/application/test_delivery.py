from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio
import pytest
from attrs import define, evolve, field

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.bell import OUTBOX, Bell
from hotel_agent.application.delivery import MAX_TRIES, Delivery, delay_of
from hotel_agent.domain.delivery import Address, DeliveryStatus, Pace
from hotel_agent.domain.errors import OutcomeUnknown, Rejected, Rejection, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, OutboxId
from hotel_agent.domain.turns import OutboxMessage, Turn
from hotel_agent.ports.channels import ChannelSender, Throttled
from hotel_agent.ports.outbox import StatusNews
from hotel_agent.testing.examples import CONVERSATION, TENANT, message, said, session
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.virtual_time import LoopClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

Reply = Callable[[], Awaitable[None]]
LEASE = timedelta(seconds=3)
OTHER = ConversationId("sol/whatsapp/2")


@define
class Post(ChannelSender):
    """A channel that notes what reaches it and when, and answers as told: first come the *troubles*, then all goes well."""

    troubles: list[BaseException | None] = field(factory=list)
    pace: Pace = field(factory=Pace)
    takes: float = 0.0
    sent: list[tuple[float, str]] = field(factory=list)

    async def send(self, message: OutboxMessage, address: Address) -> str:
        assert address.recipient == "34600111222"
        trouble = self.troubles.pop(0) if self.troubles else None
        if not isinstance(trouble, Unavailable | Rejected):
            self.sent.append((round(anyio.current_time(), 3), message.text))
        await anyio.sleep(self.takes)
        if trouble:
            raise trouble
        return f"wamid.{message.text}"

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.sent]


@define
class Scene:
    post: Post
    clock: LoopClock = field(factory=LoopClock)
    witness: Witness = field(factory=Witness)
    bell: Bell = field(factory=Bell)
    store: MemoryStore = field(init=False)
    draining: anyio.Event = field(factory=anyio.Event)

    def __attrs_post_init__(self) -> None:
        self.store = MemoryStore.of(clock=self.clock, ids=CountingIds())

    def delivery(self, owner: str = "a") -> Delivery:
        return Delivery(self.store.outbox, {Channel.WHATSAPP: self.post}, self.clock, self.witness, self.bell, owner)

    async def say(self, *names: str, where: ConversationId = CONVERSATION) -> None:
        channel = Channel.WHATSAPP
        await self.store.outbox.reach(
            Address(tenant=TENANT, conversation=where, channel=channel, account="1", recipient="34600111222")
        )
        event = message("-".join(names), conversation=where)
        await self.store.journal.append(event)
        (claim,) = await self.store.journal.claim("w", 1, LEASE)
        outbox = tuple(evolve(said(name, to=event, text=name, position=n), channel=channel) for n, name in enumerate(names))
        await self.store.journal.commit(claim, Turn(event=event, session=session(where), outbox=outbox))
        self.bell.ring(OUTBOX)

    async def during(self, seconds: float) -> None:
        """Deliver for so long."""
        async with anyio.create_task_group() as group:
            group.start_soon(self.delivery().run, self.draining)
            await anyio.sleep(seconds)
            self.draining.set()
            self.bell.ring(OUTBOX)
        self.draining = anyio.Event()

    async def standing(self, name: str) -> DeliveryStatus | None:
        return await self.store.outbox.standing(OutboxId(f"outbox-{name}"))

    @property
    def sends(self) -> list[str]:
        return [status for _, _, status in self.witness.calls]


async def test_messages_go_out_in_order_at_once() -> None:
    scene = Scene(Post())
    await scene.say("1", "2")
    await scene.say("3", where=OTHER)
    await scene.during(0.1)
    assert sorted(scene.post.texts) == ["1", "2", "3"]
    assert [text for text in scene.post.texts if text != "3"] == ["1", "2"]
    assert scene.sends == ["ok"] * 3


async def test_what_could_not_be_sent_is_tried_again_with_growing_pauses_then_set_aside() -> None:
    scene = Scene(Post(troubles=[Unavailable() for _ in range(MAX_TRIES)]))
    await scene.say("1", "2")
    await scene.during(3600)
    assert scene.sends == ["unavailable"] * MAX_TRIES + ["ok"]
    assert scene.post.texts == ["2"]
    assert await scene.standing("1") is DeliveryStatus.FAILED
    (told,) = await scene.store.journal.escalations()
    assert (told.reason, told.conversation, told.urgent) == ("not_delivered", CONVERSATION, True)
    assert [(one.reason, one.tries) for one in await scene.store.outbox.undelivered()] == [("unavailable", MAX_TRIES)]


async def test_refused_message_is_set_aside_at_once_and_the_next_goes_on() -> None:
    scene = Scene(Post(troubles=[Rejected(Rejection.OTHER, "no")]))
    await scene.say("1", "2")
    await scene.during(0.1)
    assert scene.post.texts == ["2"]
    assert len(await scene.store.journal.escalations()) == 1


async def test_throttled_message_waits_as_long_as_the_channel_says() -> None:
    scene = Scene(Post(troubles=[Throttled(timedelta(seconds=90))]))
    await scene.say("1")
    await scene.during(89)
    assert scene.post.sent == []
    await scene.during(2)
    assert scene.post.texts == ["1"]


@pytest.mark.parametrize("trouble", [OutcomeUnknown(), ZeroDivisionError()])
async def test_send_of_unknown_outcome_waits_ten_minutes_and_is_sent_once_more(trouble: BaseException) -> None:
    scene = Scene(Post(troubles=[trouble]))
    await scene.say("1", "2")
    await scene.during(599)
    assert scene.post.texts == ["1"]
    await scene.during(2)
    assert scene.post.texts == ["1", "1", "2"]
    assert scene.sends[1:] == ["possible_repeat", "ok"]


async def test_send_that_hangs_is_of_unknown_outcome() -> None:
    scene = Scene(Post(takes=3600))
    await scene.say("1")
    await scene.during(599)
    assert (scene.post.texts, scene.sends) == (["1"], ["timeout"])


async def test_status_settles_a_lost_answer_without_any_repeat() -> None:
    scene = Scene(Post(troubles=[OutcomeUnknown()]))
    await scene.say("1", "2")
    await scene.during(5)
    news = StatusNews(status=DeliveryStatus.DELIVERED, provider_id="wamid.1", message=OutboxId("outbox-1"))
    assert await scene.delivery().heard(news, TENANT, CONVERSATION)
    assert not await scene.delivery().heard(news, TENANT, CONVERSATION)
    await scene.during(3600)
    assert scene.post.texts == ["1", "2"]
    assert await scene.standing("1") is DeliveryStatus.DELIVERED


async def test_answer_lost_twice_is_not_sent_a_third_time_and_staff_is_told() -> None:
    scene = Scene(Post(troubles=[OutcomeUnknown(), OutcomeUnknown()]))
    await scene.say("1", "2")
    await scene.during(3600)
    assert scene.post.texts == ["1", "1", "2"]
    assert [one.reason for one in await scene.store.outbox.undelivered()] == ["outcome_unknown"]
    assert len(await scene.store.journal.escalations()) == 1


async def test_killed_while_sending_counts_as_unknown() -> None:
    scene = Scene(Post())
    await scene.say("1")
    assert await scene.store.outbox.claim_due("killed", 1, LEASE)
    await scene.during(3 + 599)
    assert scene.post.sent == []
    await scene.during(3)
    assert scene.post.texts == ["1"]
    assert scene.sends == ["possible_repeat"]


async def test_failed_status_tells_staff() -> None:
    scene = Scene(Post())
    await scene.say("1")
    await scene.during(1)
    failed = StatusNews(status=DeliveryStatus.FAILED, provider_id="wamid.1")
    assert await scene.delivery().heard(failed, TENANT, CONVERSATION)
    assert len(await scene.store.journal.escalations()) == 1


async def test_pace_is_kept() -> None:
    scene = Scene(Post(pace=Pace(every=timedelta(seconds=6), burst=2)))
    await scene.say(*"12345")
    await scene.during(60)
    pauses = [round(later - sooner) for (sooner, _), (later, _) in zip(scene.post.sent, scene.post.sent[1:], strict=False)]
    assert (scene.post.texts, pauses) == (list("12345"), [0, 6, 6, 6])


async def test_two_processes_send_each_message_once() -> None:
    scene = Scene(Post(takes=0.2))
    for n in range(20):
        await scene.say(f"{n}a", f"{n}b", where=ConversationId(f"c{n}"))
    async with anyio.create_task_group() as group:
        for owner in "ab":
            group.start_soon(scene.delivery(owner).run, scene.draining)
        await anyio.sleep(30)
        scene.draining.set()
    assert sorted(scene.post.texts) == sorted(f"{n}{part}" for n in range(20) for part in "ab")
    assert all(scene.post.texts.index(f"{n}a") < scene.post.texts.index(f"{n}b") for n in range(20))


async def test_draining_settles_what_is_being_sent_first() -> None:
    scene = Scene(Post(takes=10))
    await scene.say("1", "2")
    await scene.during(1)
    assert scene.post.texts == ["1"]
    assert await scene.standing("1") is DeliveryStatus.SENT


async def test_message_for_a_channel_without_a_sender_is_set_aside_in_the_end() -> None:
    scene = Scene(Post())
    await scene.say("1")
    lost = Delivery(scene.store.outbox, {}, scene.clock, scene.witness, scene.bell, "a")
    async with anyio.create_task_group() as group:
        group.start_soon(lost.run, scene.draining)
        await anyio.sleep(3600)
        scene.draining.set()
    assert [(one.reason, one.tries) for one in await scene.store.outbox.undelivered()] == [("no_sender", MAX_TRIES)]


async def test_sweep_delivers_what_is_due_now() -> None:
    scene = Scene(Post())
    await scene.say("1", "2")
    assert [await scene.delivery().sweep() for _ in range(3)] == [1, 1, 0]


def test_pauses_double_and_are_spread() -> None:
    for tries in range(1, 9):
        longest = timedelta(seconds=2 * 2 ** (tries - 1))
        delays = {delay_of(OutboxId(f"{n}"), tries) for n in range(50)}
        assert len(delays) == 50
        assert longest / 2 <= min(delays) <= max(delays) <= longest
    assert max(delay_of(OutboxId(f"{n}"), 40) for n in range(50)) <= timedelta(minutes=10)


async def test_throttled_message_waits_longer_each_time_where_the_channel_wants_that() -> None:
    scene = Scene(Post(troubles=[Throttled(timedelta(seconds=4), growth=4) for _ in range(4)]))
    await scene.say("1")
    for waited, sends in ((3, 1), (2, 2), (14, 2), (2, 3), (62, 3), (2, 4), (253, 4), (3, 5)):
        await scene.during(waited)
        assert len(scene.sends) == sends, (waited, scene.sends)
    assert scene.post.texts == ["1"]
