"""What guests say instead of writing it: heard like a text, but no yes in it counts."""

import pytest
from tests.unit.domain.dialogue.theatre import ALL_DETAILS, MAY_2_TO_4, Theatre, dates

from hotel_agent.domain.events import Attachment, AttachmentKind, GuestMessage, StaffAct, StaffMove
from hotel_agent.domain.ids import MessageId
from hotel_agent.domain.replies import AskCancelYes, AskChangeYes, AskYes, Heard, Note, OfferList
from hotel_agent.domain.turns import JobKind, Status
from hotel_agent.domain.understanding import Intent, RoomKind


def test_what_is_said_is_repeated_and_answered_like_a_text() -> None:
    play = Theatre()
    said = play.say(Intent.CHECK_AVAILABILITY, stay=dates(MAY_2_TO_4), adults=2, text="del 2 al 4 de mayo", spoken=True)
    assert said[0] == Heard(words="del 2 al 4 de mayo")
    assert isinstance(said[1], OfferList)
    play.say(Intent.CREATE_RESERVATION, room_kind=RoomKind.SUITE, spoken=True)
    play.say(Intent.PROVIDE_DETAILS, spoken=True, **ALL_DETAILS)
    assert play.reply(AskYes).guest.name == ALL_DETAILS["name"]


def test_a_spoken_yes_books_nothing_and_a_written_one_to_the_same_question_does() -> None:
    play = Theatre()
    asked = play.read_back()
    said = play.say(Intent.AFFIRM, text="sí", spoken=True)
    assert (said[0], play.booked, play.answer.status) == (Heard(words="sí", yes=True), [], Status.CLARIFICATION)
    assert said[-1] == asked
    play.say(Intent.AFFIRM)
    assert len(play.booked) == 1


def test_a_button_pressed_after_a_spoken_yes_books() -> None:
    play = Theatre()
    asked = play.read_back()
    play.say(Intent.AFFIRM, spoken=True)
    play.press(f"yes:{asked.offer.id}")
    assert len(play.booked) == 1


def test_a_spoken_yes_cancels_nothing() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    play.say(Intent.CANCEL_RESERVATION, spoken=True)
    asked = play.reply(AskCancelYes)
    said = play.say(Intent.AFFIRM, also=(Intent.CANCEL_RESERVATION,), spoken=True)
    assert [job.kind for job in play.jobs] == [JobKind.BOOK]
    assert said[-1] == asked
    play.say(Intent.AFFIRM)
    assert [job.kind for job in play.jobs] == [JobKind.BOOK, JobKind.CANCEL]


def test_a_spoken_yes_changes_nothing() -> None:
    play = Theatre()
    play.book()
    play.confirm()
    play.say(Intent.MODIFY_RESERVATION, room_kind=RoomKind.DOUBLE, spoken=True)
    assert isinstance(play.replies[-1], AskChangeYes)
    play.say(Intent.AFFIRM, spoken=True)
    assert [job.kind for job in play.jobs] == [JobKind.BOOK]
    play.say(Intent.AFFIRM)
    assert [job.kind for job in play.jobs] == [JobKind.BOOK, JobKind.AMEND]


def test_a_spoken_no_is_one() -> None:
    play = Theatre()
    play.read_back()
    play.say(Intent.DENY, spoken=True)
    assert play.state.held is None


def test_a_yes_that_answers_nothing_is_not_said_to_be_too_little() -> None:
    play = Theatre()
    assert play.say(Intent.AFFIRM, spoken=True) == (Heard(words="…"), Note.NOTHING_TO_CONFIRM)


@pytest.mark.parametrize("text", ["", "  "])
def test_what_could_not_be_heard_is_said_so(text: str) -> None:
    play = Theatre()
    assert play.write(text, None, spoken=True) == (Note.VOICE_UNHEARD,)


def test_staff_who_have_the_conversation_hear_for_themselves() -> None:
    play = Theatre()
    play.ask_for()
    play.happen(StaffAct(move=StaffMove.TAKE_OVER))
    assert play.write("hola", None, spoken=True) == ()


def test_only_a_recording_with_a_text_was_spoken() -> None:
    def message(kind: AttachmentKind | None) -> GuestMessage:
        attachment = Attachment(kind=kind) if kind else None
        return GuestMessage(message_id=MessageId("m"), text="hola", sent_at=Theatre().now, attachment=attachment)

    assert [kind for kind in (None, *AttachmentKind) if message(kind).is_recording] == [AttachmentKind.AUDIO]
