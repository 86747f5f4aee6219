"""The web chat's own API. A visitor is whoever holds its token; nothing here gives anybody another visitor's words."""

import anyio
from attrs import define, field
from starlette.responses import Response

from hotel_agent.application.intake import Incoming, conversation_of
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import ConversationId
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.endpoint import Call, answer
from hotel_agent.entrypoints.http.gate import reading
from hotel_agent.entrypoints.http.process import ask, readable
from hotel_agent.entrypoints.http.wire import (
    ChatButton,
    ChatCall,
    ChatHotel,
    ChatLine,
    ChatTaken,
    Transcript,
    TranscriptQuery,
)
from hotel_agent.ports.records import Line

PAGE = 200
_LOOK_AGAIN_S = 0.5
"""Seconds between looks for news, because another process may have written it."""
_MOST_WAITING = 500


@define
class Chat:
    """Takes visitors' messages and tells them what was said."""

    _application: Application
    _waiting: int = field(default=0, init=False)

    async def hotel(self, call: Call) -> Response:
        hotel = call.hotel()
        return answer(ChatHotel(id=hotel.id, name=hotel.name, languages=hotel.languages))

    async def say(self, call: Call) -> Response:
        wanted: ChatCall = call.body
        incoming = _incoming(call, call.hotel(), wanted)
        asked = await ask(self._application, incoming)
        pending = asked.answer is None or asked.answer.open
        return answer(ChatTaken(message_id=asked.message_id, pending=pending))

    async def transcript(self, call: Call) -> Response:
        call.gate.count(reading(call.caller))
        wanted: TranscriptQuery = call.query
        conversation = conversation_of(_incoming(call, call.hotel()))
        lines = await self._news(conversation, wanted.after, wanted.wait)
        return answer(Transcript(lines=tuple(_line(line) for line in lines[:PAGE]), more=len(lines) > PAGE))

    async def _news(self, conversation: ConversationId, after: int, wait: float) -> tuple[Line, ...]:
        """Read on after a position; if there is nothing, wait for news unless too many wait or the process drains."""
        deadline = anyio.current_time() + (wait if self._waiting < _MOST_WAITING else 0)
        bell = self._application.bell
        self._waiting += 1
        try:
            while True:
                ring = bell.listen(conversation)
                lines = await self._application.records.transcript(conversation, after, PAGE + 1)
                left = deadline - anyio.current_time()
                if lines or left <= 0 or self._application.closing.is_set():
                    return lines
                await bell.wait(ring, min(left, _LOOK_AGAIN_S))
        finally:
            self._waiting -= 1
            bell.forget(conversation)


def _incoming(call: Call, hotel: Hotel, wanted: ChatCall | None = None) -> Incoming:
    return Incoming(
        tenant=hotel.id,
        channel=Channel.WEBCHAT,
        account=call.caller.account,
        sender=call.caller.visitor,
        text=readable(wanted.text) if wanted else "",
        message_id=wanted.message_id if wanted else None,
        choice=wanted.choice if wanted else None,
    )


def _line(line: Line) -> ChatLine:
    return ChatLine(
        position=line.position,
        by_guest=line.by_guest,
        message_id=line.message_id,
        text=line.text,
        buttons=tuple(ChatButton(id=button.id, title=button.title) for button in line.buttons),
        at=line.at,
    )
