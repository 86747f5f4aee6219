from typing import Any

import pytest
from attrs import evolve
from tests.unit.domain.dialogue.theatre import ANA, Theatre

from hotel_agent.domain.dialogue.step import step
from hotel_agent.domain.events import RECORDED_ONLY, Attachment, AttachmentKind, Channel, Event, GuestMessage
from hotel_agent.domain.ids import EventId, MessageId, TurnIds
from hotel_agent.domain.replies import AskYes, Note, OfferList, Reply
from hotel_agent.domain.turns import AuditAct, Status, Step
from hotel_agent.domain.understanding import Intent, Language, Slots, Understanding

ANSWERED = {
    AttachmentKind.AUDIO: Note.VOICE_UNHEARD,
    AttachmentKind.IMAGE: Note.PICTURE_UNSEEN,
    AttachmentKind.VIDEO: Note.PICTURE_UNSEEN,
    AttachmentKind.DOCUMENT: Note.PICTURE_UNSEEN,
    AttachmentKind.STICKER: Note.NOT_TEXT,
    AttachmentKind.LOCATION: Note.NOT_TEXT,
    AttachmentKind.CONTACTS: Note.NOT_TEXT,
    AttachmentKind.ORDER: Note.NOT_TEXT,
    AttachmentKind.UNSUPPORTED: Note.NOT_TEXT,
}


def message(play: Theatre, kind: AttachmentKind, text: str = "", **more: Any) -> GuestMessage:
    attachment = Attachment(kind=kind, media="media-1", mime="image/jpeg")
    return GuestMessage(message_id=MessageId("m-a"), text=text, sent_at=play.now, attachment=attachment, **more)


def decided(play: Theatre, content: GuestMessage) -> Step:
    """Decide about *content* alone, with nothing of it applied."""
    name = EventId("e-a")
    event = Event(
        id=name,
        tenant=play.state.tenant,
        conversation=play.state.conversation,
        channel=Channel.WHATSAPP,
        dedupe_key="k-a",
        seed="seed-a",
        root=name,
        received_at=play.now,
        order_at=play.now,
        ready_at=play.now,
        content=content,
    )
    return step(play.state, event, play.hotel, play.now, TurnIds(event.seed), bookings=play.all)


def send(play: Theatre, kind: AttachmentKind, text: str = "") -> tuple[Reply, ...]:
    return play.happen(message(play, kind, text))


def test_every_kind_is_answered_or_only_recorded_or_told_to_staff() -> None:
    assert set(AttachmentKind) == ANSWERED.keys() | RECORDED_ONLY | {AttachmentKind.UNREADABLE}


@pytest.mark.parametrize(("kind", "note"), ANSWERED.items())
def test_what_cannot_be_used_gets_an_honest_answer(kind: AttachmentKind, note: Note) -> None:
    play = Theatre()
    assert send(play, kind) == (note,)
    assert play.answer.status is Status.CLARIFICATION


def test_caption_is_heard_like_any_text() -> None:
    play = Theatre()
    play.ask_for()
    heard = Understanding(Intent.GREETING, 0.95, Language.ES, Slots())
    said = play._take(message(play, AttachmentKind.IMAGE, "hola"), heard)
    assert said[:2] == (Note.PICTURE_UNSEEN, Note.GREETING)


def test_voice_note_leaves_offers_and_lock_as_they_are() -> None:
    play = Theatre()
    asked = play.read_back()
    said = send(play, AttachmentKind.AUDIO)
    assert said[0] is Note.VOICE_UNHEARD
    assert isinstance(said[-1], AskYes)
    assert said[-1].offer == asked.offer
    assert play.state.held is not None


@pytest.mark.parametrize("kind", [AttachmentKind.IMAGE, AttachmentKind.DOCUMENT])
def test_picture_from_a_guest_with_a_reservation_is_kept_as_a_receipt_for_staff(kind: AttachmentKind) -> None:
    play = Theatre()
    play.book()
    play.confirm()
    assert send(play, kind)[0] is Note.RECEIPT_KEPT
    assert [(told.reason, told.about) for told in play.escalations] == [("payment_receipt", "media-1")]
    kept = [entry for entry in play.audit if entry.act is AuditAct.RECEIPT_KEPT]
    assert [(entry.subject, entry.detail) for entry in kept] == [("media-1", "image/jpeg")]


def test_picture_from_a_guest_who_cancelled_is_no_receipt() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    play.cancelled(evolve(play.booking))
    assert Note.RECEIPT_KEPT not in send(play, AttachmentKind.IMAGE)
    assert play.escalations == []


@pytest.mark.parametrize("kind", sorted(RECORDED_ONLY))
def test_reactions_changes_and_news_of_the_channel_are_answered_by_nothing_and_change_nothing(kind: AttachmentKind) -> None:
    play = Theatre()
    play.read_back()
    done = decided(play, message(play, kind, quotes=MessageId("m-1")))
    assert done == Step(session=play.state)


def test_what_could_not_be_read_is_set_aside_and_staff_is_told() -> None:
    play = Theatre()
    play.ask_for()
    done = decided(play, message(play, AttachmentKind.UNREADABLE))
    assert (done.set_aside, done.replies, done.answer) == ("unreadable", (), None)
    assert [told.reason for told in done.escalations] == ["unreadable"]
    assert done.session == play.state


def test_number_that_the_channel_proves_need_not_be_typed() -> None:
    play = Theatre()
    play.hold()
    heard = Understanding(Intent.PROVIDE_DETAILS, 0.95, Language.ES, Slots(name=ANA.name, email=ANA.email))
    told = GuestMessage(message_id=MessageId("m-a"), text="…", sent_at=play.now, phone="+34699999999")
    play._take(told, heard)
    assert play.reply(AskYes).guest.phone == "+34699999999"


def test_number_that_was_typed_counts_for_more_than_the_channels() -> None:
    play = Theatre()
    play.hold()
    slots = Slots(name=ANA.name, email=ANA.email, phone=ANA.phone)
    heard = Understanding(Intent.PROVIDE_DETAILS, 0.95, Language.ES, slots)
    told = GuestMessage(message_id=MessageId("m-a"), text="…", sent_at=play.now, phone="+34699999999")
    play._take(told, heard)
    assert play.reply(AskYes).guest.phone == ANA.phone


def test_pressed_row_with_a_title_is_a_press() -> None:
    play = Theatre()
    play.ask_for()
    assert play.reply(OfferList).offers
    pressed = GuestMessage(
        message_id=MessageId("m-a"), text="1. Individual", sent_at=play.now, choice=f"offer:{play.offers[1].id}"
    )
    play.happen(pressed)
    assert play.state.held is not None
