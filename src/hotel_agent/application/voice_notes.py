"""What guests say instead of writing it: fetched, written down, and from then on a text like any other."""

from collections.abc import Mapping
from datetime import timedelta

import anyio
from attrs import define, evolve

from hotel_agent.application.bulkheads import Bulkhead
from hotel_agent.application.deadlines import Until
from hotel_agent.domain.errors import HotelAgentError, Overloaded
from hotel_agent.domain.events import Channel, Event, GuestMessage
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.speech import Recordings, SpeechToText
from hotel_agent.ports.tracing import UNTRACED, Tracing


@define
class VoiceNotes:
    """
    Makes texts of recordings within *limit*. What cannot be heard in time stays as it is, and is answered honestly.

    Each hotel has *places* of its own for them, so that the guests of one do not keep those of another from being heard.
    """

    _recordings: Mapping[Channel, Recordings]
    _speech: SpeechToText
    _limit: timedelta
    _places: Mapping[TenantId, Bulkhead]
    _observer: Observer
    _tracing: Tracing = UNTRACED

    async def written_down(self, event: Event) -> Event:
        """Return *event* with what was said as its text; as it is where nothing was said, or could be heard."""
        message = event.content
        if not isinstance(message, GuestMessage) or not message.is_recording or message.text.strip():
            return event
        words = await self._words(event, message)
        return evolve(event, content=evolve(message, text=words)) if words.strip() else event

    async def _words(self, event: Event, message: GuestMessage) -> str:
        recordings, attachment = self._recordings.get(event.channel), message.attachment
        if recordings is None or attachment is None or attachment.media is None:
            return ""
        with self._tracing.step("hear") as span:
            try:
                with Until(anyio.current_time() + self._limit.total_seconds()):
                    return await self._heard(recordings, event.tenant, attachment.media)
            except Overloaded as exc:
                self._observer.limited("bulkhead")
                span.fail(exc)
            except (HotelAgentError, TimeoutError) as exc:
                span.fail(exc)
        return ""

    async def _heard(self, recordings: Recordings, tenant: TenantId, media: str) -> str:
        places = self._places[tenant]
        await places.enter(self._limit.total_seconds())
        try:
            return await self._speech.transcribe(await recordings.fetch(tenant, media))
        finally:
            places.leave()
