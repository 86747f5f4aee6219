"""What is safe to repeat is tried three times; writes, refusals and whatever a 4xx means are not."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import httpx
import pytest
from attrs import define, field

from hotel_agent.adapters.qloapps.client import QloAppsClient
from hotel_agent.adapters.qloapps.settings import QloAppsSettings
from hotel_agent.application.guarding import Guard, GuardedPropertySystem
from hotel_agent.application.retrying import FIRST_PAUSE_S, TRIES, RetryingPropertySystem
from hotel_agent.domain.breaker import BreakerState
from hotel_agent.domain.errors import (
    BreakerOpen,
    HotelAgentError,
    MalformedReply,
    Misconfigured,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Rejection,
    Unavailable,
)
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

SHOP = QloAppsSettings(url="http://shop", key="K" * 32, currency="EUR", timezone=ZoneInfo("Europe/Madrid"))
READS = ("room_types", "search", "find", "get", "verify", "quote_amendment", "of_guest")
WRITES = ("book", "cancel", "amend", "check_in", "check_out", "record_payment")


@define
class Moody:
    """A PMS in whose every operation the next of *answers* befalls the call; what is no error is the answer."""

    answers: list[Any]
    asked: list[str] = field(factory=list)

    def __getattr__(self, operation: str) -> Callable[..., Awaitable[Any]]:
        async def call(*_: object, **__: object) -> Any:
            self.asked.append(operation)
            answer = self.answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer

        return call


def retrying(pms: Any, witness: Witness | None = None, jitter: float = 0.0) -> RetryingPropertySystem:
    return RetryingPropertySystem(pms, "pms:sol", witness or Witness(), lambda: jitter)


async def ask(pms: PropertySystem, operation: str) -> Any:
    call = getattr(pms, operation)
    named = inspect.signature(call).parameters.values()
    return await call(*(None for one in named if one.kind is not inspect.Parameter.KEYWORD_ONLY))


@pytest.mark.parametrize("operation", READS)
async def test_read_that_was_not_taken_is_tried_three_times_in_all(operation: str) -> None:
    moody = Moody([Unavailable(), Unavailable(), "answer"])
    assert await ask(retrying(moody), operation) == "answer"
    assert moody.asked == [operation] * TRIES


async def test_third_failure_is_the_answer() -> None:
    moody = Moody([Unavailable("one"), Unavailable("two"), Unavailable("three"), "never"])
    with pytest.raises(Unavailable, match="three"):
        await ask(retrying(moody), "room_types")
    assert len(moody.asked) == TRIES


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("error", [Unavailable(), OutcomeUnknown()])
async def test_write_is_sent_once_whatever_comes_of_it(operation: str, error: HotelAgentError) -> None:
    moody = Moody([error, "again"])
    with pytest.raises(type(error)):
        await ask(retrying(moody), operation)
    assert moody.asked == [operation]


@pytest.mark.parametrize(
    "error", [Misconfigured(), BreakerOpen(START), Rejected(Rejection.NOT_FOUND), NotFound(), MalformedReply(["?"])]
)
async def test_what_was_answered_is_not_asked_again(error: HotelAgentError) -> None:
    moody = Moody([error, "again"])
    with pytest.raises(type(error)):
        await ask(retrying(moody), "search")
    assert moody.asked == ["search"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 414, 429, 431])
async def test_4xx_of_qloapps_is_never_asked_again(status: int) -> None:
    asked = []

    def shop(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(status, text='{"errors": [{"code": 0, "message": "no"}]}')

    async with httpx.AsyncClient(transport=httpx.MockTransport(shop)) as http:
        client = QloAppsClient(http, SHOP)

        class Asking(Moody):
            def __getattr__(self, operation: str) -> Callable[..., Awaitable[Any]]:
                return lambda *_, **__: client.read("hotels")

        with pytest.raises(HotelAgentError):
            await ask(retrying(Asking([])), "search")
    assert len(asked) == 1


async def test_pauses_double_and_half_of_each_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(anyio, "sleep", pause)
    for jitter in (0.0, 1.0):
        await ask(retrying(Moody([Unavailable(), Unavailable(), "answer"]), jitter=jitter), "search")
    assert paused == pytest.approx([FIRST_PAUSE_S / 2, FIRST_PAUSE_S, FIRST_PAUSE_S, 2 * FIRST_PAUSE_S])


async def test_tries_are_told_and_the_breaker_counts_them_as_one_call() -> None:
    witness = Witness()
    guard = Guard("pms:sol", ManualClock(), witness)
    guarded = GuardedPropertySystem(retrying(Moody([Unavailable()] * TRIES * 5), witness), guard)
    for _ in range(4):
        with pytest.raises(Unavailable):
            await ask(guarded, "room_types")
    assert (guard.state, witness.calls[:3]) == (
        BreakerState.CLOSED,
        [("pms:sol", "room_types", "retried")] * 2 + [("pms:sol", "room_types", "unavailable")],
    )
    with pytest.raises(Unavailable):
        await ask(guarded, "room_types")
    assert guard.state is BreakerState.OPEN


async def test_tries_end_with_the_time_of_the_turn() -> None:
    moody = Moody([Unavailable()] * TRIES)
    with anyio.move_on_after(0) as scope:
        await ask(retrying(moody), "search")
    assert (scope.cancelled_caught, moody.asked) == (True, ["search"])
