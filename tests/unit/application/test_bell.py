import anyio
import pytest

from hotel_agent.application.bell import Bell

pytestmark = pytest.mark.anyio


async def test_ring_wakes_everybody_who_listens_to_that_subject() -> None:
    bell, woken = Bell(), []

    async def wait(subject: str) -> None:
        await bell.wait(bell.listen(subject), 10)
        woken.append((subject, anyio.current_time() - began))

    began = anyio.current_time()
    async with anyio.create_task_group() as group:
        for subject in ("a", "a", "b"):
            group.start_soon(wait, subject)
        await anyio.sleep(1)
        bell.ring("a")
    assert woken == [("a", 1.0), ("a", 1.0), ("b", 10.0)]


async def test_ring_between_listening_and_waiting_is_not_missed() -> None:
    bell, began = Bell(), anyio.current_time()
    ring = bell.listen("a")
    bell.ring("a")
    await bell.wait(ring, 10)
    assert anyio.current_time() == began


async def test_ring_counts_once() -> None:
    bell = Bell()
    bell.ring("a")
    assert not bell.listen("a").is_set()


async def test_whoever_rings_may_say_what_there_is_to_hear() -> None:
    bell = Bell()
    first, second = bell.listen("a"), bell.listen("b")
    bell.ring("a", "news")
    bell.ring("b")
    assert (first.news, second.news) == ("news", None)


async def test_forgotten_subject_takes_no_room_and_its_listeners_look_again_by_themselves() -> None:
    bell, began = Bell(), anyio.current_time()
    ring = bell.listen("a")
    bell.forget("a")
    bell.forget("a")
    bell.ring("a")
    await bell.wait(ring, 2)
    assert anyio.current_time() - began == 2
    assert not bell._rings
