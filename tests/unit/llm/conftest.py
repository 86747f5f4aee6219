"""A real server on this machine that speaks the chat-completions protocol, and answers as badly as it is told to."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio
import httpx
import pytest
from anyio.abc import ByteStream, SocketAttribute
from attrs import define, field

from hotel_agent.testing.raw_http import read_request, response

READING: dict[str, object] = {
    "intent": "check_availability",
    "confidence": 0.9,
    "stays": [],
    "adults": None,
    "children": None,
    "rooms": None,
    "room_type": None,
    "name": None,
}


@define
class ModelServer:
    """
    `answers` with the next reading (or raw content) of a model; `speak` replaces the whole exchange on the wire.

    `asked` keeps head and JSON of every question.
    """

    url: str = ""
    reading: dict[str, object] = field(factory=dict)
    content: str | None = None
    status: int = 200
    finish: str = "stop"
    speak: Callable[[ByteStream], Awaitable[None]] | None = None
    asked: list[tuple[str, dict[str, object]]] = field(factory=list)

    async def serve(self, stream: ByteStream) -> None:
        async with stream:
            head, asked = await read_request(stream)
            self.asked.append((head.decode(), json.loads(asked)))
            if self.speak is not None:
                await self.speak(stream)
                return
            content = json.dumps(READING | self.reading) if self.content is None else self.content
            body = {"id": "x", "choices": [{"index": 0, "finish_reason": self.finish, "message": {"content": content}}]}
            await stream.send(response(json.dumps(body).encode(), self.status))

    @property
    def words_asked(self) -> str:
        """All that the last question said to the model."""
        return json.dumps(self.asked[-1][1], ensure_ascii=False)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra_attributes[SocketAttribute.local_port]()
    server.url = f"http://127.0.0.1:{port}/v1"
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, server.serve)
        yield server
        tasks.cancel_scope.cancel()


@pytest.fixture
async def http_client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
