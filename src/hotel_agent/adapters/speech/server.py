"""
A server that writes down speech, over the transcription protocol of OpenAI's API (`POST /audio/transcriptions`).

That is what whisper.cpp, faster-whisper and vLLM are served with as well: one recording, one text; nothing is retried.
"""

import json
from datetime import timedelta
from typing import Final

import httpx
from attrs import define, field, frozen

from hotel_agent.adapters._http import OK, ask
from hotel_agent.domain.errors import MalformedReply, Misconfigured, Rejected, Rejection, Unavailable
from hotel_agent.ports.speech import Recording, SpeechToText

_OUR_FAULT: Final = frozenset({401, 403, 404, 405})
_ITS_FAULT: Final = frozenset({400, 413, 415, 422})
"""What servers answer where they cannot read a recording."""
_ENDINGS: Final = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/wav": "wav",
    "audio/webm": "webm",
}


@frozen
class SpeechSettings:
    """Where the server is. *url* is the base that `/audio/transcriptions` is added to; *key* may be empty."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    limit: timedelta = timedelta(seconds=2)


@define
class SpeechServer(SpeechToText):
    """
    Asks one server. *http* is made and closed by whoever wires.

    The language is not told, so that a guest may speak another than was written before. Neither what was said nor what the
    server answers is logged or put into an error.
    """

    _http: httpx.AsyncClient
    settings: SpeechSettings

    async def transcribe(self, recording: Recording) -> str:
        settings = self.settings
        mime = recording.mime.partition(";")[0].strip()
        file = (f"recording.{_ENDINGS.get(mime, 'bin')}", recording.content, mime)
        form = {"model": settings.model, "response_format": "json", "temperature": "0"}
        url = f"{settings.url}/audio/transcriptions"
        given = {"data": form, "files": {"file": file}}
        status, body = await ask(self._http, "the speech server", url, settings.key, settings.limit, **given)
        if status in _OUR_FAULT:
            raise Misconfigured(f"the speech server answers {status}: look at the SPEECH settings (address, model, key)")
        if status in _ITS_FAULT:
            raise Rejected(Rejection.OTHER, f"the speech server cannot read a recording ({status})")
        if status != OK:
            raise Unavailable(f"the speech server answers {status}")
        return _text(body)


def _text(body: bytes) -> str:
    """Take the text out of the answer; keys we do not know are tolerated there."""
    try:
        text = json.loads(body)["text"]
    except (ValueError, LookupError, TypeError, RecursionError) as exc:
        raise MalformedReply(["not a transcription"]) from exc
    if not isinstance(text, str):
        raise MalformedReply(["the transcription is no text"])
    return text.strip()
