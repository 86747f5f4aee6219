"""
Whole conversations in three languages through the HTTP API: the service as it is wired, the QloApps emulator as its PMS.

Only the clock is ours: it is Monday, 3 March 2031, ten in the morning at the hotel, and time passes.
"""

import importlib.util
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import anyio
import httpx
import pytest
from attrs import define, evolve, field

import hotel_agent.adapters.files as bundled_files
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation
from hotel_agent.ports.clock import Clock

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
LANGUAGES = ("es", "en", "pt")
CATEGORIES = frozenset(
    {
        "happy path",
        "correction",
        "digression",
        "interruption",
        "cancellation",
        "clarification",
        "repair",
        "out of scope",
        "hand-over",
        "return",
        "injection",
    }
)
AT_ONCE = 3
_BEGIN = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
_PATIENCE = 40


def _scripts() -> ModuleType:
    """The module beside this one: test folders are no packages."""
    found = importlib.util.spec_from_file_location("conversation_scripts", HERE / "scripts.py")
    assert found is not None
    assert found.loader is not None
    module = sys.modules["conversation_scripts"] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


reading = _scripts()


@define
class PassingClock(Clock):
    """Begins on a day of ours and goes on from there, as fast as real time or by leaps."""

    _began: float = field(factory=monotonic)
    _leapt: timedelta = timedelta()

    def now(self) -> datetime:
        return _BEGIN + timedelta(seconds=monotonic() - self._began) + self._leapt

    def leap(self, by: timedelta) -> None:
        self._leapt += by


@define
class House:
    """The service, wired as in production, and the guests who talk to it."""

    client: httpx.AsyncClient
    clock: PassingClock

    async def play(self, script: Any) -> list[str]:
        """Hold one conversation and say what was not as expected; it ends with the first surprise."""
        booked = ""
        for number, move in enumerate(script.moves, 1):
            if move.pause:
                self.clock.leap(move.pause)
                await anyio.sleep(0.6)  # until timers that came due have fired
            text = move.text.replace("{booked}", booked)
            body = {"sender_id": f"{script.language}-{script.line}", "channel": "api", "text": text}
            answer = (await self.client.post("/api/orchestrator/process", json=body)).json()
            if answer.get("data") is None:
                return [f"{script}, {number}: {answer}"]
            if misses := move.expected.misses(answer):
                said = f"{script}\n  {number} > {text}\n    < {answer['response_text']!r}"
                return [said, *(f"    {miss}" for miss in misses)]
            booked = answer["reservation_id"] or booked
        return []


def write_hotels(folder: Path) -> Path:
    """The demo hotel as it is shipped, with rooms for all who talk at once."""
    shipped = Path(str(bundled_files.__path__[0]))
    text = (shipped / "demo.toml").read_text()
    for floor in "123456":
        more = "".join(f'"{floor}{number}", ' for number in range(50, 99))
        text = text.replace(f'rooms = ["{floor}01", ', f'rooms = [{more}"{floor}01", ')
    folder.mkdir()
    (folder / "demo.toml").write_text(text)
    shutil.copytree(shipped / "demo", folder / "demo")
    return folder


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    hotels, clock = write_hotels(folder / "hotels"), PassingClock()
    settings = Settings.from_env(
        {
            "HOTEL_AGENT_DATA_DIR": str(folder / "data"),
            "HOTEL_AGENT_HOTELS_DIR": str(hotels),
            "HOTEL_AGENT_JOURNAL_URL": "memory://",
            "HOTEL_AGENT_LOG_LEVEL": "error",
        }
    )
    async with open_installation(settings, {}, clock=clock) as installation, anyio.create_task_group() as group:
        group.start_soon(installation.worker.run)
        # How long a caller waits is tried elsewhere; here a slow machine must not make an answer another one.
        application = installation.application
        application = evolve(application, asking=evolve(application.asking, patience=timedelta(seconds=_PATIENCE)))
        transport = httpx.ASGITransport(create_app(application), client=("127.0.0.1", 4242))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=_PATIENCE * 2) as client:
            yield House(client, clock)
        group.cancel_scope.cancel()


async def played(site: House, chosen: Sequence[Any]) -> list[str]:
    """Hold conversations side by side; those in which time leaps come after, one by one."""
    found: list[str] = []
    waiting = iter([script for script in chosen if not any(move.pause for move in script.moves)])

    async def guest() -> None:
        for script in waiting:
            found.extend(await site.play(script))

    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(guest)
    for script in chosen:
        if any(move.pause for move in script.moves):
            found.extend(await site.play(script))
    return found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_conversations_go_as_they_should(language: str, tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        found = await played(site, reading.scripts(HERE / f"{language}.txt"))
    assert not found, "\n" + "\n".join(found)


def test_there_are_a_hundred_conversations_and_every_category_in_every_language() -> None:
    known = {language: reading.scripts(HERE / f"{language}.txt") for language in LANGUAGES}
    assert sum(len(scripts) for scripts in known.values()) >= 100
    for language, scripts in known.items():
        counts = Counter(script.category for script in scripts)
        assert set(counts) == CATEGORIES, language
