"""When too much waits, callers are told to come back later, and what they said is not half taken."""

from datetime import timedelta
from typing import Any

import pytest

from hotel_agent.application.admitting import Admission
from hotel_agent.domain.ids import ConversationId
from hotel_agent.testing.examples import message

pytestmark = pytest.mark.anyio


def let_in(here: Any, most: int) -> None:
    """Let so many wait."""
    here.application.intake._admission = Admission(here.store.journal, here.clock, most)


async def test_api_caller_is_told_to_come_back_later(site: Any) -> None:
    async with site(answer=None, patience=0.05) as here:
        let_in(here, 2)
        taken = [await here.process("hola", sender_id=f"s{n}", message_id="m") for n in range(2)]
        refused = await here.process("hola", sender_id="s2", message_id="m")
        assert [response.status_code for response in (*taken, refused)] == [200, 200, 503]
        assert (refused.json()["code"], int(refused.headers["retry-after"]) > 0) == ("unavailable", True)
        assert "not taken" in refused.json()["detail"]
        assert (await here.store.journal.depth()).events == 2


async def test_web_chat_visitor_is_told_to_come_back_later_and_may_say_it_again(site: Any) -> None:
    async with site(answer=None, patience=0.05) as here:
        let_in(here, 1)
        say = [{"text": "hola", "message_id": "m"}, here.visitor("ana")]
        await here.process("hola", sender_id="first")
        refused = await here.client.post("/chat/messages", json=say[0], headers=say[1])
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert int(refused.headers["retry-after"]) > 0
        transcript = await here.client.get("/chat/transcript", headers=say[1])
        assert transcript.json()["lines"] == []
        let_in(here, 2)
        taken = await here.client.post("/chat/messages", json=say[0], headers=say[1])
        assert (taken.status_code, taken.json()["pending"]) == (200, True)
        assert (await here.store.journal.depth()).events == 2


async def test_api_caller_whose_answer_would_come_too_late_is_told_at_once_when_to_come_back(site: Any) -> None:
    async with site(answer=None, patience=0.05) as here:
        let_in(here, 10_000)
        for n in range(300):
            await here.store.journal.append(message(f"{n}", conversation=ConversationId(f"c-{n}"), at=here.clock.now()))
        here.clock.advance(timedelta(seconds=3))
        refused = await here.process("hola", message_id="m")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
        assert (await here.store.journal.depth()).events == 300
