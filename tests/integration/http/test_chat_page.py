"""The web chat page in a real browser: talking, buttons, reload, keyboard, both languages, a lost connection, no markup."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from attrs import frozen
from playwright.async_api import Page, Route, async_playwright, expect
from starlette.types import ASGIApp

from hotel_agent.domain.replies import Button
from hotel_agent.domain.reservations import ReservationStatus
from hotel_agent.domain.turns import Answer, Status
from hotel_agent.domain.understanding import Intent, Language
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]


def answering(text: str) -> Answer:
    buttons = (Button(id="yes:o1", title="Sí"), Button(id="no:o1", title="No")) if text == "Reservar" else ()
    return Answer(
        status=Status.SUCCESS,
        intent=Intent.GREETING,
        confidence=0.9,
        language=Language.ES,
        text=f"eco: {text}",
        buttons=buttons,
    )


@asynccontextmanager
async def browsing(url: str, **options: Any) -> AsyncIterator[Page]:
    """Open the page; anything on the console or any uncaught error fails the test, blocked content among them."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(**({"locale": "es-ES", "viewport": {"width": 360, "height": 640}} | options))
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("#log[aria-busy=false]", state="attached")
        yield page
        await browser.close()
    assert [complaint for complaint in complaints if "ERR_FAILED" not in complaint] == []


def said(page: Page) -> Any:
    return page.locator("#log li")


async def test_a_guest_talks_presses_a_button_and_finds_it_all_after_a_reload(site: Any, listening: Any) -> None:
    async with site(answer=answering) as here, listening(here) as url, browsing(url) as page:
        await expect(page).to_have_title("Chat con Hotel Mar")
        await expect(page.locator("html")).to_have_attribute("lang", "es")
        await page.get_by_label("Su mensaje").fill("Reservar")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Sí").click()
        await expect(said(page)).to_contain_text(["Reservar", "eco: Reservar", "Sí", "eco: Sí"])
        await expect(page.locator("#choices")).to_be_hidden()
        assert [message.choice for message in here.said] == [None, "yes:o1"]
        await page.reload()
        await expect(said(page)).to_contain_text(["Reservar", "eco: Reservar", "Sí", "eco: Sí"])
        await expect(page.locator("#typing")).to_have_text("")


async def test_what_guests_and_hotel_write_is_text_and_never_markup(site: Any, listening: Any) -> None:
    attack = "<img src=x onerror=alert(1)><b>hola</b> &amp;"
    async with site() as here, listening(here) as url, browsing(url) as page:
        await page.locator("#text").fill(attack)
        await page.keyboard.press("Enter")
        await expect(said(page)).to_contain_text([attack, f"eco: {attack}"])
        assert await page.locator("#log img, #log b").count() == 0


async def test_everything_is_reached_by_keyboard_and_told_to_screen_readers(site: Any, listening: Any) -> None:
    async with site(answer=answering) as here, listening(here) as url, browsing(url, locale="en-GB") as page:
        await page.get_by_role("textbox", name="Your message").press_sequentially("Reservar")
        await page.keyboard.press("Enter")
        group = page.get_by_role("group", name="Answers to choose from")
        await expect(group.get_by_role("button")).to_have_count(2)
        await expect(page.get_by_role("log", name="Conversation")).to_contain_text("You: Reservar")
        await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        await expect(page.get_by_role("textbox")).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await expect(group.get_by_role("button", name="No")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(said(page)).to_contain_text(["Reservar", "eco: Reservar", "No", "eco: No"])
        await expect(page.get_by_role("textbox")).to_be_focused()


async def test_typing_is_shown_while_a_turn_runs(site: Any, listening: Any) -> None:
    async with site(answer=None, patience=3) as here, listening(here) as url, browsing(url) as page:
        await page.locator("#text").fill("Hola")
        await page.keyboard.press("Enter")
        await expect(page.locator("#typing")).to_have_text("Hotel Mar está escribiendo")


async def test_a_lost_connection_loses_and_doubles_nothing(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url, browsing(url) as page:
        cut = 0

        async def cut_twice(route: Route) -> None:
            # Once before the server hears of it, once after it did.
            nonlocal cut
            cut += 1
            if cut == 2:
                await route.fetch()
            await (route.abort() if cut <= 2 else route.continue_())

        await page.route("**/chat/messages", cut_twice)
        await page.locator("#text").fill("Hola")
        await page.keyboard.press("Enter")
        await expect(said(page)).to_contain_text(["Hola", "eco: Hola"])
        await page.locator("#text").fill("Adiós")
        await page.keyboard.press("Enter")
        await expect(said(page)).to_contain_text(["Hola", "eco: Hola", "Adiós", "eco: Adiós"])
        await expect(page.locator("#connection")).to_have_text("")
        assert [message.text for message in here.said] == ["Hola", "Adiós"]
        assert cut == 4


async def test_two_tabs_of_one_browser_agree_and_another_browser_sees_nothing(site: Any, listening: Any) -> None:
    async with site() as here, listening(here) as url, browsing(url) as page, browsing(url) as stranger:
        other = await page.context.new_page()
        await other.goto(url)
        await page.locator("#text").fill("Hola")
        await page.locator("#text").press("Enter")
        for tab in (page, other):
            await expect(said(tab)).to_contain_text(["Hola", "eco: Hola"])
        assert await said(stranger).count() == 0


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_cut_off_and_text_is_legible(site: Any, listening: Any, width: int, scheme: str) -> None:
    options = {"viewport": {"width": width, "height": 640}, "color_scheme": scheme}
    async with site(answer=answering) as here, listening(here) as url, browsing(url, **options) as page:
        await page.locator("#text").fill("x" * 200)
        await page.keyboard.press("Enter")
        await expect(said(page)).to_have_count(2)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ratios = await page.evaluate(CONTRAST)
        assert [name for name, ratio in ratios.items() if ratio < 4.5] == []


@frozen
class Whole:
    application: Application
    app: ASGIApp


async def test_a_guest_books_a_room_in_the_demo_hotel(listening: Any, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, journal_url="memory://")
    async with open_installation(settings, {}) as installation, anyio.create_task_group() as tasks:
        application = installation.application
        tasks.start_soon(installation.worker.run)
        arrival = application.tenants.get(application.default_tenant).today(application.clock.now()) + timedelta(days=30)
        async with listening(Whole(application, create_app(application))) as url, browsing(url) as page:
            hotel = page.locator("#log .hotel")

            async def say(text: str, heard: str) -> None:
                await page.locator("#text").fill(text)
                await page.keyboard.press("Enter")
                await expect(hotel.last).to_contain_text(re.compile(heard, re.IGNORECASE))

            await say(
                f"Disponibilidad del {arrival:%d/%m/%Y} al {arrival + timedelta(days=2):%d/%m/%Y} para 2 adultos", "doble"
            )
            await page.get_by_role("group").get_by_role("button").first.click()
            await expect(hotel.last).to_contain_text("nombre")
            await say("Juan Pérez", "correo|e-mail|email")
            await say("juan@example.com", "tel")
            await say("+34666777888", "total")
            await page.get_by_role("group").get_by_role("button").first.click()
            await expect(hotel.last).to_contain_text(re.compile("confirm", re.IGNORECASE))
            reservation = await application.pms(application.default_tenant).of_guest(email="juan@example.com")
            assert [(one.arrival, one.status) for one in reservation] == [(arrival, ReservationStatus.CONFIRMED)]
        installation.worker.drain()


# The contrast of text with what it stands on, as WCAG 2 reckons it.
CONTRAST = """() => {
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (text) => {
    const [r, g, b] = text.match(/[0-9.]+/g).slice(0, 3).map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const own = getComputedStyle(node).backgroundColor;
    return /, 0\\)$/.test(own) ? ground(node.parentElement) : own;
  };
  const found = {};
  const guest = "#log .guest", hotel = "#log .hotel";
  for (const name of ["h1", guest, hotel, guest + " time", hotel + " time", "#typing", "#send", "#text", "#connection"]) {
    const node = document.querySelector(name);
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
    found[name] = (a + 0.05) / (b + 0.05);
  }
  return found;
}"""
