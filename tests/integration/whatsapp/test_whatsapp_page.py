"""`hotel-agent whatsapp-emulator` as a newcomer uses it: its settings given to `serve`, a room booked on its page."""

import re
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from playwright.async_api import Locator, Page, Route, async_playwright, expect

from hotel_agent.testing.free_ports import free_port
from hotel_agent.testing.processes import Running, Service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.anyio
ATTACK = "<img src=x onerror=alert(1)><b>hola</b> &amp;"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def emulator_at(data: Path, callback: str) -> Running:
    arguments = ("whatsapp-emulator", "--port", "0", "--callback", callback)
    return Running(arguments, {"HOTEL_AGENT_DATA_DIR": str(data)})


def exported(emulator: Running) -> dict[str, str]:
    """What it says that `serve` must be told."""
    emulator.wait_for_line(r"GRAPH_URL=")
    return dict(re.findall(r"^export (\w+)=(\S+)$", "".join(emulator.output), re.MULTILINE))


@pytest.fixture
def pages(data: Path) -> Iterator[str]:
    """The page's address, beside a service that was told what the emulator prints."""
    service = Service.at(data)
    with emulator_at(data, f"{service.url}/api/webhooks/whatsapp").start() as emulator:
        service.environment = {**service.environment, **exported(emulator)}
        with service.start():
            yield emulator.wait_for_line(r"(http://\S+)").group(1)


async def late(route: Route) -> None:
    await anyio.sleep(0.5)
    await route.continue_()


@asynccontextmanager
async def browsing(url: str) -> AsyncIterator[Page]:
    """Open the page, whose guests come late; anything on the console fails the test, blocked content among it."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(locale="es-ES", viewport={"width": 360, "height": 740})
        page.set_default_timeout(15_000)
        expect.set_options(timeout=60_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.route("**/_emulator/guests", late)
        await page.goto(url)
        yield page
        await browser.close()
    assert complaints == []


def said(page: Page) -> Locator:
    return page.locator("#chat > li")


async def write(page: Page, words: str) -> None:
    await page.get_by_label("Message", exact=True).fill(words)
    await page.keyboard.press("Enter")


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
async def test_a_person_books_a_room_on_the_page_without_any_account_at_meta(pages: str) -> None:
    async with browsing(pages) as page:
        await write(page, ATTACK)
        await page.keyboard.press("Enter")
        await expect(said(page).first).to_contain_text(ATTACK)
        await write(page, "Disponibilidad para 2027-05-20 a 2027-05-22")
        await page.get_by_text("Ver opciones").click()
        await page.get_by_role("button", name="1. Habitación doble").click()
        await expect(said(page).last).to_contain_text("nombre")
        await write(page, "Juan Pérez, juan@example.com, +34666777888")
        await expect(page.get_by_role("button", name="Sí, reservar")).to_be_visible()
        # A yes is one in a later second than the question: Meta's time has whole seconds only.
        await page.wait_for_timeout(1000)
        await page.get_by_role("button", name="Sí, reservar").click()
        await expect(page.get_by_text("Reserva confirmada")).to_be_visible()
        await expect(said(page).last).to_contain_text("✓✓ read")
        await expect(said(page).filter(has_text=ATTACK)).to_have_count(1)


def test_its_secrets_are_kept_for_their_owner_only_and_stay_the_same(data: Path) -> None:
    callback = f"http://127.0.0.1:{free_port()}/api/webhooks/whatsapp"
    with emulator_at(data, callback).start() as emulator:
        first = exported(emulator)
        assert emulator.stop() == 0
    [file] = data.glob("whatsapp-emulator*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) & 0o077 == 0
    with emulator_at(data, callback).start() as emulator:
        second = exported(emulator)
        assert emulator.stop() == 0
    address = "HOTEL_AGENT_WHATSAPP_GRAPH_URL"
    assert {**first, address: ""} == {**second, address: ""}
    secrets = {first[f"HOTEL_AGENT_WHATSAPP_{name}"] for name in ("TOKEN", "APP_SECRET", "VERIFY_TOKEN")}
    assert len(secrets) == 3


@pytest.mark.parametrize("callback", ["https://hotel.example/api/webhooks/whatsapp", "hotel", "http://10.0.0.1/x"])
def test_webhooks_go_to_this_machine_only(data: Path, callback: str) -> None:
    with emulator_at(data, callback).start() as emulator:
        assert emulator.wait_for_end() == 2
        assert "--callback" in "".join(emulator.output)


def test_a_spoilt_file_of_secrets_is_told_in_a_sentence(data: Path) -> None:
    data.mkdir()
    (data / "whatsapp-emulator.json").write_text("{}")
    with emulator_at(data, "http://127.0.0.1:8000/x").start() as emulator:
        assert emulator.wait_for_end() == 2
        assert "whatsapp-emulator.json" in "".join(emulator.output)
