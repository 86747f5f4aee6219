"""
The Redis journal against the memory journal as its model: whatever is called, both answer the same.

A real server's clock cannot be advanced, so nothing here waits: what is due is long due or far away, and leases and delays end
at once or not at all.
"""

from datetime import timedelta
from itertools import count
from os import getpid
from typing import Any

import anyio.from_thread
from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.unit.machines import machine_settings

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.errors import HotelAgentError, InvalidValue
from hotel_agent.domain.events import Timer
from hotel_agent.domain.ids import ConversationId, EventId
from hotel_agent.domain.turns import JobResult, Turn
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.journal import Claim, JobClaim
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.journal_case import Store
from hotel_agent.testing.examples import (
    AT,
    TENANT,
    answer,
    audit_entry,
    booking,
    escalation,
    job,
    message,
    said,
    session,
    timer,
)
from hotel_agent.testing.ids import CountingIds

NEVER = timedelta(days=36_500)
CONVERSATIONS = [ConversationId(f"sol/{n}") for n in range(3)]
OWNERS = st.sampled_from(("a", "b"))
LEASES = st.sampled_from((timedelta(), timedelta(hours=1)))
INSTANTS = st.sampled_from((-2, -1, 0, 1, 2)).map(lambda n: AT + timedelta(seconds=n)) | st.just(AT + NEVER)

_NUMBERS = count(1)


class JournalMachine(RuleBasedStateMachine):
    url = ""
    claims: Bundle[Claim] = Bundle("claims")
    job_claims: Bundle[JobClaim] = Bundle("job_claims")

    @initialize()
    def begin(self) -> None:
        self.model = MemoryJournal(ManualClock())
        self.names = 0
        self.roots: list[EventId] = []
        self.portal_maker = anyio.from_thread.start_blocking_portal()
        self.portal = self.portal_maker.__enter__()
        namespace = f"machine_{getpid()}_{next(_NUMBERS)}"
        opening = open_redis_store(self.url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=60)
        self.opened = self.portal.wrap_async_context_manager(opening)
        opened = self.opened.__enter__()
        self.store: Store = opened.journal
        self.letters: DeadLetters = opened.dead_letters
        for where in CONVERSATIONS * 2:
            self.append(where, AT, never=False, repeat=False)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.portal_maker.__exit__(None, None, None)

    def both(self, method: str, *arguments: object) -> Any:
        """Call both and answer what they agree on; None for the same refusal."""
        answers: list[object] = []
        for store in (self.model, self.store):
            try:
                answers.append(self.portal.call(getattr(store, method), *arguments))
            except HotelAgentError as exc:
                answers.append(type(exc))
        assert answers[0] == answers[1]
        return None if isinstance(answers[0], type) else answers[0]

    def name(self) -> str:
        self.names += 1
        return f"{self.names:04}"

    @rule(where=st.sampled_from(CONVERSATIONS), at=INSTANTS, never=st.booleans(), repeat=st.booleans())
    def append(self, where: ConversationId, at: Any, never: bool, repeat: bool) -> None:
        event = message(self.name(), conversation=where, at=at, ready_in=NEVER if never else timedelta())
        self.roots.append(event.root)
        self.both("append", event)
        if repeat:
            assert not self.both("append", evolve(event, id=EventId("again"))).new

    @rule(target=claims, owner=OWNERS, limit=st.integers(1, 3), lease=LEASES)
    def claim(self, owner: str, limit: int, lease: timedelta) -> Any:
        return multiple(*self.both("claim", owner, limit, lease))

    @rule(target=claims, claim=claims, data=st.data())
    def commit(self, claim: Claim, data: st.DataObject) -> Any:
        event, name = claim.events[0], self.name()
        bookings: list[Booking] = []
        if data.draw(st.booleans()):
            bookings.append(booking(name, conversation=claim.conversation, created_at=data.draw(INSTANTS)))
        if data.draw(st.booleans()) and claim.bookings:
            bookings.append(data.draw(st.sampled_from(claim.bookings)).changed(staff_told_at=AT))
        about = [known.id.removeprefix("booking-") for known in (*claim.bookings, *bookings)]
        about += data.draw(st.sampled_from(([], ["unheard of"])))
        turn = Turn(
            event=event,
            session=session(claim.conversation, clarifications=data.draw(st.integers(0, 3))),
            bookings=tuple(bookings),
            jobs=tuple(
                job(name, about=data.draw(st.sampled_from(about)), conversation=claim.conversation, due_at=due_at)
                for due_at in data.draw(st.lists(INSTANTS, max_size=1))
            )
            if about
            else (),
            outbox=tuple(said(f"{name}-{n}", to=event, position=n) for n in range(data.draw(st.integers(0, 2)))),
            timers=tuple(
                timer(which, conversation=claim.conversation, due_at=data.draw(INSTANTS))
                for which in data.draw(st.sets(st.sampled_from("xyz"), max_size=2))
            ),
            dropped_timers=tuple(timer(which).id for which in data.draw(st.sets(st.sampled_from("xyz"), max_size=1))),
            audit=(audit_entry(f"{name}a", conversation=claim.conversation), audit_entry(f"{name}b")),
            escalations=tuple(escalation(which) for which in data.draw(st.sets(st.sampled_from("123"), max_size=2))),
            answer=data.draw(st.none() | st.just(answer(name))),
            set_aside=data.draw(st.none() | st.sampled_from(("too often", ""))),
        )
        left = self.both("commit", claim, turn)
        return left or multiple()

    @rule(claim=claims, lease=LEASES)
    def renew(self, claim: Claim, lease: timedelta) -> None:
        self.both("renew", claim, lease)

    @rule(claim=claims, delay=LEASES)
    def give_back(self, claim: Claim, delay: timedelta) -> None:
        self.both("give_back", claim, delay)

    @rule(target=job_claims, owner=OWNERS, limit=st.integers(1, 2), lease=LEASES)
    def claim_jobs(self, owner: str, limit: int, lease: timedelta) -> Any:
        return multiple(*self.both("claim_jobs", owner, limit, lease))

    @rule(claim=job_claims, lease=LEASES)
    def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        self.both("renew_job", claim, lease)

    @rule(target=job_claims, claim=job_claims, staff=st.booleans())
    def note(self, claim: JobClaim, staff: bool) -> Any:
        told = AT if staff else None
        noted = self.both("note", claim, claim.booking.changed(submitted_at=AT, staff_told_at=told))
        return noted or multiple()

    @rule(claim=job_claims, data=st.data())
    def record(self, claim: JobClaim, data: st.DataObject) -> None:
        name = self.name()
        changed: Booking | None = None
        if data.draw(st.booleans()):
            state = data.draw(st.sampled_from([BookingState.CHECKING, BookingState.CONFIRMED, claim.booking.state]))
            try:
                changed = claim.booking.moved_to(state)
            except InvalidValue:
                changed = claim.booking.changed()
        following = evolve(claim.job, round=claim.job.round + 1, due_at=AT)
        result = JobResult(
            booking=changed,
            jobs=data.draw(st.sampled_from(((), (), (following,)))),
            events=tuple(
                message(name, conversation=claim.job.conversation, at=at) for at in data.draw(st.lists(INSTANTS, max_size=1))
            ),
            audit=(audit_entry(name),),
            escalations=tuple(escalation(which) for which in data.draw(st.sets(st.sampled_from("123"), max_size=1))),
            retry_at=data.draw(st.none() | INSTANTS),
        )
        self.both("record", claim, result)

    @rule(data=st.data(), anew=st.booleans())
    def fire(self, data: st.DataObject, anew: bool) -> None:
        due: tuple[Timer, ...] = self.both("due", 10)
        if due:
            chosen = data.draw(st.sampled_from(due))
            asked = evolve(chosen, due_at=chosen.due_at - NEVER) if anew else chosen
            self.both("fire", asked, message(self.name(), conversation=chosen.conversation))

    @rule(data=st.data(), method=st.sampled_from(["redrive", "drop"]))
    def look_after_dead_letters(self, data: st.DataObject, method: str) -> None:
        letters, same = self.portal.call(self.model.dead_letters), self.portal.call(self.letters.dead_letters)
        assert letters == same
        if letters:
            event = data.draw(st.sampled_from(letters)).event
            for _ in range(2):
                expected, actual = (self.portal.call(getattr(one, method), event) for one in (self.model, self.letters))
                assert expected == actual

    @invariant()
    def views_agree(self) -> None:
        expected, actual = self.portal.call(self.views, self.model), self.portal.call(self.views, self.store)
        assert expected == actual

    async def views(self, store: Store) -> dict[str, Any]:
        return {
            "depth": await store.depth(),
            "waiting": [await store.waiting(at_most) for at_most in (1, 100)],
            "unsettled": await store.unsettled(),
            "audit": await store.audit(TENANT),
            "audit of one": await store.audit(TENANT, CONVERSATIONS[0], limit=3),
            "escalations": await store.escalations(),
            "answers": [await store.answer(root) for root in self.roots[-3:]],
            "transcripts": [await store.transcript(conversation) for conversation in CONVERSATIONS],
            "part": await store.transcript(CONVERSATIONS[0], 2, 3),
        }


def test_redis_and_memory_answer_the_same(redis_url: str) -> None:
    JournalMachine.url = redis_url
    case = JournalMachine.TestCase
    case.settings = machine_settings(30, 40)
    case().runTest()
