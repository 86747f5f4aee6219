import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.emulators.whatsapp.behaviour import Behaviour
from hotel_agent.emulators.whatsapp.callbacks import GIVE_UP, pause_before
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.platform import Platform
from hotel_agent.emulators.whatsapp.values import Account, Guest, guest_of

pytestmark = pytest.mark.anyio
START = datetime(2031, 1, 1, tzinfo=UTC)
Posted = list[tuple[bytes, dict[str, str]]]


def messages(posted: Posted) -> list[list[list[str]]]:
    """The texts of each webhook's entries' changes."""
    return [
        [
            [one["text"]["body"] for one in change["value"]["messages"]]
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
        ]
        for body, _ in posted
    ]


def texts(posted: Posted) -> list[str]:
    return [words for webhook in messages(posted) for change in webhook for words in change]


async def test_a_text_arrives_in_metas_shape_and_signed_over_its_bytes(
    platform: Platform, account: Account, ana: Guest, posted: Posted
) -> None:
    await platform.agenda.pass_time()
    [(body, headers)] = posted
    signature = hmac.new(b"app secret", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={signature}"
    [entry] = platform.chats.chat(ana, account.numbers[0]).entries
    assert json.loads(body) == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": account.waba_id,
                "changes": [
                    {
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": account.numbers[0].display,
                                "phone_number_id": account.numbers[0].id,
                            },
                            "contacts": [{"profile": {"name": "Ana Ruiz"}, "user_id": ana.user_id, "wa_id": "34600111222"}],
                            "messages": [
                                {
                                    "from": "34600111222",
                                    "from_user_id": ana.user_id,
                                    "id": entry.id,
                                    "timestamp": "1930294800",
                                    "type": "text",
                                    "text": {"body": "hola"},
                                }
                            ],
                        },
                        "field": "messages",
                    }
                ],
            }
        ],
    }


async def test_a_hidden_phone_number_is_nowhere_in_the_webhook(platform: Platform, posted: Posted) -> None:
    platform.write(guest_of("34600999888", "Eva", username="eva", hides_phone=True), text("hola"))
    await platform.agenda.pass_time()
    assert b"34600999888" not in posted[0][0]
    value = json.loads(posted[0][0])["entry"][0]["changes"][0]["value"]
    assert value["contacts"][0]["profile"] == {"name": "Eva", "username": "eva"}
    assert "from" not in value["messages"][0]


async def test_without_mischief_each_guests_webhooks_come_once_and_in_order(
    platform: Platform, ana: Guest, posted: Posted
) -> None:
    for number in range(20):
        platform.write(ana, text(str(number)))
    await platform.agenda.pass_time()
    assert texts(posted) == ["hola", *map(str, range(20))]


async def test_reordering_holds_every_webhook_back_within_its_bound(
    emulator: WhatsAppEmulator, platform: Platform, posted: Posted
) -> None:
    emulator.behave(Behaviour(reorder_s=0.4))
    guest = platform.join(guest_of("34600111222", "Ana"))
    for number in range(20):
        platform.write(guest, text(str(number)))
    await platform.agenda.pass_time(timedelta(seconds=0.4))
    assert sorted(texts(posted), key=int) == [str(number) for number in range(20)]
    assert texts(posted) != [str(number) for number in range(20)]


async def test_a_duplicate_is_the_same_bytes_again(emulator: WhatsAppEmulator, platform: Platform, posted: Posted) -> None:
    emulator.behave(Behaviour(duplicates=1.0, duplicate_s=2.0))
    platform.write(guest_of("34600111222", "Ana"), text("hola"))
    await platform.agenda.pass_time(timedelta(seconds=2))
    assert len(posted) == 2
    assert posted[0] == posted[1]


async def test_a_share_of_webhooks_is_doubled(emulator: WhatsAppEmulator, platform: Platform, posted: Posted) -> None:
    emulator.behave(Behaviour(duplicates=0.3))
    for number in range(200):
        platform.write(guest_of("34600111222", "Ana"), text(str(number)))
    await platform.agenda.pass_time(timedelta(seconds=2))
    assert 230 <= len(posted) <= 290
    assert set(texts(posted)) == {str(number) for number in range(200)}


async def test_a_batch_spreads_over_entries_changes_and_elements_and_loses_none(
    emulator: WhatsAppEmulator, platform: Platform, posted: Posted
) -> None:
    emulator.behave(Behaviour(batch_s=0.5))
    for number in range(30):
        platform.write(guest_of(f"3460011122{number % 3}", "Somebody"), text(str(number)))
    await platform.agenda.pass_time(timedelta(seconds=0.4))
    assert posted == []
    await platform.agenda.pass_time(timedelta(seconds=0.1))
    payload = json.loads(posted[0][0])
    changes = [change for entry in payload["entry"] for change in entry["changes"]]
    assert len(posted) == 1
    assert texts(posted) == [str(number) for number in range(30)]
    assert len(payload["entry"]) > 1
    assert len(changes) > len(payload["entry"])
    assert max(len(change["value"]["messages"]) for change in changes) > 1
    for change in changes:
        known = {contact["user_id"] for contact in change["value"]["contacts"]}
        assert known == {message["from_user_id"] for message in change["value"]["messages"]}


async def test_what_is_not_taken_comes_again_ever_more_slowly_for_a_week(
    platform: Platform, ana: Guest, posted: Posted, answers: list[int | None]
) -> None:
    answers += [500] * 100
    await platform.agenda.pass_time(timedelta(days=8))
    [webhook] = platform.callbacks.webhooks
    pauses = [later.at - earlier.at for earlier, later in zip(webhook.attempts, webhook.attempts[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=1), timedelta(hours=12))
    assert GIVE_UP - timedelta(hours=12) < webhook.attempts[-1].at - webhook.born_at <= GIVE_UP
    assert webhook.is_given_up
    assert {body for body, _ in posted} == {webhook.body}
    assert len(posted) == len(webhook.attempts) == 23


@pytest.mark.parametrize("first", [None, 302, 401, 404, 500, 503])
async def test_only_2xx_is_taken(
    platform: Platform, ana: Guest, posted: Posted, answers: list[int | None], first: int | None
) -> None:
    answers += [first, 202]
    await platform.agenda.pass_time(timedelta(days=8))
    [webhook] = platform.callbacks.webhooks
    assert [attempt.status for attempt in webhook.attempts] == [first, 202]
    assert not webhook.is_given_up


def test_pauses_end_at_half_a_day() -> None:
    assert [pause_before(attempt) for attempt in (1, 11, 50)] == [
        timedelta(seconds=1),
        timedelta(hours=12),
        timedelta(hours=12),
    ]


async def test_the_time_on_a_message_may_be_earlier_than_its_webhook(platform: Platform, ana: Guest, posted: Posted) -> None:
    written = platform.now() - timedelta(minutes=5)
    platform.write(ana, text("tarde"), sent_at=written, after=timedelta(seconds=2))
    await platform.agenda.pass_time(timedelta(seconds=1))
    assert texts(posted) == ["hola"]
    await platform.agenda.pass_time(timedelta(seconds=1))
    [message] = json.loads(posted[1][0])["entry"][0]["changes"][0]["value"]["messages"]
    assert message["timestamp"] == str(int(written.timestamp()))


async def test_the_same_seed_gives_the_same_webhooks(account: Account) -> None:
    async def bodies(seed: int) -> list[bytes]:
        seen: list[bytes] = []

        async def post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> int | None:
            seen.append(body)
            return 200

        behaviour = Behaviour(seed=seed, reorder_s=1.0, duplicates=0.5, batch_s=0.2)
        emulator = WhatsAppEmulator(account, clock=lambda: START, post=post, behaviour=behaviour)
        for number in range(12):
            emulator.platform.write(guest_of("34600111222", "Ana"), text(str(number)))
            await emulator.platform.agenda.pass_time(timedelta(seconds=0.1))
        await emulator.platform.agenda.pass_time(timedelta(seconds=5))
        return seen

    assert await bodies(1) == await bodies(1)
    assert await bodies(1) != await bodies(2)


async def test_without_a_callback_nothing_is_posted_and_all_is_kept(account: Account, posted: Posted) -> None:
    async def post(*_: Any) -> int | None:
        raise AssertionError("there is nowhere to post to")

    emulator = WhatsAppEmulator(evolve(account, callback=""), clock=lambda: START, post=post)
    emulator.platform.write(guest_of("34600111222", "Ana"), text("hola"))
    await emulator.platform.agenda.pass_time()
    assert [webhook.payload["object"] for webhook in emulator.platform.callbacks.webhooks] == ["whatsapp_business_account"]
