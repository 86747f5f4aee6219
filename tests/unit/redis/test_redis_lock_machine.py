"""
The Redis locks against the memory locks as their model.

A real server's clock cannot be advanced, so a lock ends at once or not at all; ids and fences are each store's own.
"""

from datetime import date, timedelta
from itertools import count
from os import getpid
from typing import Any

import anyio.from_thread
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.unit.machines import machine_settings

from hotel_agent.adapters.memory.locks import MemoryLocks
from hotel_agent.adapters.redis.store import open_redis_store
from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockClaim, LockEntry, ReservationLock
from hotel_agent.domain.stays import Stay
from hotel_agent.ports.locks import LockStore
from hotel_agent.testing.clocks import PATIENCE_S, ManualClock
from hotel_agent.testing.ids import CountingIds

TENANTS = (TenantId("sol"), TenantId("mar"))
OWNERS = tuple(OwnerId(name) for name in ("ana", "ben", "eva", "joe"))
ROOMS = tuple(RoomId(name) for name in ("201", "202", "203"))
TTLS = st.sampled_from((timedelta(), timedelta(hours=1), timedelta(hours=1)))
STAYS = st.builds(
    lambda first, nights: Stay(date(2031, 5, first), date(2031, 5, first + nights)), st.integers(1, 6), st.integers(1, 4)
)

_NUMBERS = count(1)

claims = st.builds(
    lambda tenant, rooms, stay, wanted: LockClaim(tenant=tenant, candidates=tuple(rooms), stay=stay, count=wanted),
    st.sampled_from(TENANTS),
    st.lists(st.sampled_from(ROOMS), min_size=1, max_size=3, unique=True),
    STAYS,
    st.integers(1, 2),
)

Pair = tuple[LockId, LockId]


def essence(lock: ReservationLock) -> tuple[object, ...]:
    return (lock.tenant, lock.rooms, lock.stay, lock.owner, lock.expires_at is None, lock.extensions)


def line(entry: LockEntry) -> tuple[object, ...]:
    return (entry.act, entry.tenant, entry.rooms, entry.stay, entry.owner, entry.lock is None)


class LockMachine(RuleBasedStateMachine):
    url = ""
    locks: Bundle[Pair] = Bundle("locks")

    @initialize()
    def begin(self) -> None:
        self.fence = 0
        self.model = MemoryLocks(ManualClock(), CountingIds())
        self.portal_maker = anyio.from_thread.start_blocking_portal()
        self.portal = self.portal_maker.__enter__()
        namespace = f"locks_{getpid()}_{next(_NUMBERS)}"
        opening = open_redis_store(self.url, clock=ManualClock(), ids=CountingIds(), namespace=namespace, call_s=PATIENCE_S)
        self.opened = self.portal.wrap_async_context_manager(opening)
        self.store: LockStore = self.opened.__enter__().locks

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            self.portal_maker.__exit__(None, None, None)

    def both(self, method: str, *arguments: tuple[object, object]) -> list[Any]:
        """Call both, each with its own of every pair of arguments, and answer what they said; refusals as their classes."""
        answers: list[Any] = []
        for n, store in enumerate((self.model, self.store)):
            try:
                answers.append(self.portal.call(getattr(store, method), *(pair[n] for pair in arguments)))
            except HotelAgentError as exc:
                answers.append(type(exc))
        return answers

    def same(self, answers: list[Any]) -> list[ReservationLock]:
        """Compare two locks, or two refusals; nothing for refusals."""
        if isinstance(answers[0], type):
            assert answers[0] == answers[1]
            return []
        assert essence(answers[0]) == essence(answers[1])
        return answers

    @rule(target=locks, claim=claims, owner=st.sampled_from(OWNERS), ttl=TTLS)
    def acquire(self, claim: LockClaim, owner: OwnerId, ttl: timedelta) -> Any:
        known = {lock.id for tenant in TENANTS for lock in self.portal.call(self.store.standing, tenant)}
        locks = self.same(self.both("acquire", (claim, claim), (owner, owner), (ttl, ttl)))
        if not locks:
            return multiple()
        granted = locks[1]
        if granted.id not in known:
            assert self.fence < granted.fence
            self.fence = granted.fence
        return (locks[0].id, granted.id)

    @rule(pair=locks, owner=st.sampled_from(OWNERS), method=st.sampled_from(("hold", "release", "extend")))
    def act(self, pair: Pair, owner: OwnerId, method: str) -> None:
        by = timedelta(hours=1)
        more = ((by, by),) if method == "extend" else ()
        answers = self.both(method, pair, (owner, owner), *more)
        if method == "release":
            assert answers == [None, None]
        else:
            self.same(answers)

    @rule(pair=locks)
    def get(self, pair: Pair) -> None:
        answers = self.both("get", pair)
        assert answers == [None, None] or self.same(answers)

    @rule(tenant=st.sampled_from(TENANTS), stay=STAYS)
    def standing_on(self, tenant: TenantId, stay: Stay) -> None:
        expected, actual = self.both("standing", (tenant, tenant), (stay, stay))
        assert [essence(lock) for lock in expected] == [essence(lock) for lock in actual]

    @invariant()
    def both_show_the_same(self) -> None:
        for tenant in TENANTS:
            expected, actual = self.both("standing", (tenant, tenant))
            assert [essence(lock) for lock in expected] == [essence(lock) for lock in actual]
            expected, actual = self.both("trail", (tenant, tenant))
            assert [line(entry) for entry in expected] == [line(entry) for entry in actual]


def test_redis_and_memory_lock_the_same(redis_url: str) -> None:
    LockMachine.url = redis_url
    case = LockMachine.TestCase
    case.settings = machine_settings(30, 30)
    case().runTest()
