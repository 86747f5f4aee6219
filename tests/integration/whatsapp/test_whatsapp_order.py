"""Twenty messages at once: each is answered once and in the order of their time, whoever dies meanwhile."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import anyio
import httpx
import pytest
from attrs import frozen

from hotel_agent.emulators.whatsapp.behaviour import Behaviour
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp
from hotel_agent.testing.phones import Phone, emulated_whatsapp, settings_for, words_of
from hotel_agent.testing.processes import Emulator, Running, Service

pytestmark = pytest.mark.anyio
COUNT = 20
WITHIN_S = 0.1
"""A fifth of the hold-back: the rest is for a busy machine."""
SEARCH_S = 0.3
_DAY = re.compile(r"Del \w+ (\d+) al")


@frozen
class Ways:
    """A way in without a worker, and how to start workers."""

    meta: RunningWhatsApp
    web: Service
    settings: dict[str, str]
    folder: Path

    def worker(self, name: str) -> Running:
        """Describe a worker with a folder of its own."""
        return Running(("worker",), {**self.settings, "HOTEL_AGENT_DATA_DIR": str(self.folder / name)})


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator.at(tmp_path / "shop.db") as emulator:
        yield emulator.start()


@pytest.fixture
async def ways(tmp_path: Path, shop: Emulator) -> AsyncIterator[Ways]:
    settings = shop.settings(tmp_path / "hotels") | {"HOTEL_AGENT_JOURNAL_URL": f"sqlite:///{tmp_path / 'journal.db'}"}
    web = Service.at(tmp_path / "web", settings)
    web.arguments = ("serve", "--no-worker")
    async with emulated_whatsapp(web.url, Behaviour(seed=3, reorder_s=WITHIN_S, duplicates=0.3)) as meta:
        given = {**settings, **settings_for(meta)}
        web.environment = {**web.environment, **given}
        with web:
            await anyio.to_thread.run_sync(web.start)
            yield Ways(meta, web, given, tmp_path)


async def started(worker: Running) -> None:
    await anyio.to_thread.run_sync(worker.start)
    await anyio.to_thread.run_sync(worker.wait_for_line, "works on")


def asked(day: int) -> str:
    return f"Disponibilidad para 2027-05-{day:02} a 2027-05-{day + 1:02}"


def days(phone: Phone) -> list[int]:
    """Which of the questions were answered, in order."""
    return [int(day) for entry in phone.heard for day in _DAY.findall(words_of(entry))[:1]]


async def test_a_burst_is_answered_once_each_and_in_order_though_its_worker_is_killed(ways: Ways, shop: Emulator) -> None:
    phone = Phone.of(ways.meta)
    slow = {"kind": "slow", "method": "POST", "resource": "hotel_ari", "seconds": SEARCH_S, "times": None}
    await anyio.to_thread.run_sync(lambda: shop.behave(faults=[slow]))
    with ways.worker("first") as first, ways.worker("second") as second:
        await started(first)
        begun = ways.meta.platform.now() - timedelta(seconds=COUNT)
        for day in range(1, COUNT + 1):
            ways.meta.platform.write(phone.guest, text(asked(day)), sent_at=begun + timedelta(seconds=day))
        await phone.until(lambda: len(days(phone)) >= COUNT // 4)
        # In the middle of the next question: its search takes longer than this.
        await anyio.sleep(SEARCH_S / 2)
        first.kill()
        done = len(days(phone))
        await started(second)
        await phone.until(lambda: len(days(phone)) >= COUNT)
        await anyio.sleep(1.0)
    assert COUNT // 4 <= done < COUNT
    assert days(phone) == list(range(1, COUNT + 1))
    assert len(phone.heard) == len({entry.tracker for entry in phone.heard}) == COUNT
    arrived = sorted(ways.meta.platform.callbacks.webhooks[:COUNT], key=lambda webhook: webhook.attempts[0].at)
    assert [webhook.elements for webhook in arrived] != [
        webhook.elements for webhook in ways.meta.platform.callbacks.webhooks[:COUNT]
    ], "nothing was reordered"


async def test_a_straggler_beyond_the_hold_back_is_answered_on_arrival_and_counted(ways: Ways) -> None:
    phone = Phone.of(ways.meta)
    with ways.worker("only") as worker:
        await started(worker)
        now = ways.meta.platform.now()
        ways.meta.platform.write(phone.guest, text(asked(1)), sent_at=now - timedelta(seconds=3))
        ways.meta.platform.write(phone.guest, text(asked(3)), sent_at=now - timedelta(seconds=1))
        await phone.until(lambda: days(phone) == [1, 3])
        ways.meta.platform.write(phone.guest, text(asked(2)), sent_at=now - timedelta(seconds=2))
        await phone.until(lambda: days(phone) == [1, 3, 2])
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{ways.web.url}/metrics")).text
    counted = 'part_calls_total{operation="receive",part="whatsapp",status="straggler"}'
    assert re.findall(re.escape(counted) + r" (\S+)", told) == ["1.0"]
