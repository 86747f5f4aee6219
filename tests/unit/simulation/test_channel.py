"""A simulated web chat says how far its guest had read, as the real page does."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random

import anyio
import pytest
from attrs import define, field

from hotel_agent.adapters.memory.journal import MemoryJournal
from hotel_agent.application.intake import Incoming, Taken
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import EventId, MessageId, TenantId
from hotel_agent.domain.turns import Turn
from hotel_agent.testing.examples import message, said, session
from hotel_agent.testing.simulation.channel import GuestLine
from hotel_agent.testing.simulation.luck import SimulatedClock, Weather
from hotel_agent.testing.virtual_time import VIRTUAL

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, Mapping[str, object]]:
    return VIRTUAL


@define
class Door:
    """A service that cannot be reached *times* times."""

    journal: MemoryJournal
    times: int = 0
    came: list[Incoming] = field(factory=list)

    async def take(self, incoming: Incoming) -> Taken:
        self.came.append(incoming)
        if len(self.came) <= self.times:
            raise Unavailable
        return Taken(conversation=incoming.conversation or "", message_id=MessageId("m"), event=EventId("e"), new=True)  # type: ignore[arg-type]  # nobody reads it


@pytest.mark.parametrize(("channel", "dated"), [(Channel.WEBCHAT, True), (Channel.WHATSAPP, False)])
async def test_message_of_a_page_that_comes_late_is_dated_before_what_its_guest_had_not_read(
    channel: Channel, dated: bool
) -> None:
    clock = SimulatedClock()
    journal = MemoryJournal(clock)
    door = Door(journal, times=1)
    async with anyio.create_task_group() as group:
        line = GuestLine(
            site=door,  # type: ignore[arg-type]  # all of it that is used
            clock=clock,
            weather=Weather(),
            chance=Random(4),
            group=group,
            tenant=TenantId("sol"),
            sender="g1",
            channel=channel,
        )
        await line.lines()
        line.send("sí")
        await anyio.sleep(0.4)
        event = message("x", conversation=line.conversation)
        await journal.append(event)
        (claim,) = await journal.claim("w", 1, timedelta(seconds=3))
        turn = Turn(
            event=event, session=session(line.conversation), outbox=(said("y", to=event, text="¿La reservo?", position=0),)
        )
        await journal.commit(claim, turn)
        await anyio.sleep(40)
    (question,) = [one for one in await line.lines() if not one.by_guest]
    first, *later = door.came
    assert later
    if dated:
        assert first.sent_at is None
        assert {one.sent_at for one in later} == {question.at}
    else:
        assert question.at not in {one.sent_at for one in door.came}
