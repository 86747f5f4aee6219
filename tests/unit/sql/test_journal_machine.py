"""The SQL journal against the memory journal as its model: whatever is called, both answer the same."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio.from_thread
from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.unit.machines import machine_settings

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.domain.bookings import Booking, BookingState
from hotel_agent.domain.errors import HotelAgentError, InvalidValue
from hotel_agent.domain.events import Timer
from hotel_agent.domain.ids import ConversationId, EventId
from hotel_agent.domain.turns import JobResult, Turn
from hotel_agent.ports.dead_letters import DeadLetters
from hotel_agent.ports.journal import Claim, JobClaim
from hotel_agent.ports.retention import Remains
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.journal_case import Store
from hotel_agent.testing.examples import (
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

LEASE = timedelta(seconds=3)
CONVERSATIONS = [ConversationId(f"sol/{n}") for n in range(2)]
OWNERS = st.sampled_from(("a", "b"))
SECONDS = st.integers(0, 5).map(lambda n: timedelta(seconds=n))


class JournalMachine(RuleBasedStateMachine):
    claims: Bundle[Claim] = Bundle("claims")
    job_claims: Bundle[JobClaim] = Bundle("job_claims")

    @initialize()
    def begin(self) -> None:
        self.clock = ManualClock()
        self.model: Any = MemoryStore.of(clock=self.clock, ids=CountingIds())
        self.folder = TemporaryDirectory()
        self.names = 0
        self.portal_maker = anyio.from_thread.start_blocking_portal()
        self.portal = self.portal_maker.__enter__()
        url = f"sqlite:///{Path(self.folder.name)}/store.db"
        self.opened = self.portal.wrap_async_context_manager(
            open_sql_store(url, clock=self.clock, ids=CountingIds(), call_s=60)
        )
        self.store: Any = self.opened.__enter__()
        for where in CONVERSATIONS * 2:
            self.append(where, timedelta(), timedelta(), repeat=False)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.portal_maker.__exit__(None, None, None)
            self.folder.cleanup()

    def both(self, method: str, *arguments: object, part: str = "journal") -> Any:
        """Call *part* of both stores and answer what they agree on; None for the same refusal."""
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

    @rule(where=st.sampled_from(CONVERSATIONS), earlier=SECONDS, ready_in=SECONDS, repeat=st.booleans())
    def append(self, where: ConversationId, earlier: timedelta, ready_in: timedelta, repeat: bool) -> None:
        event = message(self.name(), conversation=where, at=self.clock.now() - earlier, ready_in=ready_in)
        self.both("append", event)
        if repeat:
            assert not self.both("append", evolve(event, id=EventId("again"))).new

    @rule(target=claims, owner=OWNERS, limit=st.integers(1, 3))
    def claim(self, owner: str, limit: int) -> Any:
        return multiple(*self.both("claim", owner, limit, LEASE))

    @rule(target=claims, claim=claims, data=st.data())
    def commit(self, claim: Claim, data: st.DataObject) -> Any:
        event, name = claim.events[0], self.name()
        bookings: list[Booking] = []
        if data.draw(st.booleans()):
            bookings.append(booking(name, conversation=claim.conversation, created_at=self.clock.now()))
        if data.draw(st.booleans()) and claim.bookings:
            bookings.append(data.draw(st.sampled_from(claim.bookings)).changed(staff_told_at=self.clock.now()))
        about = [known.id.removeprefix("booking-") for known in (*claim.bookings, *bookings)]
        turn = Turn(
            event=event,
            session=session(claim.conversation, clarifications=data.draw(st.integers(0, 3))),
            bookings=tuple(bookings),
            jobs=tuple(
                job(
                    name,
                    about=data.draw(st.sampled_from(about)),
                    conversation=claim.conversation,
                    due_at=self.clock.now() + wait,
                )
                for wait in data.draw(st.lists(SECONDS, min_size=1, max_size=1))
            )
            if about
            else (),
            outbox=tuple(said(f"{name}-{n}", to=event, position=n) for n in range(data.draw(st.integers(0, 2)))),
            timers=tuple(
                timer(which, conversation=claim.conversation, due_at=self.clock.now() + data.draw(SECONDS))
                for which in data.draw(st.sets(st.sampled_from("xyz"), max_size=2))
            ),
            dropped_timers=tuple(timer(which).id for which in data.draw(st.sets(st.sampled_from("xyz"), max_size=1))),
            audit=(audit_entry(name, conversation=claim.conversation),),
            escalations=tuple(escalation(which) for which in data.draw(st.sets(st.sampled_from("12"), max_size=1))),
            answer=data.draw(st.none() | st.just(answer(name))),
            set_aside=data.draw(st.none() | st.just("too often")),
        )
        left = self.both("commit", claim, turn)
        return left or multiple()

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        self.both("renew", claim, LEASE)

    @rule(claim=claims, delay=SECONDS)
    def give_back(self, claim: Claim, delay: timedelta) -> None:
        self.both("give_back", claim, delay)

    @rule(target=job_claims, owner=OWNERS, limit=st.integers(1, 2))
    def claim_jobs(self, owner: str, limit: int) -> Any:
        return multiple(*self.both("claim_jobs", owner, limit, LEASE))

    @rule(claim=job_claims)
    def renew_job(self, claim: JobClaim) -> None:
        self.both("renew_job", claim, LEASE)

    @rule(target=job_claims, claim=job_claims, staff=st.booleans())
    def note(self, claim: JobClaim, staff: bool) -> Any:
        told = self.clock.now() if staff else None
        noted = self.both("note", claim, claim.booking.changed(submitted_at=self.clock.now(), staff_told_at=told))
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
        following = evolve(claim.job, round=claim.job.round + 1, due_at=self.clock.now())
        result = JobResult(
            booking=changed,
            jobs=data.draw(st.sampled_from(((), (), (following,)))),
            events=tuple(
                message(name, conversation=claim.job.conversation, at=self.clock.now(), ready_in=wait)
                for wait in data.draw(st.lists(SECONDS, max_size=1))
            ),
            audit=(audit_entry(name),),
            retry_at=data.draw(st.none() | SECONDS.map(lambda wait: self.clock.now() + wait)),
        )
        self.both("record", claim, result)

    @rule(data=st.data(), anew=st.booleans())
    def fire(self, data: st.DataObject, anew: bool) -> None:
        due: tuple[Timer, ...] = self.both("due", 5)
        if due:
            chosen = data.draw(st.sampled_from(due))
            asked = evolve(chosen, due_at=chosen.due_at - LEASE) if anew else chosen
            self.both("fire", asked, message(self.name(), conversation=chosen.conversation, at=self.clock.now()))

    @rule(data=st.data(), method=st.sampled_from(["redrive", "drop"]))
    def look_after_dead_letters(self, data: st.DataObject, method: str) -> None:
        letters = self.both("dead_letters", part="dead_letters")
        for letter in data.draw(st.lists(st.sampled_from(letters), max_size=1)) if letters else ():
            self.both(method, letter.event, part="dead_letters")
            self.both(method, letter.event, part="dead_letters")

    @rule(remains=st.sampled_from(Remains), days=st.integers(8, 20), limit=st.integers(1, 4))
    def purge(self, remains: Remains, days: int, limit: int) -> None:
        self.both("purge", remains, timedelta(days=days), limit, part="retention")

    @rule(days=st.integers(5, 10))
    def wait_long(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))

    @rule(passed=SECONDS)
    def wait(self, passed: timedelta) -> None:
        self.clock.advance(passed)

    @invariant()
    def views_agree(self) -> None:
        expected, actual = (self.portal.call(views, store.journal, store.dead_letters) for store in (self.model, self.store))
        assert expected == actual
        for lines in actual["transcripts"]:
            positions = [line.position for line in lines]
            assert sorted(set(positions)) == positions


async def views(store: Store, dead_letters: DeadLetters) -> dict[str, Any]:
    return {
        "depth": await store.depth(),
        "waiting": [await store.waiting(at_most) for at_most in (1, 100)],
        "longest wait": await store.longest_wait(),
        "dead letters": await dead_letters.dead_letters(),
        "unsettled": await store.unsettled(),
        "audit": await store.audit(TENANT),
        "escalations": await store.escalations(),
        "transcripts": [await store.transcript(conversation) for conversation in CONVERSATIONS],
        "parts": [await store.transcript(conversation, 2, 3) for conversation in CONVERSATIONS],
    }


def test_sql_and_memory_answer_the_same() -> None:
    case = JournalMachine.TestCase
    case.settings = machine_settings(40, 40)
    case().runTest()
