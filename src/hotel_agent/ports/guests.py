from abc import abstractmethod
from typing import Protocol

from hotel_agent.domain.ids import ConversationId


class GuestNames(Protocol):
    """
    Which conversation goes on under which of a guest's names.

    A guest may have several on a channel (an id and a telephone number) and change them. Names are digests: who it is cannot be
    read from them. Safe to call from several tasks and processes.
    """

    @abstractmethod
    async def known(self, name: str) -> ConversationId | None:
        """
        Say whose *name* is; None if nobody's yet.

        Raises:
            Unavailable: the store did not answer.

        """

    @abstractmethod
    async def give(
        self, name: str, conversation: ConversationId, *, instead_of: ConversationId | None = None
    ) -> ConversationId:
        """
        Give *name* to *conversation* if it is nobody's yet, or is *instead_of*'s, and return whose it is then. Safe to repeat.

        Raises:
            Unavailable: it may not have been given.

        """
