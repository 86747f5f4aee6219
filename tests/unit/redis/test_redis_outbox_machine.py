"""
The Redis outbox against the memory outbox as its model, and against what must hold of both.

A real server's clock cannot be advanced, so leases, delays and paces end at once or not at all; the model's clock ticks with
every call, so that both have an order of what happened.
"""

from datetime import timedelta
from itertools import count
from os import getpid
from typing import Any

import anyio.from_thread
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.domain.delivery import Address, DeliveryStatus, Pace
from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, OutboxId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.outbox import OutboxClaim, Retry, Sent, SetAside, Settlement, StatusNews, Unknown
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.examples import AT, TENANT, escalation, message, said, session
from hotel_agent.testing.ids import CountingIds

LONG = timedelta(hours=1)
TICK = timedelta(milliseconds=1)
CONVERSATIONS = [ConversationId(f"sol/{n}") for n in range(2)]
AT_ONCE_OR_NEVER = st.sampled_from((timedelta(), LONG))
PACES = st.builds(Pace, every=AT_ONCE_OR_NEVER, burst=st.integers(1, 3))

_NUMBERS = count(1)


class OutboxMachine(RuleBasedStateMachine):
    url = ""
    claims: Bundle[OutboxClaim] = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        self.clock = ManualClock()
        self.names = 0
        self.said: list[OutboxId] = []
        self.known: dict[OutboxId, DeliveryStatus] = {}
        self.model: Any = MemoryStore.of(clock=self.clock, ids=CountingIds())
        self.portal_maker = anyio.from_thread.start_blocking_portal()
        self.portal = self.portal_maker.__enter__()
        namespace = f"outbox_{getpid()}_{next(_NUMBERS)}"
        opening = open_redis_store(self.url, clock=self.clock, ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S)
        self.opened = self.portal.wrap_async_context_manager(opening)
        self.store: Any = self.opened.__enter__()
        for where in CONVERSATIONS:
            self.reach(where, "first")
            self.say(where, 2, pushed=True)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.portal_maker.__exit__(None, None, None)

    def both(self, part: str, method: str, *arguments: object) -> Any:
        """Call both and answer what they agree on; None for the same refusal."""
        self.clock.advance(TICK)
        answers: list[object] = []
        for store in (self.model, self.store):
            try:
                answers.append(self.portal.call(getattr(getattr(store, part), method), *arguments))
            except HotelAgentError as exc:
                answers.append(type(exc))
        assert answers[0] == answers[1]
        return None if isinstance(answers[0], type) else answers[0]

    def name(self) -> str:
        self.names += 1
        return f"{self.names:04}"

    @rule(where=st.sampled_from(CONVERSATIONS), recipient=st.sampled_from(("first", "second")))
    def reach(self, where: ConversationId, recipient: str) -> None:
        channel = Channel.WHATSAPP
        address = Address(tenant=TENANT, conversation=where, channel=channel, account="1", recipient=recipient)
        self.both("outbox", "reach", address)

    @rule(where=st.sampled_from(CONVERSATIONS), number=st.integers(1, 3), pushed=st.booleans())
    def say(self, where: ConversationId, number: int, pushed: bool) -> None:
        event = message(self.name(), conversation=where, at=AT)
        self.both("journal", "append", event)
        (claim,) = self.both("journal", "claim", "w", 1, LONG)
        channel = Channel.WHATSAPP if pushed else Channel.WEBCHAT
        messages = tuple(evolve(said(self.name(), to=event, position=n), channel=channel) for n in range(number))
        self.said += [one.id for one in messages]
        self.both("journal", "commit", claim, Turn(event=event, session=session(where), outbox=messages))

    @rule(target=claims, owner=st.sampled_from("ab"), limit=st.integers(1, 3), lease=AT_ONCE_OR_NEVER)
    def claim(self, owner: str, limit: int, lease: timedelta) -> Any:
        return multiple(*self.both("outbox", "claim_due", owner, limit, lease))

    @rule(claim=claims, data=st.data(), wait=AT_ONCE_OR_NEVER, pace=PACES)
    def settle(self, claim: OutboxClaim, data: st.DataObject, wait: timedelta, pace: Pace) -> None:
        settlements: tuple[Settlement, ...] = (
            Sent(provider_id=f"wamid.{claim.message.id}", pace=pace),
            Retry(delay=wait, reason="unavailable"),
            Unknown(wait=wait),
            SetAside(reason="rejected", told=escalation(claim.message.id)),
        )
        self.both("outbox", "settle", claim, data.draw(st.sampled_from(settlements)))

    @rule(data=st.data(), status=st.sampled_from(DeliveryStatus), ours=st.booleans())
    def status(self, data: st.DataObject, status: DeliveryStatus, ours: bool) -> None:
        this = data.draw(st.sampled_from(self.said))
        news = StatusNews(status=status, provider_id=f"wamid.{this}", message=this if ours else None)
        self.both("outbox", "status", news, escalation(this))

    @invariant()
    def views_agree_and_statuses_only_grow(self) -> None:
        model, store = (self.portal.call(one.outbox.undelivered) for one in (self.model, self.store))
        assert [evolve(one, at=AT) for one in model] == [evolve(one, at=AT) for one in store]
        self.both("journal", "escalations")
        for this in self.said:
            status = self.both("outbox", "standing", this)
            before = self.known.get(this)
            assert status is before or status.follows(before)
            if status:
                self.known[this] = status


def test_redis_and_memory_answer_the_same(redis_url: str) -> None:
    OutboxMachine.url = redis_url
    case = OutboxMachine.TestCase
    case.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
    case().runTest()
