"""`POST /api/orchestrator/process`: shape of the answer, repeats, patience, bad input."""

import asyncio
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import anyio
import httpx
import pytest

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.ids import OfferId, Reference, ReservationId, RoomTypeId
from hotel_agent.domain.money import Money
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.rooms import RoomType
from hotel_agent.domain.stays import Occupancy, Stay
from hotel_agent.domain.turns import Answer, BookingView, Searched, Status
from hotel_agent.domain.understanding import Intent, Language, RoomKind
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.testing.examples import AT

pytestmark = pytest.mark.anyio
ROUTE = "/api/orchestrator/process"
RIGHT = {"sender_id": "ana", "channel": "api", "text": "Hola"}


def offer(name: str, available: int) -> Offer:
    kind = RoomType(id=RoomTypeId(name), name=f"Tipo {name}", kind=RoomKind.DOUBLE, max_adults=2, max_children=0, max_guests=2)
    return Offer(
        id=OfferId(f"offer-{name}"),
        room_type=kind,
        stay=Stay(date(2031, 5, 2), date(2031, 5, 4)),
        occupancy=Occupancy(2, (7,)),
        total=Money.of("240.50", "EUR"),
        available=available,
        fresh_until=AT + timedelta(minutes=5),
    )


def found(**changes: Any) -> Answer:
    plain: dict[str, Any] = {
        "status": Status.SUCCESS,
        "intent": Intent.CHECK_AVAILABILITY,
        "confidence": 0.97,
        "language": Language.ES,
    }
    return Answer(**(plain | changes))


def always(answer: Answer) -> Callable[[str], Answer]:
    return lambda _: answer


async def test_answer_has_the_shape_of_section_12(site: Any) -> None:
    offers = (offer("4", 3), offer("5", 4))
    searched = Searched(stay=offers[0].stay, occupancy=Occupancy(2, (7,)), assumed=frozenset({"adults"}), offers=offers)
    async with site(answer=always(found(text="Hay", searched=searched))) as here:
        response = await here.process("Disponibilidad", message_id="m1")
    content = response.json()
    assert len(content.pop("conversation_id")) > 20
    room = {
        "id": "4",
        "name": "Tipo 4",
        "room_type": "double",
        "available": 3,
        "total": {"amount": "240.50", "currency": "EUR"},
        "nights": 2,
        "offer_id": "offer-4",
    }
    availability = {"check_in": "2031-05-02", "check_out": "2031-05-04", "adults": 2, "children": 1, "assumed": ["adults"]}
    assert content == {
        "status": "success",
        "intent": "check_availability",
        "confidence": 0.97,
        "language": "es",
        "response_text": "Hay",
        "fallback_used": False,
        "message_id": "m1",
        "rooms_available": 7,
        "rooms": [room, room | {"id": "5", "name": "Tipo 5", "available": 4, "offer_id": "offer-5"}],
        "lock_acquired": None,
        "reservation_id": None,
        "data": {"rooms_available": 7, "availability": availability, "booking": None},
    }
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"


async def test_nothing_searched_means_no_rooms(site: Any) -> None:
    async with site() as here:
        content = (await here.process()).json()
    assert (content["rooms"], content["rooms_available"]) == ([], 0)
    assert content["data"] == {"rooms_available": 0, "availability": None, "booking": None}


@pytest.mark.parametrize(
    ("state", "still_open", "status", "told", "shown"),
    [
        (BookingState.SUBMITTING, True, "degraded", None, "checking"),
        (BookingState.CHECKING, True, "degraded", None, "checking"),
        (BookingState.CONFIRMED, False, "success", "77", "confirmed"),
        (BookingState.CANCELLED, False, "success", "77", "cancelled"),
        (BookingState.REJECTED, False, "success", None, "rejected"),
    ],
)
async def test_a_reservation_id_is_told_once_it_was_confirmed(
    site: Any, state: BookingState, still_open: bool, status: str, told: str | None, shown: str
) -> None:
    view = BookingView(reference=Reference("ha-X"), state=state, reservation=ReservationId("77"))
    async with site(answer=always(found(booking=view, open=still_open)), patience=0.05) as here:
        content = (await here.process("sí")).json()
    assert (content["status"], content["reservation_id"]) == (status, told)
    assert content["data"]["booking"] == {"reference": "ha-X", "state": shown}


async def test_no_answer_in_time_is_an_honest_degraded_one(site: Any) -> None:
    async with site(answer=None, patience=0.05) as here:
        response = await here.process("Hola", message_id="m1")
        content = response.json()
    assert response.status_code == 200
    assert (content["status"], content["intent"], content["fallback_used"]) == ("degraded", None, True)
    assert content["response_text"].strip()
    assert content["message_id"] == "m1"


async def test_a_repeated_message_id_gives_the_latest_result_without_a_new_turn(site: Any) -> None:
    async with site() as here:
        first, second = await here.process("Hola", message_id="m1"), await here.process("otra cosa", message_id="m1")
        assert second.json() == first.json()
        assert [said.text for said in here.said] == ["Hola"]


async def test_without_a_message_id_each_call_is_a_new_message(site: Any) -> None:
    async with site() as here:
        ids = {(await here.process()).json()["message_id"] for _ in range(3)}
        assert (len(ids), len(here.said)) == (3, 3)


async def test_channel_sender_tenant_and_caller_keep_conversations_apart(site: Any, keys: Any) -> None:
    async with site(keys=keys) as here:
        names = []
        for token, more in (
            ("everything", {}),
            ("everything", {"channel": "whatsapp"}),
            ("everything", {"sender_id": "eva"}),
            ("messages-only", {}),
        ):
            here.client.headers["Authorization"] = f"Bearer {token}"
            names.append((await here.process(**more)).json()["conversation_id"])
        assert len(set(names)) == 4
    async with site() as here:
        names = [(await here.process(**more)).json()["conversation_id"] for more in ({}, {"tenant": "hill"}, {"tenant": "sea"})]
        assert names[0] == names[2] != names[1]


async def test_an_api_callers_messages_are_never_meant_for_a_real_channel(site: Any) -> None:
    async with site(answer=None, patience=0.01) as here:
        await here.process(channel="whatsapp")
        (claim,) = await here.store.journal.claim("w", 1, timedelta(seconds=3))
        assert claim.events[0].channel == "api"


async def test_control_characters_reach_the_agent_as_spaces(site: Any) -> None:
    async with site() as here:
        response = await here.process("a\x00b\x1bc\nd\u0085e\tñ😀")
        assert response.json()["response_text"] == "eco: a b c\nd e\tñ😀"


async def test_empty_text_is_the_agents_to_answer(site: Any) -> None:
    async with site() as here:
        assert (await here.process("")).json()["response_text"] == "eco: "


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": 5}, "text"),
        ({"text": None}, "text"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": ["api"]}, "channel"),
        ({"sender_id": ""}, "sender_id"),
        ({"sender_id": "a\nb"}, "sender_id"),
        ({"sender_id": "ab\n"}, "sender_id"),
        ({"sender_id": "x" * 129}, "sender_id"),
        ({"message_id": 7}, "message_id"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2032-02-30T10:00:00Z"}, "timestamp"),
        ({"timestamp": "2031-02-29T10:00"}, "timestamp"),
        ({"timestamp": "2031-02-28"}, "timestamp"),
        ({"timestamp": 1700000000}, "timestamp"),
        ({"tenant": True}, "tenant"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_field_is_named_and_not_repeated(site: Any, change: dict[str, Any], field: str) -> None:
    async with site() as here:
        response = await here.client.post(ROUTE, json=RIGHT | change)
        assert here.said == []
    content = response.json()
    assert (response.status_code, content["code"]) == (422, "invalid_fields")
    assert [error["field"] for error in content["errors"]] == [field]
    assert "pigeon" not in response.text


async def test_all_wrong_fields_are_named_at_once(site: Any) -> None:
    async with site() as here:
        response = await here.client.post(ROUTE, json={"text": 1, "channel": 2, "my words are secret": 3})
    assert {error["field"] for error in response.json()["errors"]} == {"text", "channel", "sender_id", "?"}


@pytest.mark.parametrize("moment", ["2031-02-28T10:00:00Z", "2031-02-28T10:00", "2032-02-29 10:00:00.5+01:00", None])
async def test_a_timestamp_may_have_an_offset_or_none(site: Any, moment: str | None) -> None:
    async with site() as here:
        assert (await here.process(timestamp=moment)).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"text": NaN}', b'{"text": "\\ud800"}', b"[" * 5000])
async def test_what_is_not_json_is_400(site: Any, body: bytes) -> None:
    async with site() as here:
        response = await here.client.post(ROUTE, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "bad_json")


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"5"])
async def test_json_that_is_no_object_is_422(site: Any, body: bytes) -> None:
    async with site() as here:
        response = await here.client.post(ROUTE, content=body, headers={"Content-Type": "application/json; charset=UTF-8"})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_fields")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""])
async def test_only_json_is_read(site: Any, kind: str) -> None:
    async with site() as here:
        response = await here.client.post(ROUTE, content=b"{}", headers={"Content-Type": kind})
    assert (response.status_code, response.json()["code"]) == (415, "json_only")


async def test_a_hundred_kilobytes_are_too_much(site: Any) -> None:
    async with site() as here:
        response = await here.process("x" * 100_000)
        assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
        assert (await here.process("x" * 60_000)).status_code == 200


async def test_a_chunked_body_is_capped_while_it_is_read(site: Any) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while read < 10_000_000:
            read += 10_000
            yield b" " * 10_000

    async with site() as here:
        response = await here.client.post(ROUTE, content=endless(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.headers["connection"] == "close"


async def test_an_unknown_hotel_is_404(site: Any) -> None:
    async with site() as here:
        response = await here.process(tenant="moon")
    assert (response.status_code, response.json()["code"]) == (404, "unknown_tenant")


async def test_a_journal_that_is_down_refuses_with_retry_after(site: Any) -> None:
    class Down:
        async def ask(self, *_: object) -> None:
            raise Unavailable

    async with site(asking=Down()) as here:
        response = await here.process()
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert int(response.headers["retry-after"]) > 0


async def test_a_crash_is_a_problem_without_details(site: Any, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken:
        async def ask(self, *_: object) -> None:
            raise RuntimeError("the guest said: canary-7431")

    async with site(asking=Broken()) as here:
        response = await here.process()
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert response.headers["x-content-type-options"] == "nosniff"
    written = capsys.readouterr()
    assert "canary-7431" not in response.text + written.out + written.err
    assert "RuntimeError" in written.out + written.err


async def test_a_timestamp_says_nothing_about_the_order(site: Any) -> None:
    async with site() as here:
        await here.process("uno", timestamp="2099-01-01T00:00:00Z")
        assert [said.sent_at for said in here.said] == [here.clock.now()]


async def test_a_body_that_does_not_come_is_not_waited_for(site: Any) -> None:
    async def drip() -> Any:
        yield b"{"
        await anyio.sleep_forever()

    async with site() as here:
        impatient = create_app(here.application, body_patience=timedelta(milliseconds=20))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(impatient), base_url="http://127.0.0.1") as client:
            response = await client.post(ROUTE, content=drip(), headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (408, "body_too_slow")
    assert response.headers["connection"] == "close"


async def test_whoever_waits_when_the_process_ends_is_told_to_come_again(site: Any) -> None:
    asked, sent = anyio.Event(), []

    class Slow:
        async def ask(self, *_: object) -> None:
            asked.set()
            await anyio.sleep_forever()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b'{"sender_id": "ana", "channel": "api", "text": "Hola"}'}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": ROUTE,
        "headers": headers,
        "query_string": b"",
        "client": ("127.0.0.1", 1),
    }
    async with site(asking=Slow()) as here:
        # As a server under us holds it: a task of its own, that is cancelled at the end.
        waiting = asyncio.create_task(here.app(scope, receive, send))
        await asked.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    begun, body = sent
    assert (begun["status"], dict(begun["headers"])[b"retry-after"], json.loads(body["body"])["code"]) == (
        503,
        b"2",
        "unavailable",
    )
