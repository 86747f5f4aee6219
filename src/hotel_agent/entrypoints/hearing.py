"""How guests are understood, put together from the settings: what reads them, and what writes down what they say."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

import httpx

from hotel_agent.adapters.llm.client import LlmClient, LlmSettings
from hotel_agent.adapters.llm.seconded import SecondedUnderstander
from hotel_agent.adapters.llm.understander import LlmUnderstander
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.adapters.speech.server import SpeechServer, SpeechSettings
from hotel_agent.adapters.whatsapp.media import VoiceLibrary
from hotel_agent.application.bulkheads import Bulkhead, places_of_each
from hotel_agent.application.guarding import Guard, GuardedSpeechToText
from hotel_agent.application.voice_notes import VoiceNotes
from hotel_agent.domain.breaker import Breaker
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.breakers import Share
from hotel_agent.entrypoints.messaging import WhatsApp
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.observer import Observer
from hotel_agent.ports.tracing import Tracing
from hotel_agent.ports.understanding import Understander

_MODEL_PLACES: Final = 8
"""Messages that a language model is asked about at once."""
_SPEECH_PLACES: Final = 4
"""Recordings that are heard at once, shared out among the hotels: each keeps a processor of the server busy."""


def understander_of(
    settings: Settings, http: httpx.AsyncClient, clock: Clock, observer: Observer, shared: Share
) -> Understander:
    """Load the local understander; a model that the settings name is asked for a second opinion."""
    local = LocalUnderstander.load()
    if not settings.llm_base_url or not settings.llm_model:
        return local
    limit = timedelta(seconds=settings.llm_timeout_s)
    asked = LlmSettings(url=settings.llm_base_url, model=settings.llm_model, key=settings.llm_key or "", limit=limit)
    bulkhead = Bulkhead(_MODEL_PLACES, queue=_MODEL_PLACES)
    guard = shared(Guard("understanding", clock, observer, Breaker(threshold=3, cool_down=timedelta(seconds=60)), bulkhead))
    return SecondedUnderstander(local, LlmUnderstander(LlmClient(http, asked)), guard, limit, settings.llm_daily_budget)


def voice_notes_of(
    settings: Settings,
    http: httpx.AsyncClient,
    whatsapp: WhatsApp,
    tenants: Collection[TenantId],
    clock: Clock,
    observer: Observer,
    shared: Share,
    tracing: Tracing,
) -> VoiceNotes | None:
    """Put together what hears guests, if the settings name who writes down speech."""
    if not settings.speech_base_url or not settings.speech_model:
        return None
    limit = timedelta(seconds=settings.speech_timeout_s)
    asked = SpeechSettings(settings.speech_base_url, settings.speech_model, settings.speech_key or "", limit)
    guard = shared(Guard("speech", clock, observer, Breaker(threshold=3, cool_down=timedelta(seconds=45))))
    speech = GuardedSpeechToText(SpeechServer(http, asked), guard, limit)
    recordings = VoiceLibrary(whatsapp.graph, whatsapp.accounts.values())
    each = places_of_each(_SPEECH_PLACES, len(tenants))
    places = {tenant: Bulkhead(each, queue=each) for tenant in tenants}
    return VoiceNotes({Channel.WHATSAPP: recordings}, speech, limit, places, observer, tracing)
