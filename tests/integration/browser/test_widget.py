"""The widget on somebody else's website: another domain, its own storage, no cookie, a policy that allows nothing more."""

from typing import Any

import anyio
import pytest
from playwright.async_api import Page, Route, expect

from hotel_agent.testing.processes import Service

pytestmark = pytest.mark.anyio
DESKTOP = {"viewport": {"width": 1100, "height": 800}}


async def open_chat(page: Page) -> None:
    await page.get_by_role("button", name="Abrir el chat").click()
    await expect(page.get_by_role("dialog", name="Chat con Hotel Mirador de la Alameda")).to_be_visible()


async def say(page: Page, text: str) -> None:
    answers = await page.locator("#lines .hotel").count()
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")
    await expect(page.locator("#lines .hotel")).to_have_count(answers + 1)


async def test_a_guest_chats_on_the_hotels_own_site(
    service: Service, site: Any, opening: Any, picture: Any, dates: str
) -> None:
    async with opening(site.url, **DESKTOP) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await expect(page.get_by_role("button", name="Abrir el chat")).to_be_visible()
        await picture(page, "widget-1-closed")
        await open_chat(page)
        await expect(page.locator("#text")).to_be_focused()
        await say(page, dates)
        first = page.locator(".card").first
        await expect(first.locator("img")).to_have_js_property("naturalWidth", 100)
        await picture(page, "widget-2-offers")
        await page.locator("#dates").click()
        await picture(page, "widget-3-calendar")
        await page.keyboard.press("Escape")
        await first.get_by_role("button", name="Elegir").click()
        await expect(page.locator("#lines .hotel").last).to_contain_text("A nombre de quién")
        # It went to the chat and for the picture, to nobody else; nothing was kept but in the page's own storage.
        assert {url.split("/")[2].split(":")[0] for url in asked} <= {"chat.example", "pictures.example"}
        assert await page.context.cookies() == []
        stored = await page.evaluate("Object.keys(localStorage).length")
        assert stored == 1
        await page.goto(site.url + "/rooms")
        await expect(page.locator("#lines .hotel")).to_have_count(2)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.get_by_role("button", name="Abrir el chat")).to_be_focused()


async def test_an_answer_to_a_closed_chat_is_counted_on_its_button(service: Service, site: Any, opening: Any) -> None:
    async with opening(site.url, **DESKTOP) as page:
        await open_chat(page)
        await say(page, "Hola")
        closed = anyio.Event()

        async def when_closed(route: Route) -> None:
            await closed.wait()
            await route.continue_()

        await page.route("**/chat/messages*", when_closed)
        await page.locator("#text").fill("¿Dónde están?")
        await page.locator("#text").press("Enter")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        closed.set()
        await expect(page.get_by_role("button", name="Abrir el chat, 1 mensaje nuevo")).to_be_visible()
        await page.get_by_role("button", name="Abrir el chat, 1 mensaje nuevo").click()
        await expect(page.locator(".badge")).to_be_hidden()


async def test_the_widget_keeps_its_size_on_a_page_of_other_measures(service: Service, site: Any, opening: Any) -> None:
    async with opening(site.url, **DESKTOP) as page:
        await page.evaluate("document.documentElement.style.cssText = 'font-size: 10px; line-height: 3; text-align: center'")
        launcher = await page.get_by_role("button", name="Abrir el chat").bounding_box()
        assert launcher is not None
        assert (launcher["width"], launcher["height"]) == (60, 60)
        await open_chat(page)
        panel = await page.get_by_role("dialog").bounding_box()
        assert panel is not None
        assert panel["width"] == 400


async def test_a_site_that_the_hotel_does_not_allow_gets_nothing(service: Service, site: Any, opening: Any) -> None:
    async with opening(site.stranger, expected=("CORS policy",)) as page:
        async with page.expect_event("requestfailed") as failed:
            await page.reload()
        assert "/chat/hotel" in (await failed.value).url
        assert await page.locator("[data-hotel-agent]").count() == 0


async def test_the_panel_fills_a_small_screen(service: Service, site: Any, opening: Any, picture: Any, dates: str) -> None:
    async with opening(site.url, viewport={"width": 360, "height": 740}, color_scheme="dark") as page:
        await open_chat(page)
        await say(page, dates)
        await picture(page, "widget-4-dark-360")
        box = await page.get_by_role("dialog").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
