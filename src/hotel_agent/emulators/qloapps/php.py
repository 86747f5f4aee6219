"""The bits of PHP and of its validation helpers whose quirks show on the wire."""

import re
from datetime import datetime
from math import isfinite
from typing import Any, Final

from hotel_agent.emulators.qloapps.fields import LARGEST, LARGEST_AMOUNT, leading_number, whole_number

_DATE: Final = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?: \d\d?:\d\d?(?::\d\d?)?)?")
_TAG: Final = re.compile(r"<(?=[a-zA-Z/!?])[^>]*>?")
_NAME: Final = re.compile(r'[^0-9!<>,;?=+()@#"°{}_$%:]*')
_PHONE: Final = re.compile(r"[+]?[0-9. ()-]*[0-9)]?")
_EMAIL: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^`{}|~_-]+(?:\.[a-z0-9!#$%&'*+/=?^`{}|~_-]+)*@[a-z0-9]+(?:[._-]?[a-z0-9]+)*\.[a-z]{2,63}", re.IGNORECASE
)
NAME_LENGTH: Final = 32


def strip_tags(text: str) -> str:
    """*text* without HTML tags; an unclosed tag swallows the rest."""
    return _TAG.sub("", text)


def valid_date(value: Any) -> bool:
    """Whether it is `YYYY-MM-DD`, with or without a time after a blank, and a day of the calendar."""
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    try:
        datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 - only the calendar is asked
    except ValueError:
        return False
    return True


def php_time(value: Any) -> float:
    """What `strtotime` makes of a date text, in days: impossible days roll over, anything else is 0."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", value) if isinstance(value, str) else None
    if match is None:
        return 0.0
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= month <= 12 and 0 <= day <= 31 and year):
        return 0.0
    return datetime(year, month, 1).toordinal() + day - 1  # noqa: DTZ001 - only the calendar is asked


def valid_name(text: str) -> bool:
    """A person's name: at most 32 characters, no digits and none of the signs QloApps refuses."""
    return len(text) <= NAME_LENGTH and _NAME.fullmatch(text) is not None


def valid_phone(text: str) -> bool:
    """An optional plus, then digits, blanks, dots, brackets and dashes, ending in a digit."""
    return _PHONE.fullmatch(text) is not None and any(c.isdigit() for c in text) and text[-1].isdigit()


def valid_email(text: str) -> bool:
    """An e-mail address as QloApps understands it."""
    return _EMAIL.fullmatch(text) is not None


def as_int(value: Any) -> int:
    """`(int)`: the leading number of a text, 0 for nothing."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return max(-LARGEST, min(LARGEST, int(value))) if isfinite(value) else 0
    return whole_number(value) if isinstance(value, str) else int(bool(value))


def as_float(value: Any) -> float:
    """`(float)`: the leading number of a text, 0 for nothing."""
    number = leading_number(value) if isinstance(value, str) else value if isinstance(value, (int, float)) else 0
    return float(number) if abs(number) < LARGEST_AMOUNT else 0.0


def is_empty(value: Any) -> bool:
    """`empty()`: nothing, zero, the text zero, an empty list."""
    return value in (None, "", "0", 0, False) or value in ([], {})
