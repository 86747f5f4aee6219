"""A real Chromium that looks at a real `hotel-agent serve`, and keeps pictures of what it saw in `test-output/`."""

import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.adapters.system.clock import SystemClock
from hotel_agent.testing.processes import Service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = Path(__file__).parents[3] / "test-output" / "webchat"
CUT = tuple(
    f"ERR_{name}"
    for name in (
        "FAILED",
        "INTERNET_DISCONNECTED",
        "CONNECTION_REFUSED",
        "CONNECTION_RESET",
        "EMPTY_RESPONSE",
        "INCOMPLETE_CHUNKED",
    )
)
"""What a browser says of a connection that a test has cut."""

expect.set_options(timeout=60_000)  # where other tests run beside these

PICTURE = "https://pictures.example/double.svg"
SITE = """<!doctype html><html lang="es"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Mirador</title>
<body><main><h1>Hotel Mirador de la Alameda</h1><p>Un hotel con vistas. <a href="/rooms">Habitaciones</a></p></main>
<script src="{chat}/widget.js" data-tenant="demo" async></script></body></html>"""

Opening = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@define
class Site:
    """A hotel's own website, on another registrable domain than its chat, with a strict policy of its own."""

    url: str
    stranger: str
    """The same pages under a name that the hotel does not allow."""
    _chat: list[str]

    def carry(self, chat: str) -> None:
        """Put the widget of the service at *chat* into the pages."""
        self._chat[:] = [chat]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    chat: list[str] = []

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Nothing is allowed but the chat's own script and calls: no style, no frame, no other site.
            policy = f"default-src 'none'; script-src {chat[0]}; connect-src {chat[0]}; img-src https:; base-uri 'none'"
            body = SITE.format(chat=chat[0]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy + "; require-trusted-types-for 'script'; trusted-types 'none'")
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Site(f"http://www.mirador.example:{server.server_port}", f"http://elsewhere.example:{server.server_port}", chat)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Service]:
    """The demo hotel, as everybody starts it, with a picture of its double rooms and its website allowed to carry the chat."""
    data = tmp_path_factory.mktemp("data")
    hotels = data / "hotels"
    hotels.mkdir()
    more = f'\n[pictures]\n"Habitación doble" = ["{PICTURE}"]\n[webchat]\norigins = ["{site.url}"]\n'
    (hotels / "demo.toml").write_text(demo_source() + more, "utf-8")
    with Service.at(data, {"HOTEL_AGENT_HOTELS_DIR": str(hotels)}) as running:
        running.start()
        site.carry(running.url.replace("127.0.0.1", "chat.example"))
        yield running


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium")
    # Sites of other names are this machine too; no cookie of another site would get through.
    switches = ["--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1", "--test-third-party-cookie-phaseout"]
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield opened
        await opened.close()


async def paint(route: Route) -> None:
    boxes = (
        ("#c9b79c", 0, 0, 100, 100),
        ("#8a6f52", 0, 62, 100, 38),
        ("#a9cfe0", 60, 8, 26, 24),
        ("#f4efe6", 18, 46, 64, 26),
        ("#ffffff", 24, 40, 22, 12),
        ("#ffffff", 54, 40, 22, 12),
    )
    shapes = "".join(f'<rect fill="{fill}" x="{x}" y="{y}" width="{w}" height="{h}"/>' for fill, x, y, w, h in boxes)
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 100 100">{shapes}</svg>'
    await route.fulfill(body=drawing, content_type="image/svg+xml")


@pytest.fixture
def opening(browser: Browser) -> Opening:
    """
    Open an address as a visitor of its own: `async with opening(url, locale=...) as page`.

    Anything on the console or any uncaught error fails the test, blocked content among them; what a cut connection brings with
    it does not.
    """

    @asynccontextmanager
    async def open_page(url: str, *, expected: tuple[str, ...] = (), **options: Any) -> AsyncIterator[Page]:
        complaints: list[str] = []
        context = await browser.new_context(**({"locale": "es-ES", "viewport": {"width": 360, "height": 740}} | options))
        await context.route(PICTURE, paint)
        page = await context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        yield page
        await context.close()
        assert [text for text in complaints if not any(known in text for known in CUT + expected)] == []

    return open_page


@pytest.fixture
def dates() -> str:
    """What a guest asks who comes in a month."""
    arrival = SystemClock().now().date() + timedelta(days=30)
    return f"Disponibilidad del {arrival:%d/%m/%Y} al {arrival + timedelta(days=2):%d/%m/%Y}, 2 adultos"


@pytest.fixture
def picture() -> Callable[[Page, str], Any]:
    """Keep what a page looks like: `await picture(page, "offers")`."""

    async def keep(page: Page, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    return keep
