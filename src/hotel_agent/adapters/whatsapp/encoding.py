"""
Bodies of `POST /{phone_number_id}/messages`, within Meta's limits: pure functions, values in, JSON out.

Something beyond a limit is a `ValueError` here: what callers may not know beforehand (long texts, many choices) is for
`composing` to fit.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from attrs import field, frozen

Json = dict[str, Any]

LONGEST_TEXT: Final = 4096
LONGEST_BODY: Final = 1024
"""Of an interactive message, and of a caption."""
LONGEST_BUTTON: Final = 20
LONGEST_BUTTON_ID: Final = 256
LONGEST_ROW: Final = 24
LONGEST_ROW_ID: Final = 200
LONGEST_DESCRIPTION: Final = 72
LONGEST_CALLBACK: Final = 512
LONGEST_PARAMETER: Final = 1024
MOST_BUTTONS: Final = 3
MOST_ROWS: Final = 10

_USER_ID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")
_PHONE = re.compile(r"\+?[0-9]{5,20}")
_BREAKS = re.compile(r"\s+")


@frozen(kw_only=True)
class Row:
    id: str
    title: str
    description: str = ""


@frozen(kw_only=True)
class Media:
    """A file: at a public `link`, or uploaded before under `id`; one of the two."""

    id: str | None = None
    link: str | None = None

    def __attrs_post_init__(self) -> None:
        _check((self.id is None) != (self.link is None), "a file has an id or a link")

    def json(self) -> Json:
        return {"id": self.id} if self.id else {"link": self.link}


@frozen(kw_only=True)
class Card:
    """Somebody to reach: `phone` in international form."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@frozen(kw_only=True)
class TextParameter:
    text: str = field(repr=False)

    def json(self) -> Json:
        # Meta refuses line breaks, tabs and runs of spaces in a parameter.
        told = _BREAKS.sub(" ", self.text).strip()
        return {
            "type": "text",
            "text": told if len(told) <= LONGEST_PARAMETER else told[: LONGEST_PARAMETER - 1].rstrip() + "…",
        }


@frozen(kw_only=True)
class CurrencyParameter:
    """`fallback` is what a device shows that cannot format it; `code` is ISO 4217."""

    amount: Decimal
    code: str
    fallback: str

    def json(self) -> Json:
        thousandths = int((self.amount * 1000).to_integral_value())
        currency = {"fallback_value": self.fallback, "code": self.code, "amount_1000": thousandths}
        return {"type": "currency", "currency": currency}


@frozen(kw_only=True)
class DateParameter:
    """A day in words: Meta shows the fallback as it is."""

    fallback: str

    def json(self) -> Json:
        return {"type": "date_time", "date_time": {"fallback_value": self.fallback}}


Parameter = TextParameter | CurrencyParameter | DateParameter


def addressed(recipient: str, content: Json, *, callback: str | None = None, quotes: str | None = None) -> Json:
    """
    Put round a *content* whom it goes to: a telephone number as `to`, a business-scoped user id as `recipient`.

    An id as `to` would be taken for digits and lost without an error. *callback* comes back in statuses.
    """
    if _USER_ID.fullmatch(recipient):
        whom = {"recipient": recipient}
    else:
        _check(_PHONE.fullmatch(recipient) is not None, "a guest is reached by a number or a user id")
        whom = {"to": recipient}
    message: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", **whom, **content}
    if quotes is not None:
        message["context"] = {"message_id": quotes}
    if callback is not None:
        _check(len(callback) <= LONGEST_CALLBACK, "callback data is too long")
        message["biz_opaque_callback_data"] = callback
    return message


def text(body: str) -> Json:
    _check(0 < len(body) <= LONGEST_TEXT, "a text has 1 to 4096 characters")
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def buttons(body: str, rows: Sequence[Row], *, image: Media | None = None) -> Json:
    """Up to three reply buttons under a text; rows' descriptions are not shown."""
    _check(0 < len(body) <= LONGEST_BODY, "the text over buttons has 1 to 1024 characters")
    _check(0 < len(rows) <= MOST_BUTTONS, "there are 1 to 3 buttons")
    _check_rows(rows, LONGEST_BUTTON, LONGEST_BUTTON_ID)
    pressed = [{"type": "reply", "reply": {"id": row.id, "title": row.title}} for row in rows]
    interactive: Json = {"type": "button", "body": {"text": body}, "action": {"buttons": pressed}}
    if image is not None:
        interactive["header"] = {"type": "image", "image": image.json()}
    return {"type": "interactive", "interactive": interactive}


def options(body: str, menu: str, rows: Sequence[Row]) -> Json:
    """Up to ten rows that unfold under a button that says *menu*."""
    _check(0 < len(body) <= LONGEST_BODY, "the text over a list has 1 to 1024 characters")
    _check(0 < len(menu) <= LONGEST_BUTTON, "a list's button has 1 to 20 characters")
    _check(0 < len(rows) <= MOST_ROWS, "a list has 1 to 10 rows")
    _check_rows(rows, LONGEST_ROW, LONGEST_ROW_ID)
    _check(all(len(row.description) <= LONGEST_DESCRIPTION for row in rows), "a row's description has at most 72 characters")
    listed = [
        {"id": row.id, "title": row.title, **({"description": row.description} if row.description else {})} for row in rows
    ]
    action = {"button": menu, "sections": [{"rows": listed}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": body}, "action": action}}


def image(media: Media, caption: str = "") -> Json:
    return _file("image", media, caption)


def video(media: Media, caption: str = "") -> Json:
    return _file("video", media, caption)


def document(media: Media, filename: str, caption: str = "") -> Json:
    content = _file("document", media, caption)
    content["document"]["filename"] = filename
    return content


def audio(media: Media) -> Json:
    """Shown as a voice message where the file is Opus in Ogg."""
    return {"type": "audio", "audio": media.json()}


def location(latitude: str, longitude: str, name: str = "", address: str = "") -> Json:
    """A place; degrees as decimal text."""
    place: Json = {"latitude": latitude, "longitude": longitude}
    place.update({key: told for key, told in (("name", name), ("address", address)) if told})
    return {"type": "location", "location": place}


def contacts(cards: Sequence[Card]) -> Json:
    _check(len(cards) > 0, "there is at least one contact")
    listed = [
        {"name": {"formatted_name": card.name, "first_name": card.name}, "phones": [{"phone": card.phone, "type": "WORK"}]}
        for card in cards
    ]
    return {"type": "contacts", "contacts": listed}


def template(name: str, language: str, body: Sequence[Parameter] = ()) -> Json:
    """An approved template; *body* fills `{{1}}`, `{{2}}` … of its text."""
    told: Json = {"name": name, "language": {"code": language}}
    if body:
        told["components"] = [{"type": "body", "parameters": [parameter.json() for parameter in body]}]
    return {"type": "template", "template": told}


def reaction(message_id: str, emoji: str) -> Json:
    """Put *emoji* on a guest's message; an empty one takes it off again."""
    return {"type": "reaction", "reaction": {"message_id": message_id, "emoji": emoji}}


def read_and_typing(message_id: str) -> Json:
    """Mark a guest's message as read and show them that an answer is being written, for 25 s at most."""
    return {**read(message_id), "typing_indicator": {"type": "text"}}


def read(message_id: str) -> Json:
    return {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}


def _file(kind: str, media: Media, caption: str) -> Json:
    _check(len(caption) <= LONGEST_BODY, "a caption has at most 1024 characters")
    return {"type": kind, kind: {**media.json(), **({"caption": caption} if caption else {})}}


def _check_rows(rows: Sequence[Row], longest_title: int, longest_id: int) -> None:
    _check(all(0 < len(row.title) <= longest_title for row in rows), f"a title has 1 to {longest_title} characters")
    _check(all(0 < len(row.id) <= longest_id for row in rows), f"an id has 1 to {longest_id} characters")
    _check(len({row.id for row in rows}) == len(rows), "ids are unique")


def _check(right: bool, rule: str) -> None:
    if not right:
        raise ValueError(rule)
