"""Sends what the agent said to guests on WhatsApp, by Meta's rules (docs/whatsapp.md)."""

from datetime import datetime, timedelta
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.adapters.whatsapp.account import PAIR_PACE, WINDOW, Accounts, WhatsAppAccount, WindowTemplate
from hotel_agent.adapters.whatsapp.client import GraphClient, GraphRefused
from hotel_agent.adapters.whatsapp.composing import compose
from hotel_agent.adapters.whatsapp.encoding import Json, TextParameter, addressed, template
from hotel_agent.adapters.whatsapp.errors import Cure
from hotel_agent.adapters.whatsapp.tracking import tracked
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import Misconfigured, PortError, Rejected, Rejection, Unavailable
from hotel_agent.domain.turns import OutboxMessage
from hotel_agent.ports.channels import ChannelSender, Throttled
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.limits import RateLimiter
from hotel_agent.ports.observer import Observer

PART: Final = "whatsapp"
_PATIENCE: Final = timedelta(seconds=2)
"""How long a send waits for the number's pace; a longer wait is the outbox's."""
_MARGIN: Final = timedelta(minutes=1)
"""A template a minute too early says what has to be said; a text a moment too late says nothing."""
_SLOWER: Final = timedelta(seconds=5)
_PAIR: Final = timedelta(seconds=4)
_FIRST_STOP: Final = timedelta(minutes=1)
_LONGEST_STOP: Final = timedelta(minutes=15)


@define(eq=False)
class WhatsAppSender(ChannelSender):
    """
    Sends from the numbers of *accounts*; the pace of each is shared by all processes through *limiter*.

    A number that Meta lets send no more (token, permission, payment, block) is left alone for 1, 2, 4 … 15 min at a time, and
    operators see its breaker open: what waits stays in the outbox meanwhile.
    """

    _graph: GraphClient
    _accounts: Accounts
    _limiter: RateLimiter
    _clock: Clock
    _observer: Observer
    _stops: dict[str, tuple[datetime, timedelta]] = field(factory=dict, init=False)

    @property
    def pace(self) -> Pace:
        return PAIR_PACE

    async def send(self, message: OutboxMessage, address: Address) -> str:
        account = self._accounts.get(address.account)
        if account is None:
            raise Misconfigured("no hotel has this WhatsApp number any more")
        self._check_stop(account)
        try:
            content = compose(message)
        except ValueError as exc:
            raise Rejected(Rejection.OTHER, f"WhatsApp cannot show it: {exc}") from exc
        closed = address.heard_at is None or self._clock.now() >= address.heard_at + WINDOW - _MARGIN
        if closed:
            content = self._in_template(account, message)
        await self._keep_pace(account)
        try:
            return await self._post(account, address, message, content)
        except GraphRefused as refused:
            if refused.error.cure is not Cure.WINDOW or closed:
                raise self._error(account, refused) from refused
        # Meta's clock has closed it a moment before ours.
        try:
            return await self._post(account, address, message, self._in_template(account, message))
        except GraphRefused as refused:
            raise self._error(account, refused) from refused

    async def _post(self, account: WhatsAppAccount, address: Address, message: OutboxMessage, content: Json) -> str:
        body = addressed(address.recipient, content, callback=tracked(message.id, message.conversation))
        wamid = await self._graph.send(account.token, account.phone_number_id, body)
        if self._stops.pop(account.phone_number_id, None):
            self._observer.breaker_moved(PART, "closed")
        return wamid

    def _in_template(self, account: WhatsAppAccount, message: OutboxMessage) -> Json:
        if account.template is None:
            raise Rejected(Rejection.NOT_ALLOWED, "the guest has not written for 24 h, and the hotel has no template")
        return _filled(account.template, account.hotel, message.text)

    async def _keep_pace(self, account: WhatsAppAccount) -> None:
        try:
            wait = await self._limiter.reserve(f"{PART}/{account.phone_number_id}", account.pace, _PATIENCE)
        except PortError as exc:
            # Whatever became of the count, nothing has been sent; and WhatsApp is not to blame.
            raise Throttled(_SLOWER) from exc
        if wait > _PATIENCE:
            raise Throttled(wait)
        await anyio.sleep(wait.total_seconds())

    async def check(self) -> None:
        """
        Do nothing while every number may send.

        Raises:
            Throttled: Meta lets one of them send no more for now.

        """
        for account in self._accounts.values():
            self._check_stop(account)

    def _check_stop(self, account: WhatsAppAccount) -> None:
        until, _ = self._stops.get(account.phone_number_id, (None, None))
        if until is not None and (left := until - self._clock.now()) > timedelta():
            raise Throttled(left)

    def _error(self, account: WhatsAppAccount, refused: GraphRefused) -> PortError:
        """Say what Meta's no means for the outbox."""
        match refused.error.cure:
            case Cure.STOP:
                return Throttled(self._stop(account))
            case Cure.SLOWER:
                return Throttled(_SLOWER, growth=2)
            case Cure.PAIR:
                return Throttled(_PAIR, growth=4)
            case Cure.LATER:
                return Unavailable(str(refused))
            case Cure.WINDOW | Cure.NEVER:
                return Rejected(Rejection.OTHER, str(refused))

    def _stop(self, account: WhatsAppAccount) -> timedelta:
        now = self._clock.now()
        until, before = self._stops.get(account.phone_number_id, (now, timedelta()))
        if until > now:
            # Several were under way: together they are one reason to stop.
            return until - now
        pause = min(before * 2, _LONGEST_STOP) or _FIRST_STOP
        self._stops[account.phone_number_id] = (now + pause, pause)
        self._observer.breaker_moved(PART, "open")
        return pause


def _filled(wanted: WindowTemplate, hotel: str, words: str) -> Json:
    told = {"hotel": hotel, "text": words}
    return template(wanted.name, wanted.language, [TextParameter(text=told[name]) for name in wanted.body])
