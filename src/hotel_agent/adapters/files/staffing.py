"""The part of a hotel's file on its own people: hours, where tickets go, whom they concern."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Final

from hotel_agent.adapters.files.reading import Table, a_text, matching, one_of, several
from hotel_agent.adapters.files.values import StaffContact, StaffWebhook
from hotel_agent.domain.staffing import Shift, Staff
from hotel_agent.domain.topics import Topic

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED: Final = {name: number for number, name in enumerate(_DAYS)}
_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"
_HOURS: Final = re.compile(rf"(?:([a-z,\- ]+?)\s+)?({_TIME})\s*-\s*({_TIME}|24:00)")
_EXPECTED: Final = 'hours like "08:00-22:00" or "mon-fri 08:00-20:00"'
_NUMBER: Final = matching(r"\+?[0-9 ()-]{2,20}", "a telephone number")
_EMAIL: Final = matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")
_VARIABLE: Final = matching(r"[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")
_LOOPBACK: Final = r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
_WEBHOOK: Final = matching(
    rf"https://[^\s#]+|http://{_LOOPBACK}(/[^\s#]*)?", "an address that begins with https:// (http:// only for this machine)"
)


def staff_of(table: Table) -> tuple[Staff, StaffWebhook | None, tuple[StaffContact, ...]]:
    """Read `[staff]`."""
    hours = table.optional("hours", _hours) or ()
    emergency = table.optional("emergency", _NUMBER) or ""
    url, variable = table.optional("webhook_url", _WEBHOOK), table.optional("webhook_secret_env", _VARIABLE)
    if table.has("webhook_url") and not table.has("webhook_secret_env"):
        table.wrong("webhook_secret_env", "is missing: what is sent to `webhook_url` is signed with it")
    if table.has("webhook_secret_env") and not table.has("webhook_url"):
        table.wrong("webhook_url", "is missing: there is nothing to sign without it")
    if table.has("webhook_secret"):
        table.optional("webhook_secret", a_text)
        table.wrong("webhook_secret", "a secret does not belong in this file; name the variable it is in: `webhook_secret_env`")
    contacts = tuple(_contact(row) for row in table.tables("contacts"))
    table.finish()
    webhook = StaffWebhook(url=url, secret_env=variable) if url and variable else None
    return Staff(hours=hours, emergency=emergency, webhook=webhook is not None), webhook, contacts


def _contact(table: Table) -> StaffContact:
    found = StaffContact(
        name=table.read("name", a_text) or "",
        phone=table.optional("phone", _NUMBER) or "",
        email=table.optional("email", _EMAIL) or "",
        topics=table.optional("topics", several(one_of(Topic))) or (),
    )
    if not table.has("phone") and not table.has("email"):
        table.wrong("phone", "expected a `phone` or an `email`")
    table.finish()
    return found


def _hours(value: object) -> tuple[Shift, ...]:
    rows = [value] if isinstance(value, str) else value
    if not isinstance(rows, list) or not rows:
        raise ValueError(_EXPECTED)
    return tuple(dict.fromkeys(shift for row in rows for shift in _shifts(row)))


def _shifts(row: object) -> list[Shift]:
    parts = _HOURS.fullmatch(row.strip().lower()) if isinstance(row, str) else None
    if parts is None:
        raise ValueError(_EXPECTED)
    end = time(0) if parts[3] == "24:00" else time.fromisoformat(parts[3])
    return [Shift(day, time.fromisoformat(parts[2]), end) for day in _days(parts[1] or "daily")]


def _days(text: str) -> list[int]:
    days: list[int] = []
    for piece in (piece.strip() for piece in text.split(",")):
        first, dash, last = (part.strip() for part in piece.partition("-"))
        if piece == "daily":
            days += range(7)
        elif first in _NAMED and (last in _NAMED or not dash):
            start = _NAMED[first]
            days += [(start + n) % 7 for n in range((_NAMED[last] - start) % 7 + 1)] if dash else [start]
        else:
            raise ValueError(f"{_EXPECTED}, the days being {', '.join(_DAYS)} or daily")
    return days


def secret_of(webhook: StaffWebhook, environment: Mapping[str, str]) -> str:
    """The secret that a webhook is signed with; empty where the environment has none."""
    return environment.get(webhook.secret_env, "").strip()
