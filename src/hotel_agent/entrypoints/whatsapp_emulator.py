"""`hotel-agent whatsapp-emulator`: a WhatsApp to try the whole agent with, without an account at Meta."""

import json
import os
import secrets
import signal
from pathlib import Path
from urllib.parse import urlsplit

import anyio

from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.emulators.whatsapp.behaviour import Behaviour
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp, running, system_clock
from hotel_agent.emulators.whatsapp.values import Account, Template, guest_of

_FILE = "whatsapp-emulator.json"
_SECRETS = ("token", "app_secret", "verify_token")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_GUESTS = (("34600111222", "Ana"), ("5491155550001", "Bruno"))
_TEMPLATES = (
    Template("hotel_message", "es", "Hola, tenemos un mensaje para usted: {{1}}", buttons=("Continuar",)),
    Template("hotel_message", "en", "Hello, we have a message for you: {{1}}", buttons=("Go on",)),
    Template("hotel_message", "pt_BR", "Olá, temos uma mensagem para você: {{1}}", buttons=("Continuar",)),
)


def account_in(folder: Path, callback: str) -> Account:
    """
    Return the emulated account whose secrets are kept in *folder*; the first time they are drawn, for their owner's eyes only.

    Raises:
        ConfigurationError: the file with the secrets cannot be read.

    """
    file = folder / _FILE
    try:
        kept = json.loads(file.read_text("utf-8"))
        token, app_secret, verify_token = (str(kept[name]) for name in _SECRETS)
    except FileNotFoundError:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        token, app_secret, verify_token = "EAA" + secrets.token_urlsafe(90), secrets.token_hex(16), secrets.token_urlsafe(24)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as fresh:
            json.dump(dict(zip(_SECRETS, (token, app_secret, verify_token), strict=True)), fresh)
    except (ValueError, KeyError, TypeError) as exc:
        raise ConfigurationError([f"{file}: is not the file that this command wrote"]) from exc
    return Account(token, app_secret, verify_token, templates=_TEMPLATES, callback=callback)


async def run_alone(folder: Path, port: int, callback: str, seed: int | None) -> int:
    """
    Serve the emulator until a signal and print what `serve` must be told.

    Raises:
        ConfigurationError: the callback is not on this machine, or the port is taken.

    """
    address = urlsplit(callback)
    if address.scheme != "http" or address.hostname not in _LOOPBACK:
        raise ConfigurationError([f"--callback: given {callback!r}, expected http:// and an address of this machine"])
    account = account_in(folder, callback)
    # A new seed each time: ids that were given before must not come again, or they would be taken for duplicates.
    behaviour = Behaviour(seed=secrets.randbits(48) if seed is None else seed)
    try:
        async with running(account, clock=system_clock, port=port, behaviour=behaviour, with_pages=True) as meta:
            for phone, name in _GUESTS:
                meta.platform.join(guest_of(phone, name))
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                # Whoever is told that it is there may end it at once.
                print(_told(meta, account), flush=True)
                async for _ in signals:
                    break
    except OSError as exc:
        raise ConfigurationError([f"--port: {port} cannot be listened on ({exc.strerror})"]) from exc
    return 0


def _told(meta: RunningWhatsApp, account: Account) -> str:
    settings = {
        "APP_SECRET": account.app_secret,
        "VERIFY_TOKEN": account.verify_token,
        "TOKEN": account.token,
        "PHONE_NUMBER_ID": account.numbers[0].id,
        "ACCOUNT_ID": account.waba_id,
        "GRAPH_URL": f"{meta.url}/v25.0",
    }
    exports = "\n".join(f"export HOTEL_AGENT_WHATSAPP_{name}={value}" for name, value in settings.items())
    return (
        f"WhatsApp emulator  {meta.url}/   (write as a guest there)\n"
        f"webhooks go to     {account.callback}\n\n"
        f"# Tell `hotel-agent serve` in another terminal:\n{exports}\n"
    )
