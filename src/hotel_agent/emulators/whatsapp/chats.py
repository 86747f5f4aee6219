"""What guests and the hotel have written to each other, as both sides' phones show it."""

import asyncio
from datetime import datetime
from typing import Any

from attrs import define, field

from hotel_agent.emulators.whatsapp.pace import WINDOW
from hotel_agent.emulators.whatsapp.payloads import Status
from hotel_agent.emulators.whatsapp.values import Guest, Number

_RANK = {None: 0, Status.SENT: 1, Status.DELIVERED: 2, Status.READ: 3, Status.FAILED: 4}


@define(eq=False)
class Entry:
    """
    One message of a chat.

    `message` is what a guest wrote as the webhook has it, or what the hotel sent as its request had it. `status` is that of the
    hotel's messages; for a guest's, READ when the hotel marked it as read.
    """

    id: str
    is_from_guest: bool
    at: datetime
    message: dict[str, Any] = field(repr=False)
    tracker: str | None = None
    shown: str | None = None
    """The words that a template amounts to."""
    status: Status | None = None
    error: int | None = None
    is_revoked: bool = False
    reactions: dict[str, str] = field(factory=dict)
    version: int = 0


@define(eq=False)
class Chat:
    """One guest and one number of the hotel."""

    guest: Guest
    number: Number
    entries: list[Entry] = field(factory=list)
    last_wrote_at: datetime | None = None
    typing_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether the guest wrote within the last 24 hours."""
        return self.last_wrote_at is not None and now - self.last_wrote_at < WINDOW

    @property
    def from_hotel(self) -> tuple[Entry, ...]:
        """What the hotel wrote, in order of acceptance."""
        return tuple(entry for entry in self.entries if not entry.is_from_guest)


class Chats:
    """All of them, and a bell that rings when anything changes."""

    def __init__(self) -> None:
        self.version = 0
        self._guests: dict[str, Guest] = {}
        self._chats: dict[tuple[str, str], Chat] = {}
        self._entries: dict[str, tuple[Chat, Entry]] = {}
        self._changed = asyncio.Event()

    @property
    def guests(self) -> tuple[Guest, ...]:
        """Everybody who has WhatsApp, in order of appearance."""
        return tuple(self._guests.values())

    def add(self, guest: Guest) -> Guest:
        """Somebody has WhatsApp."""
        self._guests[guest.key] = guest
        self._ring()
        return guest

    def replace(self, old: Guest, new: Guest) -> None:
        """Somebody changed their number, and so their id; the chats stay."""
        del self._guests[old.key]
        self._guests[new.key] = new
        for (key, number_id), chat in list(self._chats.items()):
            if key == old.key:
                chat.guest = new
                self._chats[new.key, number_id] = self._chats.pop((key, number_id))
        self._ring()

    def find(self, *, phone: str | None = None, user_id: str | None = None) -> Guest | None:
        """Who has that number or id."""
        if user_id is not None:
            return self._guests.get(user_id)
        return next((guest for guest in self._guests.values() if guest.wa_id == phone), None)

    def chat(self, guest: Guest, number: Number) -> Chat:
        """Their chat, new if there is none."""
        return self._chats.setdefault((guest.key, number.id), Chat(guest, number))

    def entry(self, message_id: str) -> tuple[Chat, Entry] | None:
        """The message with that id, and its chat."""
        return self._entries.get(message_id)

    def append(self, chat: Chat, entry: Entry) -> None:
        """Somebody wrote."""
        chat.entries.append(entry)
        self._entries[entry.id] = chat, entry
        self.touch(entry)

    def touch(self, entry: Entry) -> None:
        """Something about a message changed."""
        self._ring()
        entry.version = self.version

    def advance(self, entry: Entry, status: Status) -> bool:
        """Set a status unless the message is further already."""
        if _RANK[status] <= _RANK[entry.status]:
            return False
        entry.status = status
        self.touch(entry)
        return True

    def ring(self) -> None:
        """Something changed that belongs to no message."""
        self._ring()

    async def news(self) -> None:
        """Wait until anything changes."""
        await self._changed.wait()

    def _ring(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()
