"""What of a guest's text leaves the house: no address, no number, no code."""

import re
from typing import Final

from hotel_agent.domain.understanding import Slots

_HIDDEN: Final = frozenset({"email", "phone", "reservation_code"})
_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_LONG_NUMBER: Final = re.compile(r"\+?\d(?:[ ().\-]?\d){8,18}")


def masked(text: str, slots: Slots) -> str:
    """Return *text* with contacts and codes replaced by their names; also what looks like an address or a card number."""
    out, at = [], 0
    for slot, span in sorted(slots.spans, key=lambda entry: entry[1].start):
        if slot in _HIDDEN and span.start >= at:
            out += [text[at : span.start], f"<{slot}>"]
            at = span.end
    out.append(text[at:])
    return _LONG_NUMBER.sub(_unless_dates, _ADDRESS.sub("<email>", "".join(out)))


_DATES: Final = re.compile(r"\d{4}[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[-.]\d{1,2}[-.]\d{2,4}")


def _unless_dates(match: re.Match[str]) -> str:
    return match.group() if _DATES.search(match.group()) else "<number>"
