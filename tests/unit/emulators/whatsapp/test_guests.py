import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.whatsapp.payloads import location, reaction, text
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Guest, guest_of

pytestmark = pytest.mark.anyio
SendTo = Callable[..., Awaitable[httpx.Response]]
Posted = list[tuple[bytes, dict[str, str]]]


async def last(platform: Platform, posted: Posted) -> dict[str, Any]:
    """The last message that was told to the hotel."""
    await platform.agenda.pass_time()
    values = [json.loads(body)["entry"][0]["changes"][0]["value"] for body, _ in posted]
    found: dict[str, Any] = [value for value in values if "messages" in value][-1]["messages"][0]
    return found


BUTTONS = {"buttons": [{"type": "reply", "reply": {"id": "yes:1", "title": "Sí"}}]}
LIST = {"button": "Ver", "sections": [{"rows": [{"id": "offer:1", "title": "Doble", "description": "120 €"}]}]}


async def test_a_button_is_pressed_by_its_id(send: SendTo, platform: Platform, ana: Guest, posted: Posted) -> None:
    interactive = {"type": "button", "body": {"text": "¿Sí?"}, "action": BUTTONS}
    message_id = (await send(type="interactive", interactive=interactive)).json()["messages"][0]["id"]
    platform.press(ana, message_id, "yes:1")
    told = await last(platform, posted)
    assert told["interactive"] == {"type": "button_reply", "button_reply": {"id": "yes:1", "title": "Sí"}}
    assert told["context"] == {"from": platform.account.numbers[0].display, "id": message_id}


async def test_a_row_is_chosen_by_its_id(send: SendTo, platform: Platform, ana: Guest, posted: Posted) -> None:
    interactive = {"type": "list", "body": {"text": "Elige"}, "action": LIST}
    message_id = (await send(type="interactive", interactive=interactive)).json()["messages"][0]["id"]
    platform.press(ana, message_id, "offer:1")
    told = await last(platform, posted)
    row = {"id": "offer:1", "title": "Doble", "description": "120 €"}
    assert told["interactive"] == {"type": "list_reply", "list_reply": row}


async def test_a_templates_button_says_its_payload_and_label(
    send: SendTo, platform: Platform, ana: Guest, posted: Posted
) -> None:
    body = {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "ya"}]}
    button = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "go"}]}
    template = {"name": "update", "language": {"code": "es"}, "components": [body, button]}
    message_id = (await send(type="template", template=template)).json()["messages"][0]["id"]
    platform.press(ana, message_id, "go")
    assert (await last(platform, posted))["button"] == {"payload": "go", "text": "Vale"}


async def test_what_is_not_shown_cannot_be_pressed(send: SendTo, platform: Platform, ana: Guest) -> None:
    message_id = (await send()).json()["messages"][0]["id"]
    for pressed in (message_id, "wamid.x", platform.write(ana, text("hola"))):
        with pytest.raises(ValueError, match="no such button"):
            platform.press(ana, pressed, "yes:1")


async def test_a_reaction_is_put_on_and_taken_off(send: SendTo, platform: Platform, ana: Guest, posted: Posted) -> None:
    message_id = (await send()).json()["messages"][0]["id"]
    [entry] = platform.chats.chat(ana, platform.account.numbers[0]).from_hotel
    platform.write(ana, reaction(message_id, "👍"))
    assert (await last(platform, posted))["reaction"] == {"message_id": message_id, "emoji": "👍"}
    assert entry.reactions == {"guest": "👍"}
    platform.write(ana, reaction(message_id, None))
    assert (await last(platform, posted))["reaction"] == {"message_id": message_id}
    assert entry.reactions == {}


async def test_a_message_is_changed_and_deleted_by_who_wrote_it(platform: Platform, ana: Guest, posted: Posted) -> None:
    message_id = platform.write(ana, text("del 20 al 22"))
    change = platform.edit(ana, message_id, text("del 21 al 23"))
    told = await last(platform, posted)
    assert (told["id"], told["type"]) == (change, "edit")
    assert told["edit"] == {"original_message_id": message_id, "message": text("del 21 al 23")}
    platform.revoke(ana, message_id)
    assert (await last(platform, posted))["revoke"] == {"original_message_id": message_id}
    eva = platform.join(guest_of("34600999888", "Eva"))
    with pytest.raises(ValueError, match="wrote no such"):
        platform.revoke(eva, message_id)
    with pytest.raises(ValueError, match="wrote no such"):
        platform.edit(eva, message_id, text("x"))
    with pytest.raises(ValueError, match="only words"):
        platform.edit(ana, message_id, location(1, 2))


async def test_a_new_number_is_told_with_both_ids_and_the_chat_goes_on(
    platform: Platform, ana: Guest, posted: Posted, send: SendTo
) -> None:
    new = platform.change_number(ana, guest_of("34600777666", "Ana Ruiz"))
    told = await last(platform, posted)
    assert (told["type"], told["from"], told["system"]["type"]) == ("system", "34600111222", "user_changed_number")
    assert (told["system"]["wa_id"], told["system"]["user_id"]) == ("34600777666", new.user_id)
    assert told["system"]["previous_user_id"] == ana.user_id
    assert "contacts" not in json.loads(posted[-1][0])["entry"][0]["changes"][0]["value"]
    await send(to=new.wa_id)
    chat = platform.chats.chat(new, platform.account.numbers[0])
    assert [entry.is_from_guest for entry in chat.entries] == [True, True, False]


async def test_a_hidden_number_changes_as_an_id_only(platform: Platform, posted: Posted) -> None:
    eva = platform.join(guest_of("34600999888", "Eva", hides_phone=True))
    platform.write(eva, text("hola"))
    new = platform.change_number(eva, guest_of("34600777666", "Eva", hides_phone=True))
    told = (await last(platform, posted))["system"]
    assert (told["type"], told["previous_user_id"], told["user_id"]) == ("user_changed_user_id", eva.user_id, new.user_id)
    assert "wa_id" not in told
