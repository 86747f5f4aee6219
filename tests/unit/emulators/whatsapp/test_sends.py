from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Account, Guest

pytestmark = pytest.mark.anyio
SendTo = Callable[..., Awaitable[httpx.Response]]


def interactive(kind: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": "Choose"}, "action": action} | more}


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    rows = [{"type": "reply", "reply": {"id": f"b{number}", "title": title}} for number, title in enumerate(titles)]
    return interactive("button", {"buttons": rows}, **more)


def rows(*sections: int, button: str = "Rooms", **row: str) -> dict[str, Any]:
    made, number = [], 0
    for section, count in enumerate(sections):
        of_it = []
        for _ in range(count):
            number += 1
            of_it.append({"id": f"r{number}", "title": f"Room {number}"} | row)
        made.append({"title": f"Section {section}", "rows": of_it})
    return interactive("list", {"button": button, "sections": made})


TAKEN: dict[str, dict[str, Any]] = {
    "longest text": {"text": {"body": "x" * 4096, "preview_url": True}},
    "image by link": {"type": "image", "image": {"link": "https://hotel.example/room.jpg", "caption": "x" * 1024}},
    "location": {
        "type": "location",
        "location": {"latitude": 40.4, "longitude": "-3.7", "name": "Hotel", "address": "Calle 1"},
    },
    "contacts": {
        "type": "contacts",
        "contacts": [{"name": {"formatted_name": "Desk", "first_name": "Desk"}, "phones": [{"phone": "+34900"}]}],
    },
    "three buttons": buttons("x" * 20, "No", "Later", footer={"text": "x" * 60}, header={"type": "text", "text": "x" * 60}),
    "ten rows": rows(4, 6, description="x" * 72),
    "one section without title": interactive("list", {"button": "Go", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}),
    "link button": interactive(
        "cta_url", {"name": "cta_url", "parameters": {"display_text": "Map", "url": "https://hotel.example"}}
    ),
    "ask for the place": interactive("location_request_message", {"name": "send_location"}),
    "reaction": {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
    "reaction off": {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": ""}},
    "quoting": {"context": {"message_id": "wamid.x"}},
    "with tracker": {"biz_opaque_callback_data": "x" * 512},
}


@pytest.mark.parametrize("name", TAKEN)
async def test_what_is_within_the_limits_is_taken(send: SendTo, name: str) -> None:
    answer = await send(**TAKEN[name])
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["contacts"] == [{"input": "34600111222", "wa_id": "34600111222"}]
    assert [message["id"].startswith("wamid.") for message in told["messages"]] == [True]


REFUSED: dict[str, tuple[int, dict[str, Any]]] = {
    "no product": (100, {"messaging_product": None}),
    "another product": (100, {"messaging_product": "sms"}),
    "nobody": (131008, {"to": None}),
    "a recipient without digits": (131009, {"to": "ana"}),
    "a group": (100, {"recipient_type": "group"}),
    "an unknown type": (131051, {"type": "hologram"}),
    "a type that is no text": (131051, {"type": 7}),
    "a type without its object": (131008, {"type": "image"}),
    "content that is no object": (100, {"text": "hi"}),
    "an empty text": (100, {"text": {"body": "  "}}),
    "a text too long": (100, {"text": {"body": "x" * 4097}}),
    "a caption too long": (100, {"type": "image", "image": {"link": "https://a.example", "caption": "x" * 1025}}),
    "a caption of a sound": (100, {"type": "audio", "audio": {"link": "https://a.example", "caption": "x"}}),
    "an image by id and link": (100, {"type": "image", "image": {"link": "https://a.example", "id": "1"}}),
    "an image that is no link": (100, {"type": "image", "image": {"link": "javascript:alert(1)"}}),
    "an image unknown": (131053, {"type": "image", "image": {"id": "1"}}),
    "a place off the globe": (131009, {"type": "location", "location": {"latitude": 91, "longitude": 0}}),
    "half a place": (131008, {"type": "location", "location": {"latitude": 1}}),
    "contacts that are no array": (100, {"type": "contacts", "contacts": {}}),
    "a contact without a name": (131008, {"type": "contacts", "contacts": [{"phones": []}]}),
    "four buttons": (131009, buttons("1", "2", "3", "4")),
    "no button": (131008, buttons()),
    "a button title too long": (131009, buttons("x" * 21)),
    "a button without a title": (131009, buttons("")),
    "two buttons alike": (131009, buttons("Yes", "Yes")),
    "a footer too long": (131009, buttons("1", footer={"text": "x" * 61})),
    "a body too long": (100, buttons("1", body={"text": "x" * 1025})),
    "eleven rows": (131009, rows(5, 6)),
    "eleven rows at once": (131009, rows(11)),
    "eleven sections": (131009, rows(*[1] * 11)),
    "a row title too long": (131009, rows(1, title="x" * 25)),
    "a row description too long": (131009, rows(1, description="x" * 73)),
    "a row id too long": (131009, rows(1, id="x" * 201)),
    "two rows alike": (131009, rows(2, id="same")),
    "a list label too long": (131009, rows(1, button="x" * 21)),
    "a list under a picture": (
        131009,
        interactive("list", {"button": "Go"}, header={"type": "image", "image": {"link": "https://a.example"}}),
    ),
    "an interactive kind unknown": (131009, interactive("carousel", {})),
    "a reaction of words": (131009, {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "x" * 17}}),
    "a tracker too long": (100, {"biz_opaque_callback_data": "x" * 513}),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_beyond_a_limit_is_refused_with_its_code(send: SendTo, platform: Platform, name: str, ana: Guest) -> None:
    code, fields = REFUSED[name]
    answer = await send(**fields)
    error = answer.json()["error"]
    assert (error["code"], answer.status_code, error["type"]) == (code, 400, "OAuthException")
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["message"].startswith(f"(#{code}) ")
    assert error["fbtrace_id"]
    assert platform.chats.chat(ana, platform.account.numbers[0]).from_hotel == ()


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(client: httpx.AsyncClient, account: Account, body: bytes) -> None:
    answer = await client.post(f"/{account.numbers[0].id}/messages", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


async def test_a_guest_is_reached_by_the_business_scoped_id_too(send: SendTo, ana: Guest) -> None:
    answer = await send(to=None, recipient=ana.user_id)
    assert answer.json()["contacts"] == [{"input": ana.user_id, "user_id": ana.user_id}]


async def test_a_phone_number_may_be_written_with_signs(send: SendTo) -> None:
    answer = await send(to="+34 600-111-222")
    assert answer.json()["contacts"] == [{"input": "+34 600-111-222", "wa_id": "34600111222"}]


def template(name: str, language: str, *values: str) -> dict[str, Any]:
    body = {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}
    return {"type": "template", "template": {"name": name, "language": {"code": language}, "components": [body]}}


async def test_a_template_is_shown_with_its_parameters(send: SendTo, platform: Platform, ana: Guest) -> None:
    answer = await send(**template("update", "es", "Ana", "su cuarto está listo"))
    assert answer.json()["messages"][0]["message_status"] == "accepted"
    [entry] = platform.chats.chat(ana, platform.account.numbers[0]).from_hotel
    assert entry.shown == "Hola Ana: su cuarto está listo"


@pytest.mark.parametrize(
    ("code", "status", "content"),
    [
        (132001, 404, template("update", "fr", "Ana", "x")),
        (132001, 404, template("nothing", "es")),
        (132000, 400, template("update", "es", "Ana")),
        (132015, 400, template("asleep", "es")),
        (131008, 400, template("update", "es", "Ana", "")),
        (100, 400, {"type": "template", "template": {"name": "update", "language": {"code": "Spanish!"}}}),
    ],
)
async def test_a_template_that_does_not_fit_is_refused(send: SendTo, code: int, status: int, content: dict[str, Any]) -> None:
    answer = await send(**content)
    assert (answer.json()["error"]["code"], answer.status_code) == (code, status)


async def test_marking_as_read_marks_what_came_before_too_and_may_show_typing(
    send: SendTo, platform: Platform, ana: Guest
) -> None:
    chat = platform.chats.chat(ana, platform.account.numbers[0])
    platform.write(ana, {"type": "text", "text": {"body": "¿sigue ahí?"}})
    first, second = chat.entries
    marked = {"status": "read", "message_id": second.id, "type": None, "to": None, "text": None}
    assert (await send(**marked, typing_indicator={"type": "text"})).json() == {"success": True}
    assert [first.status, second.status] == ["read", "read"]
    assert chat.typing_until is not None
    await send()
    assert chat.typing_until is None


@pytest.mark.parametrize(
    ("code", "marked"),
    [
        (131009, {"message_id": "wamid.x"}),
        (131008, {"message_id": None}),
        (100, {"message_id": "wamid.x", "typing_indicator": {"type": "voice"}}),
        (100, {"message_id": "wamid.x", "status": "unread"}),
    ],
)
async def test_a_mark_that_does_not_fit_is_refused(send: SendTo, code: int, marked: dict[str, Any]) -> None:
    answer = await send(**{"status": "read", "type": None, "to": None, "text": None} | marked)
    assert (answer.json()["error"]["code"], answer.status_code) == (code, 400)
