"""
Serving the emulator inside somebody else's event loop.

```python
async with running(account, clock=system_clock) as meta:
    guest = meta.platform.join(guest_of("34600111222", "Ana"))
    meta.platform.write(guest, text("hola"))  # a signed webhook goes to account.callback
    ...  # meta.url is the Graph API's address, meta.platform.chats what was written
```
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from attrs import frozen

from hotel_agent.emulators.serving import serving_on
from hotel_agent.emulators.whatsapp.behaviour import Behaviour
from hotel_agent.emulators.whatsapp.callbacks import Post
from hotel_agent.emulators.whatsapp.control import Pages
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Account


@frozen
class RunningWhatsApp:
    """An emulator that is being served; `platform` gives in-process access."""

    app: WhatsAppEmulator
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address of the Graph API, without version and slash at the end."""
        return f"http://{self.host}:{self.port}"

    async def shake_hands(self) -> bool:
        """Whether the callback answers Meta's handshake as it should."""
        challenge = self.app.platform.new_id("")
        query = {"hub.mode": "subscribe", "hub.verify_token": self.app.account.verify_token, "hub.challenge": challenge}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(self.app.account.callback, params=query)
        return answer.status_code == httpx.codes.OK and answer.text == challenge

    @property
    def platform(self) -> Platform:
        """Guests, chats and webhooks."""
        return self.app.platform


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the server's own clock; tests pass another


def posting(client: httpx.AsyncClient) -> Post:
    """Post webhooks with *client*."""

    async def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> int | None:
        try:
            answer = await client.post(url, content=body, headers=headers, timeout=seconds)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return answer.status_code

    return post


@asynccontextmanager
async def running(
    account: Account,
    *,
    clock: Callable[[], datetime],
    host: str = "127.0.0.1",
    port: int = 0,
    behaviour: Behaviour | None = None,
    with_pages: bool = False,
) -> AsyncIterator[RunningWhatsApp]:
    """
    Serve *account* on *host* and *port* (0: a free one) until the block ends, and post its webhooks. Sets no signal handlers.

    With *with_pages* the page for people and the control API are served too, to whoever reaches the port by a loopback name.

    Raises:
        OSError: the port is taken.

    """
    # A callback that is asked for by name must be the one we were told, not a proxy's idea of it.
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False) as client:
        app = WhatsAppEmulator(account, clock=clock, post=posting(client), behaviour=behaviour)
        if with_pages:
            app.pages = Pages(app.platform).serve
        pump = asyncio.ensure_future(app.platform.agenda.run())
        try:
            async with serving_on(app, host, port) as number:
                yield RunningWhatsApp(app, host, number)
        finally:
            pump.cancel()
            app.platform.agenda.cancel()
            await asyncio.gather(pump, app.platform.agenda.settle(), return_exceptions=True)
