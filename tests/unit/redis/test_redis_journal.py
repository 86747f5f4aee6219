"""What the Redis journal does beyond its contract."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from redis import Redis

from hotel_agent.adapters.redis.keys import Keys
from hotel_agent.adapters.redis.store import RedisStore, open_redis_store
from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import BookingId, ConversationId, OwnerId
from hotel_agent.domain.turns import JobResult, Turn
from hotel_agent.ports.outbox import SetAside
from hotel_agent.ports.retention import LEAST_AGE, Remains
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.contracts.journal_case import OTHER
from hotel_agent.testing.contracts.outbox import TOLD, address
from hotel_agent.testing.examples import (
    AT,
    CONVERSATION,
    answer,
    audit_entry,
    booking,
    escalation,
    job,
    lock_claim,
    message,
    said,
    session,
    timer,
)
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.valkey import grow_old

pytestmark = pytest.mark.anyio

LONG = timedelta(hours=1)


@pytest.fixture
async def store(redis_url: str, namespace: str) -> AsyncIterator[RedisStore]:
    async with open_redis_store(
        redis_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
    ) as opened:
        yield opened


@pytest.fixture
def redis(redis_url: str) -> "Iterator[Redis]":
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


def keys_of(redis: "Redis", namespace: str, pattern: str = "*") -> list[str]:
    return sorted(redis.scan_iter(f"{{{namespace}[:/]*}}:{pattern}", count=1000))


async def handle(store: RedisStore, name: str, **turn: object) -> None:
    await store.journal.append(message(name))
    (claim,) = await store.journal.claim("a", 1, LONG)
    plain = Turn(event=claim.events[0], session=session())
    assert None is await store.journal.commit(claim, evolve(plain, **turn))  # type: ignore[arg-type]  # names of fields of Turn


async def test_waiting_message_is_known_even_when_its_dedupe_key_has_gone(
    store: RedisStore, redis: "Redis", namespace: str
) -> None:
    await store.journal.append(message("1"))
    redis.delete(*keys_of(redis, namespace, "seen"))
    assert not (await store.journal.append(message("1"))).new


async def test_answers_and_bookings_are_found_by_a_process_that_never_saw_them(
    store: RedisStore, redis_url: str, namespace: str
) -> None:
    await handle(store, "1", bookings=(booking(),), answer=answer())
    async with open_redis_store(
        redis_url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S
    ) as other:
        assert answer() == await other.journal.answer(message("1").root)
        assert booking() == await other.journal.booking(BookingId("booking-1"))


async def test_scripts_that_the_server_forgot_are_sent_again(store: RedisStore, redis: "Redis") -> None:
    redis.script_flush()
    assert (await store.journal.append(message("1"))).new
    assert len(await store.journal.claim("a", 1, LONG)) == 1


async def test_turn_changes_no_other_conversations_bookings_or_jobs(store: RedisStore) -> None:
    await store.journal.append(message("1"))
    (claim,) = await store.journal.claim("a", 1, LONG)
    turn = Turn(event=claim.events[0], session=session())
    for foreign in (
        {"bookings": (booking(conversation=OTHER),)},
        {"bookings": (booking(),), "jobs": (job(conversation=OTHER),)},
    ):
        with pytest.raises(InvalidValue):
            await store.journal.commit(claim, evolve(turn, **foreign))
    assert None is await store.journal.commit(claim, turn)


async def test_job_tells_no_other_conversation(store: RedisStore) -> None:
    await handle(store, "1", bookings=(booking(),), jobs=(job(),))
    (claim,) = await store.journal.claim_jobs("a", 1, LONG)
    with pytest.raises(InvalidValue):
        await store.journal.record(claim, JobResult(events=(message("2", conversation=OTHER),)))


async def test_job_of_the_same_name_refuses_the_owner_of_the_one_before(store: RedisStore) -> None:
    await handle(store, "1", bookings=(booking(),), jobs=(job(),))
    (stalled,) = await store.journal.claim_jobs("a", 1, timedelta())
    (first,) = await store.journal.claim_jobs("b", 1, LONG)
    await store.journal.record(first, JobResult(jobs=(job(watch=1),)))
    (second,) = await store.journal.claim_jobs("a", 1, LONG)
    assert stalled.fence < first.fence < second.fence


@pytest.mark.parametrize("conversation", [ConversationId(f"sol/{n}") for n in range(4)])
async def test_timer_set_by_another_conversation_fires_once(store: RedisStore, conversation: ConversationId) -> None:
    away = timer(conversation=conversation)
    await handle(store, "1", timers=(away,))
    told = message("fired", conversation=conversation)
    assert await store.journal.due(5) == (away,)
    assert await store.journal.fire(away, told)
    assert not await store.journal.fire(away, told)
    assert await store.journal.due(5) == ()
    (claim,) = await store.journal.claim("a", 5, LONG)
    assert claim.events == (told,)


async def test_conversation_that_cannot_be_read_does_not_hold_up_the_others(
    store: RedisStore, redis: "Redis", namespace: str
) -> None:
    await store.journal.append(message("1"))
    await store.journal.append(message("2", conversation=OTHER))
    redis.hset(f"{Keys(namespace).partition(CONVERSATION).decode()}:conversation:{CONVERSATION}", "session", "{")
    assert [claim.conversation for claim in await store.journal.claim("a", 5, timedelta())] == [OTHER]
    assert [claim.conversation for claim in await store.journal.claim("a", 5, timedelta())] == [OTHER]
    assert (await store.journal.depth()).events == 2


async def test_job_that_cannot_be_read_does_not_hold_up_the_others(store: RedisStore, redis: "Redis", namespace: str) -> None:
    await handle(store, "1", bookings=(booking(),), jobs=(job("1"), job("2")))
    redis.hset(f"{Keys(namespace).partition(CONVERSATION).decode()}:job:job-1", "body", "{")
    for _ in range(2):
        assert [claim.job.id for claim in await store.journal.claim_jobs("a", 5, timedelta())] == ["job-2"]


async def test_claim_of_an_earlier_version_is_stale_whatever_event_it_handles(store: RedisStore) -> None:
    for name in ("1", "2"):
        await store.journal.append(message(name))
    (claim,) = await store.journal.claim("a", 1, LONG)
    await store.journal.commit(claim, Turn(event=claim.events[0], session=session()))
    old = evolve(claim, events=claim.events[1:])
    with pytest.raises(StaleClaim):
        await store.journal.commit(old, Turn(event=old.events[0], session=session()))


async def test_lapsed_claim_that_goes_on_waits_as_long_as_what_is_left_of_it(store: RedisStore) -> None:
    tick = timedelta(milliseconds=1)
    await store.journal.append(message("old", at=AT))
    await store.journal.append(message("new", at=AT + 5 * tick))
    (lapsed,) = await store.journal.claim("a", 1, timedelta())
    await store.journal.append(message("first", at=AT - tick, conversation=ConversationId("sol/first")))
    await store.journal.append(message("other", at=AT + 2 * tick, conversation=OTHER))
    assert [claim.conversation for claim in await store.journal.claim("b", 1, LONG)] == ["sol/first"]
    assert await store.journal.commit(lapsed, Turn(event=lapsed.events[0], session=session()))
    assert [claim.conversation for claim in await store.journal.claim("b", 2, LONG)] == [OTHER, CONVERSATION]


async def test_lapsed_job_that_is_done_all_the_same_is_not_claimed_again(store: RedisStore) -> None:
    later = job("later", due_at=AT + timedelta(milliseconds=1))
    await handle(store, "1", bookings=(booking(),), jobs=(later,))
    (lapsed,) = await store.journal.claim_jobs("a", 1, timedelta())
    await handle(store, "2", jobs=(job("first"),))
    assert [claim.job.id for claim in await store.journal.claim_jobs("b", 1, LONG)] == ["job-first"]
    await store.journal.record(lapsed, JobResult())
    assert await store.journal.claim_jobs("b", 5, LONG) == ()
    assert (await store.journal.depth()).jobs == 1


class TestPurge:
    async def sweep(self, store: RedisStore) -> int:
        """Purge all there is to purge and answer how much that was."""
        return sum([await store.retention.purge(remains, LEAST_AGE, 1000) for remains in Remains])

    async def test_nothing_but_bare_counters_is_left_of_what_has_ended(
        self, store: RedisStore, redis: "Redis", redis_url: str, namespace: str
    ) -> None:
        confirmed = booking(state=BookingState.CONFIRMED)
        pushed = evolve(said("1", to=message("1")), channel=Channel.WHATSAPP)
        await store.outbox.reach(address())
        await handle(
            store,
            "1",
            bookings=(confirmed,),
            outbox=(pushed,),
            audit=(audit_entry(),),
            escalations=(escalation(),),
            answer=answer(),
            set_aside="too often",
        )
        await handle(store, "2")
        (sending,) = await store.outbox.claim_due("a", 1, LONG)
        await store.outbox.settle(sending, SetAside(reason="rejected", told=TOLD))
        lock = await store.locks.acquire(lock_claim("201"), OwnerId("ana"), LONG)
        await store.locks.release(lock.id, lock.owner)
        for gone in (12, 1, 0):
            grow_old(redis_url, namespace, LONG * 24 * 9)
            assert gone == await self.sweep(store)
        assert {key.partition("}:")[2].partition(":")[0] for key in keys_of(redis, namespace)} == {"hotels", "meta"}
        assert (await store.journal.append(message("1"))).new

    async def test_guest_who_is_reached_and_never_spoken_to_is_forgotten(
        self, store: RedisStore, redis: "Redis", redis_url: str, namespace: str
    ) -> None:
        await store.outbox.reach(address())
        grow_old(redis_url, namespace, LONG * 24 * 9)
        assert await self.sweep(store) == 1
        assert keys_of(redis, namespace) == []

    async def test_bookings_that_have_to_stay_do_not_hide_older_ones_behind_them(
        self, store: RedisStore, redis_url: str, namespace: str
    ) -> None:
        watched = tuple(booking(str(n), state=BookingState.CONFIRMED, created_at=AT) for n in range(30))
        jobs = tuple(job(str(n), about=str(n), watch=1) for n in range(30))
        over = booking("over", state=BookingState.CONFIRMED, created_at=AT + LONG)
        await handle(store, "1", bookings=(*watched, over), jobs=jobs)
        grow_old(redis_url, namespace, LONG * 24 * 9)
        assert await store.retention.purge(Remains.BOOKINGS, LEAST_AGE, 1) == 1
        assert None is await store.journal.booking(over.id)
