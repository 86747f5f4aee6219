"""An event that ends every process that handles it is set aside in the end, and its conversation goes on."""

from datetime import timedelta

import pytest

from hotel_agent.application.conversations import MAX_LOSSES
from hotel_agent.domain.replies import Note
from hotel_agent.domain.turns import AuditAct
from hotel_agent.testing.faults import Crashed, Fault, on
from hotel_agent.testing.stage import SOL, stage

pytestmark = pytest.mark.anyio

DEADLY = on("understanding.understand", Fault.CRASH_BEFORE)


async def test_event_that_kills_its_handlers_is_set_aside_with_an_honest_answer() -> None:
    async with stage(plan=DEADLY) as s:
        deaths = 0
        with pytest.raises(Crashed):
            await s.say("guest", "la palabra que mata")
        while (await s.store.journal.depth()).events:
            deaths += 1
            s.restart(DEADLY)
            try:
                await s.pass_time(timedelta(seconds=4))
            except Crashed:
                continue
        assert deaths == MAX_LOSSES
        assert await s.heard("guest") == (s.words(Note.FAILED),)
        (entry,) = [entry for entry in await s.store.journal.audit(SOL) if entry.act is AuditAct.SET_ASIDE]
        assert (entry.detail, (await s.store.journal.depth()).dead) == ("NeverReturned", 1)
        s.restart()
        await s.say("guest", "gracias")
        assert await s.heard("guest") == (s.words(Note.FAILED), s.words(Note.THANKS))


async def test_event_whose_handlers_died_of_something_else_is_answered() -> None:
    async with stage(plan=DEADLY) as s:
        with pytest.raises(Crashed):
            await s.say("guest", "gracias")
        for _ in range(MAX_LOSSES - 2):
            s.restart(DEADLY)
            with pytest.raises(Crashed):
                await s.pass_time(timedelta(seconds=4))
        s.restart()
        await s.pass_time(timedelta(seconds=4))
        assert await s.heard("guest") == (s.words(Note.THANKS),)
