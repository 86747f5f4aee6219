from anyio.lowlevel import checkpoint
from attrs import define, field

from hotel_agent.domain.ids import ConversationId
from hotel_agent.ports.guests import GuestNames


@define(eq=False)
class MemoryGuestNames(GuestNames):
    _names: dict[str, ConversationId] = field(factory=dict, init=False)

    async def known(self, name: str) -> ConversationId | None:
        await checkpoint()
        return self._names.get(name)

    async def give(
        self, name: str, conversation: ConversationId, *, instead_of: ConversationId | None = None
    ) -> ConversationId:
        await checkpoint()
        if self._names.get(name) in {None, instead_of}:
            self._names[name] = conversation
        return self._names[name]
