"""Which pages of other sites may call the web chat, and how a browser is told."""

from typing import Any

import httpx
import pytest

from hotel_agent.entrypoints.setting_values import RateLimit
from hotel_agent.entrypoints.settings import Settings

pytestmark = pytest.mark.anyio
SITE = "https://www.mar.example"
ORIGINS = {"sea": frozenset({SITE})}
CROSS = {"Origin": SITE, "Sec-Fetch-Site": "cross-site"}
ROUTES = [("POST", "/chat/visitor"), ("POST", "/chat/messages"), ("GET", "/chat/events"), ("GET", "/chat/transcript")]


async def preflight(here: Any, path: str, origin: str = SITE, method: str = "POST") -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "x-visitor"}
    response: httpx.Response = await here.client.options(path, headers=headers)
    return response


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_site_that_the_hotel_allows_may_ask_first(site: Any, method: str, path: str) -> None:
    async with site(origins=ORIGINS) as here:
        response = await preflight(here, f"{path}?tenant=sea", method=method)
        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == SITE
        assert response.headers["access-control-allow-methods"] == method
        assert "x-visitor" in response.headers["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in response.headers
        assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin", ["https://mar.example", "http://www.mar.example", SITE + ":8443", "null", SITE + ".evil.example"]
)
async def test_any_other_site_may_not(site: Any, origin: str) -> None:
    async with site(origins=ORIGINS) as here:
        asked = await preflight(here, "/chat/messages?tenant=sea", origin)
        called = await here.client.get("/chat/transcript?tenant=sea", headers=here.visitor() | CROSS | {"Origin": origin})
        for response in (asked, called):
            assert (response.status_code, response.json()["code"]) == (403, "cross_origin")
            assert "access-control-allow-origin" not in response.headers


async def test_an_allowed_site_talks_to_its_own_hotel_and_to_no_other(site: Any) -> None:
    async with site(origins=ORIGINS) as here:
        headers = here.visitor() | CROSS
        body = {"text": "Hola", "message_id": "m1"}
        response = await here.client.post("/chat/messages?tenant=sea", json=body, headers=headers)
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, SITE)
        response = await here.client.post("/chat/messages?tenant=hill", json=body, headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "cross_origin")
        response = await here.client.post("/chat/messages?tenant=sea", json=body | {"tenant": "hill"}, headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "other_tenant")
        assert [message.text for message in here.said] == ["Hola"]


async def test_without_an_allow_list_only_our_own_page_may_call(site: Any) -> None:
    async with site() as here:
        assert (await preflight(here, "/chat/messages")).status_code == 403
        own = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
        response = await here.client.get("/chat/transcript", headers=here.visitor() | own)
        assert response.status_code == 200
        assert "access-control-allow-origin" not in response.headers


async def test_errors_can_be_read_by_the_widget(site: Any) -> None:
    async with site(origins=ORIGINS, settings=Settings(rate_limit=RateLimit(1))) as here:
        headers = here.visitor() | CROSS
        body = {"text": "Hola", "message_id": "m1"}
        answers = [await here.client.post("/chat/messages?tenant=sea", json=body, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert answers[1].headers["access-control-allow-origin"] == SITE
        assert answers[1].headers["access-control-expose-headers"] == "Retry-After"
        assert int(answers[1].headers["retry-after"]) > 0


async def test_the_rest_of_the_service_is_shared_with_nobody(site: Any) -> None:
    async with site(origins=ORIGINS) as here:
        for path in ("/api/orchestrator/process?tenant=sea", "/", "/metrics"):
            response = await preflight(here, path)
            assert response.status_code == 405
            assert "access-control-allow-origin" not in response.headers


async def test_options_of_no_browser_are_not_offered(site: Any) -> None:
    async with site(origins=ORIGINS) as here:
        response = await here.client.options("/chat/messages")
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_a_visitor_is_whoever_holds_a_token_of_ours(site: Any) -> None:
    async with site() as here, site() as elsewhere:
        token = (await here.client.post("/chat/visitor")).json()["token"]
        assert (await here.client.get("/chat/transcript", headers={"X-Visitor": token})).status_code == 200
        response = await elsewhere.client.get("/chat/transcript", headers={"X-Visitor": token})
        assert (response.status_code, response.json()["code"]) == (403, "visitor_required")


async def test_the_widget_may_be_loaded_by_any_page_and_is_all_it_needs(site: Any) -> None:
    async with site() as here:
        response = await here.client.get("/widget.js")
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["content-type"] == "text/javascript; charset=utf-8"
        again = await here.client.get("/widget.js", headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304
        plain = await here.client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    script = response.text
    assert (response.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert (plain.text, plain.headers["etag"] == response.headers["etag"]) == (script, False)
    # Nothing is ever made of text but text, and nobody else is asked for anything.
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "import(", "cookie ="):
        assert forbidden not in script
    assert [
        word for word in script.split() if "://" in word and "http://www.w3.org" not in word and "https?:" not in word
    ] == []
