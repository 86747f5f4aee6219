from abc import abstractmethod
from typing import Protocol

from attrs import field, frozen

from hotel_agent.domain.ids import TenantId


@frozen(kw_only=True)
class Recording:
    """What a guest said: the file as the channel has it; `mime` may carry parameters (`audio/ogg; codecs=opus`)."""

    content: bytes = field(repr=False)
    mime: str


class SpeechToText(Protocol):
    """Writes down what is said in a recording. Safe to repeat; the same recording may be written down otherwise next time."""

    @abstractmethod
    async def transcribe(self, recording: Recording) -> str:
        """
        Write down *recording* in the language that is spoken in it; empty where nothing is said.

        Raises:
            Unavailable: it did not answer in time; `Misconfigured`: it refuses us as we are set up.
            Rejected: it cannot read this recording.
            MalformedReply: what came is no transcription.

        """


class Recordings(Protocol):
    """The recordings that guests send on a channel."""

    @abstractmethod
    async def fetch(self, tenant: TenantId, media: str) -> Recording:
        """
        Fetch what the channel calls *media* from the hotel's account.

        Raises:
            NotFound: there is no such file any more, or the hotel has no account on the channel.
            InvalidValue: that is no id of the channel.
            MalformedReply: it is too large, or not what the channel says it is.
            Unavailable: it did not come.

        """
