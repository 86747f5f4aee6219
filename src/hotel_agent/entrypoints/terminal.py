"""`hotel-agent chat`: the web chat's conversation in a terminal, over the same HTTP API."""

import secrets
import sys

import anyio
import anyio.to_thread
import httpx

_WAIT = 20
"""Seconds one look for news may take on the server."""
_VISITOR = "X-Visitor"


async def chat(url: str, tenant: str | None) -> int:
    """Talk until end of input or `/quit`. Exit code 1 when no service answers at *url*."""
    async with httpx.AsyncClient(base_url=url, timeout=_WAIT + 10) as client:
        query = {"tenant": tenant} if tenant else {}
        try:
            hotel = (await client.get("/chat/hotel", params=query)).raise_for_status().json()
            visitor = (await client.post("/chat/visitor", params=query)).raise_for_status().json()
        except httpx.HTTPError:
            print(f"No service answers at {url}. Start one with: hotel-agent serve", file=sys.stderr)
            return 1
        client.headers[_VISITOR] = visitor["token"]
        print(f"{hotel['name']} — escribe tu mensaje; #1, #2… pulsan un botón; /quit termina.\n")
        talk = _Talk(client, query)
        async with anyio.create_task_group() as group:
            group.start_soon(talk.listen)
            await talk.type()
            group.cancel_scope.cancel()
    return 0


class _Talk:
    def __init__(self, client: httpx.AsyncClient, query: dict[str, str]) -> None:
        self._client = client
        self._query = query
        self._position = 0
        self._buttons: list[dict[str, str]] = []

    async def type(self) -> None:
        """Send what is typed, line by line."""
        while True:
            line = await anyio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True)
            text = line.strip()
            if not line or text == "/quit":
                await self._look(wait=0)
                return
            if not text:
                continue
            body = {"text": text, "message_id": secrets.token_urlsafe(16)}
            if text.startswith("#") and text[1:].isdigit() and 0 < int(text[1:]) <= len(self._buttons):
                button = self._buttons[int(text[1:]) - 1]
                body |= {"text": button["title"], "choice": button["id"]}
            await self._send(body)

    async def listen(self) -> None:
        """Show what the hotel says, whenever it does."""
        while True:
            try:
                await self._look(wait=_WAIT)
            except httpx.HTTPError:
                await anyio.sleep(1)

    async def _send(self, body: dict[str, str]) -> None:
        # The message id makes it safe to send again when the service was away.
        for pause in (0.5, 1.0, 2.0, 4.0, None):
            try:
                (await self._client.post("/chat/messages", json=body | self._query)).raise_for_status()
            except httpx.HTTPError as exc:
                if pause is None:
                    print(f"(no se pudo enviar: {type(exc).__name__})")
                    return
                await anyio.sleep(pause)
            else:
                return

    async def _look(self, wait: int) -> None:
        params = {**self._query, "after": str(self._position), "wait": str(wait)}
        page = (await self._client.get("/chat/transcript", params=params)).raise_for_status().json()
        for line in page["lines"]:
            self._position = max(self._position, line["position"])
            if line["by_guest"]:
                continue
            self._buttons = line["buttons"]
            print(f"\n{line['text']}")
            for number, button in enumerate(self._buttons, 1):
                print(f"  #{number} {button['title']}")
            print(flush=True)
