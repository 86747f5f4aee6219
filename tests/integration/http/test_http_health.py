"""Live, ready, metrics, and the pages that need no JavaScript."""

from datetime import timedelta
from typing import Any

import pytest

from hotel_agent.domain.errors import Unavailable
from hotel_agent.entrypoints.readiness import Probe

pytestmark = pytest.mark.anyio


class Part:
    """Something that is down when it is told to be."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def ask(self) -> None:
        if self.error is not None:
            raise self.error


async def test_a_live_process_says_its_version(site: Any) -> None:
    async with site() as here:
        assert (await here.client.get("/health/live")).json() == {"status": "live", "version": "0.0.0"}


async def test_ready_names_the_part_that_is_down_and_since_when(site: Any) -> None:
    journal, pms = Part(), Part()
    probes = (Probe(name="journal", ask=journal.ask), Probe(name="pms", ask=pms.ask, needed=False))
    async with site(probes=probes) as here:
        response = await here.client.get("/health/ready")
        assert (response.status_code, response.json()["status"]) == (200, "ready")
        here.clock.advance(timedelta(minutes=1))
        down_at = here.clock.now()
        journal.error = Unavailable("secret address")
        response = await here.client.get("/health/ready")
        here.clock.advance(timedelta(minutes=1))
        response = await here.client.get("/health/ready")
        assert (response.status_code, response.json()["status"]) == (503, "down")
        assert int(response.headers["retry-after"]) > 0
        assert response.json()["parts"][0] == {
            "name": "journal",
            "ok": False,
            "needed": True,
            "since": down_at.isoformat().replace("+00:00", "Z"),
            "detail": "unavailable",
        }
        journal.error, pms.error = None, RuntimeError("secret address")
        here.clock.advance(timedelta(minutes=1))
        response = await here.client.get("/health/ready")
        assert (response.status_code, response.json()["status"]) == (200, "degraded")
        assert [(part["name"], part["ok"], part["detail"]) for part in response.json()["parts"]] == [
            ("journal", True, ""),
            ("pms", False, "RuntimeError"),
        ]
        assert "secret" not in response.text


async def test_parts_are_asked_at_most_once_a_second(site: Any) -> None:
    asked = 0

    async def ask() -> None:
        nonlocal asked
        asked += 1

    async with site(probes=(Probe(name="journal", ask=ask),)) as here:
        for _ in range(5):
            await here.client.get("/health/ready")
        here.clock.advance(timedelta(seconds=1))
        await here.client.get("/health/ready")
    assert asked == 2


async def test_metrics_are_text_for_prometheus(site: Any) -> None:
    async with site() as here:
        response = await here.client.get("/metrics")
    assert response.text == "some_total 1\n"
    assert response.headers["content-type"] == "text/plain; version=1.0.0; charset=utf-8"


async def test_a_page_is_sent_again_only_when_it_has_changed(site: Any) -> None:
    async with site() as here:
        first = await here.client.get("/docs")
        again = await here.client.get("/docs", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_the_list_of_routes_is_that_of_the_document(site: Any) -> None:
    async with site() as here:
        document, page = (await here.client.get("/openapi.json")).json(), (await here.client.get("/docs")).text
    assert [path for path in document["paths"] if path not in page] == []
    assert len(document["paths"]) == 11
