"""What a text says of days, before anybody works out which dates those are."""

from attrs import define


@define(frozen=True, kw_only=True)
class Day:
    """One day as it was said. Fields that were not said are None."""

    first: int
    last: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    nth: int | None = None
    """Which such weekday of its month, -1 the last: "the first Monday of December"."""
    when: str = ""
    """`this`, `next` or `past` for a weekday."""
    week: int | None = None
    """Weeks from this Monday-to-Sunday week."""
    months_ahead: int | None = None
    years_ahead: int | None = None
    days_ahead: int | None = None
    """Days from today, for "mañana" or "in 3 days"."""
    numeric: tuple[int, int] | None = None
    """The two figures of `03/04`, before it is known which is the month."""
    weak: bool = False
    """A bare number: a day only if its neighbours say so."""
    night: bool = False
    """Said as a night: "esta noche", "la noche del 20"."""
    ordinal: bool = False


@define(frozen=True, kw_only=True)
class Block:
    """Several days with one name: a weekend, a long weekend, a feast."""

    first: int
    last: int
    kind: str
    name: str = ""
    when: str = ""
    week: int | None = None
    nth: int | None = None
    anchor: Day | None = None
    month: int | None = None
    year: int | None = None
    years_ahead: int | None = None


@define(frozen=True, kw_only=True)
class Length:
    """How long: `nights` holds one figure a reading."""

    first: int
    last: int
    nights: tuple[int, ...]
    months: int = 0
    change: int = 0
    """+1 for "one more", -1 for "one less"."""
    later: bool = False
    """Read "a week later", with `change` -1 "a day earlier": moves the stay, does not make it longer."""
    coming: bool = False
    """Read "the next three days": they begin now."""


@define(frozen=True, kw_only=True)
class Series:
    """Three days and more in a row, each named: "3, 4 y 5 de enero", "Friday, Saturday and Sunday"."""

    first: int
    last: int
    start: Day
    end: Day


Mention = Day | Block | Length | Series
