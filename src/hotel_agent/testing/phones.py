"""A guest's phone in tests: writes to a service through the emulated WhatsApp and waits for what comes back."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from attrs import define, evolve

from hotel_agent.emulators.whatsapp.behaviour import Behaviour
from hotel_agent.emulators.whatsapp.chats import Chat, Entry
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp, running, system_clock
from hotel_agent.emulators.whatsapp.values import Account, Guest, guest_of

PATIENCE_S = 60.0
PATH = "/api/webhooks/whatsapp"
TEST_ACCOUNT = Account("test-token", "test-app-secret", "test-verify-token")


@asynccontextmanager
async def emulated_whatsapp(service_url: str, behaviour: Behaviour | None = None) -> AsyncIterator[RunningWhatsApp]:
    """Serve an emulator whose webhooks go to the service at *service_url*, which need not run yet."""
    account = evolve(TEST_ACCOUNT, callback=service_url + PATH)
    async with running(account, clock=system_clock, behaviour=behaviour) as meta:
        yield meta


def settings_for(meta: RunningWhatsApp) -> dict[str, str]:
    """Return what a service must be told to use it."""
    account = meta.app.account
    given = {
        "APP_SECRET": account.app_secret,
        "VERIFY_TOKEN": account.verify_token,
        "TOKEN": account.token,
        "PHONE_NUMBER_ID": account.numbers[0].id,
        "ACCOUNT_ID": account.waba_id,
        "GRAPH_URL": f"{meta.url}/v25.0",
    }
    return {f"HOTEL_AGENT_WHATSAPP_{name}": value for name, value in given.items()}


@define
class Phone:
    """One guest's. What the hotel wrote is in order of arrival at Meta."""

    meta: RunningWhatsApp
    guest: Guest

    @classmethod
    def of(cls, meta: RunningWhatsApp, number: str = "34600111222", name: str = "Ana", *, hides_phone: bool = False) -> "Phone":
        """Give somebody a phone."""
        return cls(meta, meta.platform.join(guest_of(number, name, hides_phone=hides_phone)))

    @property
    def chat(self) -> Chat:
        return self.meta.platform.chats.chat(self.guest, self.meta.app.account.numbers[0])

    @property
    def heard(self) -> tuple[Entry, ...]:
        """What the hotel wrote."""
        return self.chat.from_hotel

    async def say(self, words: str) -> Entry:
        """Write, and return the first thing that the hotel writes after that."""
        return await self.answer_to(lambda: self.meta.platform.write(self.guest, text(words)))

    async def press(self, entry: Entry, choice: str) -> Entry:
        """
        Press the first button or row whose id begins with *choice*, and return what the hotel writes then.

        It is pressed in a later second than that of the message, as by a person who reads first: Meta has whole seconds only,
        and a yes counts when it is later than the question.
        """
        seen_for = self.meta.platform.now() - entry.at.replace(microsecond=0)
        await anyio.sleep(max(0.0, 1.0 - seen_for.total_seconds()))
        offered = [each for each in self.meta.platform.offered(entry) if each.startswith(choice)]
        assert offered, f"nothing that begins with {choice!r} can be pressed on: {words_of(entry)}"
        return await self.answer_to(lambda: self.meta.platform.press(self.guest, entry.id, offered[0]))

    async def answer_to(self, act: Callable[[], Any]) -> Entry:
        """Do something, and return the first thing that the hotel writes after that."""
        count = len(self.heard)
        act()
        await self.until(lambda: len(self.heard) > count)
        return self.heard[count]

    async def hear(self, words: str) -> Entry:
        """Wait until the hotel has written something with *words* in it, and return it."""
        await self.until(lambda: any(words in words_of(entry) for entry in self.heard))
        return next(entry for entry in self.heard if words in words_of(entry))

    async def until(self, is_so: Callable[[], bool]) -> None:
        """
        Wait until something is so about the chats.

        Raises:
            AssertionError: it is not within half a minute.

        """
        chats = self.meta.platform.chats
        with anyio.move_on_after(PATIENCE_S):
            while not is_so():
                await chats.news()
        assert is_so(), "the hotel wrote: " + " | ".join(words_of(entry) for entry in self.heard)


def words_of(entry: Entry) -> str:
    """The words of a message."""
    message = entry.message
    body = message.get("interactive", {}).get("body", message.get("text", {}))
    return str(entry.shown or body.get("text", body.get("body", "")))
