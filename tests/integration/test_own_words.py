"""A hotel that speaks with voseo and in words of its own, as the service is wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from hotel_agent.adapters.files.tenants import demo_source
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def service(folder: Path, **messages: str) -> AsyncIterator[httpx.AsyncClient]:
    beside = folder / "hotels" / "sur"
    beside.mkdir(parents=True)
    text = demo_source().replace("# [humanize.es_ar]\n# enabled = false", "[humanize.es_ar]\nenabled = true")
    (folder / "hotels" / "sur.toml").write_text(text, "utf-8")
    for variant, source in messages.items():
        (beside / f"messages.{variant}.ftl").write_text(source, "utf-8")
    settings = Settings.from_env(
        {
            "HOTEL_AGENT_DATA_DIR": str(folder / "data"),
            "HOTEL_AGENT_HOTELS_DIR": str(folder / "hotels"),
            "HOTEL_AGENT_JOURNAL_URL": "memory://",
        }
    )
    async with open_installation(settings, {}) as installation, anyio.create_task_group() as group:
        group.start_soon(installation.worker.run)
        transport = httpx.ASGITransport(create_app(installation.application), client=("127.0.0.1", 4242))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=30) as client:
            yield client
        group.cancel_scope.cancel()


async def say(client: httpx.AsyncClient, text: str) -> str:
    body = {"sender_id": "ana", "channel": "api", "text": text}
    return str((await client.post("/api/orchestrator/process", json=body)).json()["response_text"])


async def test_a_hotel_speaks_with_voseo_and_in_its_own_words(tmp_path: Path) -> None:
    async with service(tmp_path, es="thanks = ¡De nada, che!") as client:
        assert "Decime las fechas" in await say(client, "hola")
        assert await say(client, "gracias") == "¡De nada, che!"


async def test_messages_that_cannot_be_said_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"messages\.en\.ftl: line 1: `cancelled` must name"):
        async with service(tmp_path, en="cancelled = Gone."):
            pass
