"""
A second opinion on the webhooks of WhatsApp: pywa, a client library that knows nothing of us.

What our emulator posts, pywa accepts and reads as the same facts that our adapter reads. Where one of them reads less, it is
said here what and why.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from pywa import WhatsApp, types, utils

from hotel_agent.adapters.whatsapp.reading import read_body
from hotel_agent.adapters.whatsapp.received import Message, StatusOfMessage
from hotel_agent.adapters.whatsapp.signature import is_signed
from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.errors import GraphError
from hotel_agent.emulators.whatsapp.payloads import Element, Kind, Status
from hotel_agent.emulators.whatsapp.values import Account, Guest, guest_of

Facts = dict[str, Any]
Json = dict[str, Any]

ACCOUNT = Account("token", "app secret", "verify me")
NUMBER = ACCOUNT.numbers[0]
START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
WEBHOOKS = 1200
_LETTERS = "aeiouñçãü ABC 0123 ,.!¿?/\\\"'<>&\n\t{}:€☀😀👨‍👩‍👧\u2028"


def words(draw: Random, most: int = 60) -> str:
    """A text with something in it, of letters that encoders trip over."""
    return "x" + "".join(draw.choice(_LETTERS) for _ in range(draw.randrange(most)))


def ident(draw: Random, prefix: str = "wamid.") -> str:
    return prefix + "".join(draw.choices("ABCDEFabcdef0123456789=", k=24))


def somebody(draw: Random) -> Guest:
    phone = str(draw.randrange(10**9, 10**13))
    username = draw.choice([None, "somebody.1"])
    return guest_of(phone, words(draw, 20), username=username, hides_phone=draw.random() < 0.3)


# ------------------------------------------------------------ what guests say: contents and the facts in them


def _text(draw: Random) -> tuple[Json, Facts]:
    body = words(draw, 200)
    return payloads.text(body), {"text": body}


def _media(draw: Random) -> tuple[Json, Facts]:
    kind, mime = draw.choice(
        [
            ("image", "image/jpeg"),
            ("video", "video/mp4"),
            ("audio", "audio/ogg; codecs=opus"),
            ("document", "application/pdf"),
            ("sticker", "image/webp"),
        ]
    )
    media_id, sha256 = str(draw.randrange(10**15)), ident(draw, "") + "="
    caption = words(draw) if kind in {"image", "video", "document"} and draw.random() < 0.5 else None
    filename = words(draw, 10) if kind == "document" else None
    content = payloads.media(
        kind,
        media_id,
        mime,
        sha256,
        caption=caption,
        filename=filename,
        voice=draw.random() < 0.5 if kind == "audio" else None,
        animated=draw.random() < 0.5 if kind == "sticker" else None,
    )
    return content, {"media": media_id, "mime": mime, "caption": caption, "filename": filename}


def _location(draw: Random) -> tuple[Json, Facts]:
    place = round(draw.uniform(-90, 90), 6), round(draw.uniform(-180, 180), 6)
    if draw.random() < 0.5:
        return payloads.location(*place), {"place": [*place]}
    name, address = words(draw), words(draw)
    return payloads.location(*place, name=name, address=address), {"place": [*place, name, address]}


def _contacts(draw: Random) -> tuple[Json, Facts]:
    name, phone = words(draw, 20), str(draw.randrange(10**9, 10**12))
    return payloads.contacts(name, phone), {"card": name}


def _button(draw: Random) -> tuple[Json, Facts]:
    title, chosen = words(draw, 19), ident(draw, "yes:")
    return payloads.button_reply(chosen, title), {"text": title, "choice": chosen}


def _row(draw: Random) -> tuple[Json, Facts]:
    title, chosen = words(draw, 23), ident(draw, "offer:")
    return payloads.list_reply(chosen, title, draw.choice([None, words(draw)])), {"text": title, "choice": chosen}


def _quick(draw: Random) -> tuple[Json, Facts]:
    label, payload = words(draw, 19), ident(draw, "yes:")
    return payloads.quick_reply(payload, label), {"text": label, "choice": payload}


def _reaction(draw: Random) -> tuple[Json, Facts]:
    original, emoji = ident(draw), draw.choice(["👍", "❤️", None])
    return payloads.reaction(original, emoji), {"quotes": original, "emoji": emoji}


def _order(draw: Random) -> tuple[Json, Facts]:
    items = [(ident(draw, "room-"), draw.randrange(1, 5), float(draw.randrange(10, 500)), "EUR") for _ in range(2)]
    note = draw.choice([None, words(draw)])
    return payloads.order("77", items, note), {"text": note or "", "items": [item[0] for item in items]}


def _unsupported(draw: Random) -> tuple[Json, Facts]:
    return payloads.unsupported(draw.choice(["poll", "edit", "button"])), {"code": 131051}


def _edit(draw: Random) -> tuple[Json, Facts]:
    original, body = ident(draw), words(draw)
    return payloads.edit(original, payloads.text(body)), {"quotes": original, "now": body}


def _revoke(draw: Random) -> tuple[Json, Facts]:
    original = ident(draw)
    return payloads.revoke(original), {"quotes": original}


SAID: dict[str, Callable[[Random], tuple[Json, Facts]]] = {
    "text": _text,
    "media": _media,
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "row": _row,
    "quick reply": _quick,
    "reaction": _reaction,
    "order": _order,
    "unsupported": _unsupported,
    "edit": _edit,
    "revoke": _revoke,
}
QUOTABLE = frozenset({"text", "media", "location", "contacts"})
PRESSED = frozenset({"button", "row"})
"""Always told with the message that shows them."""


def drawn(number: int) -> tuple[Element, Facts]:
    """The *number*-th thing to tell, and what there is to know about it."""
    draw = Random(number)  # repeatable on purpose
    guest, message_id, at = somebody(draw), ident(draw), START + timedelta(seconds=draw.randrange(10**7))
    who = {"id": message_id, "at": at, "user_id": guest.user_id, "phone": guest.wa_id}
    if draw.random() < 0.3:
        what, tracker = draw.choice(list(Status)), draw.choice([None, ident(draw, "o-")])
        error = GraphError(draw.choice([131026, 131047, 131049]), words(draw)) if what is Status.FAILED else None
        value = payloads.status(guest, message_id, at, what, tracker=tracker, error=error)
        facts = who | {"status": what.value, "tracker": tracker, "code": error.code if error else None}
        return Element(Kind.STATUS, NUMBER, guest, value), facts
    kind = draw.choice(list(SAID))
    content, facts = SAID[kind](draw)
    quotes = ident(draw) if kind in PRESSED or (kind in QUOTABLE and draw.random() < 0.3) else None
    context = payloads.quoting(quotes, NUMBER.display) if quotes else None
    value = payloads.message(guest, message_id, at, content, context=context)
    return Element(Kind.MESSAGE, NUMBER, guest, value), who | {"quotes": quotes} | facts


# ------------------------------------------------------------ pywa as the receiver


def handed_on(waba_id: str) -> tuple[WhatsApp, list[Any]]:
    """A client of pywa's, and the updates that it hands on."""
    client = WhatsApp(
        phone_id=NUMBER.id,
        token="token",
        session=httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(500))),
        app_secret=ACCOUNT.app_secret,
        verify_token=ACCOUNT.verify_token,
        waba_id=waba_id,
    )
    updates: list[Any] = []
    for listen in (
        client.on_message,
        client.on_message_status,
        client.on_callback_button,
        client.on_callback_selection,
        client.on_edited_message,
        client.on_deleted_message,
        client.on_phone_number_change,
    ):
        listen()(lambda _, update: updates.append(update))
    return client, updates


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[WhatsApp, list[Any]]]:
    client, updates = handed_on(ACCOUNT.waba_id)
    with client.api._session:
        yield client, updates


def packed(*elements: Element) -> tuple[bytes, str]:
    """The bytes and the signature of a webhook of these elements in one change."""

    async def nowhere(*_: object) -> int | None:
        return 200

    webhook = WhatsAppEmulator(ACCOUNT, clock=lambda: START, post=nowhere).platform.callbacks.pack([[list(elements)]])
    return webhook.body, webhook.signature


def as_pywa_reads(update: Any) -> Facts:
    """What pywa made of a webhook, in the words of this test."""
    who = {"id": update.id, "at": update.timestamp, "user_id": update.from_user.bsuid, "phone": update.from_user.wa_id}
    assert (update.metadata.phone_number_id, update.waba_id) == (NUMBER.id, ACCOUNT.waba_id)
    if isinstance(update, types.MessageStatus):
        code = update.error.code if update.error else None
        return who | {"status": update.status.value, "tracker": update.tracker, "code": code}
    if isinstance(update, types.EditedMessage):
        return who | {"quotes": update.original_message_id, "now": update.message.text}
    if isinstance(update, types.DeletedMessage):
        return who | {"quotes": update.original_message_id}
    quotes = update.reply_to_message.id if update.reply_to_message else None
    if isinstance(update, types.CallbackButton | types.CallbackSelection):
        return who | {"quotes": quotes, "text": update.title, "choice": update.data}
    return who | {"quotes": quotes} | _as_pywa_reads_content(update)


def _as_pywa_reads_content(update: types.Message) -> Facts:
    if update.media is not None:
        file = update.media
        filename = getattr(file, "filename", None)
        return {"media": file.id, "mime": file.mime_type, "caption": update.caption, "filename": filename}
    if update.location is not None:
        place = update.location
        named = [place.name, place.address] if place.name else []
        return {"place": [place.latitude, place.longitude, *named]}
    if update.contacts is not None:
        name = update.contacts[0].name
        return {"card": name.formatted_name if name else None}
    if update.reaction is not None:
        return {"quotes": update.reaction.message_id, "emoji": update.reaction.emoji}
    if update.order is not None:
        return {"text": update.order.text or "", "items": [product.sku for product in update.order.products]}
    if update.error is not None:
        return {"code": update.error.code}
    return {"text": update.text}


def test_pywa_accepts_every_signature_and_reads_every_fact(receiver: tuple[WhatsApp, list[Any]]) -> None:
    client, updates = receiver
    differing = []
    for number in range(WEBHOOKS):
        element, facts = drawn(number)
        body, signature = packed(element)
        assert client.webhook_update_validator(body, signature) is None
        assert utils.webhook_updates_validator(ACCOUNT.app_secret, body, signature)
        updates.clear()
        assert client.webhook_update_handler(body) == ("ok", 200)
        read = [as_pywa_reads(update) for update in updates]
        if read != [facts]:
            differing.append((number, facts, read))
    assert differing == []


def test_pywa_refuses_a_signature_of_other_bytes_or_another_secret(receiver: tuple[WhatsApp, list[Any]]) -> None:
    body, signature = packed(drawn(1)[0])
    assert receiver[0].webhook_update_validator(body + b" ", signature) == ("Forbidden", 403)
    assert receiver[0].webhook_update_validator(body, payloads.signed("another", body)) == ("Forbidden", 403)
    assert receiver[0].webhook_update_validator(body, None) == ("Unauthorized", 401)


# ------------------------------------------------------------ our adapter as the receiver


def as_we_read(read: object, element: Element) -> Facts:
    """What our adapter made of the same webhook, as far as it keeps it."""
    assert isinstance(read, Message | StatusOfMessage)
    assert read.account == NUMBER.id
    if isinstance(read, StatusOfMessage):
        assert read.recipient is not None
        who = {"id": read.provider_id, "user_id": read.recipient.user_id, "phone": read.recipient.phone}
        return who | {"status": read.status.value, "tracker": read.callback, "code": read.code}
    return {
        "id": read.id,
        "at": read.sent_at,
        "user_id": read.sender.user_id,
        "phone": read.sender.phone,
        "quotes": read.quotes,
        **_as_we_read_content(read, element.value["type"]),
    }


def _as_we_read_content(read: Message, kind: str) -> Facts:
    attached = read.attachment
    if attached is None:
        return {"text": read.text} | ({"choice": read.choice} if read.choice else {})
    if attached.media is not None:
        return {
            "media": attached.media,
            "mime": attached.mime,
            "caption": read.text or None,
            "filename": attached.words or None,
        }
    if kind == "order":
        return {"text": read.text}
    if kind == "unsupported":
        return {"code": int(attached.words)}
    named = {"contacts": "card", "reaction": "emoji", "edit": "now"}
    return {named[kind]: attached.words or None} if kind in named else {}


NOT_KEPT = {
    "place": "a place is kept as words for staff, not as numbers",
    "items": "an order's items are not ours to sell: staff looks them up",
    "at": "a status is ranked, never dated",
}


def test_our_adapter_reads_the_same_facts() -> None:
    differing = []
    for number in range(WEBHOOKS):
        element, facts = drawn(number)
        body, signature = packed(element)
        assert is_signed(body, signature.encode(), [ACCOUNT.app_secret])
        [read] = read_body(body)
        ours = as_we_read(read, element)
        if ours != {name: fact for name, fact in facts.items() if name in ours or name not in NOT_KEPT}:
            differing.append((number, facts, ours))
    assert differing == []


# ------------------------------------------------------------ where pywa reads less


def test_of_a_batch_pywa_reads_the_first_element_only_and_we_read_all(receiver: tuple[WhatsApp, list[Any]]) -> None:
    client, updates = receiver
    of_a_kind = [drawn(number) for number in range(40) if drawn(number)[0].kind is Kind.MESSAGE]
    body, _ = packed(*(element for element, _ in of_a_kind))
    updates.clear()
    client.webhook_update_handler(body)
    assert [update.id for update in updates] == [of_a_kind[0][1]["id"]]
    assert [read.id for read in read_body(body) if isinstance(read, Message)] == [facts["id"] for _, facts in of_a_kind]


def test_a_changed_number_is_read_by_both(receiver: tuple[WhatsApp, list[Any]]) -> None:
    old, new = guest_of("34600111222", "Ana"), guest_of("34600777666", "Ana")
    value = payloads.message(old, "wamid.1", START, payloads.changed_number(old, new))
    body, _ = packed(Element(Kind.MESSAGE, NUMBER, old, value, has_contact=False))
    client, updates = receiver
    updates.clear()
    client.webhook_update_handler(body)
    assert [(update.old_wa_id, update.new_wa_id, update.new_user_id) for update in updates] == [
        (old.wa_id, new.wa_id, new.user_id)
    ]
    [read] = read_body(body)
    assert isinstance(read, Message)
    assert read.changed is not None
    assert (read.sender.phone, read.sender.user_id) == (old.wa_id, old.user_id)
    assert (read.changed.phone, read.changed.user_id) == (new.wa_id, new.user_id)


def test_a_changed_id_without_a_phone_number_is_read_by_us_but_not_by_pywa(receiver: tuple[WhatsApp, list[Any]]) -> None:
    old, new = guest_of("34600111222", "Ana", hides_phone=True), guest_of("34600777666", "Ana", hides_phone=True)
    value = payloads.message(old, "wamid.1", START, payloads.changed_user_id(old, new))
    body, _ = packed(Element(Kind.MESSAGE, NUMBER, old, value, has_contact=False))
    client, updates = receiver
    updates.clear()
    client.webhook_update_handler(body)
    assert updates == []  # it insists on `from`, which such news do not have
    [read] = read_body(body)
    assert isinstance(read, Message)
    assert read.changed is not None
    assert (read.sender.user_id, read.changed.user_id) == (old.user_id, new.user_id)
