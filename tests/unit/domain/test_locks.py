from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from attrs import evolve
from hypothesis import given

from hotel_agent.domain.errors import AlreadyLocked, InvalidValue
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import MAX_EXTENSIONS, LockClaim, ReservationLock, choose_rooms
from hotel_agent.domain.stays import Stay
from hotel_agent.testing.examples import AT, TENANT, lock_claim

ROOMS = ("201", "202", "203", "204")
nights = st.tuples(st.integers(1, 12), st.integers(1, 5)).map(
    lambda both: Stay(date(2031, 5, both[0]), date(2031, 5, both[0] + both[1]))
)
some_rooms = st.lists(st.sampled_from(ROOMS).map(RoomId), min_size=1, unique=True).map(tuple)
locks = st.builds(
    ReservationLock,
    id=st.just(LockId("l")),
    tenant=st.sampled_from((TENANT, TENANT, TenantId("luna"))),
    rooms=some_rooms,
    stay=nights,
    owner=st.just(OwnerId("other")),
    expires_at=st.sampled_from((None, AT - timedelta(seconds=1), AT, AT + timedelta(seconds=1))),
)
claims = st.builds(LockClaim, tenant=st.just(TENANT), candidates=some_rooms, stay=nights, count=st.integers(1, 4))


def lock(*rooms: str, stay: Stay | None = None) -> ReservationLock:
    return ReservationLock(
        id=LockId("lock-1"),
        tenant=TENANT,
        rooms=tuple(RoomId(room) for room in rooms),
        stay=stay or lock_claim().stay,
        owner=OwnerId("other"),
        expires_at=AT + timedelta(minutes=20),
    )


def test_first_free_candidates_are_chosen_in_order() -> None:
    assert choose_rooms(lock_claim("203", "201", "202", count=2), [lock("201")], AT) == ("203", "202")


def test_lock_for_back_to_back_nights_does_not_block() -> None:
    assert choose_rooms(lock_claim("201", nights=(4, 6)), [lock("201")], AT) == ("201",)


def test_lock_for_one_shared_night_blocks() -> None:
    with pytest.raises(AlreadyLocked):
        choose_rooms(lock_claim("201", nights=(3, 9)), [lock("201")], AT)


def test_lock_past_its_end_does_not_exist() -> None:
    ended = evolve(lock("201"), expires_at=AT)
    assert (ended.exists(AT), ended.exists(AT - timedelta(microseconds=1))) == (False, True)
    assert choose_rooms(lock_claim("201"), [ended], AT) == ("201",)


def test_lock_held_while_its_booking_is_settled_never_ends() -> None:
    assert evolve(lock("201"), expires_at=None).exists(AT + timedelta(days=999))


def test_locks_of_another_hotel_do_not_count() -> None:
    assert choose_rooms(lock_claim("201", tenant=TenantId("luna")), [lock("201")], AT) == ("201",)


@given(claims, st.lists(locks, max_size=4))
def test_rooms_chosen_are_free_of_every_standing_lock(claim: LockClaim, others: list[ReservationLock]) -> None:
    wanted = set(claim.stay.each_night())
    blocked = {
        room
        for other in others
        if other.tenant == claim.tenant and (other.expires_at is None or other.expires_at > AT)
        for room in other.rooms
        if wanted & set(other.stay.each_night())
    }
    free = [room for room in claim.candidates if room not in blocked]
    if len(free) < claim.count:
        with pytest.raises(AlreadyLocked):
            choose_rooms(claim, others, AT)
    else:
        assert choose_rooms(claim, others, AT) == tuple(free[: claim.count])


@given(claims, st.lists(locks, max_size=4))
def test_order_of_the_other_locks_does_not_matter(claim: LockClaim, others: list[ReservationLock]) -> None:
    def choice(among: list[ReservationLock]) -> tuple[RoomId, ...] | None:
        try:
            return choose_rooms(claim, among, AT)
        except AlreadyLocked:
            return None

    assert choice(others) == choice(others[::-1])


def test_extension_moves_the_end_twice_at_most() -> None:
    extended = lock("201")
    for turn in range(MAX_EXTENSIONS):
        extended = extended.extended_to(AT + timedelta(minutes=30 + 10 * turn))
    assert (extended.expires_at, extended.extensions) == (AT + timedelta(minutes=40), 2)
    with pytest.raises(InvalidValue, match="at most 2 times"):
        extended.extended_to(AT + timedelta(minutes=50))


def test_extension_never_takes_time_away() -> None:
    assert lock("201").extended_to(AT).expires_at == AT + timedelta(minutes=20)


def test_lock_without_an_end_needs_no_extension() -> None:
    held = evolve(lock("201"), expires_at=None, extensions=MAX_EXTENSIONS)
    assert held.extended_to(AT) == held


@pytest.mark.parametrize(
    ("claim", "met"),
    [
        (lock_claim("201", "202"), True),
        (lock_claim("202", "203"), False),
        (lock_claim("201", "202", count=2), False),
        (lock_claim("201", nights=(2, 5)), False),
    ],
    ids=["same", "other rooms", "more rooms", "other nights"],
)
def test_claim_is_met_by_a_lock_that_already_is_what_it_wants(claim: LockClaim, met: bool) -> None:
    assert claim.met_by(lock("201")) is met


def test_claim_wants_at_least_one_room_and_names_each_once() -> None:
    with pytest.raises(InvalidValue, match="at least one room"):
        lock_claim("201", count=0)
    with pytest.raises(InvalidValue, match="named once"):
        lock_claim("201", "201")
