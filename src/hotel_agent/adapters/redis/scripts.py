"""The scripts that run inside the server: each does one call's work in one step, in one partition unless it only looks."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Final

from attrs import frozen

from hotel_agent.adapters.redis.keys import raw

_PARTS: Final = {
    "append": ("bell", "stamp", "inbox"),
    "waiting": (),
    "longest_wait": ("bell", "stamp", "inbox"),
    "claim": ("bell", "stamp", "inbox", "passing", "heads"),
    "peek": ("bell", "stamp", "inbox", "passing"),
    "renew": ("bell", "stamp", "inbox"),
    "give_back": ("bell", "stamp", "inbox"),
    "commit": ("bell", "stamp", "inbox", "escalations_kept", "effects", "outbox"),
    "claim_jobs": ("jobs", "passing", "heads"),
    "peek_jobs": ("jobs", "passing"),
    "renew_job": ("jobs",),
    "note": ("bell", "stamp", "jobs", "escalations_kept", "effects"),
    "record": ("bell", "stamp", "inbox", "jobs", "escalations_kept", "effects"),
    "due": (),
    "fire": ("bell", "stamp", "inbox", "timers"),
    "find_timer": ("timers",),
    "find": (),
    "situation": (),
    "unsettled": (),
    "audit": (),
    "escalations": (),
    "depth": (),
    "load": (),
    "purge": (),
    "purge_trail": ("locks",),
    "note_hotel": (),
    "reach": (),
    "claim_outbox": ("outbox", "passing", "heads"),
    "peek_outbox": ("outbox", "passing"),
    "settle": ("stamp", "escalations_kept", "outbox"),
    "status": ("bell", "stamp", "escalations_kept", "outbox"),
    "told_of": (),
    "undelivered": (),
    "dead_letters": (),
    "redrive": ("bell", "stamp", "inbox", "letters"),
    "drop": ("letters",),
    "acquire": ("locks",),
    "extend": ("locks",),
    "hold": ("locks",),
    "release": ("locks",),
    "get": ("locks",),
    "standing": ("locks",),
    "count": (),
    "trail": ("locks",),
    "take_lease": (),
    "give_up_lease": (),
    "give_name": (),
    "reserve": (),
    "breakers": (),
    "change_breaker": (),
    "use": (),
}
"""Each script with what stands before it, after the prelude."""


@frozen
class Command:
    """One command, in words; with `timed` the call's deadline goes between `head` and `tail`."""

    head: tuple[bytes, ...]
    tail: tuple[bytes, ...] = ()
    timed: bool = False

    def words(self, deadline: bytes) -> tuple[bytes, ...]:
        return (*self.head, deadline, *self.tail) if self.timed else self.head


@frozen
class Script:
    name: str
    source: bytes
    sha: bytes

    def call(self, keys: Sequence[bytes], arguments: Sequence[str | int | bytes]) -> Command:
        return Command((b"EVALSHA", self.sha, raw(len(keys)), *keys), tuple(map(raw, arguments)), timed=True)

    def load_and_call(self, command: Command) -> Command:
        """Send the source along: for a server that has forgotten the script."""
        return Command((b"EVAL", self.source, *command.head[2:]), command.tail, timed=True)

    @property
    def load(self) -> Command:
        return Command((b"SCRIPT", b"LOAD", self.source))


@cache
def scripts() -> dict[str, Script]:
    """Read all scripts; done once, when a store is opened."""
    return {name: _read(name, parts) for name, parts in _PARTS.items()}


def _read(name: str, parts: tuple[str, ...]) -> Script:
    folder = files("hotel_agent.adapters.redis") / "scripts"
    source = b"\n".join((folder / f"{part}.lua").read_bytes() for part in ("prelude", *parts, name))
    return Script(name, source, sha1(source, usedforsecurity=False).hexdigest().encode())
