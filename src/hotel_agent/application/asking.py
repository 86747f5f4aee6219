"""For callers who wait: take a message in and come back with its answer, in time or with none yet."""

from datetime import timedelta

import anyio
from attrs import define, field, frozen

from hotel_agent.application.bell import Bell
from hotel_agent.application.deadlines import Until
from hotel_agent.application.intake import Incoming, Intake, Permission
from hotel_agent.domain.errors import PortError, Unavailable
from hotel_agent.domain.ids import ConversationId, EventId, MessageId
from hotel_agent.domain.shedding import FEW
from hotel_agent.domain.turns import Answer
from hotel_agent.ports.records import Records

_LOOK_AGAIN, _SLOWER, _LONGEST_PAUSE = 0.05, 1.5, 0.5
"""Seconds between looks when no ring comes, because another process handles the message: ever more, so that those who wait in
a crowd do not keep the store from answering them."""


@frozen(kw_only=True)
class Asked:
    """`answer` is None when there is none yet; it is open when a better one will follow."""

    conversation: ConversationId
    message_id: MessageId
    answer: Answer | None


@define
class Asking:
    """Waits for the turn of a message and for the turns which that one causes, up to a limit."""

    _intake: Intake
    _records: Records
    _bell: Bell
    _patience: timedelta = timedelta(seconds=4.6)
    _waiting: int = field(default=0, init=False)

    async def ask(self, incoming: Incoming, spent_s: float = 0.0, permission: Permission | None = None) -> Asked:
        """
        Take the message in and wait for its final answer; after the limit, give the latest there is.

        A message that came before is not handled again: its latest answer is given. *spent_s*: so many seconds of the limit
        are over already. *permission*: as `Intake.take` has it.

        Raises:
            Unavailable: the journal did not take the message in that time; sending it again under its id is safe.

        """
        deadline = anyio.current_time() + self._patience.total_seconds() - spent_s
        try:
            with Until(deadline):
                taken = await self._intake.take(incoming, permission)
        except TimeoutError as exc:
            raise Unavailable("the journal did not take the message in time") from exc
        self._waiting += 1
        try:
            answer = await self._answer(taken.event, deadline, known=not taken.new)
        finally:
            self._waiting -= 1
            self._bell.forget(taken.event)
        return Asked(conversation=taken.conversation, message_id=taken.message_id, answer=answer)

    async def _answer(self, root: EventId, deadline: float, *, known: bool) -> Answer | None:
        """
        Wait for the answer: whoever commits it in this process hands it over, and only then need nobody look for it.

        *known*: the message came before, so there may be an answer already.
        """
        latest: Answer | None = None
        look, pause = known, _LOOK_AGAIN
        while (left := deadline - anyio.current_time()) > 0:
            ring = self._bell.listen(root)
            if look:
                with anyio.move_on_at(deadline):
                    latest = await self._look(root) or latest
                if latest is not None and not latest.open:
                    break
                left = deadline - anyio.current_time()
            if self._waiting > FEW:
                # Nobody's turn is the next: the store has better to do than to be looked at.
                pause = _LONGEST_PAUSE
            await self._bell.wait(ring, max(0, min(pause, left)))
            if isinstance(ring.news, Answer):
                latest = ring.news
                if not latest.open:
                    break
            # A better one may have been written between the ring and now; and a ring of another process brings no news.
            look = True
            if not ring.is_set():
                pause = min(pause * _SLOWER, _LONGEST_PAUSE)
        return latest

    async def _look(self, root: EventId) -> Answer | None:
        try:
            return await self._records.answer(root)
        except PortError:
            # The message is kept: a store that stumbles now must not look like one that did not take it.
            return None
