"""Whether a server keeps what it was told: looked at when the store is opened."""

from typing import Any, Final

from redis import exceptions

from hotel_agent.adapters.redis.errors import refusal
from hotel_agent.adapters.redis.keys import text
from hotel_agent.adapters.redis.scripts import Command
from hotel_agent.adapters.redis.servers import Servers

_OLDEST: Final = (6, 2)
_NEEDED: Final = {
    "appendonly": ("yes", "else a restart forgets everything since the last snapshot"),
    "appendfsync": ("always", "else the last second of what guests were told is lost with the machine"),
    "no-appendfsync-on-rewrite": ("no", "else what comes while the log is rewritten is lost with the machine"),
    "maxmemory-policy": ("noeviction", "else the store forgets things when its memory is full"),
}


async def weaknesses(servers: Servers) -> tuple[str, ...]:
    """
    Name every setting under which a server would lose what it has acknowledged, one sentence each; none: it keeps it.

    Raises:
        Unavailable: a server does not answer.

    """
    commands = (Command((b"INFO", b"server")), *(Command((b"CONFIG", b"GET", name.encode())) for name in _NEEDED))
    found: list[str] = []
    for info, *settings in await servers.every(*commands):
        found += _too_old(info)
        for (name, (needed, why)), told in zip(_NEEDED.items(), settings, strict=True):
            if isinstance(told, exceptions.AuthenticationError):
                raise refusal(told) from told
            if isinstance(told, Exception):
                found.append(f"{name}: the server does not show it; needed is {needed}")
            elif (actual := _value(told)) != needed:
                found.append(f"{name}: is {actual}, needed is {needed}, {why}")
    return tuple(dict.fromkeys(found))


def _value(told: Any) -> str:
    return text(told[1]) if len(told) > 1 else "unknown"


def _too_old(info: Any) -> list[str]:
    if isinstance(info, Exception):
        raise refusal(info) from info
    fields = dict(line.split(":", 1) for line in text(info).splitlines() if ":" in line)
    version = fields.get("redis_version", "0")
    known = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return [f"version: is {version}, needed is 6.2 or later"] if known < _OLDEST else []
