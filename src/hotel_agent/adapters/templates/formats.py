"""Days and money as they are written where the hotel is, and other people's text made harmless."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache

from attrs import frozen
from babel import Locale
from babel.core import UnknownLocaleError
from babel.languages import get_official_languages
from babel.lists import format_list
from babel.numbers import format_currency

from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.money import Money
from hotel_agent.domain.understanding import Language

LONGEST_PIECE = 120
"""Characters of a name, address or the like that a message shows at most."""

_GLUED = re.compile(r"^(-?[A-Z]{3}|-?[A-Z]{2,}\$)(?=\d)")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@lru_cache(maxsize=1024)
def locale_of(language: Language, country: str) -> Locale:
    """
    The customs a text in *language* follows at a hotel in *country*.

    Spanish in Argentina writes money as Argentina does; a language that is not the country's own keeps its general customs.
    """
    if language.value in get_official_languages(country, de_facto=True):
        try:
            return Locale.parse(f"{language.value}_{country}")
        except (UnknownLocaleError, ValueError):
            pass
    return Locale.parse(language.value)


@lru_cache(maxsize=4096)
def money_text(amount: Money, locale: Locale) -> str:
    """
    Write *amount* with its currency, to the cent.

    A bare `$` means something else in every country, so the currency's code is added to it. Spaces are plain ones: people copy
    and search these texts.
    """
    text = format_currency(amount.amount, amount.currency, locale=locale).translate(_SPACES)
    text = _GLUED.sub(r"\1 ", text)
    symbol = locale.currency_symbols.get(amount.currency, amount.currency)
    return f"{text} {amount.currency}" if symbol == "$" else text


@frozen
class DayWords:
    """A day taken apart: `domingo`, `20`, `diciembre`, `2026`."""

    weekday: str
    day: str
    month: str
    year: str

    def named(self, suffix: str = "") -> dict[str, str]:
        """Return the words as message arguments."""
        return {
            f"weekday{suffix}": self.weekday,
            f"day{suffix}": self.day,
            f"month{suffix}": self.month,
            f"year{suffix}": self.year,
        }


@lru_cache(maxsize=4096)
def day_words(day: date, language: Language) -> DayWords:
    locale = Locale.parse(language.value)
    return DayWords(
        weekday=locale.days["format"]["wide"][day.weekday()],
        day=str(day.day),
        month=locale.months["format"]["wide"][day.month],
        year=str(day.year),
    )


@lru_cache(maxsize=4096)
def short_day(day: date, language: Language) -> str:
    """Write a day for a button: `20 dic`."""
    month = Locale.parse(language.value).months["format"]["abbreviated"][day.month]
    return f"{day.day} {month.rstrip('.')}"


def clock_time(moment: datetime, hotel: Hotel) -> str:
    """Write an instant as the hotel's clocks show it: `15:20`."""
    return f"{moment.astimezone(hotel.timezone):%H:%M}"


def listed(pieces: tuple[str, ...], language: Language, *, either: bool = False) -> str:
    """Join *pieces* as the language does: `a, b y c`, or `a, b o c`."""
    return format_list(pieces, style="or" if either else "standard", locale=language.value)


@lru_cache(maxsize=4096)
def plain(text: str, *, marks: bool = False, longest: int = LONGEST_PIECE) -> str:
    """
    Make text that others wrote fit to stand in a line of ours: no line breaks, no invisible or direction-turning characters.

    With *marks* the characters that WhatsApp takes for bold, italic, struck and code are left out too. Text of more than
    *longest* characters is cut.
    """
    cleaned = "".join(" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in text[: 4 * longest])
    if marks:
        cleaned = re.sub(r"[*_~`]", "", cleaned)
    return cut(" ".join(cleaned.split()), longest)


def cut(text: str, longest: int) -> str:
    """Shorten *text* to *longest* characters, saying so."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
