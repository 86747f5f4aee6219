"""What every `SpeechToText` does: the promises of `ports.speech`, for whoever writes another one."""

import anyio
import pytest

from hotel_agent.domain.errors import Rejected
from hotel_agent.ports.speech import Recording, SpeechToText
from hotel_agent.testing.speech import MIME, spoken


class SpeechToTextContract:
    """What every SpeechToText does. Subclasses provide `speech`, which understands what `testing.speech.spoken` makes."""

    @pytest.fixture
    def speech(self) -> SpeechToText:
        raise NotImplementedError

    @pytest.mark.parametrize("words", ["del 3 al 7 de mayo para dos", "¿Têm quarto? Não sei…", "x" * 5_000])
    async def test_what_is_said_is_written_down(self, speech: SpeechToText, words: str) -> None:
        assert await speech.transcribe(spoken(words)) == words

    @pytest.mark.parametrize("words", ["", " \n "])
    async def test_silence_is_empty(self, speech: SpeechToText, words: str) -> None:
        assert await speech.transcribe(spoken(words)) == ""

    @pytest.mark.parametrize("content", [b"", b"\xff\xd8 a picture"])
    async def test_what_is_no_recording_is_refused(self, speech: SpeechToText, content: bytes) -> None:
        with pytest.raises(Rejected):
            await speech.transcribe(Recording(content=content, mime=MIME))

    async def test_everybody_gets_their_own_words(self, speech: SpeechToText) -> None:
        heard: dict[int, str] = {}

        async def hear(guest: int) -> None:
            heard[guest] = await speech.transcribe(spoken(f"guest {guest}"))

        async with anyio.create_task_group() as tasks:
            for guest in range(8):
                tasks.start_soon(hear, guest)
        assert heard == {guest: f"guest {guest}" for guest in range(8)}
