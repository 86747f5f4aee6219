"""The web chat page over a scripted agent: what is written stays text, buttons carry their ids, a turn that runs is shown."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.turns import Answer, Status
from hotel_agent.domain.understanding import Intent, Language

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]
ATTACK = "<img src=x onerror=alert(1)><b>hola</b> &amp;"


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
async def browsing(url: str) -> AsyncIterator[Page]:
    """Open the page; anything on the console or any uncaught error fails the test, blocked content among them."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(locale="es-ES", viewport={"width": 360, "height": 640})
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("#log[aria-busy=false]", state="attached")
        yield page
        await browser.close()
    assert complaints == []


def said(page: Page) -> Locator:
    return page.locator("#lines li:not(.day)")


async def test_a_pressed_button_reaches_the_agent_by_its_id(site: Any, listening: Any) -> None:
    async with site(answer=answering) as here, listening(here) as url, browsing(url) as page:
        await expect(page).to_have_title("Chat con Hotel Mar")
        await page.get_by_label("Tu mensaje").fill("Reservar")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Sí").click()
        await expect(said(page)).to_contain_text(["Reservar", "eco: Reservar", "Sí", "eco: Sí"])
        await expect(page.locator("#choices")).to_be_hidden()
        assert [message.choice for message in here.said] == [None, "yes:o1"]
        await expect(page.locator("#typing")).to_have_text("")


async def test_what_guests_and_hotel_write_is_text_and_never_markup(site: Any, listening: Any) -> None:
    card = Card(button="offer:1", name=ATTACK, row="-", total=Money.of("1", "EUR"), nights=1, picture="javascript:alert(1)")
    answer = Answer(
        status=Status.SUCCESS,
        intent=Intent.GREETING,
        confidence=0.9,
        language=Language.ES,
        text=f"{ATTACK} https://hotel.example/pago?a=1. javascript:alert(2)",
        buttons=(Button(id="x", title=ATTACK),),
    )
    async with site(answer=lambda _: answer) as here, listening(here) as url, browsing(url) as page:
        here.cards = (card,)
        await page.locator("#text").fill(ATTACK)
        await page.keyboard.press("Enter")
        await expect(said(page)).to_contain_text([ATTACK, ATTACK])
        await expect(page.get_by_role("button", name=ATTACK, exact=True)).to_be_visible()
        assert await page.locator("#lines b, #lines img, #choices img").count() == 0
        # The only links are addresses of the web, and open without telling where from.
        assert await page.locator("#lines a").evaluate_all("(all) => all.map((one) => [one.href, one.rel])") == [
            ["https://hotel.example/pago?a=1", "noopener noreferrer nofollow"]
        ]


async def test_typing_is_shown_while_a_turn_runs(site: Any, listening: Any) -> None:
    async with site(answer=None, patience=3) as here, listening(here) as url, browsing(url) as page:
        await page.locator("#text").fill("Hola")
        await page.keyboard.press("Enter")
        await expect(page.locator("#typing")).to_have_text("Hotel Mar está escribiendo")
