"""What is in a message, by its type."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import field, frozen

from hotel_agent.adapters.whatsapp.fields import Wrong, a_table, a_text, an_optional_text
from hotel_agent.adapters.whatsapp.received import Person
from hotel_agent.domain.events import Attachment, AttachmentKind

_OURS: Final = ("offer:", "yes:", "no:", "stay:", "cancel-yes:", "cancel-no:")
"""How the ids of buttons begin that the dialogue minted (templates may carry others)."""
_CHANGES: Final = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})


@frozen(kw_only=True)
class Contents:
    """A message without who and when. `before` is the id a guest had until the change that `changed` tells."""

    text: str = field(default="", repr=False)
    choice: str | None = None
    attachment: Attachment | None = None
    quotes: str | None = None
    changed: Person | None = None
    before: str | None = field(default=None, repr=False)


def contents_of(kind: str, raw: Mapping[str, Any]) -> Contents:
    """
    Read the part of a message that its type names; a type Meta may add later is one that the guest is told cannot be read.

    Raises:
        Wrong: that part is not what Meta documents.

    """
    read = _READERS.get(kind)
    if read is None:
        return Contents(attachment=Attachment(kind=AttachmentKind.UNSUPPORTED, words=kind[:64]))
    return read(raw)


def _text(raw: Mapping[str, Any]) -> Contents:
    body = a_table(raw.get("text"), "text").get("body")
    if not isinstance(body, str):
        raise Wrong("text.body: not a text")
    return Contents(text=body)


def _media(kind: AttachmentKind) -> Callable[[Mapping[str, Any]], Contents]:
    name = kind.value

    def read(raw: Mapping[str, Any]) -> Contents:
        media = a_table(raw.get(name), name)
        attachment = Attachment(
            kind=kind,
            media=a_text(media, "id"),
            mime=an_optional_text(media, "mime_type"),
            words=an_optional_text(media, "filename") or "",
        )
        return Contents(text=an_optional_text(media, "caption") or "", attachment=attachment)

    return read


def _location(raw: Mapping[str, Any]) -> Contents:
    place = a_table(raw.get("location"), "location")
    told = (place.get("name"), place.get("address"), place.get("latitude"), place.get("longitude"))
    words = ", ".join(str(part) for part in told if isinstance(part, str | int | float) and part != "")
    return Contents(attachment=Attachment(kind=AttachmentKind.LOCATION, words=words))


def _contacts(raw: Mapping[str, Any]) -> Contents:
    cards = raw.get("contacts")
    if not isinstance(cards, list):
        raise Wrong("contacts: not an array")
    names = [card.get("name") for card in cards if isinstance(card, dict)]
    words = ", ".join(found for name in names if isinstance(name, dict) and (found := an_optional_text(name, "formatted_name")))
    return Contents(attachment=Attachment(kind=AttachmentKind.CONTACTS, words=words))


def _interactive(raw: Mapping[str, Any]) -> Contents:
    """A button or a list row of ours; anything else that is interactive was none of our sending."""
    interactive = a_table(raw.get("interactive"), "interactive")
    kind = a_text(interactive, "type")
    if kind not in {"button_reply", "list_reply"}:
        return Contents(attachment=Attachment(kind=AttachmentKind.UNSUPPORTED, words=kind[:64]))
    pressed = a_table(interactive.get(kind), kind)
    return Contents(text=an_optional_text(pressed, "title") or "", choice=a_text(pressed, "id"))


def _button(raw: Mapping[str, Any]) -> Contents:
    """A quick reply of a template: what it says is what the guest says, unless its payload is one of our choices."""
    pressed = a_table(raw.get("button"), "button")
    payload = an_optional_text(pressed, "payload") or ""
    return Contents(text=a_text(pressed, "text"), choice=payload if payload.startswith(_OURS) else None)


def _reaction(raw: Mapping[str, Any]) -> Contents:
    reaction = a_table(raw.get("reaction"), "reaction")
    attachment = Attachment(kind=AttachmentKind.REACTION, words=an_optional_text(reaction, "emoji") or "")
    return Contents(attachment=attachment, quotes=a_text(reaction, "message_id"))


def _edit(raw: Mapping[str, Any]) -> Contents:
    edit = a_table(raw.get("edit"), "edit")
    message = edit.get("message")
    words = ""
    if isinstance(message, dict) and isinstance(message.get("type"), str):
        now = contents_of(message["type"], message)
        words = now.text or (now.attachment.words if now.attachment else "")
    return Contents(
        attachment=Attachment(kind=AttachmentKind.EDIT, words=words), quotes=an_optional_text(edit, "original_message_id")
    )


def _revoke(raw: Mapping[str, Any]) -> Contents:
    original = an_optional_text(a_table(raw.get("revoke"), "revoke"), "original_message_id")
    return Contents(attachment=Attachment(kind=AttachmentKind.DELETION), quotes=original)


def _order(raw: Mapping[str, Any]) -> Contents:
    text = an_optional_text(a_table(raw.get("order"), "order"), "text") or ""
    return Contents(text=text, attachment=Attachment(kind=AttachmentKind.ORDER))


def _system(raw: Mapping[str, Any]) -> Contents:
    system = a_table(raw.get("system"), "system")
    kind = an_optional_text(system, "type") or ""
    attachment = Attachment(kind=AttachmentKind.SYSTEM, words=kind[:64])
    if kind not in _CHANGES:
        return Contents(attachment=attachment)
    phone = an_optional_text(system, "wa_id") or an_optional_text(system, "new_wa_id")
    now = Person(user_id=an_optional_text(system, "user_id"), phone=phone if phone and phone.isdigit() else None)
    return Contents(
        attachment=attachment,
        changed=now if now.user_id or now.phone else None,
        before=an_optional_text(system, "previous_user_id"),
    )


def _unsupported(raw: Mapping[str, Any]) -> Contents:
    errors = raw.get("errors")
    code = errors[0].get("code") if isinstance(errors, list) and errors and isinstance(errors[0], dict) else None
    words = str(code) if type(code) is int else ""
    return Contents(attachment=Attachment(kind=AttachmentKind.UNSUPPORTED, words=words))


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Contents]]] = {
    "text": _text,
    "audio": _media(AttachmentKind.AUDIO),
    "image": _media(AttachmentKind.IMAGE),
    "video": _media(AttachmentKind.VIDEO),
    "document": _media(AttachmentKind.DOCUMENT),
    "sticker": _media(AttachmentKind.STICKER),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "order": _order,
    "system": _system,
    "unsupported": _unsupported,
    "unknown": _unsupported,
}
