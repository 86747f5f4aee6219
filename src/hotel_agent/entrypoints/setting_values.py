"""What the value of a setting may be: each reader takes the text and the folder that relative paths begin at."""

import functools
import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit, urlunsplit

from attrs import field, frozen

from hotel_agent.domain.quotas import Quota

PREFIX: Final = "HOTEL_AGENT_"
STORES: Final = ("sqlite", "postgresql", "redis", "rediss", "memory")
LOG_LEVELS: Final = ("debug", "info", "warning", "error", "critical")
HIGHEST_PORT: Final = 65535
_PERIODS: Final = {"s": 1, "min": 60, "h": 3600}


class Mistake(ValueError):
    """A value is not what was expected; the message says what was."""


@frozen
class RateLimit:
    """At most `count` calls in any `period` seconds."""

    count: int
    period: int = 60
    quota: Quota = field(init=False, repr=False, eq=False)

    @quota.default
    def _quota(self) -> Quota:
        return Quota(self.count, timedelta(seconds=self.period))

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read `120/min`, `5/s`, `1000/h`; a bare number is per minute.

        Raises:
            Mistake: it is none of these.

        """
        match = re.fullmatch(r"([1-9][0-9]{0,8})(?:/(s|min|h))?", text)
        if match is None:
            raise Mistake("a number of calls and a period such as 120/min, 5/s or 1000/h")
        return cls(int(match[1]), _PERIODS[match[2] or "min"])


def whole_number(low: int, high: int) -> Callable[[str, Path], int]:
    def read(text: str, _: Path) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise Mistake(f"a whole number from {low} to {high}")
        return int(text)

    return read


def decimal(pattern: str, low: float, high: float, expected: str) -> Callable[[str, Path], float]:
    def read(text: str, _: Path) -> float:
        if not re.fullmatch(pattern, text) or not low <= float(text) <= high:
            raise Mistake(expected)
        return float(text)

    return read


seconds: Final = decimal(r"[0-9]{1,3}(\.[0-9]{1,3})?", 1, 300, "seconds from 1 to 300")
short_wait: Final = decimal(r"[0-9](\.[0-9]{1,3})?", 0.1, 1.4, "seconds from 0.1 to 1.4")
"""Understanding may take 1.5 s of a turn's five: a model gets less than that."""
hearing: Final = decimal(r"[0-9](\.[0-9]{1,3})?", 0.1, 2.5, "seconds from 0.1 to 2.5")
"""What it takes comes off the three seconds that a turn has for asking the PMS."""
share: Final = decimal(r"[01](\.[0-9]{1,6})?", 0, 1, "a share from 0 to 1, such as 0.1")
seconds_of_a_turn: Final = decimal(r"[0-9]{1,2}(\.[0-9]{1,3})?", 0.01, 60, "seconds from 0.01 to 60")


def matching(pattern: str, expected: str) -> Callable[[str, Path], str]:
    def read(text: str, _: Path) -> str:
        if not re.fullmatch(pattern, text):
            raise Mistake(expected)
        return text

    return read


def path(text: str, base: Path) -> Path:
    if "\0" in text:
        raise Mistake("a path")
    try:
        return base / Path(text).expanduser()
    except RuntimeError as exc:
        raise Mistake("a path; its ~ cannot be resolved") from exc


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as exc:
        raise Mistake("a URL") from exc
    return parts


def store_url(text: str, _: Path) -> str:
    parts = _split(text)
    if "://" not in text or parts.scheme not in STORES:
        raise Mistake("a URL that begins with " + ", ".join(f"{scheme}://" for scheme in STORES))
    if parts.scheme == "sqlite" and (parts.netloc or len(parts.path) <= 1):
        raise Mistake("sqlite:///folder/file.db (four slashes for an absolute path)")
    if parts.scheme in {"postgresql", "redis", "rediss"} and not parts.hostname:
        raise Mistake(f"{parts.scheme}://host…")
    return text


def redis_url(text: str, base: Path) -> str:
    if not text.startswith(("redis://", "rediss://")):
        raise Mistake("a URL that begins with redis://, rediss://")
    return store_url(text, base)


def http_url(text: str, _: Path) -> str:
    parts = _split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"[\s\x00-\x1f]", text):
        raise Mistake("an http:// or https:// URL with a host")
    if parts.username or parts.password:
        raise Mistake(f"a URL without user and password (a key has a setting of its own, such as {PREFIX}PMS_KEY)")
    if parts.query or parts.fragment:
        raise Mistake("a URL without query and fragment")
    return text.rstrip("/")


def rate_limit(text: str, _: Path) -> RateLimit:
    return RateLimit.parse(text)


def rate_limit_or_off(text: str, base: Path) -> RateLimit | None:
    try:
        return None if text.lower() == "off" else rate_limit(text, base)
    except Mistake as exc:
        raise Mistake(f"{exc}, or off") from exc


def log_level(text: str, _: Path) -> str:
    if text.lower() not in LOG_LEVELS:
        raise Mistake("one of " + ", ".join(LOG_LEVELS))
    return text.lower()


def redacted(url: str | None) -> str | None:
    """Return *url* without its password."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.password is None:
        return url
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:***@{where}"))


@functools.lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Tell whether *host* (a name or address, as a server binds to it or a `Host` header names it) is this machine only."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
