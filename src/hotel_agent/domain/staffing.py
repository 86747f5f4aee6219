"""The hotel's own people: when somebody answers, whom a guest calls meanwhile, and where tickets go."""

from datetime import datetime, time, timedelta
from typing import Final

from attrs import field, frozen

from hotel_agent.domain.errors import InvalidValue

DAYS: Final = 7
_DEFAULT_EMERGENCY: Final = "112"
_EMERGENCY: Final = {
    **dict.fromkeys(("AR", "BO", "CA", "CR", "DO", "EC", "MX", "PA", "PE", "PY", "SV", "US", "UY", "VE"), "911"),
    "BR": "190",
    "CL": "133",
    "CO": "123",
    "CU": "106",
    "GB": "999",
    "GT": "110",
    "HN": "911",
    "NI": "118",
}
"""Where the number for everything, or the police's, is not 112 (which mobile phones everywhere put through anyway)."""


def emergency_number(country: str) -> str:
    """Name the number to call where life is at risk, in *country* (ISO 3166 alpha-2)."""
    return _EMERGENCY.get(country, _DEFAULT_EMERGENCY)


@frozen
class Shift:
    """Somebody answers on `weekday` (Monday 0) from `start` to `end`, hotel-local; an end not after the start is next day's."""

    weekday: int
    start: time
    end: time

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.weekday < DAYS:
            raise InvalidValue("a weekday is 0 (Monday) to 6")

    def on(self, midnight: datetime) -> tuple[datetime, datetime]:
        """Return when the shift of the day that begins at *midnight* starts and ends."""
        start = datetime.combine(midnight.date(), self.start, midnight.tzinfo)
        end = datetime.combine(midnight.date(), self.end, midnight.tzinfo)
        return start, end if self.end > self.start else datetime.combine(
            midnight.date() + timedelta(days=1), self.end, midnight.tzinfo
        )


@frozen
class Absence:
    """Nobody answers until `until` (hotel-local), which is `days` days from today: 0 today, 1 tomorrow."""

    until: datetime
    days: int


@frozen(kw_only=True)
class Staff:
    """
    What is known of a hotel's staff.

    `hours` empty: nothing is known of when somebody answers, so nothing about it is promised. `emergency` empty: the country's
    number. `webhook` is True where tickets and escalations are sent to staff at once.
    """

    hours: tuple[Shift, ...] = field(default=())
    emergency: str = ""
    webhook: bool = False

    def absence(self, local: datetime) -> Absence | None:
        """Tell until when nobody answers at *local* (aware, hotel-local); None while somebody does, or nobody knows."""
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        starts: list[datetime] = []
        for offset in range(-1, DAYS + 1):
            day = midnight + timedelta(days=offset)
            for shift in self.hours:
                if shift.weekday == day.weekday():
                    start, end = shift.on(day)
                    if start <= local < end:
                        return None
                    starts.append(start)
        following = min((start for start in starts if start > local), default=None)
        return Absence(following, (following.date() - local.date()).days) if following else None
