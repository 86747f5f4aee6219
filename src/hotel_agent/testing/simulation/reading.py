"""Reads the service's messages as a guest does: what was promised, in the words that were sent."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from attrs import frozen

_MONTHS: Final = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905  # twelve names read better in one line
)
_DAYS: Final = re.compile(r"^[Dd]el \w+ (\d+)(?: de (\w+))? al \w+ (\d+) de (\w+) de (\d+) \(", re.MULTILINE)
_ROOM: Final = re.compile(r"^(?:Código \w+: )?(\w+), \d+ adultos$", re.MULTILINE)
_TOTAL: Final = re.compile(r"^Total: ([\d.,]+)\s€", re.MULTILINE)
_NAME: Final = re.compile(r"^A nombre de ([^,.]+)[,.]", re.MULTILINE)
_CONFIRMED: Final = re.compile(r"¡Reserva confirmada! Tu código es (\S+)\.\n")
_CANCELLED: Final = re.compile(r"Tu reserva (\S+) está cancelada\. Si quieres")
_NOT_BOOKED: Final = re.compile(r"la reserva no se ha hecho|no he reservado nada|no ha quedado hecha")


@frozen(kw_only=True)
class Terms:
    """What a guest is told to agree to, or to have: room type by name, days, total in euros, and whose it is."""

    room: str
    arrival: date
    departure: date
    total: Decimal
    name: str


def read_back_in(text: str) -> Terms | None:
    """Return the terms that a message reads back for a yes."""
    return _terms(_paragraph(text, "¿La reservo?"))


def confirmed_terms(text: str) -> Terms | None:
    """Return the terms of the reservation a message confirms."""
    return _terms(_paragraph(text, "¡Reserva confirmada!"))


def confirmed_in(text: str) -> str | None:
    """Return the code of the reservation a message confirms."""
    found = _CONFIRMED.search(text)
    return found[1] if found else None


def cancelled_in(text: str) -> str | None:
    """Return the code of the reservation a message says is cancelled."""
    found = _CANCELLED.search(text)
    return found[1] if found else None


def starts_booking(text: str) -> bool:
    return "Estoy haciendo tu reserva" in text


def ends_booking(text: str) -> bool:
    return confirmed_in(text) is not None or _NOT_BOOKED.search(text) is not None


def _paragraph(text: str, mark: str) -> str:
    """The part of a message that says *mark*: one message may bring news and put a question again."""
    return next((part for part in text.split("\n\n") if mark in part), "")


def _terms(text: str) -> Terms | None:
    """Read whole terms; None when a text states none or not all of them."""
    days, room, total, name = (pattern.search(text) for pattern in (_DAYS, _ROOM, _TOTAL, _NAME))
    if not (days and room and total and name):
        return None
    first, first_month, last, last_month, year = days.groups()
    return Terms(
        room=room[1],
        arrival=_day(first, first_month or last_month, year),
        departure=_day(last, last_month, year),
        total=Decimal(total[1].replace(".", "").replace(",", ".")),
        name=name[1],
    )


def _day(day: str, month: str, year: str) -> date:
    return date(int(year), _MONTHS.index(month) + 1, int(day))
