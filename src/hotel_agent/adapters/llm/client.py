"""HTTP to a server that speaks the chat-completions protocol: one question, one answer, classified; nothing is retried."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import httpx
from attrs import define, field, frozen

from hotel_agent.adapters._http import OK, ask
from hotel_agent.adapters.llm.wire import SCHEMA
from hotel_agent.domain.errors import MalformedReply, Misconfigured, Unavailable

_MAX_TOKENS: Final = 500
_OUR_FAULT: Final = frozenset({400, 401, 403, 404, 405, 422})


@frozen
class LlmSettings:
    """
    Where the model is. *url* is the base that `/chat/completions` is added to; *key* may be empty for a server of one's own.

    *limit* bounds one question: a turn has to end in 5 s, so it is kept short, and the local reading is there in any case.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    limit: timedelta = timedelta(seconds=1.2)


@define
class LlmClient:
    """
    Asks one server. *http* is made and closed by whoever wires; cookies, redirects and limits of it do not apply.

    Neither the question nor the answer is logged or put into an error.
    """

    _http: httpx.AsyncClient
    settings: LlmSettings

    async def complete(self, messages: Sequence[Mapping[str, str]]) -> str:
        """
        Return the content of the model's answer to *messages*, whose form is asked for by schema.

        Raises:
            Unavailable: it did not answer in time, is overloaded or down; `Misconfigured`: it refuses us as we are set up.
            MalformedReply: what came is not a chat completion, is cut off, or is too large.

        """
        settings = self.settings
        url = f"{settings.url}/chat/completions"
        status, body = await ask(self._http, "the model", url, settings.key, settings.limit, json=self._question(messages))
        if status in _OUR_FAULT:
            raise Misconfigured(f"the model's server answers {status}: look at the LLM settings (address, model, key)")
        if status != OK:
            raise Unavailable(f"the model's server answers {status}")
        return _content(body)

    def _question(self, messages: Sequence[Mapping[str, str]]) -> dict[str, object]:
        return {
            "model": self.settings.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": _MAX_TOKENS,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "understanding", "strict": True, "schema": SCHEMA},
            },
        }


def _content(body: bytes) -> str:
    """Take the answer's text out of its envelope; keys we do not know are tolerated there."""
    try:
        choice = json.loads(body)["choices"][0]
        content, finished = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise MalformedReply(["not a chat completion"]) from exc
    if finished not in {"stop", None}:
        raise MalformedReply(["the model's answer is cut off or refused"])
    if not isinstance(content, str):
        raise MalformedReply(["the model's answer is no text"])
    return content
