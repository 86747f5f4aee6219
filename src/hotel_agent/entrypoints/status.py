"""`hotel-agent status`: what a running service says of itself, live in the terminal."""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import anyio
import httpx
from attrs import define, field

from hotel_agent.entrypoints.status_figures import Figures, picture
from hotel_agent.entrypoints.status_screen import screen

DONE, FAILED = 0, 1
_PATIENCE: Final = 10.0
_NARROWEST, _PIPED = 40, 120
_REASONS: Final[Mapping[int, str]] = {
    401: "it wants a key: --key TOKEN, of an API key with the scope `metrics`",
    403: "it does not show its figures to this caller: it wants a key with the scope `metrics`, or a call from its own machine",
    404: "that is no hotel-agent: it has no /metrics",
}
_HOME, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


class NoFigures(Exception):
    """The service said nothing that could be shown; the message is a sentence for whoever asked."""


@define
class Looks:
    """Looks at one service, again and again: rates are those since the look before."""

    _client: httpx.AsyncClient
    _before: Figures | None = field(default=None, init=False)

    async def look(self) -> dict[str, object]:
        """
        Return the picture of now.

        Raises:
            NoFigures: nothing answers there, or not what can be read.

        """
        ready, said = await self._get("/health/ready", ok=(200, 503)), await self._get("/metrics", ok=(200,))
        try:
            now = Figures.read(said.text, anyio.current_time())
            found: object = ready.json()
        except ValueError:
            raise NoFigures(f"What answers at {self._client.base_url} is no hotel-agent.") from None
        if not isinstance(found, dict):
            raise NoFigures(f"What answers at {self._client.base_url} is no hotel-agent.")
        seen = picture(found, now, self._before, time.time())  # noqa: TID251 - how long another process has been up
        self._before = now
        return seen

    async def _get(self, path: str, ok: tuple[int, ...]) -> httpx.Response:
        url = str(self._client.base_url).rstrip("/")
        try:
            response = await self._client.get(path)
        except httpx.InvalidURL:
            raise NoFigures(f"{url} is no address.") from None
        except httpx.HTTPError as exc:
            raise NoFigures(f"Nothing answers at {url} ({type(exc).__name__}). Is `hotel-agent serve` running there?") from None
        if response.status_code not in ok:
            reason = _REASONS.get(response.status_code, f"it answered {response.status_code} to {path}")
            raise NoFigures(f"The service at {url} cannot be shown: {reason}.")
        return response


async def status(url: str, key: str | None, *, every: float, once: bool, as_json: bool) -> int:
    """
    Show the service at *url* every so many seconds until interrupted, or once.

    Exit code 1 when the first look fails or, asked for *once*, when a needed part is down.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        client = httpx.AsyncClient(base_url=url, headers=headers, timeout=_PATIENCE, trust_env=False)
    except (httpx.InvalidURL, UnicodeError):
        print(f"{url!r} is no address.", file=sys.stderr)
        return FAILED
    async with client:
        looks = Looks(client)
        try:
            seen = await looks.look()
        except NoFigures as exc:
            print(exc, file=sys.stderr)
            return FAILED
        show(seen, url, as_json=as_json, live=not once)
        if once:
            return FAILED if seen["status"] == "down" else DONE
        while True:
            await anyio.sleep(every)
            try:
                seen = await looks.look()
            except NoFigures as exc:
                # It may be starting again: whoever watches wants to see it come back.
                if as_json:
                    print(exc, file=sys.stderr)
                else:
                    _write([str(exc)], live=True)
            else:
                show(seen, url, as_json=as_json, live=True)


def show(seen: Mapping[str, Any], url: str, *, as_json: bool, live: bool) -> None:
    """Write a picture to standard output: on a terminal over the one before, elsewhere below it."""
    if as_json:
        print(json.dumps(seen, ensure_ascii=False), flush=True)
        return
    terminal = sys.stdout.isatty()
    width = max(_NARROWEST, shutil.get_terminal_size().columns) if terminal else _PIPED
    colours = terminal and "NO_COLOR" not in os.environ  # noqa: TID251 - a convention of terminals, no setting of ours
    now = datetime.now(UTC)  # noqa: TID251 - shown to a person
    _write(screen(seen, url, now, colours=colours, width=width), live=live)


def _write(lines: list[str], *, live: bool) -> None:
    if live and sys.stdout.isatty():
        sys.stdout.write(_HOME + "".join(f"{line}{_CLEAR_LINE}\n" for line in lines) + _CLEAR_BELOW)
    else:
        sys.stdout.write("\n".join(lines) + "\n" + ("\n" if live else ""))
    sys.stdout.flush()
