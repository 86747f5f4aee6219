"""Whole conversations through signed webhooks, with a WhatsApp that doubles, reorders, loses answers and comes back late."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, StatusOrder
from hotel_agent.emulators.whatsapp.chats import Entry
from hotel_agent.emulators.whatsapp.media import file_content
from hotel_agent.emulators.whatsapp.payloads import Kind, text
from hotel_agent.testing.phones import Phone, emulated_whatsapp, settings_for, words_of
from hotel_agent.testing.processes import Running, Service

pytestmark = pytest.mark.anyio

MISCHIEF = Behaviour(seed=7, duplicates=0.5, duplicate_s=1.0, reorder_s=0.3, statuses=StatusOrder.DELIVERED_FIRST)
STAY = "Disponibilidad para 2027-05-20 a 2027-05-22"
DETAILS = "Juan Pérez, juan@example.com, +34666777888"


async def book(phone: Phone) -> Entry:
    offers = await phone.say(STAY)
    held = await phone.press(offers, "offer:")
    assert "198,00 €" in words_of(held)
    read_back = await phone.say(DETAILS)
    await phone.press(read_back, "yes:")
    return await phone.hear("Reserva confirmada")


def sends(house: Any) -> list[tuple[int | None, int | None]]:
    """Status and code of each call that was to send a message."""
    return [(seen.status, seen.code) for seen in house.meta.app.seen if seen.endpoint == "messages"]


@pytest.mark.parametrize(("number", "hides_phone"), [("34611000001", False), ("34611000002", True)])
async def test_a_room_is_booked_once_by_pressing_whatever_comes_twice_or_out_of_order(
    house: Any, number: str, hides_phone: bool
) -> None:
    meta = house.meta
    meta.app.behave(MISCHIEF)
    before = len(meta.platform.callbacks.webhooks)
    phone = Phone.of(meta, number, hides_phone=hides_phone)
    await phone.say("Hola")
    confirmed = await book(phone)
    [code] = re.findall(r"código es (\d+)", words_of(confirmed))
    # Whatever is still doubled comes within a second; the next answer comes after all of it.
    await anyio.sleep(MISCHIEF.duplicate_s + MISCHIEF.reorder_s)
    last = await phone.say("gracias")
    status, reservation = await anyio.to_thread.run_sync(house.service.get, f"/api/pms/reservations/{code}")
    assert (status, reservation["status"]) == (200, "confirmed")
    assert (await anyio.to_thread.run_sync(house.service.get, f"/api/pms/reservations/{int(code) + 1}"))[0] == 404
    # hello, offers, held, read-back, booking, confirmed, and the last one: each once.
    assert len(phone.heard) == 7, [words_of(entry) for entry in phone.heard]
    assert phone.heard[-1] is last
    assert len({entry.tracker for entry in phone.heard} - {None}) == 7
    webhooks = meta.platform.callbacks.webhooks[before:]
    assert {attempt.status for webhook in webhooks for attempt in webhook.attempts} == {200}
    assert max(len(webhook.attempts) for webhook in webhooks) == 2, "nothing was doubled"


async def test_a_send_whose_answer_is_lost_is_settled_by_its_status_and_not_repeated(house: Any, phone: Phone) -> None:
    house.meta.app.add_faults(Fault(FaultKind.CUT_AFTER, "messages", times=3))
    await book(phone)
    assert sends(house)[:3] == [(None, None)] * 3
    # offers, held, read-back, booking, confirmed
    assert len(phone.heard) == len({entry.tracker for entry in phone.heard} - {None}) == 5


async def test_a_status_before_the_sends_own_answer_is_no_reason_to_send_again(house: Any, phone: Phone) -> None:
    house.meta.app.behave(Behaviour(seed=7, statuses=StatusOrder.EARLY))
    await book(phone)
    await phone.say("gracias")
    assert sends(house)[:5] == [(200, None)] * 5
    assert len(phone.heard) == len({entry.tracker for entry in phone.heard} - {None}) == 6


async def test_of_a_batch_of_several_entries_changes_and_guests_everybody_is_answered_once(house: Any) -> None:
    meta = house.meta
    phones = [Phone.of(meta, str(34622000000 + number)) for number in range(6)]
    meta.app.behave(Behaviour(seed=7, batch_s=0.2, duplicates=1.0, duplicate_s=0.5))
    for phone in phones:
        meta.platform.write(phone.guest, text("Hola"))
    for phone in phones:
        await phone.until(lambda phone=phone: len(phone.heard) > 0)  # type: ignore[misc]  # mypy gives a lambda with a default no type
    guests = {phone.guest for phone in phones}
    [webhook] = [
        webhook
        for webhook in meta.platform.callbacks.webhooks
        if {element.guest for element in webhook.elements} == guests and webhook.elements[0].kind is Kind.MESSAGE
    ]
    assert len(webhook.payload["entry"]) > 1
    await anyio.sleep(1.0)
    assert [len(phone.heard) for phone in phones] == [1] * len(phones)
    assert len(webhook.attempts) == 2


async def test_a_send_that_is_throttled_comes_later(house: Any, phone: Phone) -> None:
    house.meta.app.add_faults(Fault(FaultKind.ERROR, "messages", times=1, code=131056))
    await phone.say("Hola")
    await phone.until(lambda: phone.heard[0].status == "delivered")
    assert sends(house) == [(429, 131056), (200, None)]
    assert len(phone.heard) == 1


@pytest.mark.nightly
async def test_number_that_fails_is_left_alone_for_half_a_minute_and_then_everybody_is_answered_once(house: Any) -> None:
    house.meta.app.add_faults(Fault(FaultKind.ERROR, "messages", times=None, code=131016))
    phones = [Phone.of(house.meta, str(34633000000 + number)) for number in range(8)]
    for phone in phones:
        house.meta.platform.write(phone.guest, text("Hola"))
    await _until_breaker(house.service, 1)
    refused = len(sends(house))
    await anyio.sleep(10)
    # Those eight at most were under way when the fifth failed.
    assert 5 <= refused <= len(sends(house)) <= 8
    house.meta.app.behave(Behaviour(seed=7))
    for phone in phones:
        await phone.until(lambda phone=phone: len(phone.heard) > 0)  # type: ignore[misc]  # mypy gives a lambda with a default no type
    await _until_breaker(house.service, 0)
    assert [len(phone.heard) for phone in phones] == [1] * len(phones)


async def _until_breaker(service: Service, state: int) -> None:
    """Wait until the service's metrics show the breaker before WhatsApp in that state."""
    shown = f'circuit_breaker_state{{part="whatsapp"}} {state}.0'
    async with httpx.AsyncClient(base_url=service.url) as client:
        with anyio.fail_after(60):
            while shown not in (await client.get("/metrics")).text:  # noqa: ASYNC110 - another process cannot ring here
                await anyio.sleep(0.1)


async def test_the_answer_finds_the_message_read_and_typing_shown(house: Any, phone: Phone) -> None:
    house.meta.app.behave(Behaviour(seed=7))
    await phone.say("Hola")
    await phone.until(lambda: phone.chat.entries[0].status == "read")
    assert "mark" in {seen.endpoint for seen in house.meta.app.seen}


async def test_a_voice_note_and_a_picture_get_an_honest_answer(house: Any, phone: Phone) -> None:
    platform = house.meta.platform
    sound = platform.attach(b"OggS sound", "audio/ogg; codecs=opus")
    answer = await phone.answer_to(lambda: platform.write(phone.guest, file_content(sound, voice=True)))
    assert "audio" in words_of(answer).lower()
    picture = platform.attach(b"\xff\xd8 picture", "image/jpeg")
    assert words_of(await phone.answer_to(lambda: platform.write(phone.guest, file_content(picture))))


async def test_what_was_written_while_the_service_was_down_is_answered_when_meta_comes_again(tmp_path: Path) -> None:
    service = Service.at(tmp_path / "data")
    async with emulated_whatsapp(service.url) as meta:
        service.environment = {**service.environment, **settings_for(meta)}
        phone = Phone.of(meta)
        meta.platform.write(phone.guest, text("Hola"))
        [webhook] = meta.platform.callbacks.webhooks
        # A day goes by at Meta's, who comes again and again.
        await meta.platform.agenda.pass_time(timedelta(days=1))
        assert {attempt.status for attempt in webhook.attempts} == {None}
        try:
            await anyio.to_thread.run_sync(service.start)
            await meta.platform.agenda.pass_time(timedelta(days=1))
            await phone.until(lambda: len(phone.heard) == 1)
        finally:
            service.kill()
        assert (len(webhook.attempts) > 10, webhook.attempts[-1].status) == (True, 200)


async def test_doctor_finds_number_subscription_and_token_well(house: Any, tmp_path: Path) -> None:
    settings = {"HOTEL_AGENT_DATA_DIR": str(tmp_path / "other"), **settings_for(house.meta)}
    assert await house.meta.shake_hands()
    with Running(("doctor",), settings).start() as doctor:
        code = await anyio.to_thread.run_sync(doctor.wait_for_end)
    said = "".join(doctor.output)
    assert code == 0, said
    assert house.meta.app.account.token not in said
    assert {"number", "subscribed_apps"} <= {seen.endpoint for seen in house.meta.app.seen}
