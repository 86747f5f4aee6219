from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import httpx
import pytest
from attrs import evolve

from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, behaviour_from
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp, running
from hotel_agent.emulators.whatsapp.values import Account, Guest, guest_of

pytestmark = pytest.mark.anyio
NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
async def served(account: Account) -> AsyncIterator[RunningWhatsApp]:
    async with running(evolve(account, callback=""), clock=lambda: NOW) as meta:
        yield meta


@pytest.fixture
def guest(served: RunningWhatsApp) -> Guest:
    ana = served.platform.join(guest_of("34600111222", "Ana"))
    served.platform.write(ana, text("hola"))
    return ana


def sent(served: RunningWhatsApp, guest: Guest) -> int:
    return len(served.platform.chats.chat(guest, served.app.account.numbers[0]).from_hotel)


async def send(served: RunningWhatsApp, guest: Guest) -> httpx.Response:
    body: dict[str, Any] = {"messaging_product": "whatsapp", "to": guest.wa_id, "type": "text", "text": {"body": "hi"}}
    async with httpx.AsyncClient(headers={"Authorization": "Bearer token"}) as client:
        return await client.post(f"{served.url}/v25.0/{served.app.account.numbers[0].id}/messages", json=body)


@pytest.mark.parametrize(("kind", "made"), [(FaultKind.CUT_BEFORE, 0), (FaultKind.CUT_AFTER, 1)])
async def test_a_cut_connection_leaves_the_sender_without_an_answer(
    served: RunningWhatsApp, guest: Guest, kind: FaultKind, made: int
) -> None:
    served.app.add_faults(Fault(kind, "messages"))
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await send(served, guest)
    assert sent(served, guest) == made
    assert (await send(served, guest)).status_code == 200
    assert [(seen.endpoint, seen.status) for seen in served.app.seen] == [("messages", None), ("messages", 200)]


@pytest.mark.parametrize(("kind", "made"), [(FaultKind.BROKEN, 0), (FaultKind.BROKEN_AFTER, 1)])
async def test_a_gateway_may_break_before_or_after_the_work(
    served: RunningWhatsApp, guest: Guest, kind: FaultKind, made: int
) -> None:
    served.app.add_faults(Fault(kind, "messages"))
    answer = await send(served, guest)
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert sent(served, guest) == made


@pytest.mark.parametrize(("code", "status"), [(190, 401), (4, 429), (368, 403), (131000, 500), (131042, 400)])
async def test_errors_come_by_code_on_demand(served: RunningWhatsApp, guest: Guest, code: int, status: int) -> None:
    served.app.add_faults(Fault(FaultKind.ERROR, "messages", times=2, code=code))
    answers = [await send(served, guest) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].json()["error"]["code"] == code
    assert sent(served, guest) == 1


async def test_an_answer_can_take_its_time(served: RunningWhatsApp, guest: Guest) -> None:
    served.app.behave(Behaviour(latency_s=0.1).with_faults(Fault(FaultKind.SLOW, "messages", seconds=0.1)))
    began = perf_counter()
    await send(served, guest)
    assert perf_counter() - began >= 0.2


async def test_a_fault_of_another_endpoint_does_not_strike(served: RunningWhatsApp, guest: Guest) -> None:
    served.app.add_faults(Fault(FaultKind.ERROR, "media", times=None))
    assert (await send(served, guest)).status_code == 200


async def test_work_goes_on_when_the_sender_hangs_up(served: RunningWhatsApp, guest: Guest) -> None:
    served.app.behave(Behaviour(latency_s=0.2))
    with pytest.raises(httpx.ReadTimeout):
        async with httpx.AsyncClient(headers={"Authorization": "Bearer token"}, timeout=0.05) as client:
            await client.post(
                f"{served.url}/v25.0/{served.app.account.numbers[0].id}/messages",
                json={"messaging_product": "whatsapp", "to": guest.wa_id, "type": "text", "text": {"body": "hi"}},
            )
    await served.app.drain()
    assert sent(served, guest) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"nonsense": 1},
        {"duplicates": 1.5},
        {"reorder_s": -1},
        {"window": 1},
        {"latency_s": True},
        {"latency_s": "slow"},
        {"statuses": "sideways"},
        {"faults": [{"kind": "meteor"}]},
        {"faults": [{"sort": "slow"}]},
    ],
)
def test_a_switch_that_does_not_exist_or_cannot_be_set_is_told(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        behaviour_from(values, Behaviour())


def test_switches_are_set_by_name() -> None:
    changed = behaviour_from({"duplicates": 0.5, "faults": [{"kind": "slow", "seconds": 1}], "window": False}, Behaviour())
    assert changed == Behaviour(duplicates=0.5, window=False, faults=(Fault(FaultKind.SLOW, seconds=1),))
