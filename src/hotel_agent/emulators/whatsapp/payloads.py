"""
What Meta posts to a callback: pure functions from facts to JSON, in the shapes of the Graph API's v25.0 webhooks.

A *content* is what a message says (`{"type": "text", "text": {…}}`); `message` puts who, when and which round it, `status`
tells what became of a message of the hotel's, and `envelope` packs elements as a webhook's body.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.whatsapp.errors import GraphError
from hotel_agent.emulators.whatsapp.values import Guest, Number, Template

Json = dict[str, Any]

SIGNATURE: Final = "X-Hub-Signature-256"
FIELD: Final = "messages"


class Kind(StrEnum):
    """Which array of a webhook an element belongs to."""

    MESSAGE = "messages"
    STATUS = "statuses"


class Status(StrEnum):
    """What became of a message of the hotel's."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@frozen
class Element:
    """One thing to tell: a message or a status, with the number it concerns and the guest it is about."""

    kind: Kind
    number: Number
    guest: Guest
    value: Json
    has_contact: bool = True


# ------------------------------------------------------------ what guests say


def text(body: str) -> Json:
    """Typed words."""
    return {"type": "text", "text": {"body": body}}


def media(
    kind: str,
    media_id: str,
    mime_type: str,
    sha256: str,
    *,
    url: str | None = None,
    caption: str | None = None,
    filename: str | None = None,
    voice: bool | None = None,
    animated: bool | None = None,
) -> Json:
    """
    A file: *kind* is `image`, `audio`, `video`, `document` or `sticker`.

    *sha256* is in base64, as in Meta's webhooks; *voice* is for audio, *animated* for stickers.
    """
    more = {"caption": caption, "filename": filename, "voice": voice, "animated": animated, "url": url}
    given = {name: value for name, value in more.items() if value is not None}
    return {"type": kind, kind: {"mime_type": mime_type, "sha256": sha256, "id": media_id, **given}}


def location(latitude: float, longitude: float, *, name: str | None = None, address: str | None = None) -> Json:
    """A place on the map."""
    more = {key: value for key, value in (("name", name), ("address", address)) if value is not None}
    return {"type": "location", "location": {"latitude": latitude, "longitude": longitude, **more}}


def contacts(name: str, phone: str) -> Json:
    """A card of the guest's address book."""
    first, _, last = name.partition(" ")
    called = {"formatted_name": name, "first_name": first, **({"last_name": last} if last else {})}
    phones = [{"phone": f"+{phone}", "wa_id": phone, "type": "CELL"}]
    return {"type": "contacts", "contacts": [{"name": called, "phones": phones}]}


def button_reply(button_id: str, title: str) -> Json:
    """A press on one of a message's buttons."""
    return {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": button_id, "title": title}}}


def list_reply(row_id: str, title: str, description: str | None = None) -> Json:
    """A choice from a list."""
    row = {"id": row_id, "title": title, **({"description": description} if description else {})}
    return {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": row}}


def quick_reply(payload: str, label: str) -> Json:
    """A press on a template's button."""
    return {"type": "button", "button": {"payload": payload, "text": label}}


def reaction(message_id: str, emoji: str | None) -> Json:
    """An emoji put on a message; None takes it off again."""
    return {"type": "reaction", "reaction": {"message_id": message_id, **({"emoji": emoji} if emoji else {})}}


def order(catalog_id: str, items: Sequence[tuple[str, int, float, str]], note: str | None = None) -> Json:
    """A shopping cart: items are (retailer id, quantity, price of one, currency)."""
    rows = [
        {"product_retailer_id": item, "quantity": quantity, "item_price": price, "currency": currency}
        for item, quantity, price, currency in items
    ]
    return {"type": "order", "order": {"catalog_id": catalog_id, "product_items": rows, **({"text": note} if note else {})}}


def unsupported(what: str) -> Json:
    """Something that the Cloud API does not carry, such as a poll."""
    error = GraphError(131051, "Message type is currently not supported.", title="Message type unknown")
    return {"type": "unsupported", "errors": [error.in_webhook()], "unsupported": {"type": what}}


def edit(original: str, content: Json) -> Json:
    """A message changed after it was sent."""
    return {"type": "edit", "edit": {"original_message_id": original, "message": content}}


def revoke(original: str) -> Json:
    """A message deleted by the guest."""
    return {"type": "revoke", "revoke": {"original_message_id": original}}


def changed_number(old: Guest, new: Guest) -> Json:
    """The guest took another phone number, which makes another business-scoped id too."""
    told = {
        "body": f"User {old.name} changed from {old.wa_id} to {new.wa_id}",
        "wa_id": new.wa_id,
        "user_id": new.user_id,
        "previous_user_id": old.user_id,
        "type": "user_changed_number",
    }
    return {"type": "system", "system": told}


def changed_user_id(old: Guest, new: Guest) -> Json:
    """The same of a guest whose phone number is not shown."""
    told = {
        "body": f"User changed from {old.user_id} to {new.user_id}",
        "user_id": new.user_id,
        "previous_user_id": old.user_id,
        "type": "user_changed_user_id",
    }
    return {"type": "system", "system": told}


def pressable(message: Json, template: Template | None = None) -> dict[str, Json]:
    """What a guest can press on a message of the hotel's: the id of each button or row, and what pressing it says."""
    if message.get("type") == "template":
        labels = dict(enumerate(template.buttons if template else ()))
        ids = dict(labels)
        for component in message["template"].get("components", []):
            if str(component.get("type")).lower() == "button":
                ids |= {int(component.get("index", 0)): each["payload"] for each in component.get("parameters", [])}
        return {ids[index]: quick_reply(ids[index], label) for index, label in labels.items()}
    action = message.get("interactive", {}).get("action", {})
    replies = [button["reply"] for button in action.get("buttons", [])]
    rows = [row for section in action.get("sections", []) for row in section["rows"]]
    buttons = {reply["id"]: button_reply(reply["id"], reply["title"]) for reply in replies}
    return buttons | {row["id"]: list_reply(row["id"], row["title"], row.get("description")) for row in rows}


# ------------------------------------------------------------ who, when, which


def message(guest: Guest, message_id: str, at: datetime, content: Json, *, context: Json | None = None) -> Json:
    """An element of `messages`; *context* quotes a message or tells that it was forwarded."""
    phone = {"from": guest.wa_id} if guest.wa_id else {}
    quoted = {"context": context} if context else {}
    return {**quoted, **phone, "from_user_id": guest.user_id, "id": message_id, "timestamp": stamp(at), **content}


def quoting(message_id: str, author: str | None) -> Json:
    """The context of an answer to a message; *author* is the number or id of who wrote that one."""
    return {**({"from": author} if author else {}), "id": message_id}


def status(
    guest: Guest, message_id: str, at: datetime, what: Status, *, tracker: str | None = None, error: GraphError | None = None
) -> Json:
    """An element of `statuses`; *tracker* is the send's `biz_opaque_callback_data`."""
    told: Json = {"id": message_id, "status": what.value, "timestamp": stamp(at)}
    if guest.wa_id:
        told["recipient_id"] = guest.wa_id
    if guest.user_id:
        told["recipient_user_id"] = guest.user_id
    if tracker is not None:
        told["biz_opaque_callback_data"] = tracker
    if error is not None:
        told["errors"] = [error.in_webhook()]
    elif what is not Status.READ:
        told["pricing"] = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
    return told


def contact(guest: Guest) -> Json:
    """An element of `contacts`."""
    profile = {"name": guest.name, **({"username": guest.username} if guest.username else {})}
    ids = {"user_id": guest.user_id, "wa_id": guest.wa_id}
    return {"profile": profile, **{name: value for name, value in ids.items() if value}}


def stamp(at: datetime) -> str:
    """Meta's time: whole seconds since 1970, as text."""
    return str(int(at.timestamp()))


# ------------------------------------------------------------ packing


def change(elements: Sequence[Element]) -> Json:
    """One element of `changes`: messages or statuses of one number."""
    first = elements[0]
    told: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": first.number.display, "phone_number_id": first.number.id},
    }
    known = {each.guest: contact(each.guest) for each in elements if each.has_contact}
    if known:
        told["contacts"] = list(known.values())
    told[first.kind.value] = [each.value for each in elements]
    return {"value": told, "field": FIELD}


def envelope(waba_id: str, entries: Iterable[Sequence[Sequence[Element]]]) -> Json:
    """A webhook's body: entries of changes of elements."""
    packed = [{"id": waba_id, "changes": [change(elements) for elements in changes]} for changes in entries]
    return {"object": "whatsapp_business_account", "entry": packed}


def signed(secret: str, body: bytes) -> str:
    """The signature header's value over the raw bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
