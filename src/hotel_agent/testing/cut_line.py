"""A wire that is cut after so many bytes, wherever in an exchange that may be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from attrs import define, field

_CHUNK = 65536


@define
class CutLine:
    """
    Carries *left* bytes to *host* and *port* and back, both ways counted together, and is then cut for good; None: never cut.

    Runs on asyncio. `carried` counts the bytes that came through; `own_port` is where it listens on 127.0.0.1 while open.
    """

    host: str
    port: int
    left: int | None = None
    carried: int = field(default=0, init=False)
    own_port: int = field(default=0, init=False)
    _writers: set[asyncio.StreamWriter] = field(factory=set, init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["CutLine"]:
        """Listen for as long as the block lasts."""
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.own_port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._cut()
            server.close()
            await server.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.left == 0:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
        self._writers |= {writer, far_writer}
        with suppress(OSError):
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            passed = data if self.left is None else data[: self.left]
            if self.left is not None:
                self.left -= len(passed)
            self.carried += len(passed)
            writer.write(passed)
            with suppress(OSError):
                await writer.drain()
            if self.left == 0:
                self._cut()
                return
        writer.close()

    def _cut(self) -> None:
        for writer in self._writers:
            writer.close()
        self._writers.clear()
