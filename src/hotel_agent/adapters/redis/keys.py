"""
Where things are kept, and how texts and instants are written there.

Everything about a conversation is in its partition, one of 64; a hotel's locks and lease are with the hotel. All keys of a
partition, or of a hotel, begin with one hash tag, so a cluster keeps them in one slot and a script may touch them together.

Instants are whole microseconds since 1970 UTC; scripts keep to 53 bits of them, which is the year 2255.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from zlib import crc32

from attrs import frozen

from hotel_agent.domain.errors import ConfigurationError, MalformedReply
from hotel_agent.domain.ids import ConversationId, LockId, TenantId

PARTITIONS: Final = 64
"""Fixed for ever: another number would look for what is stored in other places."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NAMESPACE: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_AT: Final = "@"


def micros(moment: datetime) -> int:
    """Count the microseconds from 1970 to *moment*."""
    return (moment - _EPOCH) // _MICROSECOND


def span(duration: timedelta) -> int:
    """Count the microseconds in *duration*."""
    return duration // _MICROSECOND


def instant(stored: bytes | int) -> datetime:
    return _EPOCH + timedelta(microseconds=int(stored))


def sortable(moment: datetime) -> str:
    """Write an instant so that texts sort as instants do, those before 1970 too."""
    return f"{(moment - _FIRST) // _MICROSECOND:020d}"


def raw(word: str | int | bytes) -> bytes:
    """Write a word of a command. Half a surrogate pair, which UTF-8 does not know, goes there and back all the same."""
    if isinstance(word, bytes):
        return word
    return word.encode("utf-8", "surrogatepass") if isinstance(word, str) else b"%d" % word


def text(stored: Any) -> str:
    """
    Read a text.

    Raises:
        MalformedReply: it is none.

    """
    if not isinstance(stored, bytes):
        raise MalformedReply(("expected text",))
    try:
        return stored.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as exc:
        raise MalformedReply(("expected text",)) from exc


def joined(*parts: str) -> str:
    """Run parts together so that no two different lists of parts look the same."""
    return "".join(f"{len(part)}:{part}" for part in parts)


@frozen
class Keys:
    """
    The hash tags of one namespace.

    Raises:
        ConfigurationError: the namespace is not a plain lower-case word.

    """

    namespace: str

    def __attrs_post_init__(self) -> None:
        if not _NAMESPACE.fullmatch(self.namespace):
            raise ConfigurationError(("NAMESPACE: a lower-case letter, then at most 30 of a-z, 0-9 and _",))

    def partitions(self) -> tuple[bytes, ...]:
        return _partitions(self.namespace)

    def partition(self, conversation: ConversationId) -> bytes:
        return _partitions(self.namespace)[crc32(raw(conversation)) % PARTITIONS]

    @property
    def channel(self) -> str:
        """Where processes tell each other what they have written; scripts make it of their partition (bell.lua)."""
        return f"hotel_agent/{self.namespace}"

    @property
    def breakers(self) -> bytes:
        """Where processes share their breakers."""
        return raw(f"{{{self.namespace}/:breakers}}")

    def hotel(self, tenant: TenantId) -> bytes:
        return raw(f"{{{self.namespace}/{tenant}}}")


@cache
def _partitions(namespace: str) -> tuple[bytes, ...]:
    return tuple(raw(f"{{{namespace}:{number:02}}}") for number in range(PARTITIONS))


def lock_id(drawn: str, tenant: TenantId) -> LockId:
    """Name a lock so that its hotel, and with it its place, is known by its id."""
    return LockId(f"{drawn}{_AT}{tenant}")


def tenant_of(lock: LockId) -> TenantId:
    """Tell the hotel of a lock's id; of an id that is not ours, a hotel that has no locks."""
    return TenantId(lock.partition(_AT)[2])
