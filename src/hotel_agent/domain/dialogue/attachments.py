"""What comes beside a text or instead of one: said honestly, or left to a person, but never dropped and never guessed at."""

from hotel_agent.domain.bookings import OPEN, BookingState
from hotel_agent.domain.dialogue.talk import Talk
from hotel_agent.domain.events import Attachment, AttachmentKind
from hotel_agent.domain.replies import Heard, Note
from hotel_agent.domain.turns import AuditAct, Status
from hotel_agent.domain.understanding import Intent

UNREADABLE = "unreadable"
"""The reason of a message that is set aside because the channel said something that could not be read."""
RECEIPT = "payment_receipt"

_PAPERS = frozenset({AttachmentKind.IMAGE, AttachmentKind.DOCUMENT})
_ANSWERS = {
    AttachmentKind.AUDIO: Note.VOICE_UNHEARD,
    AttachmentKind.IMAGE: Note.PICTURE_UNSEEN,
    AttachmentKind.VIDEO: Note.PICTURE_UNSEEN,
    AttachmentKind.DOCUMENT: Note.PICTURE_UNSEEN,
}


def take_attachment(talk: Talk, attachment: Attachment, *, text: bool) -> None:
    """
    Answer what came with a message; *text*: it has a text too, which is dealt with next.

    A picture or document from a guest with a reservation that is not cancelled may be the proof of a payment: staff has to
    look, and the escalation is about the channel's id of the file.
    """
    if attachment.kind in _PAPERS and talk.latest(BookingState.CONFIRMED, *OPEN):
        talk.alert(RECEIPT, about=attachment.media or "")
        talk.note(AuditAct.RECEIPT_KEPT, attachment.media or "", attachment.mime or "")
        talk.say(Note.RECEIPT_KEPT)
        talk.status = Status.ESCALATED
        return
    note = _ANSWERS.get(attachment.kind, Note.NOT_TEXT)
    if text:
        talk.say(note)
    else:
        talk.puzzle(note)


def take_spoken(talk: Talk, words: str) -> None:
    """
    Say what was made of a recording, and let no yes in it be an answer to what waits for one.

    Whoever writes down speech mishears, and makes words of silence: what books, changes or cancels is written or pressed.
    """
    heard = talk.heard
    agreed = heard is not None and Intent.AFFIRM in {heard.intent, *heard.also}
    talk.say(Heard(words=words, yes=agreed and talk.session.waits_for_yes))
    talk.session = talk.session.unsaid()


def set_unreadable_aside(talk: Talk) -> None:
    """Tell staff of what could not be read, and keep it where they find it; to the guest nothing can be said about it."""
    talk.alert(UNREADABLE)
    talk.set_aside = UNREADABLE
