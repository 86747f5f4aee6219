"""HTTP to servers that may be slow or never come to an end: an answer is read no further than it may go on."""

from datetime import timedelta
from typing import Any, Final

import anyio
import httpx

from hotel_agent.domain.errors import MalformedReply, Unavailable

OK: Final = 200
_MOST_BYTES: Final = 64 * 1024


async def ask(http: httpx.AsyncClient, whom: str, url: str, key: str, limit: timedelta, **given: Any) -> tuple[int, bytes]:
    """
    POST to *url*, with *key* as bearer token if there is one; return the status and the body. The client's limits do not apply.

    Raises:
        Unavailable: *whom* did not answer within *limit*.
        MalformedReply: the body has more than 64 KiB.

    """
    headers = {"Accept": "application/json", "User-Agent": "hotel-agent"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    timeout = httpx.Timeout(limit.total_seconds())
    try:
        with anyio.fail_after(limit.total_seconds()):
            request = httpx.Request("POST", url, headers=headers, extensions={"timeout": timeout.as_dict()}, **given)
            return await exchange(http, request, _MOST_BYTES)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as exc:
        raise Unavailable(f"{whom} did not answer ({type(exc).__name__})") from exc


async def exchange(http: httpx.AsyncClient, request: httpx.Request, most_bytes: int) -> tuple[int, bytes]:
    """
    Send *request*; return the status and the body. Redirects are not followed.

    Raises:
        MalformedReply: the body has more than *most_bytes*.
        httpx.HTTPError, httpx.InvalidURL: there is no answer.

    """
    response = await http.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > most_bytes:
                raise MalformedReply([f"more than {most_bytes} bytes"])
    finally:
        await response.aclose()
    return response.status_code, bytes(body)
