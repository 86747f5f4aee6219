import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.qloapps.behaviour import Behaviour, Overbooking, RaceOutcome, Schedule
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running

pytestmark = pytest.mark.anyio

Make = Callable[..., Any]
LAST_ROOM = 5


async def post_at_once(emulator: RunningEmulator, bodies: list[Any]) -> list[httpx.Response]:
    async with httpx.AsyncClient(base_url=emulator.url, auth=(emulator.key, ""), timeout=20) as client:
        return await asyncio.gather(*(client.post("/api/bookings?output_format=JSON", json=body) for body in bodies))


async def contend(
    behaviour: Behaviour, make: Make, contenders: int = 2
) -> tuple[list[int], list[tuple[Any, ...]], list[list[int]]]:
    """The statuses of simultaneous POSTs for the last room, the flags of the lines that got it, their orders' histories."""
    async with running(recorded_shop(domain=None), behaviour=behaviour) as emulator:
        assert (await post_at_once(emulator, [make(rooms=4)]))[0].status_code == 200
        bodies = [make(f"t:{number}", guest={"email": f"guest{number}@example.com"}) for number in range(contenders)]
        answers = await post_at_once(emulator, bodies)
        store = emulator.app.store
        lines = store.rows("SELECT * FROM room_bookings WHERE id_room = ? ORDER BY id", (LAST_ROOM,))
        flags = sorted((line["is_back_order"], line["is_cancelled"], line["is_refunded"]) for line in lines)
        histories = []
        for line in lines:
            rows = store.rows("SELECT id_order_state FROM order_histories WHERE id_order = ? ORDER BY id", (line["id_order"],))
            histories.append([row["id_order_state"] for row in rows])
    return [answer.status_code for answer in answers], flags, sorted(histories)


async def test_the_loser_is_cancelled_without_a_word(make: Make) -> None:
    assert await contend(Behaviour(race_window=0.05, race_weights=(1, 0, 0)), make) == (
        [200, 200],
        [(0, 0, 0), (1, 1, 1)],
        [[1], [1, 4, 1]],
    )


async def test_the_loser_stays_a_back_order_where_overbookings_are_kept(make: Make) -> None:
    behaviour = Behaviour(race_window=0.05, race_weights=(1, 0, 0), overbooking=Overbooking.KEEP)
    assert await contend(behaviour, make) == ([200, 200], [(0, 0, 0), (1, 0, 0)], [[1], [1, 11, 1]])


async def test_both_are_kept_when_nobody_notices(make: Make) -> None:
    behaviour = Behaviour(race_window=0.05, race_weights=(0, 1, 0))
    assert await contend(behaviour, make) == ([200, 200], [(0, 0, 0), (0, 0, 0)], [[1], [1]])


async def test_the_second_is_refused_when_the_first_was_quick(make: Make) -> None:
    statuses, flags, histories = await contend(Behaviour(race_window=0.05, race_weights=(0, 0, 1)), make)
    assert (sorted(statuses), flags, histories) == ([200, 400], [(0, 0, 0)], [[1]])


async def test_five_at_once_leave_at_least_one_live_line(make: Make) -> None:
    statuses, flags, _ = await contend(Behaviour(race_window=0.05, race_weights=(42, 9, 0), seed=3), make, contenders=5)
    assert statuses == [200] * 5
    assert 1 <= flags.count((0, 0, 0)) <= 3
    assert set(flags) <= {(0, 0, 0), (1, 1, 1)}


async def test_without_a_window_nobody_slips_in(make: Make) -> None:
    statuses, flags, _ = await contend(Behaviour(race_window=0.0, race_weights=(0, 1, 0)), make, contenders=5)
    assert (Counter(statuses), flags) == (Counter({400: 4, 200: 1}), [(0, 0, 0)])


async def test_one_after_the_other_never_double_book(make: Make) -> None:
    async with running(recorded_shop(domain=None), behaviour=Behaviour(race_weights=(0, 1, 0))) as emulator:
        statuses = [(await post_at_once(emulator, [make(f"t:{number}")]))[0].status_code for number in range(7)]
        assert statuses == [200] * 5 + [400] * 2
        assert [line["id_room"] for line in emulator.app.live_lines()] == [1, 2, 3, 4, 5]


async def test_simultaneous_puts_to_the_last_room_are_both_kept(make: Make) -> None:
    behaviour = Behaviour(race_window=0.05, race_weights=(1, 0, 0))
    async with running(recorded_shop(domain=None), behaviour=behaviour) as emulator:
        later = {"arrive": "2027-06-01", "leave": "2027-06-03"}
        for body in (make(rooms=4), make("t:a", **later), make("t:b", **later)):
            assert (await post_at_once(emulator, [body]))[0].status_code == 200
        async with httpx.AsyncClient(base_url=emulator.url, auth=(emulator.key, "")) as client:
            moves = [client.put(f"/api/bookings/{number}?output_format=JSON", json=make(id=number)) for number in (2, 3)]
            assert [answer.status_code for answer in await asyncio.gather(*moves)] == [200, 200]
        assert {line["id_order"] for line in emulator.app.live_lines(LAST_ROOM)} == {2, 3}


def test_outcomes_come_as_often_as_observed_and_repeat_with_the_seed() -> None:
    schedule = Schedule(Behaviour(seed=7))
    drawn = Counter(schedule.outcome() for _ in range(5000))
    assert drawn[RaceOutcome.CANCELLED] / 5000 == pytest.approx(42 / 51, abs=0.03)
    again = Schedule(Behaviour(seed=7))
    assert Counter(again.outcome() for _ in range(5000)) == drawn


async def test_an_order_appears_before_its_lines_and_its_lines_before_its_state(make: Make) -> None:
    seen: list[tuple[int, int]] = []
    async with running(recorded_shop(domain=None), behaviour=Behaviour(latency=1.0)) as emulator:
        posting = asyncio.create_task(post_at_once(emulator, [make()]))
        store = emulator.app.store
        while not posting.done():
            state = store.value("SELECT current_state FROM orders")
            lines = store.value("SELECT count(*) FROM room_bookings")
            stage = (-1 if state is None else state, lines)
            if not seen or seen[-1] != stage:
                seen.append(stage)
            await asyncio.sleep(0)
        assert (await posting)[0].status_code == 200
    assert seen == [(-1, 0), (0, 0), (0, 1), (1, 1)]
