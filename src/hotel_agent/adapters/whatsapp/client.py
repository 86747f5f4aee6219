"""HTTP to Meta's Graph API: one request, one answer, classified. Nothing is retried, followed or remembered here."""

from collections.abc import Mapping
from typing import Any, Final

import anyio
import httpx
import orjson
from attrs import frozen

from hotel_agent.adapters._http import exchange
from hotel_agent.adapters.whatsapp.encoding import Json
from hotel_agent.adapters.whatsapp.errors import GraphError, graph_error
from hotel_agent.domain.errors import MalformedReply, OutcomeUnknown, Unavailable

PUBLIC_URL: Final = "https://graph.facebook.com/v25.0"
_LIMIT_S: Final = 20.0
_CONNECT_S: Final = 5.0
_MOST_BYTES: Final = 1_000_000
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
"""Failures after which the request has provably not left."""
_OK = range(200, 300)


class GraphRefused(Exception):
    """Meta said no; `error` says how. Nothing was done."""

    def __init__(self, error: GraphError) -> None:
        super().__init__(f"Meta answers {error.status}, code {error.code}")
        self.error = error


@frozen
class GraphClient:
    """
    Asks the Graph API at *url* (its version included) with the token of the account that is asked about.

    *http* is made and closed by whoever wires.
    """

    _http: httpx.AsyncClient
    url: str = PUBLIC_URL

    async def send(self, token: str, phone_number_id: str, message: Json) -> str:
        """
        Post a message once and return Meta's id of it.

        Raises:
            GraphRefused: it was not sent.
            Unavailable: it was not sent.
            OutcomeUnknown: it may have been.

        """
        answer = await self._post(token, f"{phone_number_id}/messages", message)
        messages = answer.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        wamid = first.get("id") if isinstance(first, dict) else None
        if not isinstance(wamid, str) or not wamid:
            raise OutcomeUnknown("Meta took a message and gave no id")
        return wamid

    async def mark(self, token: str, phone_number_id: str, mark: Json) -> None:
        """Post a mark (read, typing); raises as `send` does."""
        await self._post(token, f"{phone_number_id}/messages", mark)

    async def read(self, token: str, path: str, query: Mapping[str, str] | None = None) -> Json:
        """
        GET *path*.

        Raises:
            GraphRefused: Meta says no.
            Unavailable: it did not answer.
            MalformedReply: it answered nonsense.

        """
        request = self._request("GET", f"{self.url}/{path}", token, params=dict(query or {}))
        try:
            response = await self._exchange(request)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as exc:
            raise Unavailable(f"Meta does not answer ({type(exc).__name__})") from exc
        body = _json(response)
        if response.status_code not in _OK:
            raise GraphRefused(graph_error(response.status_code, body))
        if not isinstance(body, dict):
            raise MalformedReply(["Meta's answer is no JSON object"])
        return body

    async def upload(self, token: str, phone_number_id: str, content: bytes, mime: str, filename: str) -> Json:
        """Post a file; raises as `send` does. One that was uploaded twice only lies there for nothing."""
        form: dict[str, Any] = {"data": {"messaging_product": "whatsapp", "type": mime}}
        form["files"] = {"file": (filename, content, mime)}
        return await self._post(token, f"{phone_number_id}/media", None, **form)

    async def fetch(self, token: str, url: str, most_bytes: int) -> bytes:
        """
        GET a file at the address that Meta gave for it, *most_bytes* at most.

        Raises:
            GraphRefused: it is not there any more, or Meta says no.
            Unavailable: it did not come whole.
            MalformedReply: it is larger.

        """
        request = self._request("GET", url, token)
        try:
            response = await self._exchange(request, most_bytes)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as exc:
            raise Unavailable(f"the file does not come ({type(exc).__name__})") from exc
        if response.status_code not in _OK:
            raise GraphRefused(graph_error(response.status_code, _json(response)))
        return response.content

    async def _post(self, token: str, path: str, body: Json | None, **form: Any) -> Json:
        given: dict[str, Any] = form if body is None else {"json": body}
        request = self._request("POST", f"{self.url}/{path}", token, **given)
        try:
            response = await self._exchange(request)
        except _NOT_SENT as exc:
            raise Unavailable(f"Meta cannot be reached ({type(exc).__name__})") from exc
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, MalformedReply) as exc:
            raise OutcomeUnknown(f"Meta's answer is lost ({type(exc).__name__})") from exc
        answer = _json(response)
        if response.status_code not in _OK:
            error = graph_error(response.status_code, answer)
            if error.code is None and error.status >= 500:  # noqa: PLR2004 - server errors
                # Something on the way answered, not the API: it may have gone through.
                raise OutcomeUnknown(f"Meta answers {error.status} without a code")
            raise GraphRefused(error)
        if not isinstance(answer, dict):
            raise OutcomeUnknown("Meta's answer is no JSON object")
        return answer

    def _request(self, method: str, url: str, token: str, **given: Any) -> httpx.Request:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "hotel-agent"}
        timeout = httpx.Timeout(_LIMIT_S, connect=_CONNECT_S)
        return httpx.Request(method, url, headers=headers, extensions={"timeout": timeout.as_dict()}, **given)

    async def _exchange(self, request: httpx.Request, most_bytes: int = _MOST_BYTES) -> httpx.Response:
        with anyio.fail_after(_LIMIT_S):
            status, body = await exchange(self._http, request, most_bytes)
        return httpx.Response(status, content=body)


def _json(response: httpx.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
