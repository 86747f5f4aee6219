from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from hotel_agent.domain.events import Channel
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.rendered import Rendered
from hotel_agent.domain.replies import Reply
from hotel_agent.domain.understanding import Language


class Renderer(Protocol):
    """Turns meanings into words of a language and what a channel can show. Pure: the same in, the same out."""

    @abstractmethod
    def render(self, replies: Sequence[Reply], language: Language, hotel: Hotel, channel: Channel) -> Rendered:
        """
        Say *replies*, in order, as one message.

        A language the hotel does not have falls back to its first one. Never raises for any reply of the domain.
        """
