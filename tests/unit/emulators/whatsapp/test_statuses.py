import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, Refusal, StatusOrder
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Guest

pytestmark = pytest.mark.anyio
SendTo = Callable[..., Awaitable[httpx.Response]]
Posted = list[tuple[bytes, dict[str, str]]]


def statuses(posted: Posted) -> list[dict[str, Any]]:
    changes = [change for body, _ in posted for entry in json.loads(body)["entry"] for change in entry["changes"]]
    return [status for change in changes for status in change["value"].get("statuses", ())]


def told(posted: Posted) -> list[str]:
    return [status["status"] for status in statuses(posted)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (StatusOrder.NORMAL, ["sent", "delivered"]),
        (StatusOrder.DELIVERED_FIRST, ["delivered", "sent"]),
        (StatusOrder.BACKWARDS, ["read", "delivered", "sent"]),
        (StatusOrder.NONE, []),
    ],
)
async def test_statuses_come_in_the_order_that_is_asked_for(
    emulator: WhatsAppEmulator, send: SendTo, posted: Posted, order: StatusOrder, expected: list[str]
) -> None:
    emulator.behave(Behaviour(statuses=order))
    answer = await send(biz_opaque_callback_data="o-17")
    await emulator.platform.agenda.pass_time()
    found = statuses(posted)
    assert told(posted) == expected
    assert {(one["id"], one["biz_opaque_callback_data"]) for one in found} <= {(answer.json()["messages"][0]["id"], "o-17")}
    assert {one["recipient_id"] for one in found} <= {"34600111222"}


async def test_a_status_can_be_told_before_the_send_is_answered(
    emulator: WhatsAppEmulator, send: SendTo, posted: Posted
) -> None:
    emulator.behave(Behaviour(statuses=StatusOrder.EARLY))
    answer = await send(biz_opaque_callback_data="o-17")
    # Nobody let time pass: the webhooks went out within the call.
    assert told(posted) == ["delivered", "sent"]
    assert {one["id"] for one in statuses(posted)} == {answer.json()["messages"][0]["id"]}


async def test_without_a_tracker_statuses_carry_none(emulator: WhatsAppEmulator, send: SendTo, posted: Posted) -> None:
    await send()
    await emulator.platform.agenda.pass_time()
    assert [one.get("biz_opaque_callback_data") for one in statuses(posted)] == [None, None]


async def test_statuses_take_their_time(emulator: WhatsAppEmulator, send: SendTo, posted: Posted) -> None:
    emulator.behave(Behaviour(status_gap_s=2.0))
    await send()
    for expected in ([], ["sent"], ["sent", "delivered"]):
        assert told(posted) == expected
        await emulator.platform.agenda.pass_time(timedelta(seconds=2))


async def test_a_message_is_read_when_the_guest_looks(platform: Platform, send: SendTo, ana: Guest, posted: Posted) -> None:
    await send()
    await platform.agenda.pass_time()
    platform.read(ana)
    platform.read(ana)
    await platform.agenda.pass_time()
    assert told(posted) == ["sent", "delivered", "read"]
    assert platform.chats.chat(ana, platform.account.numbers[0]).from_hotel[0].status == "read"


async def test_with_the_phone_open_it_is_read_at_once(emulator: WhatsAppEmulator, send: SendTo, posted: Posted) -> None:
    emulator.behave(Behaviour(reads_at_once=True))
    await send()
    await emulator.platform.agenda.pass_time()
    assert told(posted) == ["sent", "delivered", "read"]


async def test_a_message_may_fail_after_it_was_accepted(emulator: WhatsAppEmulator, send: SendTo, posted: Posted) -> None:
    emulator.add_faults(Fault(FaultKind.FAILS_LATER, "messages", code=131049))
    answer = await send(biz_opaque_callback_data="o-17")
    await emulator.platform.agenda.pass_time()
    [failed] = statuses(posted)
    assert answer.status_code == 200
    assert (failed["status"], failed["errors"][0]["code"], failed["biz_opaque_callback_data"]) == ("failed", 131049, "o-17")


async def test_outside_the_window_a_message_fails_by_status(platform: Platform, send: SendTo, posted: Posted) -> None:
    await platform.agenda.pass_time(timedelta(hours=24))
    assert (await send()).status_code == 200
    await platform.agenda.pass_time()
    [failed] = statuses(posted)
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131047)


async def test_outside_the_window_it_may_be_refused_at_once(
    emulator: WhatsAppEmulator, platform: Platform, send: SendTo, ana: Guest
) -> None:
    emulator.behave(Behaviour(refusal=Refusal.ANSWER))
    await platform.agenda.pass_time(timedelta(hours=24) - timedelta(seconds=1))
    assert (await send()).status_code == 200
    await platform.agenda.pass_time(timedelta(seconds=1))
    assert (await send()).json()["error"]["code"] == 131047
    template = {"name": "update", "language": {"code": "es"}}
    parameters = [{"type": "text", "text": "Ana"}, {"type": "text", "text": "ya"}]
    filled = template | {"components": [{"type": "body", "parameters": parameters}]}
    assert (await send(type="template", template=filled)).status_code == 200
    platform.write(ana, text("sigo aquí"))
    assert (await send()).status_code == 200


async def test_who_has_no_whatsapp_is_not_reached(emulator: WhatsAppEmulator, send: SendTo, posted: Posted) -> None:
    assert (await send(to="34699999999")).status_code == 200
    await emulator.platform.agenda.pass_time()
    [failed] = statuses(posted)
    assert (failed["status"], failed["errors"][0]["code"], failed["recipient_id"]) == ("failed", 131026, "34699999999")
    assert "recipient_user_id" not in failed


async def test_a_pair_has_a_burst_of_45_and_then_one_message_every_six_seconds(
    emulator: WhatsAppEmulator, platform: Platform, send: SendTo
) -> None:
    emulator.behave(Behaviour())
    assert {(await send()).status_code for _ in range(45)} == {200}
    refused = await send()
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, 131056)
    await platform.agenda.pass_time(timedelta(seconds=6))
    assert [(await send()).status_code for _ in range(2)] == [200, 429]


async def test_a_number_sends_80_messages_a_second(emulator: WhatsAppEmulator, platform: Platform, send: SendTo) -> None:
    emulator.behave(Behaviour(pair_burst=1000))
    assert {(await send()).status_code for _ in range(80)} == {200}
    refused = await send()
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, 130429)
    await platform.agenda.pass_time(timedelta(seconds=0.5))
    codes = [(await send()).status_code for _ in range(41)]
    assert codes == [200] * 40 + [429]
