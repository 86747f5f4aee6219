import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.whatsapp import wire

from hotel_agent.adapters.whatsapp.reading import read_body
from hotel_agent.adapters.whatsapp.received import Message, Notice, Person, Received, StatusOfMessage, Unreadable
from hotel_agent.domain.delivery import DeliveryStatus
from hotel_agent.domain.events import Attachment, AttachmentKind

GUEST = Person(user_id=wire.USER_ID, phone=wire.PHONE)
SENT_AT = datetime.fromtimestamp(wire.SECOND, UTC)


def read(payload: Any) -> tuple[Received, ...]:
    return read_body(json.dumps(payload).encode())


def one(content: dict[str, Any], **more: Any) -> Message:
    (found,) = read_body(wire.body(wire.message(content, **more)))
    assert isinstance(found, Message)
    return found


# ---------------------------------------------------------------- who, when, to which number


def test_text_comes_with_its_number_sender_and_metas_second() -> None:
    (found,) = read_body(wire.body(wire.text("¿Tienen pileta?")))
    assert found == Message(account=wire.NUMBER, id=wire.WAMID, sender=GUEST, sent_at=SENT_AT, text="¿Tienen pileta?")


def test_guest_with_a_user_name_comes_without_a_number() -> None:
    raw = wire.text()
    del raw["from"]
    contacts = [{"profile": {"name": "Ana", "username": "@ana"}, "user_id": wire.USER_ID}]
    (found,) = read(wire.payload([wire.change(wire.value([raw], contacts=contacts))]))
    assert isinstance(found, Message)
    assert found.sender == Person(user_id=wire.USER_ID)


def test_guest_from_before_the_ids_comes_with_a_number_only() -> None:
    raw = wire.text()
    del raw["from_user_id"]
    (found,) = read(wire.payload([wire.change(wire.value([raw], contacts=[{"wa_id": wire.PHONE}]))]))
    assert isinstance(found, Message)
    assert found.sender == Person(phone=wire.PHONE)


def test_id_that_only_stands_among_the_contacts_is_found_by_the_number() -> None:
    raw = wire.text()
    del raw["from_user_id"]
    contacts = [{"wa_id": "34999", "user_id": "ES.9"}, {"wa_id": wire.PHONE, "user_id": wire.USER_ID}]
    (found,) = read(wire.payload([wire.change(wire.value([raw], contacts=contacts))]))
    assert isinstance(found, Message)
    assert found.sender == GUEST


@pytest.mark.parametrize(
    "broken",
    [
        {"timestamp": "soon"},
        {"timestamp": None},
        {"timestamp": "99999999999999"},
        {"timestamp": "12"},
        {"id": ""},
        {"id": "x" * 600},
        {"type": 7},
        {"group_id": "g-1"},
        {"text": "hola"},
        {"text": {"body": 7}},
    ],
)
def test_message_that_is_not_as_documented_is_kept_whole_and_said_to_be_unreadable(broken: dict[str, Any]) -> None:
    (found,) = read_body(wire.body(wire.text(**broken)))
    assert isinstance(found, Unreadable)
    assert found.account == wire.NUMBER
    assert json.loads(found.raw)["from"] == wire.PHONE
    assert wire.PHONE not in found.reason


def test_message_from_nobody_is_unreadable() -> None:
    raw = wire.text()
    del raw["from"], raw["from_user_id"]
    (found,) = read(wire.payload([wire.change(wire.value([raw], contacts=[]))]))
    assert isinstance(found, Unreadable)


# ---------------------------------------------------------------- every element


def test_every_element_of_every_array_is_read_in_order() -> None:
    def says(words: str, number: str = wire.NUMBER) -> dict[str, Any]:
        return wire.change(wire.value([wire.text(f"{words}1"), wire.text(f"{words}2")], [wire.status()], number=number))

    found = read(wire.payload([says("a"), says("b")], [says("c", "999")]))
    assert [one.text for one in found if isinstance(one, Message)] == ["a1", "a2", "b1", "b2", "c1", "c2"]
    assert [one.account for one in found if isinstance(one, StatusOfMessage)] == [wire.NUMBER, wire.NUMBER, "999"]


def test_element_that_cannot_be_read_costs_no_other() -> None:
    messages = [wire.text("1"), "not an object", wire.text("2", timestamp=None), wire.text("3")]
    found = read(
        wire.payload([7, wire.change(wire.value(messages)), wire.change(3)], [wire.change(wire.value([wire.text("4")]))])
    )
    assert [one.text for one in found if isinstance(one, Message)] == ["1", "3", "4"]
    assert len([one for one in found if isinstance(one, Unreadable)]) == 4


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[]", b'"x"', b'{"entry": {}}', b'{"entry": [7]}'])
def test_body_that_is_no_webhook_is_unreadable(raw: bytes) -> None:
    (found,) = read_body(raw)
    assert isinstance(found, Unreadable)


def test_half_a_surrogate_pair_in_one_text_costs_nothing() -> None:
    whole = json.dumps(wire.payload([wire.change(wire.value([wire.text("1"), wire.text("@")]))]))
    found = read_body(whole.replace("@", "\\ud83d").encode())
    assert [one.text for one in found if isinstance(one, Message)] == ["1", "\ud83d"]


def test_what_is_beside_messages_and_statuses_is_not_lost() -> None:
    found = read(wire.payload([wire.change(wire.value([wire.text()], message_echoes=[{"id": "e"}]))]))
    assert [type(one) for one in found] == [Message, Unreadable]


def test_news_of_the_account_is_a_notice() -> None:
    found = read(wire.payload([wire.change({"event": "APPROVED"}, "message_template_status_update")]))
    assert found == (Notice(subject="message_template_status_update"),)


def test_error_of_the_account_is_a_notice_with_its_code() -> None:
    found = read(wire.payload([wire.change(wire.value(errors=[{"code": 131000, "title": "x"}]))]))
    assert found == (Notice(subject="error", account=wire.NUMBER, code=131000),)


# ---------------------------------------------------------------- what is in it


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            {"type": "audio", "audio": {"id": "m1", "mime_type": "audio/ogg; codecs=opus", "voice": True}},
            Attachment(kind=AttachmentKind.AUDIO, media="m1", mime="audio/ogg; codecs=opus"),
        ),
        (
            {"type": "document", "document": {"id": "m1", "mime_type": "application/pdf", "filename": "pago.pdf"}},
            Attachment(kind=AttachmentKind.DOCUMENT, media="m1", mime="application/pdf", words="pago.pdf"),
        ),
        ({"type": "video", "video": {"id": "m1"}}, Attachment(kind=AttachmentKind.VIDEO, media="m1")),
        ({"type": "sticker", "sticker": {"id": "m1"}}, Attachment(kind=AttachmentKind.STICKER, media="m1")),
        (
            {"type": "location", "location": {"latitude": 40.5, "longitude": -3, "name": "Sol"}},
            Attachment(kind=AttachmentKind.LOCATION, words="Sol, 40.5, -3"),
        ),
        (
            {"type": "contacts", "contacts": [{"name": {"formatted_name": "Luis"}, "phones": []}]},
            Attachment(kind=AttachmentKind.CONTACTS, words="Luis"),
        ),
        ({"type": "order", "order": {"catalog_id": "c", "product_items": []}}, Attachment(kind=AttachmentKind.ORDER)),
        (
            {"type": "unsupported", "errors": [{"code": 131051}]},
            Attachment(kind=AttachmentKind.UNSUPPORTED, words="131051"),
        ),
        (
            {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {}}},
            Attachment(kind=AttachmentKind.UNSUPPORTED, words="nfm_reply"),
        ),
        ({"type": "hologram", "hologram": {}}, Attachment(kind=AttachmentKind.UNSUPPORTED, words="hologram")),
    ],
)
def test_what_is_no_text_is_told_as_what_it_is(content: dict[str, Any], expected: Attachment) -> None:
    found = one(content)
    assert (found.text, found.attachment) == ("", expected)


def test_caption_is_the_text_of_a_picture() -> None:
    found = one({"type": "image", "image": {"id": "m1", "mime_type": "image/jpeg", "caption": "el pago"}})
    assert found.text == "el pago"
    assert found.attachment == Attachment(kind=AttachmentKind.IMAGE, media="m1", mime="image/jpeg")


@pytest.mark.parametrize("kind", ["button_reply", "list_reply"])
def test_pressed_button_or_row_is_known_by_its_id(kind: str) -> None:
    found = one({"type": "interactive", "interactive": {"type": kind, kind: {"id": "yes:o1", "title": "Sí"}}})
    assert (found.choice, found.text, found.attachment) == ("yes:o1", "Sí", None)


@pytest.mark.parametrize(("payload", "choice"), [("Continuar", None), ("yes:o1", "yes:o1"), ("promo:1", None)])
def test_quick_reply_of_a_template_says_what_it_shows(payload: str, choice: str | None) -> None:
    found = one({"type": "button", "button": {"payload": payload, "text": "Continuar"}})
    assert (found.text, found.choice) == ("Continuar", choice)


def test_reply_keeps_what_it_quotes() -> None:
    assert one({"type": "text", "text": {"body": "esta"}}, context={"from": "1", "id": "wamid.q"}).quotes == "wamid.q"


@pytest.mark.parametrize(("emoji", "words"), [({"emoji": "👍"}, "👍"), ({}, "")])
def test_reaction_knows_its_message_also_when_taken_off(emoji: dict[str, str], words: str) -> None:
    found = one({"type": "reaction", "reaction": {"message_id": "wamid.q", **emoji}})
    assert found.attachment == Attachment(kind=AttachmentKind.REACTION, words=words)
    assert found.quotes == "wamid.q"


def test_change_and_deletion_know_their_message() -> None:
    new = {"type": "text", "text": {"body": "del 21"}}
    edited = one({"type": "edit", "edit": {"original_message_id": "wamid.q", "message": new}})
    assert (edited.quotes, edited.attachment) == ("wamid.q", Attachment(kind=AttachmentKind.EDIT, words="del 21"))
    revoked = one({"type": "revoke", "revoke": {"original_message_id": "wamid.q"}})
    assert (revoked.quotes, revoked.attachment) == ("wamid.q", Attachment(kind=AttachmentKind.DELETION))


def test_new_number_tells_who_the_guest_was_and_is() -> None:
    system = {"type": "user_changed_number", "body": "…", "wa_id": "447", "user_id": "GB.2", "previous_user_id": wire.USER_ID}
    raw = wire.message({"type": "system", "system": system})
    del raw["from_user_id"]
    (found,) = read(wire.payload([wire.change(wire.value([raw], contacts=[]))]))
    assert isinstance(found, Message)
    assert (found.sender, found.changed) == (GUEST, Person(user_id="GB.2", phone="447"))
    assert found.attachment == Attachment(kind=AttachmentKind.SYSTEM, words="user_changed_number")


def test_new_id_without_a_number_tells_who_the_guest_was_and_is() -> None:
    system = {"type": "user_changed_user_id", "user_id": "GB.2", "previous_user_id": wire.USER_ID}
    raw = wire.message({"type": "system", "system": system}, from_user_id="GB.2")
    del raw["from"]
    (found,) = read(wire.payload([wire.change(wire.value([raw], contacts=[]))]))
    assert isinstance(found, Message)
    assert (found.sender, found.changed) == (Person(user_id=wire.USER_ID), Person(user_id="GB.2"))


def test_other_news_of_the_system_is_recorded_only() -> None:
    found = one({"type": "system", "system": {"type": "customer_identity_changed", "body": "…"}})
    assert (found.changed, found.attachment) == (
        None,
        Attachment(kind=AttachmentKind.SYSTEM, words="customer_identity_changed"),
    )


# ---------------------------------------------------------------- statuses


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sent", DeliveryStatus.SENT),
        ("delivered", DeliveryStatus.DELIVERED),
        ("read", DeliveryStatus.READ),
        ("played", DeliveryStatus.READ),
        ("failed", DeliveryStatus.FAILED),
    ],
)
def test_status_tells_how_a_message_fared(name: str, expected: DeliveryStatus) -> None:
    raw = wire.status(name, recipient_user_id=wire.USER_ID, biz_opaque_callback_data="out-1")
    assert read(wire.payload([wire.change(wire.value(statuses=[raw]))])) == (
        StatusOfMessage(account=wire.NUMBER, provider_id=wire.WAMID, status=expected, recipient=GUEST, callback="out-1"),
    )


def test_failure_carries_metas_code() -> None:
    raw = wire.status("failed", errors=[{"code": 131047, "title": "Re-engagement message"}])
    (found,) = read(wire.payload([wire.change(wire.value(statuses=[raw]))]))
    assert isinstance(found, StatusOfMessage)
    assert found.code == 131047


def test_unknown_status_is_unreadable() -> None:
    (found,) = read(wire.payload([wire.change(wire.value(statuses=[wire.status("teleported")]))]))
    assert isinstance(found, Unreadable)


# ---------------------------------------------------------------- whatever comes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_said_to_be_unreadable(content: Any) -> None:
    for raw in (content, {"entry": content}, wire.payload([content]), wire.payload([wire.change(content)])):
        read(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_said_to_be_unreadable(raw: bytes) -> None:
    assert all(isinstance(found, Unreadable) for found in read_body(raw))


@given(
    st.sampled_from(["text", "image", "location", "contacts", "interactive", "button", "reaction", "edit", "order", "system"]),
    JSON,
)
def test_any_part_of_a_message_costs_no_other_message(kind: str, content: Any) -> None:
    found = read_body(wire.body(wire.message({"type": kind, kind: content}), wire.text("after")))
    assert len(found) == 2
    assert isinstance(found[1], Message)
    assert found[1].text == "after"
