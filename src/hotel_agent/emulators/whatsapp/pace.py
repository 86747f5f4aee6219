"""How fast Meta lets messages through: buckets that fill with the emulator's clock."""

from datetime import datetime, timedelta
from typing import Final

from attrs import define, field

WINDOW: Final = timedelta(hours=24)


@define
class Bucket:
    """Room for *size* messages, one more every *every*; it starts full."""

    size: float
    every: timedelta
    _left: float = field(init=False)
    _at: datetime | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._left = self.size

    def take(self, now: datetime) -> bool:
        """Take one if there is one."""
        if self._at is not None and now > self._at:
            self._left = min(self.size, self._left + (now - self._at) / self.every)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@define
class ErrorLimit:
    """Blocks what fails too often: *most* errors within *within* block for *block*."""

    most: int
    within: timedelta
    block: timedelta
    _errors: list[datetime] = field(factory=list, init=False)
    _until: datetime | None = field(default=None, init=False)

    def is_blocked(self, now: datetime) -> bool:
        """Whether nothing is answered any more."""
        return self._until is not None and now < self._until

    def failed(self, now: datetime) -> None:
        """Count one."""
        self._errors = [at for at in self._errors if now - at < self.within] + [now]
        if len(self._errors) >= self.most:
            self._until, self._errors = now + self.block, []
