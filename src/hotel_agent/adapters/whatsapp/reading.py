"""
From a webhook's JSON to values. Every element of every array is read by itself: one that cannot be read costs no other.

Nothing is dropped: what is not what Meta documents comes out as `Unreadable`, with all that came.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from hotel_agent.adapters.whatsapp.contents import Contents, contents_of
from hotel_agent.adapters.whatsapp.fields import Wrong, a_list, a_table, a_text, an_optional_text
from hotel_agent.adapters.whatsapp.received import Message, Notice, Person, Received, StatusOfMessage, Unreadable
from hotel_agent.domain.delivery import DeliveryStatus

_LONGEST_ID: Final = 512
_LONGEST_RAW: Final = 16_384
_EARLIEST: Final = datetime(2009, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_STATUSES: Final[Mapping[str, DeliveryStatus]] = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
    "deleted": DeliveryStatus.DELIVERED,
    "failed": DeliveryStatus.FAILED,
}
"""A message can only be played once it was read, and deleted by its reader once it was there."""
_KNOWN: Final = frozenset({"messaging_product", "metadata", "contacts", "messages", "statuses", "errors"})


def read_body(body: bytes) -> tuple[Received, ...]:
    """Read the bytes of a webhook, whatever they are."""
    try:
        return tuple(_read(_loads(body)))
    except (ValueError, RecursionError):
        return (Unreadable(account=None, reason="not JSON", raw=body[:_LONGEST_RAW].decode("utf-8", "replace")),)


def _loads(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # It refuses half a surrogate pair, which a guest's text may hold and which must not cost the whole batch.
        return json.loads(body)


def _read(payload: Any) -> Iterator[Received]:
    try:
        entries = a_list(a_table(payload, "payload"), "entry")
    except Wrong as wrong:
        yield _unreadable(None, wrong, payload)
        return
    for entry in entries:
        try:
            changes = a_list(a_table(entry, "entry"), "changes")
        except Wrong as wrong:
            yield _unreadable(None, wrong, entry)
            continue
        for change in changes:
            yield from _change(change)


def _change(change: Any) -> Iterator[Received]:
    try:
        table = a_table(change, "change")
        subject = a_text(table, "field")
        if subject != "messages":
            # Templates, quality, account: about the hotel's account and never about a guest.
            yield Notice(subject=subject[:64])
            return
        value = a_table(table.get("value"), "value")
        account = a_text(a_table(value.get("metadata"), "metadata"), "phone_number_id")
        messages, statuses = _several(value, "messages"), _several(value, "statuses")
        contacts, errors = _several(value, "contacts"), _several(value, "errors")
    except Wrong as wrong:
        yield _unreadable(None, wrong, change)
        return
    for message in messages:
        yield _element(account, message, lambda one: _message(account, one, contacts))
    for status in statuses:
        yield _element(account, status, lambda one: _status(account, one))
    for error in errors:
        yield Notice(subject="error", account=account, code=_code(error))
    if others := value.keys() - _KNOWN:
        yield _unreadable(account, Wrong("value: more than messages and statuses"), {name: value[name] for name in others})


def _element(account: str, raw: Any, read: Any) -> Received:
    try:
        found: Received = read(a_table(raw, "element"))
    except Wrong as wrong:
        return _unreadable(account, wrong, raw)
    return found


# ---------------------------------------------------------------- messages


def _message(account: str, raw: Mapping[str, Any], contacts: Sequence[Any]) -> Message:
    kind = a_text(raw, "type")
    if "group_id" in raw:
        raise Wrong("message: of a group")
    contents: Contents = contents_of(kind, raw)
    return Message(
        account=account,
        id=_id(raw),
        sender=_sender(raw, contacts, contents),
        sent_at=_instant(raw),
        text=contents.text,
        choice=contents.choice,
        attachment=contents.attachment,
        quotes=contents.quotes or _quoted(raw),
        changed=contents.changed,
    )


def _id(raw: Mapping[str, Any]) -> str:
    found = a_text(raw, "id")
    if len(found) > _LONGEST_ID:
        raise Wrong("id: too long")
    return found


def _instant(raw: Mapping[str, Any]) -> datetime:
    """Meta's own second: the sender's time, whatever the queue did to the message on its way."""
    seconds = raw.get("timestamp")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) <= 12:  # noqa: PLR2004 - of digits
        seconds = int(seconds)
    if type(seconds) is not int:
        raise Wrong("timestamp: not seconds")
    if not _EARLIEST.timestamp() <= seconds < _LATEST.timestamp():
        raise Wrong("timestamp: out of range")
    return datetime.fromtimestamp(seconds, UTC)


def _sender(raw: Mapping[str, Any], contacts: Sequence[Any], contents: Contents) -> Person:
    """
    Say who wrote: id and number stand in the message, and beside it among the contacts.

    A guest with a user name may come without a number, one from before those ids without an id.
    """
    user_id, phone = an_optional_text(raw, "from_user_id"), _digits(raw.get("from"))
    beside = [contact for contact in contacts if isinstance(contact, dict)]
    for contact in beside:
        its_id, its_phone = an_optional_text(contact, "user_id"), _digits(contact.get("wa_id"))
        same = (
            (user_id and its_id == user_id) or (phone and its_phone == phone) or (len(beside) == 1 and not (user_id or phone))
        )
        if same:
            user_id, phone = user_id or its_id, phone or its_phone
    if contents.changed is not None:
        # The id that stands beside such news may be the new one already.
        user_id = contents.before or (user_id if user_id != contents.changed.user_id else None)
    if user_id is None and phone is None:
        raise Wrong("message: from nobody")
    return Person(user_id=user_id, phone=phone)


def _digits(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 20 else None  # noqa: PLR2004  # more digits than any instant has


def _quoted(raw: Mapping[str, Any]) -> str | None:
    context = raw.get("context")
    return an_optional_text(context, "id") if isinstance(context, dict) else None


# ---------------------------------------------------------------- statuses


def _status(account: str, raw: Mapping[str, Any]) -> StatusOfMessage:
    told = a_text(raw, "status")
    if told not in _STATUSES:
        raise Wrong("status: an unknown one")
    user_id, phone = an_optional_text(raw, "recipient_user_id"), _digits(raw.get("recipient_id"))
    recipient = Person(user_id=user_id, phone=phone) if user_id or phone else None
    return StatusOfMessage(
        account=account,
        provider_id=_id(raw),
        status=_STATUSES[told],
        recipient=recipient,
        callback=an_optional_text(raw, "biz_opaque_callback_data"),
        code=next((_code(error) for error in _several(raw, "errors")), None),
    )


def _code(error: Any) -> int | None:
    code = error.get("code") if isinstance(error, dict) else None
    return code if type(code) is int else None


def _several(raw: Mapping[str, Any], name: str) -> Sequence[Any]:
    return a_list(raw, name) if name in raw else ()


def _unreadable(account: str | None, wrong: Wrong, raw: Any) -> Unreadable:
    return Unreadable(account=account, reason=str(wrong), raw=json.dumps(raw)[:_LONGEST_RAW])
