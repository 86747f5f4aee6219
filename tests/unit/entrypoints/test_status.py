import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import anyio
import httpx
import pytest

from hotel_agent.adapters.observability.metrics import Metrics, machine_time
from hotel_agent.entrypoints import status as status_command
from hotel_agent.entrypoints.cli import address_of, main
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.status import Looks, NoFigures
from hotel_agent.entrypoints.status_figures import Figures, picture, quantiles, rate
from hotel_agent.entrypoints.status_screen import number, screen, span
from hotel_agent.ports.observer import Pool, Sample
from hotel_agent.ports.records import Depth, Load
from hotel_agent.testing.examples import AT

pytestmark = pytest.mark.anyio

URL = "http://127.0.0.1:8000"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SINCE = "2026-12-01T11:58:30Z"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1.2.3")


def figures(metrics: Metrics, at: float = 0.0) -> Figures:
    return Figures.read(metrics.exposition().decode(), at)


def ready(status: str = "ready", **down: str) -> dict[str, Any]:
    names = ("journal", "locks", "pms:sol")
    parts = [
        {"name": name, "ok": name not in down, "needed": name == "journal", "since": SINCE, "detail": down.get(name, "")}
        for name in names
    ]
    return {"status": status, "parts": parts}


def shown(metrics: Metrics, said: dict[str, Any] | None = None, **how: Any) -> str:
    seen = picture(said or ready(), figures(metrics), None, NOON.timestamp())
    return "\n".join(screen(seen, URL, NOON, **how))


# ---------------------------------------------------------------- figures


def test_a_figure_is_added_up_over_the_series_that_are_meant(metrics: Metrics) -> None:
    for route, status in (("/", 200), ("/", 404), ("/docs", 200)):
        metrics.count_request("GET", route, status, 0.001)
    seen = figures(metrics)
    assert (seen.total("http_requests_total"), seen.total("http_requests_total", status="200")) == (3, 2)
    assert seen.by("http_requests_total", "route") == {"/": 2, "/docs": 1}


def test_what_nobody_knows_is_not_zero(metrics: Metrics) -> None:
    seen = figures(metrics)
    assert (seen.total("sessions_open"), seen.total("unheard_of")) == (None, None)


def test_a_rate_is_the_rise_between_two_looks(metrics: Metrics) -> None:
    first = figures(metrics, 10.0)
    for _ in range(6):
        metrics.count_request("GET", "/", 200, 0.001)
    second = figures(metrics, 12.0)
    assert rate("http_requests_total", second, first) == 3.0
    assert rate("http_requests_total", second, None) is None
    assert rate("http_requests_total", second, second) is None


def test_a_service_that_was_started_again_has_risen_from_nothing(metrics: Metrics) -> None:
    for _ in range(6):
        metrics.count_request("GET", "/", 200, 0.001)
    before, again = figures(metrics, 10.0), Metrics()
    again.count_request("GET", "/", 200, 0.001)
    assert rate("http_requests_total", figures(again, 12.0), before) == 0.5


def test_quantiles_are_bounds_of_what_came_since_the_look_before(metrics: Metrics) -> None:
    turn = metrics.turn_seconds.of("greeting", "success")
    for _ in range(99):
        turn.observe(0.003)
    before = figures(metrics)
    assert quantiles(before, None, 0.5, 0.99) == (0.005, 0.005)
    assert quantiles(before, before, 0.5) == (None,)
    for seconds in (0.003, 0.04, 99.0):
        turn.observe(seconds)
    assert quantiles(figures(metrics), before, 0.3, 0.6, 1.0) == (0.005, 0.05, None)


def test_quantiles_of_a_service_that_was_started_again_are_its_own(metrics: Metrics) -> None:
    for _ in range(3):
        metrics.turn_seconds.of("greeting", "success").observe(0.003)
    again = Metrics()
    again.turn_seconds.of("greeting", "success").observe(0.04)
    assert quantiles(figures(again), figures(metrics), 0.5) == (0.05,)


# ---------------------------------------------------------------- what is shown


def test_a_service_that_is_well_says_so(metrics: Metrics) -> None:
    depth = Depth(events=3, jobs=2, timers=12, dead=0, oldest_at=AT)
    load = Load(sessions=5, outgoing=1, outgoing_due_at=None, undelivered=0)
    pools = (Pool(name="jobs", size=16, in_use=2, waiting=4),)
    metrics.note_sample(Sample(at=AT, depth=depth, load=load, locks=7, pools=pools))
    metrics.locks.of("acquire", "refused").inc(3)
    text = shown(metrics)
    for expected in (
        f"hotel-agent 1.2.3  {URL}  READY",
        "12:00:00",
        "journal ok 1 min 30 s",
        "pms closed",
        "messages 3",
        "timers 12",
        "standing 7  sessions 5",
        "taken by others 3",
        "jobs 2/16 +4 wait",
    ):
        assert expected in text


def test_a_part_that_is_down_is_named_with_its_reason_and_since_when(metrics: Metrics) -> None:
    text = shown(metrics, ready("degraded", **{"pms:sol": "unavailable"}))
    assert "DEGRADED" in text
    assert "pms:sol DOWN 1 min 30 s (unavailable)" in text


def test_it_says_how_old_the_figures_are_that_the_service_looks_up_now_and_then(metrics: Metrics) -> None:
    assert "ago)" not in shown(metrics)
    metrics.sampled.of().set(machine_time() - 90.5)
    assert "undelivered ?  (1 min 30 s ago)" in shown(metrics)


def test_what_is_unknown_is_shown_as_such(metrics: Metrics) -> None:
    assert "messages ?" in shown(metrics)


def test_breakers_say_their_state_and_how_often_the_pms_failed(metrics: Metrics) -> None:
    metrics.pms_breaker.of().set(1)
    metrics.pms_breaker_streak.of().set(5)
    metrics.part_breakers.of("understanding").set(2)
    text = shown(metrics)
    assert "pms open" in text
    assert "understanding half-open" in text
    assert "(5 PMS failures in a row)" in text


def test_a_message_that_waits_is_shown_with_its_age(metrics: Metrics) -> None:
    metrics.oldest.of().set(7.25)
    metrics.overdue.of().set(90)
    assert "(oldest 7.2 s)" in shown(metrics)
    assert "(due since 1 min 30 s)" in shown(metrics)


def test_rates_stand_beside_the_totals_from_the_second_look_on(metrics: Metrics) -> None:
    before = figures(metrics, 0.0)
    metrics.count_request("GET", "/", 200, 0.001)
    seen = picture(ready(), figures(metrics, 2.0), before, NOON.timestamp())
    assert "requests 0.5 [1]" in "\n".join(screen(seen, URL, NOON))
    assert "requests [1]" in shown(metrics)


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("colours", [False, True])
def test_no_line_is_wider_than_the_terminal(metrics: Metrics, width: int, *, colours: bool) -> None:
    lines = screen(picture(ready(), figures(metrics), None, NOON.timestamp()), URL, NOON, colours=colours, width=width)
    assert [line for line in lines if len(re.sub(r"\x1b\[[0-9;]*m", "", line)) > width] == []


def test_colours_come_only_where_they_can_be_seen(metrics: Metrics) -> None:
    assert "\x1b" not in shown(metrics)
    assert "\x1b[32mREADY\x1b[0m" in shown(metrics, colours=True)


def test_a_service_cannot_move_the_cursor(metrics: Metrics) -> None:
    assert "\x1b" not in shown(metrics, ready("\x1b[2J", journal="\x1b[1A\r\n"))


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-1, "0.0 s"),
        (9.94, "9.9 s"),
        (59, "59 s"),
        (61, "1 min 1 s"),
        (7_260, "2 h 1 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_durations_are_written_in_two_units(seconds: float, written: str) -> None:
    assert span(seconds) == written


def test_numbers_are_short() -> None:
    assert [number(value) for value in (None, 0, 12, 0.5)] == ["?", "0", "12", "0.5"]


# ---------------------------------------------------------------- looking


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(handler), base_url=URL)


def service(metrics: Metrics, status: str = "ready") -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/metrics":
            return httpx.Response(200, content=metrics.exposition())
        return httpx.Response(503 if status == "down" else 200, json=ready(status))

    return answer


async def test_two_looks_make_rates(metrics: Metrics) -> None:
    async with answering(service(metrics)) as client:
        looks = Looks(client)
        first: Any = await looks.look()
        await anyio.sleep(0.01)
        second: Any = await looks.look()
    assert (first["rates"]["requests"], second["rates"]["requests"]) == (None, 0.0)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(401), "it wants a key"),
        (httpx.Response(403), "scope `metrics`"),
        (httpx.Response(404), "no hotel-agent"),
        (httpx.Response(500), "it answered 500"),
        (httpx.Response(200, text="<html>"), "no hotel-agent"),
        (httpx.Response(200, json=[1]), "no hotel-agent"),
    ],
)
async def test_what_cannot_be_shown_is_told_in_a_sentence(answer: httpx.Response, said: str) -> None:
    async with answering(lambda _: answer) as client:
        with pytest.raises(NoFigures, match=said):
            await Looks(client).look()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[", "nonsense"])
async def test_nothing_that_answers_is_exit_code_1_and_a_sentence(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await status_command.status(url, None, every=1.0, once=True, as_json=False) == 1
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)


@pytest.fixture
def calling(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Have the command's calls answered by a handler; returns the headers of each client that it makes."""
    make = httpx.AsyncClient

    def answer_with(handler: Callable[[httpx.Request], httpx.Response]) -> list[Any]:
        asked: list[Any] = []

        def client(**how: Any) -> httpx.AsyncClient:
            asked.append(how["headers"])
            return make(**how | {"transport": httpx.MockTransport(handler)})

        monkeypatch.setattr(httpx, "AsyncClient", client)
        return asked

    return answer_with


@pytest.mark.parametrize(("status", "code"), [("ready", 0), ("degraded", 0), ("down", 1)])
async def test_once_tells_by_its_exit_code_whether_messages_are_taken(
    metrics: Metrics, status: str, code: int, calling: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = calling(service(metrics, status))
    assert await status_command.status(URL, "a-key", every=1.0, once=True, as_json=True) == code
    assert json.loads(capsys.readouterr().out)["status"] == status
    assert asked == [{"Authorization": "Bearer a-key"}]


async def test_live_it_goes_on_over_a_restart_of_the_service(
    metrics: Metrics, calling: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    looks, enough = 0, anyio.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        looks += request.url.path == "/health/ready"
        if looks == 2:
            raise httpx.ConnectError("refused")
        if looks == 4:
            enough.set()
        return service(metrics)(request)

    calling(answer)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: status_command.status(URL, None, every=0.001, once=False, as_json=False))
        await enough.wait()
        tasks.cancel_scope.cancel()
    first, away, again = capsys.readouterr().out.split("\n\n")[:3]
    assert ("READY" in first, "Nothing answers" in away, "READY" in again) == (True, True, True)


@pytest.mark.parametrize(
    "arguments", [("status", "--every", "0"), ("status", "--every", "nan"), ("status", "extra"), ("log-level", "loud")]
)
def test_a_command_that_cannot_be_meant_so_is_a_usage_mistake(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:9"),
        ("0.0.0.0", "http://127.0.0.1:9"),  # noqa: S104 - nothing is bound
        ("::", "http://[::1]:9"),
        ("::1", "http://[::1]:9"),
    ],
)
def test_without_an_address_the_service_of_the_settings_is_asked(host: str, address: str) -> None:
    assert address_of(Settings(host=host, port=9)) == address
