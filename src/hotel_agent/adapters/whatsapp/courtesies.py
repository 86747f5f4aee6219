"""Blue ticks and "typing…": shown while the answer is on its way, and never in the way of anything."""

from collections import deque
from datetime import timedelta
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.adapters.whatsapp.account import Accounts
from hotel_agent.adapters.whatsapp.client import GraphClient, GraphRefused
from hotel_agent.adapters.whatsapp.encoding import read_and_typing
from hotel_agent.domain.errors import PortError
from hotel_agent.ports.observer import Observer

_MOST_WAITING: Final = 200
_AT_ONCE: Final = 8


@define(eq=False)
class Courtesies:
    """
    Marks guests' messages as read and shows them that an answer is being written.

    Nothing is tried again, and where too many wait the oldest are let go: an answer that is there needs none of it.
    """

    _graph: GraphClient
    _accounts: Accounts
    _observer: Observer
    _waiting: deque[tuple[str, str]] = field(factory=lambda: deque(maxlen=_MOST_WAITING), init=False)
    _ring: anyio.Event = field(factory=anyio.Event, init=False)

    def show(self, phone_number_id: str, message_id: str) -> None:
        """Have it shown for a message to that number. Returns at once."""
        self._waiting.append((phone_number_id, message_id))
        self._ring.set()

    async def run(self, draining: anyio.Event) -> None:
        """Show what is asked for until drained."""
        async with anyio.create_task_group() as group:
            for _ in range(_AT_ONCE):
                group.start_soon(self._work)
            await draining.wait()
            group.cancel_scope.cancel()

    async def _work(self) -> None:
        while True:
            if not self._waiting:
                if self._ring.is_set():
                    self._ring = anyio.Event()
                await self._ring.wait()
                continue
            phone_number_id, message_id = self._waiting.popleft()
            if account := self._accounts.get(phone_number_id):
                await self._show(account.token, phone_number_id, message_id)

    async def _show(self, token: str, phone_number_id: str, message_id: str) -> None:
        began, status = anyio.current_time(), "ok"
        try:
            await self._graph.mark(token, phone_number_id, read_and_typing(message_id))
        except GraphRefused as refused:
            status = f"code_{refused.error.code}"
        except PortError as exc:
            status = exc.code
        self._observer.called("whatsapp", "mark", status, timedelta(seconds=anyio.current_time() - began))
