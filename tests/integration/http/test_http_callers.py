"""Who may call: a test for each refusal of architecture section 11."""

from typing import Any

import httpx
import pytest

from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.http.app import SECURITY_HEADERS
from hotel_agent.entrypoints.keys import ApiKey, KeyRing, Scope, digest_of
from hotel_agent.entrypoints.setting_values import RateLimit
from hotel_agent.entrypoints.settings import Settings

pytestmark = pytest.mark.anyio
ROUTE = "/api/orchestrator/process"
RIGHT = {"sender_id": "ana", "channel": "api", "text": "Hola"}


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
async def test_without_keys_this_machine_may_call(site: Any, peer: str) -> None:
    async with site() as here, here.calling(peer) as client:
        assert (await client.post(ROUTE, json=RIGHT)).status_code == 200
        assert (await client.get("/metrics")).status_code == 200


@pytest.mark.parametrize("peer", ["192.168.1.7", "203.0.113.9", "2001:db8::1", "::ffff:10.0.0.1", ""])
@pytest.mark.parametrize("path", [ROUTE, "/api/pms/rooms/1", "/api/pms/reservations/1", "/metrics"])
async def test_without_keys_no_other_machine_may_call(site: Any, peer: str, path: str) -> None:
    async with site() as here, here.calling(peer) as client:
        response = await (client.post(path, json=RIGHT) if path == ROUTE else client.get(path))
        assert code(response) == (403, "loopback_only")


@pytest.mark.parametrize(
    "host", ["hotel.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "10.0.0.1", "0.0.0.1"]
)
async def test_without_keys_the_host_must_be_loopback(site: Any, host: str) -> None:
    async with site() as here, here.calling(host=host) as client:
        assert code(await client.post(ROUTE, json=RIGHT)) == (403, "loopback_only")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000"])
async def test_without_keys_any_loopback_host_will_do(site: Any, host: str) -> None:
    async with site() as here, here.calling(host=host) as client:
        assert (await client.post(ROUTE, json=RIGHT)).status_code == 200


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"])
async def test_without_keys_nothing_forwarded_is_taken(site: Any, name: str) -> None:
    async with site() as here:
        response = await here.client.post(ROUTE, json=RIGHT, headers={name: "127.0.0.1"})
    assert code(response) == (403, "loopback_only")


@pytest.mark.parametrize("where", ["cross-site", "same-site"])
async def test_without_keys_no_other_site_may_call_through_a_browser(site: Any, where: str) -> None:
    async with site() as here:
        response = await here.client.get("/metrics", headers={"Sec-Fetch-Site": where})
    assert code(response) == (403, "cross_origin")


async def test_no_other_site_is_let_in_by_cors(site: Any) -> None:
    async with site() as here:
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        response = await here.client.options(ROUTE, headers=asked)
        assert response.status_code == 405
        assert [name for name in response.headers if name.startswith("access-control")] == []


async def test_with_keys_even_this_machine_needs_one(site: Any, keys: Any) -> None:
    async with site(keys=keys) as here:
        response = await here.process()
        assert code(response) == (401, "key_required")
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["Bearer wrong", "bearer everythin", "Bearer everything2", "Bearer \xff"])
async def test_an_unknown_key_is_refused(site: Any, keys: Any, given: str) -> None:
    async with site(keys=keys) as here:
        response = await here.client.post(ROUTE, json=RIGHT, headers={"Authorization": given.encode("latin-1")})
        assert code(response) == (401, "key_unknown")


@pytest.mark.parametrize("given", ["Basic everything", "everything", "Bearer", "Bearer  ", ""])
async def test_only_a_bearer_token_is_a_key(site: Any, keys: Any, given: str) -> None:
    async with site(keys=keys) as here:
        response = await here.client.post(ROUTE, json=RIGHT, headers={"Authorization": given})
        assert code(response) == (401, "key_required")


async def test_a_key_is_good_from_anywhere(site: Any, keys: Any) -> None:
    async with site(keys=keys) as here, here.calling("203.0.113.9", "hotel.example") as client:
        sent = {"Authorization": "Bearer everything", "X-Forwarded-For": "198.51.100.1"}
        assert (await client.post(ROUTE, json=RIGHT, headers=sent)).status_code == 200
        assert (await client.get("/metrics", headers=sent)).status_code == 200


@pytest.mark.parametrize(
    ("token", "method", "path"),
    [
        ("reader", "POST", ROUTE),
        ("messages-only", "GET", "/api/pms/rooms/1"),
        ("messages-only", "GET", "/api/pms/reservations/1"),
        ("reader", "GET", "/metrics"),
    ],
)
async def test_a_key_does_only_what_its_scopes_say(site: Any, keys: Any, token: str, method: str, path: str) -> None:
    async with site(keys=keys) as here:
        response = await here.client.request(method, path, json=RIGHT, headers={"Authorization": f"Bearer {token}"})
        assert code(response) == (403, "scope_missing")


@pytest.mark.parametrize("tenant", ["hill", "moon"])
async def test_a_key_is_bound_to_its_hotel(site: Any, keys: Any, tenant: str) -> None:
    async with site(keys=keys) as here:
        here.client.headers["Authorization"] = "Bearer everything"
        assert code(await here.process(tenant=tenant)) == (403, "other_tenant")
        assert code(await here.client.get("/api/pms/rooms/1", params={"tenant": tenant})) == (403, "other_tenant")
        assert (await here.process(tenant="sea")).status_code == 200


async def test_the_121st_call_within_a_minute_is_refused(site: Any) -> None:
    async with site() as here:
        assert [(await here.process()).status_code for _ in range(120)] == [200] * 120
        response = await here.process()
        assert code(response) == (429, "too_many_requests")
        assert 0 < int(response.headers["retry-after"]) <= 60
        assert (await here.process(sender_id="eva")).status_code == 200


async def test_two_processes_admit_the_limit_between_them(site: Any) -> None:
    async with site() as here, site() as there:
        there.application.limiter._quotas = here.store.quotas
        both = [(await one.process()).status_code for _ in range(61) for one in (here, there)]
        assert both == [200] * 120 + [429] * 2


async def test_a_key_may_limit_each_of_its_guests(site: Any) -> None:
    key = ApiKey(
        name="web",
        digest=digest_of("web"),
        tenant=TenantId("sea"),
        scopes=frozenset(Scope),
        rate_limit=RateLimit(6),
        guest_rate_limit=RateLimit(2),
    )
    async with site(keys=KeyRing((key,))) as here:
        here.client.headers["Authorization"] = "Bearer web"
        answers = [(await here.process(sender_id=sender)).status_code for sender in ("a", "a", "a", "b", "b", "c", "c")]
        assert answers == [200, 200, 429, 200, 200, 200, 429]


async def test_a_keys_calls_are_counted_together(site: Any, keys: Any) -> None:
    async with site(keys=keys, settings=Settings(rate_limit=RateLimit(3))) as here:
        here.client.headers["Authorization"] = "Bearer everything"
        assert [(await here.process(sender_id=f"s{n}")).status_code for n in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/health/live", 200),
        ("GET", "/health/ready", 200),
        ("GET", "/chat/hotel", 200),
        ("GET", "/chat/transcript", 403),
        ("GET", "/nothing/here", 404),
        ("GET", "/health/live/", 404),
        ("DELETE", ROUTE, 405),
        ("POST", ROUTE, 415),
        ("BREW", "/", 405),
    ],
)
async def test_security_headers_are_on_every_answer(site: Any, method: str, path: str, status: int) -> None:
    async with site() as here:
        response = await here.client.request(method, path)
    assert response.status_code == status
    assert [name for name, _ in SECURITY_HEADERS if name.decode() not in response.headers] == []
    assert "script-src 'unsafe" not in response.headers["content-security-policy"]
    if status >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert set(response.json()) >= {"type", "title", "status", "code"}


async def test_a_wrong_method_is_told_the_right_one(site: Any) -> None:
    async with site() as here:
        response = await here.client.get(ROUTE)
    assert (code(response), response.headers["allow"]) == ((405, "method_not_allowed"), "POST")


async def test_requests_are_counted_by_route_and_never_by_path(site: Any) -> None:
    async with site() as here:
        for method, path in (
            ("GET", "/health/live"),
            ("GET", "/api/pms/rooms/canary"),
            ("GET", "/canary"),
            ("BREW", "/canary"),
        ):
            await here.client.request(method, path, headers={"X-Real-IP": "1.1.1.1"})
        assert here.counted == [
            ("GET", "/health/live", 200),
            ("GET", "/api/pms/rooms/{id}", 403),
            ("GET", "(none)", 404),
            ("OTHER", "(none)", 404),
        ]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9000", "http://127.0.0.1"])
async def test_the_chat_is_only_for_its_own_page(site: Any, origin: str) -> None:
    async with site() as here:
        response = await here.client.get("/chat/transcript", headers=here.visitor() | {"Origin": origin})
        assert code(response) == (403, "cross_origin")


async def test_the_chat_of_a_public_hotel_is_open_to_its_own_page(site: Any) -> None:
    async with site() as here, here.calling("203.0.113.9", "hotel.example") as client:
        for origin in ("https://hotel.example", "https://hotel.example:443"):
            page = here.visitor() | {"Origin": origin, "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "198.51.100.1"}
            assert (await client.get("/chat/transcript", headers=page)).status_code == 200


@pytest.mark.parametrize("token", ["", "short", "v" * 43, "v" * 22 + "." + "v" * 43, "v" * 22 + ".!" + "v" * 42])
async def test_the_chat_needs_a_visitors_token(site: Any, token: str) -> None:
    async with site() as here:
        assert code(await here.client.get("/chat/transcript", headers={"X-Visitor": token})) == (403, "visitor_required")
