"""A speech server for tests: real HTTP on this machine, recordings whose words are written in them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from email.message import Message
from email.parser import BytesParser
from typing import Final, Self

import anyio
from anyio.abc import ByteStream, SocketAttribute
from attrs import define, field, frozen

from hotel_agent.ports.speech import Recording
from hotel_agent.testing.raw_http import read_request, response

_BEGINS: Final = b"OggS "
MIME: Final = "audio/ogg; codecs=opus"


def spoken(words: str) -> Recording:
    """Return a recording in which *words* are said, to whoever knows how it is made."""
    return Recording(content=_BEGINS + words.encode(), mime=MIME)


@frozen(kw_only=True)
class Asked:
    """One question: its first line and headers in lower case, the fields of its form, and the file's name and type."""

    head: str
    form: dict[str, str]
    file: str
    mime: str


@define
class SpeechHouse:
    """
    Writes down what `spoken` has written, and refuses other recordings (400); `status` and `body` stand for what it answers.

    `speak` replaces the whole exchange on the wire. It is asked by those in `asked`, keeps its port, and can be left and
    entered again.
    """

    status: int = 200
    body: bytes | None = None
    speak: Callable[[ByteStream], Awaitable[None]] | None = None
    asked: list[Asked] = field(factory=list)
    _port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Self]:
        """Serve until the block is left."""
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=self._port, reuse_port=True)
        self._port = listener.extra_attributes[SocketAttribute.local_port]()
        async with listener, anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, self._serve)
            yield self
            tasks.cancel_scope.cancel()

    async def _serve(self, stream: ByteStream) -> None:
        async with stream:
            # Whoever asks may hang up before the end.
            with suppress(anyio.BrokenResourceError, anyio.EndOfStream):
                await self._answer_to(stream)

    async def _answer_to(self, stream: ByteStream) -> None:
        head, body = await read_request(stream)
        form = _form(head, body)
        recording = form["file"]
        fields = {name: part.get_payload() for name, part in form.items() if name != "file"}
        self.asked.append(
            Asked(
                head=head.decode().lower(),
                form={name: str(value) for name, value in fields.items()},
                file=recording.get_filename() or "",
                mime=recording.get_content_type(),
            )
        )
        if self.speak is not None:
            await self.speak(stream)
            return
        content = recording.get_payload(decode=True)
        assert isinstance(content, bytes)
        status, answer = self._answer(content)
        await stream.send(response(answer, status))

    def _answer(self, content: bytes) -> tuple[int, bytes]:
        if self.body is not None or self.status != 200:
            return self.status, self.body or b'{"error": {}}'
        if not content.startswith(_BEGINS):
            return 400, b'{"error": {"message": "unreadable"}}'
        return 200, json.dumps({"text": content.removeprefix(_BEGINS).decode(), "usage": {}}).encode()


def _form(head: bytes, body: bytes) -> dict[str, Message]:
    headers = head.partition(b"\r\n")[2]
    whole = BytesParser().parsebytes(headers + b"\r\n\r\n" + body)
    assert whole.is_multipart()
    parts = [part for part in whole.walk() if part is not whole]
    return {str(part.get_param("name", header="content-disposition")): part for part in parts}
