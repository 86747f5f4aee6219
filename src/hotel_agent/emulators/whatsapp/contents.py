"""What each type of message may hold: Meta's limits on lengths, counts and required fields."""

import re
from collections.abc import Callable
from typing import Any, Final

from hotel_agent.emulators.whatsapp.errors import GraphError, invalid, missing, parameter

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
MAX_BODY: Final = 1024
MAX_LIST_BODY: Final = 4096
MAX_FOOTER: Final = 60
MAX_HEADER: Final = 60
MAX_BUTTONS: Final = 3
MAX_BUTTON_TITLE: Final = 20
MAX_BUTTON_ID: Final = 256
MAX_SECTIONS: Final = 10
MAX_ROWS: Final = 10
MAX_SECTION_TITLE: Final = 24
MAX_ROW_TITLE: Final = 24
MAX_ROW_DESCRIPTION: Final = 72
MAX_ROW_ID: Final = 200
MAX_NAME: Final = 1000
_MAX_LINK: Final = 2048
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
_EMOJI_LENGTH: Final = 16


def check_object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under *name*."""
    value = holder.get(name)
    if value is None:
        raise missing(name)
    if not isinstance(value, dict):
        raise parameter(f"Param {name} must be a JSON object.")
    return value


def check_text(value: object, name: str, most: int, least: int = 1) -> str:
    """A text of *least* to *most* characters."""
    if value is None:
        raise missing(name)
    if not isinstance(value, str):
        raise parameter(f"Param {name} must be a string.")
    if len(value) > most:
        raise parameter(f"Param {name} must be at most {most} characters long.")
    if len(value.strip()) < least:
        raise parameter(f"Param {name} must be a non-empty string.")
    return value


def _rows(holder: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    value = holder.get(name)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise parameter(f"Param {name} must be an array of objects.")
    if not value:
        raise missing(name)
    if len(value) > most:
        raise invalid(f"Invalid {name} count. Min allowed {name}: 1, Max allowed {name}: {most}.")
    return value


def _sized(value: object, name: str, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise invalid(f"{name} length invalid. Min length: 1, Max length: {most}.")
    return value


def _distinct(values: list[str], name: str) -> None:
    if len(set(values)) < len(values):
        raise invalid(f"Duplicate {name} are not allowed.")


# ------------------------------------------------------------ plain kinds


def _text(content: dict[str, Any]) -> None:
    check_text(content.get("body"), "text['body']", MAX_TEXT)


def _file(name: str, *, with_caption: bool) -> Callable[[dict[str, Any]], None]:
    def check(content: dict[str, Any]) -> None:
        media_id, link = content.get("id"), content.get("link")
        if (media_id is None) == (link is None):
            raise parameter(f"Param {name} must have either id or link.")
        if media_id is not None:
            check_text(media_id, f"{name}['id']", _MAX_LINK)
        if link is not None and not check_text(link, f"{name}['link']", _MAX_LINK).startswith(("https://", "http://")):
            raise parameter(f"Param {name}['link'] is not a valid URI.")
        if content.get("caption") is not None:
            if not with_caption:
                raise parameter(f"Param {name} does not take a caption.")
            check_text(content["caption"], f"{name}['caption']", MAX_CAPTION, 0)

    return check


def _location(content: dict[str, Any]) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = content.get(name)
        if value is None:
            raise missing(f"location['{name}']")
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise parameter(f"Param location['{name}'] must be a number.") from None
        if not -most <= number <= most:
            raise invalid(f"{name} must be between -{most} and {most}.")
    for name in ("name", "address"):
        if content.get(name) is not None:
            check_text(content[name], f"location['{name}']", MAX_NAME)


def _contact(content: dict[str, Any]) -> None:
    name = check_object(content, "name")
    check_text(name.get("formatted_name"), "contacts['name']['formatted_name']", MAX_NAME)
    others = ("first_name", "last_name", "middle_name", "suffix", "prefix")
    if not any(name.get(each) for each in others):
        raise missing("contacts['name']['first_name']")


def _reaction(content: dict[str, Any]) -> None:
    check_text(content.get("message_id"), "reaction['message_id']", _MAX_LINK)
    emoji = content.get("emoji")
    if not isinstance(emoji, str) or len(emoji) > _EMOJI_LENGTH:
        raise invalid("reaction['emoji'] must be one emoji, or empty to take it off.")


def _template(content: dict[str, Any]) -> None:
    check_text(content.get("name"), "template['name']", 512)
    code = check_text(check_object(content, "language").get("code"), "template['language']['code']", 10)
    if not _LANGUAGE.fullmatch(code):
        raise parameter("Param template['language']['code'] is not a language.")
    components = content.get("components", [])
    if not isinstance(components, list) or not all(isinstance(each, dict) for each in components):
        raise parameter("Param template['components'] must be an array of objects.")


# ------------------------------------------------------------ interactive


def _interactive(content: dict[str, Any]) -> None:
    kind = content.get("type")
    check = _INTERACTIVE.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise invalid(f"interactive['type'] is not one that is emulated: {kind!r:.40}.")
    most = MAX_LIST_BODY if kind == "list" else MAX_BODY
    check_text(check_object(content, "body").get("text"), "interactive['body']['text']", most)
    if content.get("footer") is not None:
        _sized(check_object(content, "footer").get("text"), "Footer text", MAX_FOOTER)
    if content.get("header") is not None:
        header = check_object(content, "header")
        if header.get("type") == "text":
            _sized(header.get("text"), "Header text", MAX_HEADER)
        elif kind == "list":
            raise invalid("The header of a list must be text.")
        elif header.get("type") not in {"image", "video", "document"}:
            raise invalid("header['type'] must be one of text, image, video, document.")
        else:
            _file(header["type"], with_caption=False)(check_object(header, header["type"]))
    check(check_object(content, "action"))


def _buttons(action: dict[str, Any]) -> None:
    buttons = _rows(action, "buttons", MAX_BUTTONS)
    replies = []
    for button in buttons:
        if button.get("type", "reply") != "reply":
            raise invalid("buttons['type'] must be 'reply'.")
        replies.append(check_object(button, "reply"))
    ids = [_sized(reply.get("id"), "Button id", MAX_BUTTON_ID) for reply in replies]
    titles = [_sized(reply.get("title"), "Button title", MAX_BUTTON_TITLE) for reply in replies]
    _distinct(ids, "button ids")
    _distinct(titles, "button titles")


def _list(action: dict[str, Any]) -> None:
    _sized(action.get("button"), "Button label", MAX_BUTTON_TITLE)
    sections = _rows(action, "sections", MAX_SECTIONS)
    rows: list[dict[str, Any]] = []
    for section in sections:
        if len(sections) > 1 or section.get("title") is not None:
            _sized(section.get("title"), "Section title", MAX_SECTION_TITLE)
        rows += _rows(section, "rows", MAX_ROWS)
    if len(rows) > MAX_ROWS:
        raise invalid(f"Total row count exceed max allowed count: {MAX_ROWS}.")
    for row in rows:
        _sized(row.get("title"), "Row title", MAX_ROW_TITLE)
        if row.get("description"):
            _sized(row["description"], "Row description", MAX_ROW_DESCRIPTION)
    _distinct([_sized(row.get("id"), "Row id", MAX_ROW_ID) for row in rows], "row ids")


def _link(action: dict[str, Any]) -> None:
    if action.get("name") != "cta_url":
        raise invalid("action['name'] must be 'cta_url'.")
    parameters = check_object(action, "parameters")
    _sized(parameters.get("display_text"), "Button label", MAX_BUTTON_TITLE)
    if not str(parameters.get("url", "")).startswith(("https://", "http://")):
        raise invalid("parameters['url'] is not a valid URI.")


def _ask_location(action: dict[str, Any]) -> None:
    if action.get("name") != "send_location":
        raise invalid("action['name'] must be 'send_location'.")


_INTERACTIVE: Final[dict[str, Callable[[dict[str, Any]], None]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": _ask_location,
}


def _contacts(content: Any) -> None:
    if not isinstance(content, list) or not content or not all(isinstance(each, dict) for each in content):
        raise parameter("Param contacts must be an array of objects.")
    for each in content:
        _contact(each)


CONTENTS: Final[dict[str, Callable[[Any], None]]] = {
    "text": _text,
    "image": _file("image", with_caption=True),
    "video": _file("video", with_caption=True),
    "document": _file("document", with_caption=True),
    "audio": _file("audio", with_caption=False),
    "sticker": _file("sticker", with_caption=False),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "reaction": _reaction,
    "template": _template,
}
"""Type of message: the check of its content, which raises `GraphError`."""


def read_parameters(content: dict[str, Any]) -> tuple[str, ...]:
    """
    The texts for a template's placeholders, as its body component gives them.

    Raises:
        GraphError: a parameter is of a type that is not emulated, or empty.

    """
    found: list[str] = []
    for component in content.get("components", []):
        if str(component.get("type", "")).lower() != "body":
            continue
        for each in component.get("parameters", []):
            if not isinstance(each, dict):
                raise parameter("Param parameters must be an array of objects.")
            found.append(_parameter(each))
    return tuple(found)


def _parameter(given: dict[str, Any]) -> str:
    kind = given.get("type")
    value = given.get("text")
    if kind in {"currency", "date_time"}:
        value = check_object(given, kind).get("fallback_value")
    elif kind != "text":
        raise GraphError(132012, f"Parameter of type {kind!r:.30} is not emulated in a body.")
    if not isinstance(value, str) or not value:
        raise GraphError(131008, "Parameter of type text is missing text value.")
    return value
