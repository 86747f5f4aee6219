"""Posts webhooks to the hotel's callback: signed, packed, perhaps twice, and again for a week where they are not taken."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import define, field, frozen

from hotel_agent.emulators.whatsapp.agenda import Agenda
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Luck
from hotel_agent.emulators.whatsapp.payloads import SIGNATURE, Element, envelope, signed
from hotel_agent.emulators.whatsapp.values import Account

Post = Callable[[str, bytes, dict[str, str], float], Awaitable[int | None]]
"""Posts a body to a URL with headers, waiting so many seconds at most; its status, or None where there was no answer."""

GIVE_UP: Final = timedelta(days=7)
_FIRST_PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600)
)
_LATER_PAUSE: Final = timedelta(hours=12)


@frozen
class Attempt:
    """One post of a webhook; `status` None: no answer came."""

    at: datetime
    status: int | None

    @property
    def is_taken(self) -> bool:
        """Whether it need not come again."""
        return self.status is not None and 200 <= self.status < 300


@define(eq=False)
class Webhook:
    """A body on its way to the callback."""

    body: bytes = field(repr=False)
    signature: str
    elements: tuple[Element, ...] = field(repr=False)
    born_at: datetime
    attempts: list[Attempt] = field(factory=list)
    is_given_up: bool = False
    """A week has passed and nobody took it."""

    @property
    def payload(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def headers(self) -> dict[str, str]:
        """What it is posted with."""
        return {"Content-Type": "application/json", SIGNATURE: self.signature, "User-Agent": "facebookexternalua"}


def pause_before(attempt: int) -> timedelta:
    """How long to wait after *attempt* failed posts: ever longer, half a day in the end."""
    return _FIRST_PAUSES[attempt - 1] if attempt <= len(_FIRST_PAUSES) else _LATER_PAUSE


class Callbacks:
    """What is told to the callback. Without `reorder_s` the webhooks of a guest arrive in the order of what they tell."""

    def __init__(self, account: Account, agenda: Agenda, post: Post) -> None:
        self.webhooks: list[Webhook] = []
        self._account = account
        self._agenda = agenda
        self._post = post
        self._behaviour = Behaviour()
        self._luck = Luck(self._behaviour)
        self._waiting: list[Element] = []
        self._turns: dict[str, asyncio.Lock] = {}

    def behave(self, behaviour: Behaviour, luck: Luck) -> None:
        """Go by these switches from now on."""
        self._behaviour, self._luck = behaviour, luck

    def tell(self, element: Element, *, after: timedelta = timedelta()) -> None:
        """Have *element* told to the callback, *after* some time."""
        if self._behaviour.batch_s and not after:
            if not self._waiting:
                self._agenda.at(self._agenda.now() + timedelta(seconds=self._behaviour.batch_s), self._tell_batch)
            self._waiting.append(element)
            return
        self._send(self.pack([[[element]]]), after)

    def tell_together(self, entries: Sequence[Sequence[Sequence[Element]]]) -> Webhook:
        """Have one webhook of these entries of changes of elements told."""
        webhook = self.pack(entries)
        self._send(webhook, timedelta())
        return webhook

    async def tell_now(self, element: Element) -> None:
        """Tell *element* and wait until it was taken or refused."""
        await self._deliver(self.pack([[[element]]]))

    def pack(self, entries: Sequence[Sequence[Sequence[Element]]]) -> Webhook:
        """A signed webhook of these entries."""
        payload = envelope(self._account.waba_id, entries)
        # Meta escapes what is not ASCII, and slashes, and signs the bytes that it sends.
        body = json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode("ascii")
        elements = tuple(element for changes in entries for group in changes for element in group)
        webhook = Webhook(body, signed(self._account.app_secret, body), elements, self._agenda.now())
        self.webhooks.append(webhook)
        return webhook

    # ------------------------------------------------------------ on the way

    async def _tell_batch(self) -> None:
        elements, self._waiting = self._waiting, []
        if self._behaviour.reorder_s:
            elements = self._luck.shuffle(elements)
        entries: list[list[list[Element]]] = []
        for element in elements:
            if not entries or self._luck.splits():
                entries.append([[element]])
            elif self._luck.splits() or not _fits(entries[-1][-1], element):
                entries[-1].append([element])
            else:
                entries[-1][-1].append(element)
        if entries:
            self._send(self.pack(entries), timedelta())

    def _send(self, webhook: Webhook, after: timedelta) -> None:
        due = self._agenda.now() + after + timedelta(seconds=self._luck.delay())
        twin = self._luck.twin()
        self._agenda.at(due, lambda: self._deliver(webhook))
        if twin is not None:
            self._agenda.at(due + timedelta(seconds=twin), lambda: self._repeat(webhook))

    async def _deliver(self, webhook: Webhook) -> None:
        """Post it, and plan the next try where it is not taken."""
        if self._behaviour.reorder_s:
            attempt = await self._attempt(webhook)
        else:
            guests = sorted({element.guest.key for element in webhook.elements})
            async with self._turns.setdefault(guests[0], asyncio.Lock()):
                attempt = await self._attempt(webhook)
        if attempt.is_taken:
            return
        due = self._agenda.now() + pause_before(len(webhook.attempts))
        if due - webhook.born_at > GIVE_UP:
            webhook.is_given_up = True
            return
        self._agenda.at(due, lambda: self._deliver(webhook))

    async def _repeat(self, webhook: Webhook) -> None:
        """Post it once more whatever became of it before."""
        await self._attempt(webhook)

    async def _attempt(self, webhook: Webhook) -> Attempt:
        status = None
        if self._account.callback:
            status = await self._post(self._account.callback, webhook.body, webhook.headers, self._behaviour.callback_timeout_s)
        attempt = Attempt(self._agenda.now(), status if self._account.callback else 200)
        webhook.attempts.append(attempt)
        return attempt


def _fits(group: Sequence[Element], element: Element) -> bool:
    return (group[0].kind, group[0].number) == (element.kind, element.number)
