"""Which conversation a guest of a channel goes on with, whichever of their names they come under."""

from collections.abc import Iterable

import anyio
from attrs import define, field, frozen

from hotel_agent.application.digests import digest
from hotel_agent.application.intake import conversation_named
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId
from hotel_agent.ports.guests import GuestNames

_GOOD_FOR_S = 60.0
"""Seconds for which what another process may change is believed."""
_MOST_KNOWN = 50_000


@frozen(kw_only=True)
class Place:
    """Where names mean somebody: an account of a hotel on a channel."""

    tenant: TenantId
    channel: Channel
    account: str


@frozen(kw_only=True)
class Names:
    """
    Who a guest is on a channel: by an id that is theirs alone, by a telephone number, or by both.

    A number may be somebody else's one day, so it never joins two ids.
    """

    user_id: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)


@define(eq=False)
class Guests:
    """
    Names conversations.

    A guest known by number only, who later comes with an id, goes on with that conversation: the first id to come with the
    number does, any further one is somebody else who has the number now.
    """

    _names: GuestNames
    _known: dict[str, tuple[ConversationId, float]] = field(factory=dict, init=False)

    async def conversation(self, place: Place, names: Names) -> ConversationId:
        """
        Say which conversation *names* have; the same ones always have the same, until `renamed` says otherwise.

        Raises:
            Unavailable: the store does not answer.

        """
        if names.user_id is None:
            return await self._of_number(place, names.phone or "")
        name = _name(place, names.user_id)
        known, until = self._known.get(name, (None, 0.0))
        if known is None or until < anyio.current_time():
            known = await self._names.known(name) or await self._of_new_id(place, name, names.user_id, names.phone)
            self._believe(name, known)
        return known

    async def renamed(self, place: Place, before: Names, now: Names, mark: str) -> ConversationId:
        """
        Let the conversation of *before* go on under the names of *now*, and return it. Safe to repeat with the same *mark*.

        The number that was given up may be somebody else's soon: whoever comes from it begins anew.

        Raises:
            Unavailable: the store does not answer; repeating is safe.

        """
        conversation = await self.conversation(place, before)
        for own in _some(now.user_id, now.phone):
            # Whoever has begun under the new name before the news of it came goes on with the old conversation from here.
            await self._names.give(_name(place, own), conversation, instead_of=_conversation(place, own))
            self._known.pop(_name(place, own), None)
        if before.phone is not None and before.phone != now.phone:
            fresh = _conversation(place, f"{before.phone} after {mark}")
            await self._names.give(_name(place, before.phone), fresh, instead_of=conversation)
        return conversation

    async def _of_number(self, place: Place, phone: str) -> ConversationId:
        name = _name(place, phone)
        return await self._names.known(name) or await self._names.give(name, _conversation(place, phone))

    async def _of_new_id(self, place: Place, name: str, user_id: str, phone: str | None) -> ConversationId:
        own = _conversation(place, user_id)
        earlier = await self._names.known(_name(place, phone)) if phone else None
        if earlier is not None and await self._names.give(_name(place, f"{phone}/heir"), own) != own:
            earlier = None
        return await self._names.give(name, earlier or own)

    def _believe(self, name: str, conversation: ConversationId) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[name] = (conversation, anyio.current_time() + _GOOD_FOR_S)


def _name(place: Place, own: str) -> str:
    return "n-" + digest(place.tenant, place.channel, place.account, own)


def _conversation(place: Place, own: str) -> ConversationId:
    return conversation_named(place.tenant, place.channel, place.account, own)


def _some(*names: str | None) -> Iterable[str]:
    return (name for name in names if name is not None)
