"""The web chat's API: what was said comes back, to its own visitor and to nobody else."""

from typing import Any

import anyio
import httpx
import pytest

from hotel_agent.domain.rendered import Button
from hotel_agent.domain.turns import Answer, Status
from hotel_agent.domain.understanding import Intent, Language

pytestmark = pytest.mark.anyio
ANA, EVA = "ana", "eva"


async def say(here: Any, text: str, name: str, visitor: str = ANA, **more: Any) -> httpx.Response:
    response: httpx.Response = await here.client.post(
        "/chat/messages", json={"text": text, "message_id": name} | more, headers=here.visitor(visitor)
    )
    return response


async def read(here: Any, visitor: str = ANA, **query: Any) -> list[tuple[bool, str]]:
    response = await here.client.get("/chat/transcript", params=query, headers=here.visitor(visitor))
    return [(line["by_guest"], line["text"]) for line in response.json()["lines"]]


async def test_what_was_said_is_in_the_transcript(site: Any) -> None:
    async with site() as here:
        response = await say(here, "Hola", "m1")
        assert response.json() == {"message_id": "m1", "pending": False}
        assert await read(here) == [(True, "Hola"), (False, "eco: Hola")]


async def test_a_message_sent_again_is_said_once(site: Any) -> None:
    async with site() as here:
        await say(here, "Hola", "m1")
        await say(here, "Hola", "m1")
        assert await read(here) == [(True, "Hola"), (False, "eco: Hola")]


async def test_visitors_and_hotels_are_kept_apart(site: Any) -> None:
    async with site() as here:
        await say(here, "soy Ana", "m1")
        await say(here, "soy Eva", "m1", EVA)
        await say(here, "en la sierra", "m1", tenant="hill")
        assert await read(here, EVA) == [(True, "soy Eva"), (False, "eco: soy Eva")]
        assert await read(here, tenant="hill") == [(True, "en la sierra"), (False, "eco: en la sierra")]
        assert await read(here, "nobody") == []


async def test_an_api_caller_cannot_join_a_web_chat(site: Any) -> None:
    async with site() as here:
        await say(here, "Hola", "m1")
        (claim_key,) = {said.message_id for said in here.said}
        name = here.application.seal.visitor(here.tokens[ANA])
        await here.process("intruso", channel="webchat", sender_id=name, message_id=claim_key)
        assert await read(here) == [(True, "Hola"), (False, "eco: Hola")]


async def test_reading_goes_on_after_a_position(site: Any) -> None:
    async with site() as here:
        await say(here, "uno", "m1")
        response = await here.client.get("/chat/transcript", headers=here.visitor(ANA))
        last = response.json()["lines"][-1]["position"]
        await say(here, "dos", "m2")
        assert await read(here, after=last) == [(True, "dos"), (False, "eco: dos")]
        assert response.json()["more"] is False


async def test_a_reader_who_waits_hears_the_news_at_once(site: Any) -> None:
    async with site() as here:
        news: list[tuple[bool, str]] = []

        async def wait() -> None:
            news.extend(await read(here, wait=20))

        with anyio.fail_after(15):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait)
                await anyio.wait_all_tasks_blocked()
                await say(here, "Hola", "m1")
        assert news[-1] == (False, "eco: Hola")


async def test_nobody_is_kept_waiting_when_the_process_drains(site: Any) -> None:
    async with site() as here:
        here.application.closing.set()
        with anyio.fail_after(15):
            assert await read(here, wait=20) == []


async def test_a_pressed_button_reaches_the_agent_by_its_id(site: Any) -> None:
    asked = Answer(
        status=Status.SUCCESS,
        intent=Intent.AFFIRM,
        confidence=1.0,
        language=Language.ES,
        text="¿Sí?",
        buttons=(Button(id="yes:o1", title="Sí"),),
    )
    async with site(answer=lambda _: asked) as here:
        await say(here, "Hola", "m1")
        lines = (await here.client.get("/chat/transcript", headers=here.visitor(ANA))).json()["lines"]
        assert lines[-1]["buttons"] == [{"id": "yes:o1", "title": "Sí"}]
        await say(here, "Sí", "m2", choice="yes:o1")
        assert [said.choice for said in here.said] == [None, "yes:o1"]


async def test_an_answer_that_does_not_come_in_time_is_pending(site: Any) -> None:
    async with site(answer=None, patience=0.05) as here:
        assert (await say(here, "Hola", "m1")).json() == {"message_id": "m1", "pending": True}


@pytest.mark.parametrize("query", [{"after": "-1"}, {"after": "x"}, {"wait": "21"}, {"wait": "1.5"}, {"tenant": ""}])
async def test_a_wrong_query_is_named(site: Any, query: dict[str, str]) -> None:
    async with site() as here:
        response = await here.client.get("/chat/transcript", params=query, headers=here.visitor(ANA))
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == list(query)


async def test_the_hotel_says_its_name(site: Any) -> None:
    async with site() as here:
        assert (await here.client.get("/chat/hotel?tenant=hill")).json() == {
            "id": "hill",
            "name": "Hotel Sierra",
            "languages": ["es", "en"],
            "today": "2031-03-03",
            "day_first": True,
            "max_days_ahead": 540,
            "max_text": 4096,
        }
        assert (await here.client.get("/chat/hotel?tenant=moon")).status_code == 404
