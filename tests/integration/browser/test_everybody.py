"""For everybody: without a mouse, with a screen reader, in the dark, in three languages, on any screen, with any connection."""

import re
from importlib.resources import files
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from hotel_agent.testing.processes import Service

pytestmark = pytest.mark.anyio
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds, every rule on: WCAG 2.2 A and AA and its best practices, contrast of text among them."""
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run(document, {rules: {'target-size': {enabled: true}}})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary']}" for one in found["violations"]]


async def say(page: Page, text: str) -> None:
    before = await page.locator("#lines .hotel").count()
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")
    await expect(page.locator("#lines .hotel")).to_have_count(before + 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_page(service: Service, opening: Any, picture: Any, dates: str, scheme: str) -> None:
    # Without movement: a colour in mid-fade would be measured as it is nowhere seen.
    async with opening(service.url, color_scheme=scheme, reduced_motion="reduce") as page:
        await expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
        assert await violations(page) == []
        await page.locator("#dates").click()
        await page.locator(".turner button").last.click()
        await page.locator(".days button").nth(1).click()
        await page.get_by_role("button", name="Más: Niños").click()
        assert await violations(page) == []
        await picture(page, f"calendar-{scheme}")
        await page.keyboard.press("Escape")
        await say(page, dates)
        assert await violations(page) == []
        await page.route("**/chat/messages", lambda route: route.abort())
        await page.locator("#text").fill("2")
        await page.locator("#text").press("Enter")
        await expect(page.locator("#connection")).to_contain_text("Sin conexión")
        assert await violations(page) == []
        await picture(page, f"cut-{scheme}")


async def test_axe_finds_nothing_in_the_widget(service: Service, site: Any, opening: Any, dates: str) -> None:
    async with opening(site.url, viewport={"width": 1100, "height": 800}, reduced_motion="reduce") as page:
        await expect(page.get_by_role("button", name="Abrir el chat")).to_be_visible()
        assert await violations(page) == []
        await page.get_by_role("button", name="Abrir el chat").click()
        await say(page, dates)
        assert await violations(page) == []


async def test_a_room_is_asked_for_and_chosen_by_keyboard_alone(service: Service, opening: Any) -> None:
    async with opening(service.url, viewport={"width": 1100, "height": 800}) as page:
        await expect(page.locator("#text")).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Shift+Tab")
        await expect(page.locator("#dates")).to_be_focused()
        await page.keyboard.press("Enter")
        grid = page.get_by_role("grid")
        await expect(grid.locator("button:focus")).to_have_count(1)
        # To the next month, of which the first day is then the current one.
        for key in ("Shift+Tab", "Enter", "Tab", "ArrowRight", "ArrowDown", "Enter", "ArrowRight", "ArrowRight", "Enter"):
            await page.keyboard.press(key)
        await expect(page.get_by_role("gridcell", selected=True)).to_have_count(3)
        await expect(page.locator(".summary")).to_contain_text("2 noches")
        for _ in range(4):
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Preguntar")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_be_focused()
        chooses = page.locator(".choose")
        await expect(chooses.first).to_be_visible()
        for _ in range(2):
            await page.keyboard.press("Shift+Tab")
        # From the field back over its two buttons to the last of the cards.
        await page.keyboard.press("Shift+Tab")
        await expect(chooses.last).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#lines .hotel").last).to_contain_text("A nombre de quién")
        await expect(page.locator("#text")).to_be_focused()


async def test_a_screen_reader_hears_who_says_what_once(service: Service, opening: Any) -> None:
    async with opening(service.url) as page:
        await say(page, "Hola")
        log = page.get_by_role("log", name="Conversación")
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(log).to_contain_text("Tú: Hola")
        await expect(log).to_contain_text("Hotel Mirador de la Alameda: ")
        await expect(page.get_by_role("textbox", name="Tu mensaje")).to_have_attribute("aria-describedby", "hint")


DAY = r"\d\d/\d\d/\d{4}"


@pytest.mark.parametrize(
    ("code", "field", "button", "written", "heard"),
    [
        ("en", "Your message", "Ask", f"From {DAY} to {DAY}, 2 adults and 1 child aged 5", "Which one would you like?"),
        (
            "pt",
            "Sua mensagem",
            "Perguntar",
            f"Do dia {DAY} ao dia {DAY}, 2 adultos e 1 criança de 5 anos",
            "Qual prefere?",
        ),
        ("es", "Tu mensaje", "Preguntar", f"Del {DAY} al {DAY}, 2 adultos y 1 niño de 5 años", "¿Cuál prefieres?"),
    ],
    ids=["en", "pt", "es"],
)
async def test_the_pickers_write_ordinary_messages_in_the_language_chosen(
    service: Service, opening: Any, picture: Any, code: str, field: str, button: str, written: str, heard: str
) -> None:
    async with opening(service.url, viewport={"width": 800, "height": 900}) as page:
        await page.locator("#language").select_option(code)
        await expect(page.locator("html")).to_have_attribute("lang", code)
        await expect(page.get_by_role("textbox", name=field)).to_be_visible()
        await page.locator("#dates").click()
        await page.locator(".turner button").last.click()
        days = page.locator(".days button")
        await days.nth(1).click()
        await days.nth(3).click()
        await page.locator(".stepper").nth(1).get_by_role("button").last.click()
        await page.locator(".age select").select_option("5")
        await page.get_by_role("button", name=button, exact=True).click()
        await expect(page.locator("#lines .guest .said")).to_have_text(re.compile(written))
        await expect(page.locator(".card").first).to_be_visible()
        await expect(page.locator("#lines .hotel .said").first).to_contain_text(heard)
        await picture(page, f"language-{code}")
        await page.reload()
        await expect(page.get_by_role("textbox", name=field)).to_be_visible()


async def test_a_visitor_that_is_no_longer_known_begins_anew_and_loses_no_message(service: Service, opening: Any) -> None:
    async with opening(service.url, expected=("403",)) as page:
        await say(page, "Hola")
        # As when the key of the installation was changed.
        await page.evaluate(
            """() => {
              const name = Object.keys(localStorage).find((key) => key.endsWith("token"));
              localStorage.setItem(name, "x".repeat(22) + "." + "x".repeat(43));
            }"""
        )
        await page.locator("#text").fill("¿Dónde están?")
        await page.locator("#text").press("Enter")
        await expect(page.locator("#lines .guest")).to_have_count(1)
        await expect(page.locator("#lines .guest")).to_contain_text("¿Dónde están?")
        await expect(page.locator("#lines .hotel")).to_have_count(1)


async def test_what_refuses_streams_leaves_the_transcript(service: Service, opening: Any) -> None:
    async with opening(service.url, expected=("503",)) as page:
        await page.route("**/chat/events*", lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}, body="{}"))
        await say(page, "Hola")
        await page.reload()
        await expect(page.locator("#lines .hotel")).to_have_count(1)
        await say(page, "Hola")


async def test_what_holds_streams_back_leaves_the_transcript(service: Service, opening: Any) -> None:
    async with opening(service.url) as page:
        await say(page, "Hola")

        async def hold(_: Route) -> None:
            """Answer nothing, as something does that collects what it should pass on."""

        await page.route("**/chat/events*", hold)
        await page.clock.install()
        async with page.expect_request("**/chat/events*"):
            await page.reload()
        async with page.expect_request("**/chat/transcript*"):
            await page.clock.fast_forward("00:07")
        await expect(page.locator("#lines .hotel")).to_have_count(1)


async def test_who_writes_too_fast_is_told_kindly_and_loses_nothing(service: Service, opening: Any, picture: Any) -> None:
    async with opening(service.url, expected=("429",)) as page:
        limit = {"left": 1}

        async def refuse_once(route: Route) -> None:
            limit["left"] -= 1
            if limit["left"] >= 0:
                await route.fulfill(status=429, headers={"Retry-After": "2"}, json={"code": "too_many_requests"})
            else:
                await route.continue_()

        await page.route("**/chat/messages", refuse_once)
        await page.locator("#text").fill("Hola")
        await page.locator("#text").press("Enter")
        await expect(page.locator("#connection")).to_contain_text("sale en 2 s")
        await expect(page.locator("#lines .hotel")).to_have_count(1)
        await expect(page.locator("#connection")).to_have_text("")


@pytest.mark.parametrize("width", [320, 360, 1280])
async def test_nothing_is_cut_off(service: Service, opening: Any, picture: Any, dates: str, width: int) -> None:
    async with opening(service.url, viewport={"width": width, "height": 740}) as page:
        await say(page, "x" * 200)
        await say(page, dates)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        wide = await page.evaluate(
            """() => [...document.querySelector("[data-hotel-agent]").shadowRoot.querySelectorAll("*")]
              .filter((one) => !one.classList.contains("unseen") && one.getBoundingClientRect().right > innerWidth + 1)
              .map((one) => one.className)"""
        )
        assert wide == []
        await picture(page, f"offers-{width}")
