"""Our Graph client and the emulated Graph API: each error is known for what it is; what was done is never called undone."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotel_agent.adapters.whatsapp import encoding
from hotel_agent.adapters.whatsapp.account import PAIR_PACE, WhatsAppAccount
from hotel_agent.adapters.whatsapp.client import GraphClient, GraphRefused
from hotel_agent.adapters.whatsapp.composing import compose
from hotel_agent.adapters.whatsapp.errors import Cure
from hotel_agent.adapters.whatsapp.media import File, MediaLibrary
from hotel_agent.adapters.whatsapp.signature import is_handshake, is_signed
from hotel_agent.domain.errors import OutcomeUnknown, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, EventId, OutboxId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.turns import OutboxMessage
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, Refusal
from hotel_agent.emulators.whatsapp.chats import Entry
from hotel_agent.emulators.whatsapp.payloads import text
from hotel_agent.emulators.whatsapp.sends import Send, read_send
from hotel_agent.emulators.whatsapp.server import RunningWhatsApp, running
from hotel_agent.emulators.whatsapp.values import Account, Guest, Template, guest_of

pytestmark = pytest.mark.anyio
START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
ACCOUNT = Account("token", "app secret", "verify me", templates=(Template("update", "es", "{{1}}: {{2}}"),))
NUMBER = ACCOUNT.numbers[0]


@pytest.fixture
async def meta() -> AsyncIterator[RunningWhatsApp]:
    async with running(ACCOUNT, clock=lambda: START) as served:
        yield served


@pytest.fixture
async def graph(meta: RunningWhatsApp) -> AsyncIterator[GraphClient]:
    async with httpx.AsyncClient() as http:
        yield GraphClient(http, f"{meta.url}/v25.0")


@pytest.fixture
def ana(meta: RunningWhatsApp) -> Guest:
    guest = meta.platform.join(guest_of("34600111222", "Ana"))
    meta.platform.write(guest, text("hola"))
    return guest


def shown(meta: RunningWhatsApp, guest: Guest) -> tuple[Entry, ...]:
    return meta.platform.chats.chat(guest, NUMBER).from_hotel


async def send(graph: GraphClient, guest: Guest, content: encoding.Json | None = None) -> str:
    body = encoding.addressed(guest.wa_id or guest.user_id, content or encoding.text("hi"), callback="o-1")
    return await graph.send(ACCOUNT.token, NUMBER.id, body)


CONTENTS = {
    "text": encoding.text("x" * encoding.LONGEST_TEXT),
    "buttons": encoding.buttons("¿?", [encoding.Row(id=f"b{n}", title=str(n) * encoding.LONGEST_BUTTON) for n in range(3)]),
    "list": encoding.options(
        "x" * encoding.LONGEST_BODY,
        "m" * encoding.LONGEST_BUTTON,
        [
            encoding.Row(id=f"r{n}", title=str(n) * encoding.LONGEST_ROW, description="d" * encoding.LONGEST_DESCRIPTION)
            for n in range(10)
        ],
    ),
    "picture by link": encoding.image(encoding.Media(link="https://hotel.example/a.jpg"), "c" * encoding.LONGEST_BODY),
    "place": encoding.location("40.4168", "-3.7038", "Hotel", "Calle 1"),
    "contact": encoding.contacts([encoding.Card(name="Recepción", phone="+34900000000")]),
    "template": encoding.template("update", "es", [encoding.TextParameter(text="Hotel"), encoding.TextParameter(text="ya")]),
    "reaction": encoding.reaction("wamid.x", "👍"),
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("hides_phone", [False, True])
async def test_what_we_encode_at_its_limits_meta_takes(
    meta: RunningWhatsApp, graph: GraphClient, kind: str, hides_phone: bool
) -> None:
    guest = meta.platform.join(guest_of("34600111222", "Ana", hides_phone=hides_phone))
    meta.platform.write(guest, text("hola"))
    wamid = await send(graph, guest, CONTENTS[kind])
    [entry] = shown(meta, guest)
    assert (entry.id, entry.tracker, entry.message["type"]) == (wamid, "o-1", CONTENTS[kind]["type"])


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (0, Cure.STOP),
        (10, Cure.STOP),
        (190, Cure.STOP),
        (200, Cure.STOP),
        (4, Cure.SLOWER),
        (80007, Cure.SLOWER),
        (130429, Cure.SLOWER),
        (131057, Cure.SLOWER),
        (131056, Cure.PAIR),
        (131048, Cure.STOP),
        (131064, Cure.STOP),
        (368, Cure.STOP),
        (131031, Cure.STOP),
        (131042, Cure.STOP),
        (131047, Cure.WINDOW),
        (131026, Cure.NEVER),
        (131051, Cure.NEVER),
        (131053, Cure.NEVER),
        (132001, Cure.NEVER),
        (131049, Cure.NEVER),
        (131062, Cure.NEVER),
        (131000, Cure.LATER),
        (131016, Cure.LATER),
    ],
)
async def test_an_error_is_known_by_its_code_and_nothing_was_sent(
    meta: RunningWhatsApp, graph: GraphClient, ana: Guest, code: int, cure: Cure
) -> None:
    meta.app.add_faults(Fault(FaultKind.ERROR, "messages", code=code))
    with pytest.raises(GraphRefused) as refused:
        await send(graph, ana)
    assert (refused.value.error.code, refused.value.error.cure) == (code, cure)
    assert shown(meta, ana) == ()


@pytest.mark.parametrize("kind", [FaultKind.CUT_AFTER, FaultKind.BROKEN_AFTER, FaultKind.CUT_BEFORE, FaultKind.BROKEN])
async def test_a_lost_answer_leaves_the_outcome_unknown_whether_it_was_sent_or_not(
    meta: RunningWhatsApp, graph: GraphClient, ana: Guest, kind: FaultKind
) -> None:
    meta.app.add_faults(Fault(kind, "messages"))
    with pytest.raises(OutcomeUnknown):
        await send(graph, ana)
    assert len(shown(meta, ana)) == (1 if kind in {FaultKind.CUT_AFTER, FaultKind.BROKEN_AFTER} else 0)


async def test_where_nobody_listens_nothing_was_sent(ana: Guest) -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(Unavailable):
            await send(GraphClient(http, "http://127.0.0.1:9/v25.0"), ana)


async def test_a_wrong_token_is_a_matter_for_people(graph: GraphClient, ana: Guest) -> None:
    with pytest.raises(GraphRefused) as refused:
        await graph.send("wrong", NUMBER.id, encoding.addressed(ana.user_id, encoding.text("hi")))
    assert (refused.value.error.status, refused.value.error.cure) == (401, Cure.STOP)


async def test_the_closed_window_asks_for_a_template_which_goes_through(
    meta: RunningWhatsApp, graph: GraphClient, ana: Guest
) -> None:
    meta.app.behave(Behaviour(refusal=Refusal.ANSWER))
    await meta.platform.agenda.pass_time(timedelta(hours=24))
    with pytest.raises(GraphRefused) as refused:
        await send(graph, ana)
    assert refused.value.error.cure is Cure.WINDOW
    await send(graph, ana, CONTENTS["template"])
    assert [entry.shown for entry in shown(meta, ana)] == ["Hotel: ya"]


async def test_our_pace_for_one_guest_is_the_one_that_meta_keeps(meta: RunningWhatsApp, graph: GraphClient, ana: Guest) -> None:

    for _ in range(PAIR_PACE.burst):
        await send(graph, ana)
        await meta.platform.agenda.pass_time(timedelta(seconds=0.02))
    with pytest.raises(GraphRefused) as refused:
        await send(graph, ana)
    assert refused.value.error.cure is Cure.PAIR
    await meta.platform.agenda.pass_time(PAIR_PACE.every)
    await send(graph, ana)


async def test_a_message_is_marked_read_and_typing_shown(meta: RunningWhatsApp, graph: GraphClient, ana: Guest) -> None:
    chat = meta.platform.chats.chat(ana, NUMBER)
    await graph.mark(ACCOUNT.token, NUMBER.id, encoding.read_and_typing(chat.entries[0].id))
    assert (chat.entries[0].status, chat.typing_until) == ("read", START + timedelta(seconds=25))


async def test_a_file_goes_up_is_sent_and_comes_down(meta: RunningWhatsApp, graph: GraphClient, ana: Guest) -> None:
    library = MediaLibrary(
        graph, WhatsAppAccount(tenant=TenantId("t"), hotel="H", phone_number_id=NUMBER.id, token=ACCOUNT.token)
    )
    picture = File(content=b"\xff\xd8 picture", mime="image/jpeg")
    media_id = await library.upload(picture, "room.jpg")
    await send(graph, ana, encoding.image(encoding.Media(id=media_id)))
    assert await library.download(media_id) == picture
    sound = meta.platform.attach(b"OggS sound", "audio/ogg; codecs=opus")
    assert await library.download(sound.id) == File(content=b"OggS sound", mime="audio/ogg; codecs=opus")


async def test_its_signatures_and_handshake_are_those_we_check(meta: RunningWhatsApp, ana: Guest) -> None:
    [webhook] = meta.platform.callbacks.webhooks
    assert is_signed(webhook.body, webhook.signature.encode(), [ACCOUNT.app_secret])
    assert not is_signed(webhook.body + b" ", webhook.signature.encode(), [ACCOUNT.app_secret])
    assert is_handshake("subscribe", ACCOUNT.verify_token, ACCOUNT.verify_token)


VISIBLE = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(str.strip)
IDS = st.text("abcdefghijklmnop0123456789:-", min_size=1, max_size=220)


@st.composite
def sayings(draw: st.DrawFn) -> OutboxMessage:
    """Anything that the agent may say, short and long, with as many choices as it likes."""
    choices = [Button(id=each, title=draw(VISIBLE)) for each in draw(st.lists(IDS, max_size=12))]
    price = Money(Decimal("198.00"), "EUR")
    cards = [
        Card(button=choice.id, name=draw(VISIBLE), row=f"{n}. {draw(VISIBLE)}", total=price, nights=2)
        for n, choice in enumerate(choices, 1)
    ]
    return OutboxMessage(
        id=OutboxId("o-1"),
        tenant=TenantId("t"),
        conversation=ConversationId("c"),
        channel=Channel.WHATSAPP,
        root=EventId("e"),
        position=0,
        text=draw(VISIBLE) * draw(st.sampled_from([1, 1, 20])),
        buttons=tuple(choices),
        cards=tuple(cards) if draw(st.booleans()) else (),
        menu=draw(st.just("") | VISIBLE),
        created_at=START,
    )


@given(sayings())
def test_whatever_the_agent_says_is_composed_within_metas_limits(said: OutboxMessage) -> None:
    assume(len(said.text) <= encoding.LONGEST_TEXT)
    body = encoding.addressed("34600111222", compose(said), callback=said.id)
    assert isinstance(read_send(json.dumps(body).encode()), Send)
