"""HTTP to QloApps: one request, one answer, classified. Nothing is retried, followed or remembered here."""

import base64
from collections.abc import Mapping
from urllib.parse import quote

import anyio
import httpx
from attrs import define, field

from hotel_agent.adapters.qloapps.answers import Answer, Request, Shape, judge, read_answer
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.domain.errors import InvalidValue, MalformedReply, OutcomeUnknown, Unavailable

_CONNECT_S = 10.0
# Failures after which the request has provably not left: no connection was made, or none was free.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
# Left as they are in a query: how QloApps was seen to be asked. Everything else is percent-encoded.
_QUERY_SAFE = "[]|,:.-_"


@define
class QloAppsClient:
    """
    Asks one QloApps shop.

    *http* is made and closed by whoever wires; it may be shared. Requests are built apart from it, so neither its cookies nor
    its redirects, its authentication or its time limits apply.
    """

    _http: httpx.AsyncClient
    settings: QloAppsSettings
    _authorization: str = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._authorization = "Basic " + base64.b64encode(f"{self.settings.key}:".encode()).decode()

    async def read(self, resource: str, query: Mapping[str, str] | None = None, *, xml: bool = False) -> Answer:
        """
        GET *resource*.

        Raises:
            Rejected: NOT_FOUND, there is no such record.
            Unavailable: it did not answer; `Misconfigured` says what to change.
            MalformedReply: it answered nonsense.

        """
        return await self._ask(Request(method="GET", resource=resource, writes=False), query, None, xml=xml)

    async def inquire(self, resource: str, body: str) -> Answer:
        """POST a question that changes nothing (`hotel_ari`); raises as `read` does."""
        return await self._ask(Request(method="POST", resource=resource, writes=False), None, body)

    async def write(self, method: str, resource: str, body: str) -> Answer:
        """
        Send a change, once.

        Raises:
            Rejected: nothing was changed.
            Unavailable: nothing was sent, or something before QloApps refused it.
            OutcomeUnknown: it may have been done; `AnsweredUnknown` where PHP has at least finished.

        """
        return await self._ask(Request(method=method, resource=resource, writes=True), None, body)

    async def _ask(self, asked: Request, query: Mapping[str, str] | None, body: str | None, *, xml: bool = False) -> Answer:
        limit = self.settings.write_limit if asked.writes else self.settings.read_limit
        request = self._request(asked, query, body, xml=xml, limit=limit.total_seconds())
        try:
            with anyio.fail_after(limit.total_seconds()):
                answer = await self._exchange(request)
        except _NOT_SENT as exc:
            raise Unavailable(f"QloApps cannot be reached ({type(exc).__name__})") from exc
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as exc:
            if asked.writes:
                raise OutcomeUnknown(f"no answer to {asked} ({type(exc).__name__}): it may have been done") from exc
            raise Unavailable(f"no answer to {asked} ({type(exc).__name__})") from exc
        except _BodyTooLarge as exc:
            if asked.writes:
                raise OutcomeUnknown(f"the answer to {asked} is too large") from exc
            raise MalformedReply([f"{asked}: more than {self.settings.max_body} bytes"]) from exc
        if (error := judge(asked, answer)) is not None:
            raise error
        if (answer.shape is Shape.XML) is not xml:
            if asked.writes:
                raise OutcomeUnknown(f"the answer to {asked} is not JSON")
            raise MalformedReply([f"{asked}: {answer.shape} where {'XML' if xml else 'JSON'} was asked for"])
        return answer

    def _request(
        self, asked: Request, query: Mapping[str, str] | None, body: str | None, *, xml: bool, limit: float
    ) -> httpx.Request:
        pairs = dict(query or {})
        if not xml:
            pairs["output_format"] = "JSON"
        text = "&".join(f"{quote(name, safe=_QUERY_SAFE)}={quote(value, safe=_QUERY_SAFE)}" for name, value in pairs.items())
        headers = {"Authorization": self._authorization, "Accept-Encoding": "gzip", "User-Agent": "hotel-agent"}
        if self.settings.host:
            headers["Host"] = self.settings.host
        if body is not None:
            headers["Content-Type"] = "application/json" if body.startswith("{") else "text/xml; charset=utf-8"
        timeout = httpx.Timeout(limit, connect=min(_CONNECT_S, limit))
        request = httpx.Request(
            asked.method,
            f"{self.settings.api}/{asked.resource}" + (f"?{text}" if text else ""),
            headers=headers,
            content=None if body is None else body.encode(),
            extensions={"timeout": timeout.as_dict()},
        )
        request.url = _QuietURL(request.url)
        return request

    async def _exchange(self, request: httpx.Request) -> Answer:
        response = await self._http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self.settings.max_body:
                    raise _BodyTooLarge
        finally:
            await response.aclose()
        return read_answer(response.status_code, response.headers.get("content-type", ""), bytes(body))


class _QuietURL(httpx.URL):
    """A URL that keeps its query to itself when written out: httpx logs it, and guests are looked up by e-mail."""

    def __str__(self) -> str:
        return str(httpx.URL(self.copy_with(query=None)))


class _BodyTooLarge(Exception):
    pass


def one_of(values: list[str]) -> str:
    """Write the list filter that finds any of *values*."""
    return "[" + "|".join(filter_value(value) for value in values) + "]"


def filter_value(value: str) -> str:
    """
    Refuse what QloApps would not take as a plain value: a square bracket makes its filter vanish, and all rows come back.

    Raises:
        InvalidValue: *value* holds a bracket, a comma or a bar, or nothing.

    """
    if not value or any(char in "[]|," or not char.isprintable() for char in value):
        raise InvalidValue("a value that QloApps cannot filter by")
    return value
