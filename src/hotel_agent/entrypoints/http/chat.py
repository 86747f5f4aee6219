"""The web chat's own API. A visitor is whoever holds its token; nothing here gives anybody another visitor's words."""

from datetime import datetime

from attrs import define, field
from starlette.responses import Response, StreamingResponse

from hotel_agent.application.intake import Incoming, conversation_of, readable, written_before
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import ConversationId
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.endpoint import Call, Operation, answer
from hotel_agent.entrypoints.http.gate import Access, reading
from hotel_agent.entrypoints.http.listeners import PAGE, Listeners
from hotel_agent.entrypoints.http.problems import unavailable
from hotel_agent.entrypoints.http.process import amount, ask
from hotel_agent.entrypoints.http.wire import (
    ChatButton,
    ChatCall,
    ChatCard,
    ChatEvent,
    ChatHotel,
    ChatLine,
    ChatTaken,
    ChatVisitor,
    EventsQuery,
    TenantQuery,
    Transcript,
    TranscriptQuery,
)
from hotel_agent.ports.records import Line

EVENTS = "application/x-ndjson"
_STREAMED = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
"""For what stands between us and the visitor: pass every line on as it comes."""


def operations(application: Application) -> tuple[Operation, ...]:
    """Return the routes of the web chat."""
    chat = Chat(application)
    return (
        Operation(
            method="POST",
            path="/chat/visitor",
            summary="Become a web chat visitor",
            handle=chat.visitor,
            access=Access.PAGE,
            query=TenantQuery,
            answer=ChatVisitor,
            errors=("unknown_tenant",),
            limited=True,
            shared=True,
        ),
        Operation(
            method="POST",
            path="/chat/messages",
            summary="Say something in the web chat; the answer is in the transcript",
            handle=chat.say,
            access=Access.VISITOR,
            body=ChatCall,
            query=TenantQuery,
            answer=ChatTaken,
            errors=("unknown_tenant", "other_tenant", "unavailable"),
            limited=True,
            shared=True,
        ),
        Operation(
            method="GET",
            path="/chat/events",
            summary="Hear what is said in the web chat after a position, as it is said: JSON, one event a line",
            handle=chat.events,
            access=Access.VISITOR,
            query=EventsQuery,
            media=EVENTS,
            errors=("unknown_tenant", "too_many_requests", "unavailable"),
            shared=True,
        ),
        Operation(
            method="GET",
            path="/chat/transcript",
            summary="Read what was said in the web chat after a position, waiting for news if asked to",
            handle=chat.transcript,
            access=Access.VISITOR,
            query=TranscriptQuery,
            answer=Transcript,
            errors=("unknown_tenant", "too_many_requests", "unavailable"),
            shared=True,
        ),
        Operation(
            method="GET",
            path="/chat/hotel",
            summary="The hotel that a web chat talks to",
            handle=chat.hotel,
            query=TenantQuery,
            answer=ChatHotel,
            errors=("unknown_tenant",),
            shared=True,
        ),
    )


@define
class Chat:
    """Takes visitors' messages and tells them what was said."""

    _application: Application
    _listeners: Listeners = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._listeners = Listeners(self._application.records, self._application.bell, self._application.closing)

    async def visitor(self, call: Call) -> Response:
        call.hotel()
        return answer(ChatVisitor(token=self._application.seal.issue()))

    async def hotel(self, call: Call) -> Response:
        hotel = call.hotel()
        shown = ChatHotel(
            id=hotel.id,
            name=hotel.name,
            languages=hotel.languages,
            today=hotel.today(self._application.clock.now()),
            day_first=hotel.day_first,
            max_days_ahead=hotel.policy.max_days_ahead,
            max_text=hotel.policy.max_text,
        )
        return answer(shown)

    async def say(self, call: Call) -> Response:
        wanted: ChatCall = call.body
        hotel = call.hotel()
        written_at = await self._written_at(conversation_of(_incoming(call, hotel)), wanted.seen)
        incoming = _incoming(call, hotel, wanted, written_at)
        asked = await ask(self._application, incoming, "POST /chat/messages", spent_s=call.spent_s)
        pending = asked.answer is None or asked.answer.open
        return answer(ChatTaken(message_id=asked.message_id, pending=pending))

    async def transcript(self, call: Call) -> Response:
        await call.gate.count(reading(call.caller))
        wanted: TranscriptQuery = call.query
        conversation = conversation_of(_incoming(call, call.hotel()))
        lines = await self._listeners.news(conversation, wanted.after, wanted.wait)
        return answer(Transcript(lines=tuple(_line(line) for line in lines[:PAGE]), more=len(lines) > PAGE))

    async def events(self, call: Call) -> Response:
        await call.gate.count(reading(call.caller))
        wanted: EventsQuery = call.query
        conversation = conversation_of(_incoming(call, call.hotel()))
        if not self._listeners.has_room(conversation):
            raise unavailable("Too many are listening; read the transcript instead.")
        heard = self._listeners.stream(conversation, wanted.after, _told)
        return StreamingResponse(heard, headers=_STREAMED, media_type=EVENTS)

    async def _written_at(self, conversation: ConversationId, seen: int | None) -> datetime | None:
        """Date a message by how far its writer had read."""
        if seen is None:
            return None
        try:
            lines = await self._application.records.transcript(conversation, seen, PAGE)
        except PortError as exc:
            raise unavailable("The message was not taken: send it again with the same message_id.") from exc
        return written_before(lines)


def _incoming(call: Call, hotel: Hotel, wanted: ChatCall | None = None, written_at: datetime | None = None) -> Incoming:
    return Incoming(
        tenant=hotel.id,
        channel=Channel.WEBCHAT,
        account=call.caller.account,
        sender=call.caller.visitor,
        text=readable(wanted.text) if wanted else "",
        message_id=wanted.message_id if wanted else None,
        choice=wanted.choice if wanted else None,
        sent_at=written_at,
    )


def _told(event: Line | str, retry_s: int | None) -> ChatEvent:
    if isinstance(event, Line):
        return ChatEvent(event="line", line=_line(event))
    return ChatEvent(event=event, retry_s=retry_s)  # type: ignore[arg-type]  # one of the names of the wire


def _line(line: Line) -> ChatLine:
    return ChatLine(
        position=line.position,
        by_guest=line.by_guest,
        message_id=line.message_id,
        text=line.text,
        buttons=tuple(ChatButton(id=button.id, title=button.title) for button in line.buttons),
        cards=tuple(
            ChatCard(
                button=card.button,
                name=card.name,
                row=card.row,
                total=amount(card.total),
                nights=card.nights,
                left=card.left,
                picture=card.picture,
            )
            for card in line.cards
        ),
        at=line.at,
    )
