"""
Books hotel rooms safely from a conversation.

The names below are the public API; everything else may move between versions. Importing them opens nothing and reads no
environment; they are loaded when first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotel_agent.domain.errors import ConfigurationError as ConfigurationError
    from hotel_agent.domain.errors import HotelAgentError as HotelAgentError
    from hotel_agent.domain.errors import Unavailable as Unavailable
    from hotel_agent.domain.errors import UnknownTenant as UnknownTenant
    from hotel_agent.domain.money import Money as Money
    from hotel_agent.domain.stays import Occupancy as Occupancy
    from hotel_agent.domain.stays import Stay as Stay
    from hotel_agent.domain.turns import Answer as Answer
    from hotel_agent.domain.turns import Status as Status
    from hotel_agent.domain.understanding import Intent as Intent
    from hotel_agent.domain.understanding import Language as Language
    from hotel_agent.entrypoints.library import HotelAgent as HotelAgent
    from hotel_agent.entrypoints.settings import Settings as Settings

_PLACES = {
    "Answer": "domain.turns",
    "ConfigurationError": "domain.errors",
    "HotelAgent": "entrypoints.library",
    "HotelAgentError": "domain.errors",
    "Intent": "domain.understanding",
    "Language": "domain.understanding",
    "Money": "domain.money",
    "Occupancy": "domain.stays",
    "Settings": "entrypoints.settings",
    "Status": "domain.turns",
    "Stay": "domain.stays",
    "Unavailable": "domain.errors",
    "UnknownTenant": "domain.errors",
}

__all__ = [
    "Answer",
    "ConfigurationError",
    "HotelAgent",
    "HotelAgentError",
    "Intent",
    "Language",
    "Money",
    "Occupancy",
    "Settings",
    "Status",
    "Stay",
    "Unavailable",
    "UnknownTenant",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(f"hotel_agent.{_PLACES[name]}"), name)
    raise AttributeError(f"module 'hotel_agent' has no attribute {name!r}")
