"""`hotel-agent understand`: the understanding alone, one JSON object a line, without any conversation."""

import json
import sys
from datetime import date

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.domain.errors import ConfigurationError, UnknownTenant
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import Listening, Slots, Understanding
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import hotels_of

DONE = 0


def understand(settings: Settings, today: str | None, tenant: str | None) -> int:
    """Read lines from standard input and print what each means."""
    hotels = hotels_of(settings)
    wanted = TenantId(tenant) if tenant else settings.default_tenant or hotels.all()[0].id
    try:
        hotel = hotels.get(wanted)
        day = date.fromisoformat(today) if today else hotel.today(SystemClock().now())
    except UnknownTenant as exc:
        raise ConfigurationError([f"--tenant: {exc}"]) from exc
    except ValueError as exc:
        raise ConfigurationError([f"--today: given {today!r}, expected YYYY-MM-DD"]) from exc
    listening = Listening(today=day, language=hotel.languages[0], country=hotel.country, day_first=hotel.day_first)
    understander = LocalUnderstander.load()
    for line in sys.stdin:
        text = line.rstrip("\n")
        print(json.dumps(described(text, understander.hear(text, listening)), ensure_ascii=False), flush=True)
    return DONE


def described(text: str, heard: Understanding) -> dict[str, object]:
    """Return the JSON object of a text; absent slots are null, dates ISO."""
    slots = heard.slots
    candidates = slots.stay.candidates if slots.stay else ()
    first = candidates[0] if len(candidates) == 1 else None
    assumed = sorted(first.assumed) if first else []
    question = None
    if slots.stay and slots.stay.ambiguous:
        question = [
            {"check_in": _iso(one.arrival), "check_out": _iso(one.departure), "reason": one.reason} for one in candidates
        ]
    return {
        "text": text,
        "language": heard.language,
        "intent": heard.intent,
        "confidence": round(heard.confidence, 4),
        "slots": _slots(slots, _iso(first.arrival) if first else None, _iso(first.departure) if first else None)
        | {"nights": first.nights if first else None},
        "assumed": assumed,
        "ambiguous": slots.stay is not None and slots.stay.ambiguous,
        "question": question,
    }


def _slots(slots: Slots, check_in: str | None, check_out: str | None) -> dict[str, object]:
    return {
        "check_in": check_in,
        "check_out": check_out,
        "nights": None,
        "adults": slots.adults,
        "children": None if slots.child_ages is None else len(slots.child_ages),
        "rooms": slots.rooms,
        "room_type": slots.room_kind,
        "reservation_code": slots.reservation_code,
        "name": slots.name,
        "email": slots.email,
        "phone": slots.phone,
        "option": slots.option,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
