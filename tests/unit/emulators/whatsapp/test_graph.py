import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.errors import KNOWN, GraphError
from hotel_agent.emulators.whatsapp.media import file_content, read_form
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Account, Guest

pytestmark = pytest.mark.anyio
PICTURE = b"\xff\xd8\xff\xe0 a picture \r\n--not a boundary\r\n\x00\x1a"


@pytest.mark.parametrize("header", [None, "Bearer wrong", "token", "Bearer tökén"])
async def test_nothing_is_answered_without_the_token(client: httpx.AsyncClient, account: Account, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode()}
    if header is None:
        del client.headers["Authorization"]
    for path in (account.numbers[0].id, "debug_token", f"{account.waba_id}/message_templates", "1234567890"):
        answer = await client.get(f"/{path}", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


async def test_a_number_tells_of_itself_the_fields_that_are_asked_for(client: httpx.AsyncClient, account: Account) -> None:
    number = account.numbers[0]
    whole = (await client.get(f"/{number.id}")).json()
    assert (whole["display_phone_number"], whole["status"]) == (f"+{number.display}", "CONNECTED")
    some = (await client.get(f"/{number.id}", params={"fields": "verified_name,quality_rating"})).json()
    assert some == {"verified_name": number.verified_name, "quality_rating": "GREEN", "id": number.id}


async def test_templates_are_listed_and_found_by_name(client: httpx.AsyncClient, account: Account) -> None:
    listed = (await client.get(f"/{account.waba_id}/message_templates")).json()["data"]
    assert [(one["name"], one["language"], one["status"]) for one in listed] == [
        ("update", "es", "APPROVED"),
        ("update", "en", "APPROVED"),
        ("asleep", "es", "PAUSED"),
    ]
    assert [one["parameter_format"] for one in listed] == ["POSITIONAL", "NAMED", "POSITIONAL"]
    found = (await client.get(f"/{account.waba_id}/message_templates", params={"name": "asleep"})).json()["data"]
    assert [one["name"] for one in found] == ["asleep"]


async def test_the_account_tells_its_apps_and_numbers(client: httpx.AsyncClient, account: Account) -> None:
    apps = (await client.get(f"/{account.waba_id}/subscribed_apps")).json()["data"]
    assert [app["whatsapp_business_api_data"]["id"] for app in apps] == [account.app_id]
    numbers = (await client.get(f"/{account.waba_id}/phone_numbers")).json()["data"]
    assert [number["id"] for number in numbers] == [account.numbers[0].id]


async def test_a_token_is_told_to_be_good_or_not(client: httpx.AsyncClient) -> None:
    async def told(token: str) -> Any:
        return (await client.get("/debug_token", params={"input_token": token})).json()["data"]

    assert ((await told("token"))["is_valid"], (await told("other"))["is_valid"]) == (True, False)
    assert "whatsapp_business_messaging" in (await told("token"))["scopes"]


@pytest.mark.parametrize("path", ["12345", "12345/messages", "nonsense", "102290129340398/flows"])
async def test_an_unknown_object_is_refused_as_meta_does(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/{path}")
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["error_subcode"]) == (400, 100, 33)


async def upload(client: httpx.AsyncClient, account: Account, content: bytes = PICTURE, mime: str = "image/jpeg") -> Any:
    answer = await client.post(
        f"/{account.numbers[0].id}/media",
        files={"file": ("room.jpg", content, mime)},
        data={"messaging_product": "whatsapp", "type": mime},
    )
    return answer.json()


async def test_a_file_goes_up_and_comes_down_byte_by_byte(client: httpx.AsyncClient, account: Account) -> None:
    media_id = (await upload(client, account))["id"]
    told = (await client.get(f"/{media_id}")).json()
    assert (told["mime_type"], told["file_size"], told["id"]) == ("image/jpeg", len(PICTURE), media_id)
    assert told["sha256"] == hashlib.sha256(PICTURE).hexdigest()
    answer = await client.get(told["url"])
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PICTURE, "image/jpeg")


async def test_a_file_needs_the_token_too(client: httpx.AsyncClient, account: Account) -> None:
    url = (await client.get(f"/{(await upload(client, account))['id']}")).json()["url"]
    assert (await client.get(url, headers={"Authorization": "Bearer wrong"})).status_code == 401


async def test_a_url_is_good_for_five_minutes_and_cannot_be_made_up(
    client: httpx.AsyncClient, account: Account, platform: Platform
) -> None:
    media_id = (await upload(client, account))["id"]
    url = (await client.get(f"/{media_id}")).json()["url"]
    assert (await client.get(url.replace("ext=1", "ext=2"))).status_code == 404
    await platform.agenda.pass_time(timedelta(minutes=4, seconds=59))
    assert (await client.get(url)).status_code == 200
    await platform.agenda.pass_time(timedelta(seconds=1))
    assert (await client.get(url)).status_code == 404
    assert (await client.get((await client.get(f"/{media_id}")).json()["url"])).status_code == 200


async def test_a_guests_file_is_kept_for_a_week(client: httpx.AsyncClient, platform: Platform, ana: Guest) -> None:
    file = platform.attach(b"OggS sound", "audio/ogg; codecs=opus")
    platform.write(ana, file_content(file, voice=True))
    assert (await client.get(f"/{file.id}")).json()["mime_type"] == "audio/ogg; codecs=opus"
    await platform.agenda.pass_time(timedelta(days=7))
    assert (await client.get(f"/{file.id}")).json()["error"]["code"] == 100


async def test_a_deleted_file_is_gone(client: httpx.AsyncClient, account: Account) -> None:
    media_id = (await upload(client, account))["id"]
    wrong = await client.delete(f"/{media_id}", params={"phone_number_id": "1"})
    assert wrong.json()["error"]["code"] == 100
    assert (await client.delete(f"/{media_id}")).json() == {"success": True}
    assert (await client.get(f"/{media_id}")).json()["error"]["code"] == 100


async def test_twenty_failed_media_requests_within_an_hour_block_them_for_half_an_hour(
    client: httpx.AsyncClient, account: Account, platform: Platform
) -> None:
    media_id = (await upload(client, account))["id"]
    for _ in range(20):
        assert (await client.get("/99")).json()["error"]["code"] == 100
    assert (await client.get(f"/{media_id}")).json()["error"]["code"] == 80007
    await platform.agenda.pass_time(timedelta(minutes=30))
    assert (await client.get(f"/{media_id}")).status_code == 200


@pytest.mark.parametrize(
    ("content", "mime"), [(b"x", "application/x-sh"), (b"", "image/jpeg"), (b"x" * (5 * 1024 * 1024 + 1), "image/png")]
)
async def test_a_file_that_is_not_supported_is_refused(
    client: httpx.AsyncClient, account: Account, content: bytes, mime: str
) -> None:
    assert (await upload(client, account, content, mime))["error"]["code"] == 131053


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'),
    ],
)
def test_a_form_that_is_none_or_ends_early_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(GraphError):
        read_form(kind, body)


async def test_a_picture_cannot_be_sent_as_a_sound(client: httpx.AsyncClient, account: Account, ana: Guest) -> None:
    media_id = (await upload(client, account))["id"]
    body = {"messaging_product": "whatsapp", "to": ana.wa_id}
    path = f"/{account.numbers[0].id}/messages"
    assert (await client.post(path, json=body | {"type": "image", "image": {"id": media_id}})).status_code == 200
    wrong = await client.post(path, json=body | {"type": "audio", "audio": {"id": media_id}})
    assert wrong.json()["error"]["code"] == 131053


def test_every_known_code_has_a_title_and_an_error_status() -> None:
    assert all(title and 400 <= status < 600 for title, status in KNOWN.values())
    assert GraphError(424242).http_status == 500


async def test_what_was_called_is_seen(client: httpx.AsyncClient, emulator: WhatsAppEmulator, account: Account) -> None:
    await client.get(f"/{account.numbers[0].id}")
    await client.get("/99")
    assert [(seen.endpoint, seen.status, seen.code) for seen in emulator.seen] == [("number", 200, None), ("media", 400, 100)]
