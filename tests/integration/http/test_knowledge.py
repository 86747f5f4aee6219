"""Questions as guests put them, through the HTTP API to the demo hotel: each gets just its entry, or goes to staff."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import pytest

from hotel_agent.adapters.files.tenants import demo_hotel
from hotel_agent.domain.understanding import Language
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation

pytestmark = pytest.mark.anyio

ANSWERED: Final = {
    Language.ES: {
        "¿tienen pileta?": "pool",
        "hay alberca": "pool",
        "cochera?": "parking",
        "dónde puedo dejar el auto": "parking",
        "a qué hora es el desayuno": "breakfast",
        "wifi?": "wifi",
        "aceptan mascotas?": "pets",
        "puedo llevar a mi perro": "pets",
        "tienen gimnasio": "gym",
        "se puede fumar?": "smoking",
        "cómo llego desde el aeropuerto": "airport",
        "cuál es la política de cancelación?": "cancellation",
        "aceptan tarjeta de crédito": "cards",
        "dan factura?": "invoice",
        "venden recuerdos?": "souvenirs",
        "tienen opciones para celíacos?": "diet",
    },
    Language.EN: {
        "do you have a pool?": "pool",
        "is parking free?": "parking",
        "do you allow dogs": "pets",
        "can i smoke in the room?": "smoking",
        "how do i get there from the airport?": "airport",
        "is there a lift?": "elevator",
        "what's your cancellation policy?": "cancellation",
        "do you sell souvenirs?": "souvenirs",
    },
    Language.PT: {
        "tem piscina?": "pool",
        "tem estacionamento?": "parking",
        "aceita cachorro?": "pets",
        "tem academia?": "gym",
        "tem wifi": "wifi",
        "aceitam cartão?": "cards",
    },
}
GENERAL: Final = {"qué servicios tienen": "amenities", "dónde están?": "location", "a qué hora es el check in": "check_in"}
UNANSWERED: Final = ("tienen helipuerto?", "hay sauna?", "¿hay sala de reuniones?")
TICKETS: Final = {
    "mándenme toallas por favor": "toallas",
    "hay mucho ruido en el pasillo": "ruido",
    "no funciona el aire acondicionado": "temperatura de la habitación",
    "my room is dirty": "cleaning",
    "o chuveiro está quebrado": "algo quebrado",
}


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings.from_env(
        {"HOTEL_AGENT_DATA_DIR": str(folder), "HOTEL_AGENT_JOURNAL_URL": "memory://", "HOTEL_AGENT_LOG_LEVEL": "error"}
    )
    async with open_installation(settings, {}) as installation, anyio.create_task_group() as group:
        group.start_soon(installation.worker.run)
        transport = httpx.ASGITransport(create_app(installation.application), client=("127.0.0.1", 4242))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=30) as client:
            yield client
        group.cancel_scope.cancel()


async def ask(client: httpx.AsyncClient, text: str) -> dict[str, Any]:
    """Have a guest of their own ask it."""
    body = {"sender_id": text, "channel": "api", "text": text}
    answer: dict[str, Any] = (await client.post("/api/orchestrator/process", json=body)).json()
    return answer


async def test_a_question_gets_just_its_entry_in_its_language(tmp_path: Path) -> None:
    told = {entry.id: entry for entry in demo_hotel().all()[0].knowledge.entries}
    async with service(tmp_path) as client:
        for language, questions in ANSWERED.items():
            got = {text: (await ask(client, text))["response_text"] for text in questions}
            assert got == {text: told[subject].text(language) for text, subject in questions.items()}


async def test_a_general_question_gets_the_general_answer(tmp_path: Path) -> None:
    told = dict(demo_hotel().all()[0].policies)
    async with service(tmp_path) as client:
        for text, subject in GENERAL.items():
            assert (await ask(client, text))["response_text"].partition("\n")[0] == told[f"{subject}.es"]


async def test_what_nobody_has_told_us_goes_to_staff_and_is_not_made_up(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        for text in UNANSWERED:
            answer = await ask(client, text)
            assert (answer["status"], "no quiero inventarla" in answer["response_text"]) == ("escalated", True)


async def test_what_a_guest_needs_is_a_ticket_on_its_topic(tmp_path: Path) -> None:
    async with service(tmp_path) as client:
        for text, topic in TICKETS.items():
            answer = await ask(client, text)
            assert (answer["status"], f"({topic})" in answer["response_text"]) == ("escalated", True)


async def test_every_answer_that_hands_over_tells_how_to_reach_somebody(tmp_path: Path) -> None:
    phone = demo_hotel().all()[0].phone
    async with service(tmp_path) as client:
        for text in (
            *UNANSWERED,
            *TICKETS,
            "quiero hablar con una persona",
            "es urgente",
            "hay humo en el pasillo",
            "asdf qwer",
        ):
            assert phone in (await ask(client, text))["response_text"]
