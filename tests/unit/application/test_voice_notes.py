"""What guests say becomes a text, or stays unheard and is said so; either way nothing of it is lost."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import anyio
import pytest
from attrs import define, evolve, field

from hotel_agent.application.bulkheads import Bulkhead
from hotel_agent.application.intake import Incoming
from hotel_agent.application.voice_notes import VoiceNotes
from hotel_agent.domain.errors import InvalidValue, MalformedReply, NotFound, Rejected, Rejection, Unavailable
from hotel_agent.domain.events import Attachment, AttachmentKind, Channel, Event, GuestMessage
from hotel_agent.domain.ids import MessageId, TenantId
from hotel_agent.domain.replies import Heard, Note
from hotel_agent.ports.speech import Recording, Recordings, SpeechToText
from hotel_agent.testing.examples import message
from hotel_agent.testing.speech import spoken
from hotel_agent.testing.stage import SOL, Stage, incoming_of, stage
from hotel_agent.testing.virtual_time import LoopClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

LIMIT = timedelta(seconds=2)
MAR = TenantId("mar")
TROUBLES = (
    Unavailable(),
    NotFound(),
    InvalidValue(),
    MalformedReply(),
    Rejected(Rejection.OTHER),
)


@define
class Tape(Recordings):
    """Has *recording* of everybody, unless it has *trouble*, after *seconds*."""

    recording: Recording = field(factory=lambda: spoken("hola"))
    trouble: Exception | None = None
    seconds: float = 0
    asked: list[tuple[TenantId, str]] = field(factory=list)

    async def fetch(self, tenant: TenantId, media: str) -> Recording:
        self.asked.append((tenant, media))
        await anyio.sleep(self.seconds)
        if self.trouble:
            raise self.trouble
        return self.recording


@define
class Typist(SpeechToText):
    """Writes down what `spoken` has made, unless in *trouble*, after *seconds*."""

    trouble: Exception | None = None
    seconds: float = 0

    async def transcribe(self, recording: Recording) -> str:
        await anyio.sleep(self.seconds)
        if self.trouble:
            raise self.trouble
        return recording.content.partition(b" ")[2].decode()


def said(text: str = "", **more: Any) -> Event:
    recording = Attachment(kind=AttachmentKind.AUDIO, media="media-1", mime="audio/ogg")
    base = message("m-1")
    given = {"message_id": MessageId("m-1"), "text": text, "sent_at": base.received_at, "attachment": recording}
    content = GuestMessage(**{**given, **more})
    return evolve(base, channel=Channel.WHATSAPP, content=content)


def words(event: Event) -> str:
    assert isinstance(event.content, GuestMessage)
    return event.content.text


def voice_notes(channel: Channel, tape: Tape, typist: Typist, places: int = 4, witness: Witness | None = None) -> VoiceNotes:
    bulkheads = {tenant: Bulkhead(places, queue=places) for tenant in (SOL, MAR)}
    return VoiceNotes({channel: tape}, typist, LIMIT, bulkheads, witness or Witness())


async def heard(event: Event, tape: Tape, typist: Typist) -> Event:
    return await voice_notes(Channel.WHATSAPP, tape, typist).written_down(event)


async def test_what_is_said_is_the_text_and_all_else_is_as_it_was() -> None:
    tape, event = Tape(spoken("del 3 al 7")), said()
    told = await heard(event, tape, Typist())
    assert words(told) == "del 3 al 7"
    assert isinstance(event.content, GuestMessage)
    assert told == evolve(event, content=evolve(event.content, text="del 3 al 7"))
    assert tape.asked == [(event.tenant, "media-1")]


@pytest.mark.parametrize(
    "event",
    [
        message("m-1"),
        said("with a text"),
        said(attachment=Attachment(kind=AttachmentKind.IMAGE, media="1")),
        said(attachment=Attachment(kind=AttachmentKind.AUDIO)),
        evolve(said(), channel=Channel.API),
    ],
)
async def test_what_is_no_recording_of_a_channel_that_has_them_is_left_as_it_is(event: Event) -> None:
    tape = Tape()
    assert (await heard(event, tape, Typist()), tape.asked) == (event, [])


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_cannot_be_fetched_or_written_down_stays_unheard(trouble: Exception) -> None:
    assert await heard(said(), Tape(trouble=trouble), Typist()) == said()
    assert await heard(said(), Tape(), Typist(trouble=trouble)) == said()


async def test_silence_stays_unheard() -> None:
    assert await heard(said(), Tape(spoken(" \n")), Typist()) == said()


async def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await heard(said(), Tape(trouble=ZeroDivisionError()), Typist())


@pytest.mark.parametrize(("fetching", "writing"), [(3.0, 0.0), (0.0, 3.0), (1.2, 1.2)])
async def test_fetching_and_writing_down_share_one_limit(fetching: float, writing: float) -> None:
    began = anyio.current_time()
    assert await heard(said(), Tape(seconds=fetching), Typist(seconds=writing)) == said()
    assert anyio.current_time() - began == pytest.approx(LIMIT.total_seconds())


async def test_the_guests_of_one_hotel_do_not_keep_those_of_another_from_being_heard() -> None:
    witness, answers = Witness(), dict[str, list[str]]()
    notes = voice_notes(Channel.WHATSAPP, Tape(), Typist(seconds=1.5), places=1, witness=witness)

    async def speak(hotel: TenantId) -> None:
        answers.setdefault(hotel, []).append(words(await notes.written_down(evolve(said(), tenant=hotel))))

    async with anyio.create_task_group() as tasks:
        for hotel in (SOL, SOL, SOL, SOL, MAR):
            tasks.start_soon(speak, hotel)
    # One has the place, one waits for it in vain, and the others find no room to wait.
    assert {hotel: sorted(told) for hotel, told in answers.items()} == {SOL: ["", "", "", "hola"], MAR: ["hola"]}
    assert witness.limits == ["bulkhead"] * 2


# ---------------------------------------------------------------- in a turn


def voice(sender: str, message_id: str) -> Incoming:
    recording = Attachment(kind=AttachmentKind.AUDIO, media="media-1", mime="audio/ogg")
    return evolve(incoming_of(sender, "", message_id=message_id), attachment=recording)


@pytest.fixture
async def house() -> AsyncIterator[Stage]:
    async with stage(clock=LoopClock()) as opened:
        yield opened


async def answered(house: Stage, tape: Tape, typist: Typist, message_id: str) -> str:
    house.agent.conversations._voice_notes = voice_notes(Channel.API, tape, typist)
    assert (await house.agent.asking.ask(voice("ana", message_id))).answer
    return (await house.heard("ana"))[-1]


async def test_a_turn_hears_and_the_transcript_keeps_what_was_sent(house: Stage) -> None:
    text = "Disponibilidad para 2031-05-02 a 2031-05-04"
    answer = await answered(house, Tape(spoken(text)), Typist(), "m-1")
    assert answer.startswith(house.words(Heard(words=text)))
    assert "Doble" in answer
    (line,) = [line for line in await house.transcript("ana") if line.by_guest]
    assert line.text == ""


async def test_a_turn_that_hears_nothing_in_time_says_so_and_answers_in_time(house: Stage) -> None:
    began = anyio.current_time()
    assert await answered(house, Tape(), Typist(seconds=60), "m-1") == house.words(Note.VOICE_UNHEARD)
    assert anyio.current_time() - began < 5
