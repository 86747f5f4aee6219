"""A guest books in the browser, from the first look to the code, through reloads, other tabs, deaths and cuts."""

import json
import re
from typing import Any

import anyio
import pytest
from playwright.async_api import Locator, Page, Route, expect

from hotel_agent.testing.processes import Service

pytestmark = pytest.mark.anyio

YES = re.compile("Sí, reservar")
CONFIRMED = re.compile("Reserva confirmada")


def said(page: Page) -> Locator:
    return page.locator("#lines li:not(.day)")


def hotel_said(page: Page) -> Locator:
    return page.locator("#lines .hotel")


async def say(page: Page, text: str, heard: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")
    await expect(hotel_said(page).last).to_contain_text(re.compile(heard, re.IGNORECASE))


async def ask_for_dates(page: Page, first: int = 9, nights: int = 2) -> None:
    """Choose days of next month in the calendar."""
    await page.locator("#dates").click()
    await page.get_by_role("button", name="Mes siguiente").click()
    days = page.locator(".days button:not([disabled])")
    await days.nth(first).click()
    await days.nth(first + nights).click()
    await page.get_by_role("button", name="Preguntar").click()


async def give_details(page: Page, email: str) -> None:
    await say(page, "Juan Pérez", "correo|e-mail|email")
    await say(page, email, "teléfono")
    await say(page, "+34666777888", "total")


async def test_a_guest_books_by_calendar_cards_and_buttons(service: Service, opening: Any, picture: Any) -> None:
    async with opening(service.url) as page:
        await picture(page, "1-welcome-360")
        await page.locator("#dates").click()
        await picture(page, "2-calendar-360")
        await page.keyboard.press("Escape")
        await ask_for_dates(page)
        cards = page.locator(".card")
        await expect(cards.first).to_contain_text("Habitación doble")
        await expect(cards.first).to_contain_text("€")
        await picture(page, "3-offers-360")
        await cards.first.get_by_role("button", name="Elegir").click()
        await expect(hotel_said(page).last).to_contain_text("A nombre de quién")
        await expect(page.locator(".choose")).to_have_count(0)
        await give_details(page, "calendario@example.com")
        await picture(page, "4-read-back-360")
        await page.get_by_role("button", name=YES).click()
        await expect(hotel_said(page).last).to_contain_text(CONFIRMED)
        await expect(page.locator("#choices")).to_be_hidden()
        await picture(page, "5-confirmed-360")


async def test_days_are_chosen_once_it_is_known_how_the_hotel_writes_them(service: Service, opening: Any) -> None:
    async with opening("about:blank") as page:
        answer = anyio.Event()

        async def late(route: Route) -> None:
            await answer.wait()
            await route.continue_()

        await page.route("**/chat/hotel*", late)
        await page.goto(service.url)
        await expect(page.locator("#dates")).to_be_disabled()
        await expect(page.locator("#guests")).to_be_disabled()
        await expect(page.locator("#welcome .main")).to_be_disabled()
        await expect(page.get_by_label("Tu mensaje")).to_be_visible()  # the visitor's language, until the hotel has others
        answer.set()
        await page.locator("#dates").click()
        await expect(page.get_by_role("button", name="Mes siguiente")).to_be_visible()


async def test_a_reload_in_mid_booking_changes_nothing(service: Service, opening: Any) -> None:
    async with opening(service.url) as page:
        await ask_for_dates(page, 10)
        await expect(page.locator(".choose").first).to_be_visible()
        await page.reload()
        await page.locator(".choose").first.click()
        await expect(hotel_said(page).last).to_contain_text("A nombre de quién")
        await give_details(page, "recarga@example.com")
        before = await said(page).all_inner_texts()
        await page.reload()
        await expect(said(page)).to_have_count(len(before))
        assert await said(page).all_inner_texts() == before
        await page.get_by_role("button", name=YES).click()
        await expect(hotel_said(page).last).to_contain_text(CONFIRMED)


async def test_two_tabs_are_one_conversation(service: Service, opening: Any) -> None:
    async with opening(service.url) as page:
        other = await page.context.new_page()
        await other.goto(service.url)
        await page.bring_to_front()
        await ask_for_dates(page, 11)
        await other.bring_to_front()
        await other.locator(".choose").first.click()
        await expect(hotel_said(page).last).to_contain_text("A nombre de quién")
        await expect(page.locator(".choose")).to_have_count(0)
        await page.bring_to_front()
        await give_details(page, "pestanas@example.com")
        await other.bring_to_front()
        await other.get_by_role("button", name=YES).click()
        for tab in (page, other):
            await expect(hotel_said(tab).last).to_contain_text(CONFIRMED)
        assert await said(page).all_inner_texts() == await said(other).all_inner_texts()


async def test_a_service_killed_in_mid_turn_answers_once_it_is_back(opening: Any, tmp_path: Any) -> None:
    with Service.at(tmp_path) as service:
        service.start()
        async with opening(service.url) as page:
            await say(page, "Hola", "hola")
            await page.locator("#text").fill("¿Qué habitaciones tienen?")
            async with page.expect_request("**/chat/messages"):
                await page.locator("#text").press("Enter")
            service.kill()
            await expect(page.locator("#connection")).to_contain_text("Sin conexión")
            await expect(said(page).nth(2)).to_contain_text("¿Qué habitaciones tienen?")
            service.start()
            await expect(hotel_said(page).last).to_contain_text("Suite Alameda", timeout=60_000)
            await expect(page.locator("#connection")).to_have_text("")
            await expect(said(page)).to_have_count(4)
            await page.reload()
            await expect(said(page)).to_have_count(4)
            assert service.stop() == 0


async def test_a_cut_line_loses_and_doubles_nothing(service: Service, opening: Any, picture: Any) -> None:
    async with opening(service.url) as page:
        await say(page, "Hola", "hola")
        await page.context.set_offline(True)
        for text in ("¿Dónde están?", "¿Qué habitaciones tienen?"):
            await page.locator("#text").fill(text)
            await page.locator("#text").press("Enter")
        await expect(page.locator("#connection")).to_contain_text("Sin conexión")
        await expect(page.locator("#lines .unsent")).to_have_count(2)
        await picture(page, "6-offline-360")
        await page.context.set_offline(False)
        await expect(said(page)).to_have_count(6, timeout=60_000)
        order = [text.split("\n")[0] for text in await page.locator("#lines .guest .said").all_inner_texts()]
        assert order == ["Hola", "¿Dónde están?", "¿Qué habitaciones tienen?"]
        await expect(page.locator("#connection")).to_have_text("")


async def test_a_yes_written_before_its_question_was_seen_books_nothing(service: Service, opening: Any) -> None:
    async with opening(service.url) as page:
        await ask_for_dates(page, 13)
        await page.locator(".choose").first.click()
        await expect(hotel_said(page).last).to_contain_text("A nombre de quién")
        await say(page, "Juan Pérez", "correo|e-mail|email")
        await say(page, "tarde@example.com", "teléfono")
        await page.context.set_offline(True)
        answers = await hotel_said(page).count()
        for text in ("+34666777888", "sí"):
            await page.locator("#text").fill(text)
            await page.locator("#text").press("Enter")
        await page.context.set_offline(False)
        # The first is answered with what would be booked; the yes was no answer to that, so it is asked again.
        await expect(hotel_said(page)).to_have_count(answers + 2, timeout=60_000)
        await expect(hotel_said(page).last).not_to_contain_text(
            re.compile("reservando|haciendo tu reserva|confirmada", re.IGNORECASE)
        )
        await page.get_by_role("button", name=YES).click()
        await expect(hotel_said(page).last).to_contain_text(CONFIRMED)


async def test_what_waited_for_long_is_not_sent_without_its_writers_word(service: Service, opening: Any, picture: Any) -> None:
    async with opening(service.url) as page:
        await say(page, "Hola", "hola")
        await page.clock.install()
        await page.route("**/chat/messages", lambda route: route.abort())
        await page.locator("#text").fill("sí")
        await page.locator("#text").press("Enter")
        await page.clock.fast_forward("05:00")
        held = page.locator("#lines .held")
        await expect(held).to_contain_text("No se ha enviado")
        await picture(page, "7-held-360")
        sent: list[str] = []

        async def watch(route: Route) -> None:
            sent.append(json.loads(route.request.post_data or "{}")["text"])
            await route.continue_()

        await page.unroute("**/chat/messages")
        await page.route("**/chat/messages", watch)
        await page.clock.fast_forward("05:00")
        await page.reload()
        await expect(held).to_contain_text("No se ha enviado")
        assert sent == []
        await page.get_by_role("button", name="Enviar ahora").click()
        await expect(said(page)).to_have_count(4)
        assert sent == ["sí"]
