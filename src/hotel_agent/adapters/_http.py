"""One request and its answer, read no further than it may go on: for those who ask servers that speak JSON."""

from typing import Any, Final

import httpx

from hotel_agent.domain.errors import MalformedReply

OK: Final = 200
MAX_BODY: Final = 64 * 1024


def request_to(url: str, key: str, limit_s: float, **given: Any) -> httpx.Request:
    """Make a POST with *key* as bearer token, if there is one; the client's own limits do not apply."""
    headers = {"Accept": "application/json", "User-Agent": "hotel-agent", **given.pop("headers", {})}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    timeout = httpx.Timeout(limit_s)
    return httpx.Request("POST", url, headers=headers, extensions={"timeout": timeout.as_dict()}, **given)


async def exchange(http: httpx.AsyncClient, request: httpx.Request) -> tuple[int, bytes]:
    """
    Send *request*; return the status and the body, of 64 KiB at most. Redirects are not followed.

    Raises:
        MalformedReply: the body is larger.
        httpx.HTTPError, httpx.InvalidURL: there is no answer.

    """
    response = await http.send(request, stream=True, auth=None, follow_redirects=False)
    try:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_BODY:
                raise MalformedReply([f"an answer of more than {MAX_BODY} bytes"])
    finally:
        await response.aclose()
    return response.status_code, bytes(body)
