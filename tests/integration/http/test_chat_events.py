"""The stream of the web chat's events: what was said, what is being said, a heart that beats, and an end."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import anyio
import httpx
import pytest
from attrs import evolve

from hotel_agent.application.bell import Bell
from hotel_agent.domain.ids import ConversationId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Card
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.http.listeners import Listeners
from hotel_agent.entrypoints.http.wire import ChatEvent

pytestmark = pytest.mark.anyio
HERE = ConversationId("c")


class Heard:
    """The events of one stream, in order."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._rows = response.aiter_lines()

    async def next(self) -> dict[str, Any]:
        with anyio.fail_after(60):
            event: dict[str, Any] = json.loads(await anext(self._rows))
        return event

    async def names(self, count: int) -> list[tuple[str, str | None]]:
        found = [await self.next() for _ in range(count)]
        return [(event["event"], event["line"] and event["line"]["text"]) for event in found]


@asynccontextmanager
async def hearing(here: Any, url: str, **query: Any) -> AsyncIterator[Heard]:
    async with (
        httpx.AsyncClient(base_url=url) as client,
        client.stream("GET", "/chat/events", params=query, headers=here.visitor()) as response,
    ):
        yield Heard(response)


async def say(here: Any, text: str, **more: Any) -> None:
    body = {"text": text, "message_id": f"m-{text}"} | more
    response = await here.client.post("/chat/messages", json=body, headers=here.visitor())
    assert response.status_code == 200


def bare(event: object, retry_s: int | None) -> ChatEvent:
    return ChatEvent(event=event if isinstance(event, str) else "line", retry_s=retry_s)  # type: ignore[arg-type]  # made up by the test


async def test_what_was_said_comes_first_then_what_is_said_at_once(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url:
        await say(here, "uno")
        async with hearing(here, url) as heard:
            assert heard.response.headers["content-type"] == "application/x-ndjson"
            assert await heard.names(3) == [("line", "uno"), ("line", "eco: uno"), ("ready", None)]
            await say(here, "dos")
            assert await heard.names(2) == [("line", "dos"), ("line", "eco: dos")]
        async with hearing(here, url, after=2) as heard:
            assert await heard.names(3) == [("line", "dos"), ("line", "eco: dos"), ("ready", None)]


async def test_a_draining_process_says_goodbye_at_once(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url, hearing(here, url) as heard:
        assert await heard.names(1) == [("ready", None)]
        here.application.closing.set()
        assert (await heard.next())["event"] == "bye"


async def test_what_another_process_writes_is_heard_without_any_ring(site: Any, listening: Any) -> None:
    async with site() as here:
        # The same store, and a bell that nobody rings.
        other = evolve(here.application, bell=Bell())

        class There:
            application, app = other, create_app(other)

        async with listening(There) as url, hearing(here, url) as heard:
            assert await heard.names(1) == [("ready", None)]
            await say(here, "uno")
            assert await heard.names(2) == [("line", "uno"), ("line", "eco: uno")]


async def test_offers_come_as_cards_beside_the_text(site: Any) -> None:
    card = Card(
        button="offer:1",
        name="Habitación doble",
        row="1. Habitación doble: 240,00 €",
        total=Money.of("240", "EUR"),
        nights=2,
        picture="https://pictures.example/double.jpg",
    )
    async with site() as here:
        here.cards = (card,)
        await say(here, "uno")
        lines = (await here.client.get("/chat/transcript", headers=here.visitor())).json()["lines"]
        assert [line["cards"] for line in lines] == [
            [],
            [
                {
                    "button": "offer:1",
                    "name": "Habitación doble",
                    "row": "1. Habitación doble: 240,00 €",
                    "total": {"amount": "240.00", "currency": "EUR"},
                    "nights": 2,
                    "left": 0,
                    "picture": "https://pictures.example/double.jpg",
                }
            ],
        ]


async def test_a_message_is_no_answer_to_what_its_writer_had_not_seen(site: Any) -> None:
    async with site() as here:
        await say(here, "uno", seen=0)
        asked = (await here.client.get("/chat/transcript", headers=here.visitor())).json()["lines"][-1]
        here.clock.advance(timedelta(minutes=1))
        await say(here, "sí", seen=asked["position"] - 1)
        await say(here, "sí de verdad", seen=asked["position"])
        late, seen = (message.sent_at for message in here.said[1:])
        assert late == datetime.fromisoformat(asked["at"])
        assert seen == here.clock.now()


async def test_a_silent_stream_beats_and_a_long_one_ends(site: Any) -> None:
    async with site() as here:
        listeners = Listeners(here.store.journal, Bell(), anyio.Event(), beat_s=0.05, longest_s=0.2)
        told = [json.loads(row)["event"] async for row in listeners.stream(HERE, 0, bare)]
        assert (told[0], told[1], told[-1]) == ("ready", "beat", "bye")


async def test_streams_are_bounded_for_one_visitor_and_for_all(site: Any) -> None:
    async with site() as here:
        listeners = Listeners(here.store.journal, Bell(), anyio.Event(), most=2, most_of_one=1)
        first, second = (listeners.stream(ConversationId(name), 0, bare) for name in ("a", "b"))
        await anext(first)
        assert [listeners.has_room(ConversationId(name)) for name in ("a", "b")] == [False, True]
        await anext(second)
        assert [listeners.has_room(ConversationId(name)) for name in ("a", "c")] == [False, False]
        await first.aclose()
        await second.aclose()
        assert listeners.has_room(ConversationId("a"))


async def test_whoever_finds_no_room_is_sent_to_the_transcript(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url, AsyncExitStack() as stack:
        heard = []
        for _ in range(9):
            heard.append(await stack.enter_async_context(hearing(here, url)))
            if heard[-1].response.status_code == 200:
                await heard[-1].next()
        assert [one.response.status_code for one in heard] == [200] * 8 + [503]
        assert heard[-1].response.headers["retry-after"] == "5"
