"""What was understood, as the JSON object that `hotel-agent understand` prints."""

from datetime import date

from hotel_agent.domain.understanding import Slots, StayReading, Understanding

STAY_SLOTS = ("check_in", "check_out", "nights")
SLOTS = (*STAY_SLOTS, "adults", "children", "rooms", "room_type", "reservation_code", "name", "email", "phone", "option")


def describe(text: str, understanding: Understanding) -> dict[str, object]:
    """
    Return the object for one text: plain strings, numbers, lists and None, ready for JSON.

    With several candidates the dates are null, for none of them was chosen, and `candidates` lists them with their reasons.
    `question`
    names what a guest would be asked next: `which_dates`, `arrival`, `departure`, or the problem of the dates said (`past`,
    `impossible`, `backwards`, `too_long`, `too_far`); null when nothing about the dates is open.
    """
    reading = understanding.slots.stay
    only = reading.candidates[0] if reading is not None and len(reading.candidates) == 1 else None
    slots: dict[str, object] = {
        "check_in": _iso(only.arrival) if only else None,
        "check_out": _iso(only.departure) if only else None,
        "nights": only.nights if only else None,
        **_others(understanding.slots),
    }
    return {
        "text": text,
        "language": understanding.language.value,
        "intent": understanding.intent.value,
        "confidence": round(understanding.confidence, 4),
        "slots": slots,
        "assumed": sorted(only.assumed) if only else [],
        "ambiguous": reading.ambiguous if reading is not None else False,
        "question": question(reading),
        "candidates": [
            {
                "check_in": _iso(c.arrival),
                "check_out": _iso(c.departure),
                "nights": c.nights,
                "assumed": sorted(c.assumed),
                "reason": c.reason,
            }
            for c in (reading.candidates if reading is not None else ())
        ],
        "also": [intent.value for intent in understanding.also],
        "runners_up": [[intent.value, round(share, 4)] for intent, share in understanding.runners_up],
    }


def question(reading: StayReading | None) -> str | None:
    """Name what is still open about the dates; None if nothing is or none were said."""
    if reading is None:
        return None
    if reading.problem is not None:
        return reading.problem.value
    if reading.ambiguous:
        return "which_dates"
    if not reading.candidates:
        return None
    only = reading.candidates[0]
    return "arrival" if only.arrival is None else "departure" if only.departure is None else None


def _others(slots: Slots) -> dict[str, object]:
    return {
        "adults": slots.adults,
        "children": len(slots.child_ages) if slots.child_ages is not None else None,
        "rooms": slots.rooms,
        "room_type": slots.room_kind.value if slots.room_kind is not None else None,
        "reservation_code": slots.reservation_code,
        "name": slots.name,
        "email": slots.email,
        "phone": slots.phone,
        "option": slots.option,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
