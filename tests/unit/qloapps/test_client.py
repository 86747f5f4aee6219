import logging
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import anyio
import httpx
import pytest

from hotel_agent.adapters.qloapps.answers import AnsweredUnknown
from hotel_agent.adapters.qloapps.client import QloAppsClient, filter_value, one_of
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.domain.errors import InvalidValue, MalformedReply, Misconfigured, OutcomeUnknown, Unavailable

pytestmark = pytest.mark.anyio

KEY = "QLODEMOKEY0000000000000000000001"
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def settings(**changes: object) -> QloAppsSettings:
    plain: dict[str, object] = {"url": "http://pms.test/", "key": KEY, "currency": "USD", "timezone": ZoneInfo("UTC")}
    return QloAppsSettings(**(plain | changes))  # type: ignore[arg-type]  # fields by name


class Shop:
    """A far side that answers as it is told to and keeps what it was asked."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def client(shop: Handler, **changes: object) -> QloAppsClient:
    return QloAppsClient(httpx.AsyncClient(transport=httpx.MockTransport(shop), follow_redirects=True), settings(**changes))


def ok(**headers: str) -> httpx.Response:
    return httpx.Response(200, json={"orders": []}, headers=headers)


async def test_a_request_carries_key_format_and_the_shops_own_host() -> None:
    shop = Shop(ok())
    await client(shop, host="shop.example").read("orders", {"filter[source]": "[ha-A.B:C]", "filter[date_to]": ">[2031-01-01]"})
    request = shop.asked[0]
    assert request.url.raw_path == (b"/api/orders?filter[source]=[ha-A.B:C]&filter[date_to]=%3E[2031-01-01]&output_format=JSON")
    assert request.headers["host"] == "shop.example"
    assert request.headers["authorization"] == "Basic UUxPREVNT0tFWTAwMDAwMDAwMDAwMDAwMDAwMDAwMDE6"


async def test_guests_do_not_come_into_the_log_with_the_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # whatever a log configured elsewhere in this process has left
    shop = Shop(ok())
    await client(shop).read("customers", {"filter[email]": "[ana@example.com]"})
    assert b"ana%40example.com" in shop.asked[0].url.query
    assert "GET http://pms.test/api/customers " in caplog.text
    assert "ana" not in caplog.text


async def test_cookies_are_not_kept() -> None:
    shop = Shop(ok(**{"Set-Cookie": "QloApps-1=x; path=/"}))
    asking = client(shop)
    for _ in range(2):
        await asking.read("orders")
    assert [request.headers.get("cookie") for request in shop.asked] == [None, None]


async def test_redirects_are_not_followed_not_even_by_a_client_that_would() -> None:
    shop = Shop(httpx.Response(302, headers={"location": "http://elsewhere.test/index.php?url=bookings"}))
    asking = client(shop)
    with pytest.raises(Misconfigured, match="PMS_HOST"):
        await asking.write("POST", "bookings", "{}")
    assert [request.url.host for request in shop.asked] == ["pms.test"]


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")])
async def test_what_was_never_sent_is_unavailable(failure: Exception) -> None:
    shop = Shop(failure)
    with pytest.raises(Unavailable):
        await client(shop).write("POST", "bookings", "{}")
    assert len(shop.asked) == 1


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadError("cut"),
        httpx.WriteError("cut"),
        httpx.ReadTimeout("slow"),
        httpx.WriteTimeout("slow"),
        httpx.RemoteProtocolError("no answer"),
    ],
)
async def test_a_write_that_may_have_arrived_is_unknown_and_sent_once(failure: Exception) -> None:
    shop = Shop(failure)
    with pytest.raises(OutcomeUnknown) as unknown:
        await client(shop).write("POST", "bookings", "{}")
    assert not isinstance(unknown.value, AnsweredUnknown)
    assert len(shop.asked) == 1


async def test_a_read_that_failed_is_unavailable_and_asked_once() -> None:
    shop = Shop(httpx.ReadError("cut"))
    with pytest.raises(Unavailable):
        await client(shop).read("orders")
    assert len(shop.asked) == 1


@pytest.mark.parametrize(("writes", "error"), [(True, OutcomeUnknown), (False, Unavailable)])
async def test_the_time_limit_covers_the_whole_exchange(writes: bool, error: type[Exception]) -> None:
    async def forever(_: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    http = httpx.AsyncClient(transport=httpx.MockTransport(forever))
    limit = timedelta(milliseconds=20)
    asking = QloAppsClient(http, settings(read_limit=limit, write_limit=limit))
    with pytest.raises(error):
        await (asking.write("POST", "bookings", "{}") if writes else asking.read("orders"))


async def test_a_body_without_end_is_cut_off() -> None:
    shop = Shop(httpx.Response(200, json=["x" * 5000]))
    with pytest.raises(MalformedReply):
        await client(shop, max_body=1000).read("orders")
    with pytest.raises(OutcomeUnknown):
        await client(shop, max_body=1000).write("POST", "bookings", "{}")


async def test_xml_where_json_was_asked_for_is_malformed() -> None:
    shop = Shop(httpx.Response(200, content=b"<qloapps/>", headers={"content-type": "text/xml;charset=utf-8"}))
    with pytest.raises(MalformedReply):
        await client(shop).read("orders")


@pytest.mark.parametrize("value", ["", "a[b", "a]b", "a|b", "a,b", "a\nb"])
def test_values_that_would_make_a_filter_vanish_are_refused(value: str) -> None:
    with pytest.raises(InvalidValue):
        filter_value(value)


def test_any_of_several_values_is_one_filter() -> None:
    assert one_of(["1", "22"]) == "[1|22]"


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(settings()) + repr(QloAppsClient(httpx.AsyncClient(), settings()))


@pytest.mark.parametrize("url", ["http://pms.test", "http://pms.test/", "http://pms.test/api", "http://pms.test/api/"])
def test_the_address_may_name_the_web_service_or_not(url: str) -> None:
    assert settings(url=url).api == "http://pms.test/api"


@pytest.mark.parametrize("wrong", [{"url": "pms.test"}, {"hotel_id": "one"}, {"currency": "usd"}, {"url": "http://x/?a=1"}])
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidValue):
        settings(**wrong)
