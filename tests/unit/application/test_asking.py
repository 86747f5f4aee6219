from collections.abc import Sequence

import anyio
import pytest

from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.turns import Answer, Status
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.faults import Fault, Plan, every, no_faults, on, scripted
from hotel_agent.testing.stage import Stage, incoming_of, stage
from hotel_agent.testing.virtual_time import LoopClock

pytestmark = pytest.mark.anyio


async def timed(s: Stage, text: str, message_id: str | None = None) -> tuple[Answer | None, float]:
    """Ask, a moment after what was said last, and say how many seconds the answer took."""
    await anyio.sleep(0.001)
    began = anyio.current_time()
    asked = await s.agent.asking.ask(incoming_of("guest", text, message_id=message_id))
    return asked.answer, anyio.current_time() - began


async def up_to_the_yes(plan: Plan, s: Stage) -> None:
    await s.up_to_the_yes("guest")
    s.agent.faults.plan = plan
    s.agent.faults._counts.clear()


async def test_answer_comes_as_soon_as_its_turn_is_committed() -> None:
    async with stage(clock=LoopClock()) as s:
        answer, took = await timed(s, "hola")
        assert answer is not None
        assert (answer.status, answer.text == "", took < 0.01) == (Status.SUCCESS, False, True)


async def test_answer_waits_for_the_turns_that_its_turn_caused() -> None:
    async with stage(clock=LoopClock()) as s:
        await up_to_the_yes(no_faults, s)
        answer, took = await timed(s, "sí")
        assert answer is not None
        assert answer.booking is not None
        assert (answer.booking.state, answer.open) == ("confirmed", False)
        # The second look at the PMS's records comes after a second.
        assert 1.0 <= took < 1.1


async def test_answer_that_is_still_open_is_given_after_the_limit() -> None:
    async with stage(clock=LoopClock()) as s:
        await up_to_the_yes(on("pms.find", Fault.REFUSED, always=True), s)
        answer, took = await timed(s, "sí")
        assert answer is not None
        assert (answer.status, answer.open, answer.fallback_used) == (Status.DEGRADED, True, True)
        assert 4.5 < took < 5


@pytest.mark.parametrize("hung", [("pms.search",), ("locks.standing",), ("pms.search", "pms.room_types", "locks.standing")])
async def test_answer_comes_within_five_seconds_with_a_part_hung(hung: Sequence[str]) -> None:
    plan = every(*(on(what, Fault.HANG, always=True) for what in hung))
    async with stage(clock=LoopClock(), plan=plan) as s:
        answer, took = await timed(s, "Disponibilidad para 2031-05-02 a 2031-05-04")
        assert answer is not None
        assert (answer.status, answer.fallback_used) == (Status.DEGRADED, True)
        assert took < 3.5


async def test_message_that_nobody_handles_has_no_answer_yet() -> None:
    async with stage() as s:
        answer, took = await timed(s, "hola")
        assert answer is None
        assert 4.5 < took < 5


async def test_repeated_message_gets_the_latest_answer_without_a_new_turn() -> None:
    async with stage(clock=LoopClock()) as s:
        first, _ = await timed(s, "hola", "m-1")
        again, took = await timed(s, "something else entirely", "m-1")
        assert (again, took) == (first, 0.0)
        assert len(s.witness.turns) == 1
        assert len(await s.transcript("guest")) == 2


async def test_answer_of_another_process_is_seen_without_a_ring() -> None:
    async with stage() as s:
        handler = s.another()

        async def handle() -> None:
            await anyio.sleep(1)
            await handler.worker.sweep()

        async with anyio.create_task_group() as group:
            group.start_soon(handle)
            answer, took = await timed(s, "hola")
        assert answer is not None
        assert 1.0 <= took <= 1.06


async def test_two_who_ask_for_the_same_message_both_get_the_answer() -> None:
    async with stage(clock=LoopClock()) as s:
        answers: list[Answer | None] = []

        async def ask() -> None:
            answers.append((await timed(s, "hola", "m-1"))[0])

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            group.start_soon(ask)
        assert len(answers) == 2
        assert answers[0] == answers[1]
        assert answers[0] is not None


async def test_journal_that_does_not_take_the_message_makes_it_unavailable() -> None:
    for fault in (Fault.REFUSED, Fault.HANG):
        async with stage(clock=LoopClock(), plan=on("journal.append", fault)) as s:
            began = anyio.current_time()
            with pytest.raises(Unavailable):
                await timed(s, "hola")
            assert anyio.current_time() - began < 5


async def test_answer_of_this_process_s_own_turn_is_not_read_from_the_store() -> None:
    async with stage(clock=LoopClock(), plan=on("records.answer", Fault.HANG, always=True)) as s:
        answer, took = await timed(s, "hola")
        assert answer is not None
        assert took < 0.01


async def test_message_that_was_taken_is_not_refused_when_its_answer_cannot_be_read() -> None:
    async with stage(clock=LoopClock(), plan=scripted({"records.answer": [Fault.REFUSED] * 5})) as s:
        first, _ = await timed(s, "hola", "m-1")
        again, took = await timed(s, "hola", "m-1")
        assert again == first is not None
        assert 0 < took < 1
    async with stage(clock=LoopClock(), plan=on("records.answer", Fault.HANG)) as s:
        await timed(s, "hola", "m-1")
        answer, took = await timed(s, "hola", "m-1")
        assert answer is None
        assert 4.5 < took < 5


async def test_asker_who_goes_away_leaves_nothing_behind() -> None:
    async with stage(clock=ManualClock()) as s:
        with anyio.move_on_after(1):
            await timed(s, "hola")
        assert not s.agent.bell._rings


async def looks_of(callers: int) -> float:
    """Have so many wait in vain, and return how often each of them has looked for an answer."""
    async with stage(clock=LoopClock(), plan=on("journal.claim", Fault.HANG, always=True)) as s:
        async with anyio.create_task_group() as tasks:
            for n in range(callers):
                tasks.start_soon(s.agent.asking.ask, incoming_of(f"guest-{n}", "hola"))
        return s.agent.faults._counts["records.answer"] / callers


async def test_those_who_wait_in_a_crowd_look_less_often_for_their_answers() -> None:
    assert await looks_of(10) > 12
    assert await looks_of(100) < 11
