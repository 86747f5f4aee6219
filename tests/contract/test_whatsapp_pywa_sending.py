"""
A second opinion on what we send to WhatsApp: pywa, a client library that knows nothing of us.

What our adapter sends is what pywa sends for the same message, and pywa gets on with the emulated Graph API as with Meta's.
Where the two differ, the difference has a name and a reason here (`alike`).
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import httpx
import pytest
from pywa import WhatsApp, types
from pywa.types.templates import BodyText, TemplateLanguage
from pywa_async import WhatsApp as AsyncWhatsApp
from pywa_async import errors
from pywa_async import types as async_types

from hotel_agent.adapters.whatsapp import encoding
from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, Refusal
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.values import Account, Guest, Template, guest_of

pytestmark = pytest.mark.anyio
Json = dict[str, Any]

ACCOUNT = Account("token", "app secret", "verify me", templates=(Template("update", "es", "Hola {{1}}: {{2}}"),))
NUMBER = ACCOUNT.numbers[0]
START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
SENDS = 1200
_LETTERS = "aeiouñçãü ABC 0123 ,.!¿?/\\\"'<>&\n\t{}:€☀😀👨‍👩‍👧\u2028"


def words(draw: Random, most: int = 60) -> str:
    """A text with something in it, of letters that encoders trip over."""
    return "x" + "".join(draw.choice(_LETTERS) for _ in range(draw.randrange(most)))


def ident(draw: Random, prefix: str = "wamid.") -> str:
    return prefix + "".join(draw.choices("ABCDEFabcdef0123456789=", k=24))


def somebody(draw: Random) -> Guest:
    phone = str(draw.randrange(10**9, 10**13))
    username = draw.choice([None, "somebody.1"])
    return guest_of(phone, words(draw, 20), username=username, hides_phone=draw.random() < 0.3)


# ------------------------------------------------------------ pywa as the sender


@pytest.fixture(scope="module")
def sender() -> Iterator[tuple[WhatsApp, list[Json]]]:
    """A client of pywa's, and what it sends."""
    sent: list[Json] = []

    def take(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        told = {"contacts": [{"input": "1", "wa_id": "1"}], "messages": [{"id": "wamid.1", "message_status": "accepted"}]}
        return httpx.Response(200, json={"messaging_product": "whatsapp", "success": True} | told)

    with httpx.Client(transport=httpx.MockTransport(take)) as session:
        yield WhatsApp(phone_id=NUMBER.id, token="token", session=session), sent


def pair_of_sends(number: int, client: WhatsApp) -> Json:
    """Have pywa send the *number*-th message, and return what our adapter makes of the same."""
    draw = Random(number)  # repeatable on purpose
    guest = somebody(draw)
    to = guest.wa_id or guest.user_id
    tracker = draw.choice([None, ident(draw, "o-")])
    quotes = draw.choice([None, ident(draw)])
    more: Any = {"tracker": tracker, "reply_to_message_id": quotes}
    content = draw.choice(SENT)(draw, client, to, more)
    return content if "messaging_product" in content else encoding.addressed(to, content, callback=tracker, quotes=quotes)


def _send_text(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    body = words(draw, 400)
    client.send_message(to, body, **more)
    return encoding.text(body)


def _some_rows(draw: Random, most: int, longest: int, *, described: bool) -> list[encoding.Row]:
    def described_as() -> str:
        return words(draw, 70) if described and draw.random() < 0.5 else ""

    count = draw.randrange(1, most + 1)
    return [
        encoding.Row(id=ident(draw, "id:"), title=words(draw, longest - 2), description=described_as()) for _ in range(count)
    ]


def _send_buttons(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    body, rows = words(draw, 200), _some_rows(draw, 3, 20, described=False)
    pressed = [types.Button(row.title, row.id) for row in rows]
    if draw.random() < 0.5:
        client.send_message(to, body, buttons=pressed, **more)
        return encoding.buttons(body, rows)
    media_id = str(draw.randrange(10**14, 10**15))
    client.send_image(to, media_id, caption=body, buttons=pressed, **more)
    return encoding.buttons(body, rows, image=encoding.Media(id=media_id))


def _send_list(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    body, menu, rows = words(draw, 200), words(draw, 19), _some_rows(draw, 10, 24, described=True)
    listed = [types.SectionRow(row.title, row.id, row.description or None) for row in rows]
    client.send_message(to, body, buttons=types.SectionList(menu, [types.Section("", listed)]), **more)
    return encoding.options(body, menu, rows)


def _send_file(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    by_link = draw.random() < 0.5
    address = "https://hotel.example/file" if by_link else str(draw.randrange(10**14, 10**15))
    media = encoding.Media(link=address) if by_link else encoding.Media(id=address)
    caption = draw.choice(["", words(draw)])
    kind = draw.choice(["image", "video", "document", "audio"])
    if kind == "image":
        client.send_image(to, address, caption=caption or None, **more)
        return encoding.image(media, caption)
    if kind == "video":
        client.send_video(to, address, caption=caption or None, **more)
        return encoding.video(media, caption)
    if kind == "document":
        filename = words(draw, 20)
        client.send_document(to, address, filename=filename, caption=caption or None, **more)
        return encoding.document(media, filename, caption)
    client.send_audio(to, address, **more)
    return encoding.audio(media)


def _send_place(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    latitude, longitude = (Decimal(draw.randrange(-90_000_000, 90_000_000)) / 10**6 for _ in range(2))
    name, address = draw.choice([("", ""), (words(draw), words(draw))])
    client.send_location(
        to, latitude=float(latitude), longitude=float(longitude), name=name or None, address=address or None, **more
    )
    return encoding.location(str(latitude), str(longitude), name, address)


def _send_contact(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    name, phone = words(draw, 20), f"+{draw.randrange(10**9, 10**12)}"
    card = types.Contact(
        name=types.Contact.Name(formatted_name=name, first_name=name), phones=[types.Contact.Phone(phone=phone, type="WORK")]
    )
    client.send_contact(to, card, **more)
    return encoding.contacts([encoding.Card(name=name, phone=phone)])


def _send_reaction(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    original, emoji = ident(draw), draw.choice(["👍", ""])
    if emoji:
        client.send_reaction(to, emoji, original, tracker=more["tracker"])
    else:
        client.remove_reaction(to, original, tracker=more["tracker"])
    return encoding.addressed(to, encoding.reaction(original, emoji), callback=more["tracker"])


def _send_mark(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    message_id = ident(draw)
    if draw.random() < 0.5:
        client.mark_message_as_read(message_id)
        return encoding.read(message_id)
    client.indicate_typing(message_id)
    return encoding.read_and_typing(message_id)


def _send_template(draw: Random, client: WhatsApp, to: str, more: Any) -> Json:
    values = [f"value {draw.randrange(1000)}" for _ in range(draw.randrange(4))]
    language = draw.choice([TemplateLanguage.SPANISH, TemplateLanguage.ENGLISH, TemplateLanguage.PORTUGUESE_BR])
    client.send_template(to, "update", language, params=[BodyText.params(*values)] if values else [], **more)
    return encoding.template("update", language.value, [encoding.TextParameter(text=value) for value in values])


SENT: list[Callable[[Random, WhatsApp, str, Any], Json]] = [
    _send_text,
    _send_buttons,
    _send_list,
    _send_file,
    _send_place,
    _send_contact,
    _send_reaction,
    _send_mark,
    _send_template,
]


def without_nothing(value: Any) -> Any:
    """Difference 1: pywa sends null and empty arrays for what was not given; we leave it out."""
    if isinstance(value, dict):
        return {name: without_nothing(each) for name, each in value.items() if each is not None and each != []}
    return [without_nothing(each) for each in value] if isinstance(value, list) else value


def alike(sent: Json) -> Json:
    """The same message without the differences that have no meaning."""
    told: Json = without_nothing(sent)
    for section in told.get("interactive", {}).get("action", {}).get("sections", ()):
        if section.get("title") == "":
            del section["title"]  # Difference 2: pywa has no section without a title; Meta needs one only among several.
    place = told.get("location", {})
    for name in ("latitude", "longitude"):
        if name in place:
            place[name] = Decimal(str(place[name]))  # Difference 3: degrees as floats or, exactly, as text; Meta takes both.
    for component in told.get("template", {}).get("components", ()):
        component["type"] = component["type"].lower()  # Difference 4: Meta's own examples have both cases.
    return told


def test_our_adapter_sends_what_pywa_sends(sender: tuple[WhatsApp, list[Json]]) -> None:
    client, sent = sender
    differing = []
    for number in range(SENDS):
        sent.clear()
        ours = pair_of_sends(number, client)
        [theirs] = sent
        if alike(ours) != alike(theirs):
            differing.append((number, ours, theirs))
    assert differing == []


# ------------------------------------------------------------ pywa as a client of the emulator


@pytest.fixture
def emulator() -> WhatsAppEmulator:
    async def nowhere(*_: object) -> int | None:
        return 200

    return WhatsAppEmulator(ACCOUNT, clock=lambda: START, post=nowhere)


@pytest.fixture
async def client(emulator: WhatsAppEmulator) -> AsyncIterator[AsyncWhatsApp]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=emulator)) as session:
        yield AsyncWhatsApp(phone_id=NUMBER.id, token=ACCOUNT.token, session=session, waba_id=ACCOUNT.waba_id)


@pytest.fixture
def ana(emulator: WhatsAppEmulator) -> Guest:
    guest = emulator.platform.join(guest_of("34600111222", "Ana"))
    emulator.platform.write(guest, payloads.text("hola"))
    return guest


async def test_the_emulator_takes_what_pywa_sends_and_answers_as_it_expects(
    client: AsyncWhatsApp, emulator: WhatsAppEmulator, ana: Guest
) -> None:
    to = ana.user_id
    await client.send_message(to, "hola", tracker="o-1")
    await client.send_message(to, "¿sí?", buttons=[async_types.Button("Sí", "yes:1")])
    await client.send_location(to, latitude=40.4, longitude=-3.7)
    await client.send_contact(to, async_types.Contact(name=async_types.Contact.Name("Recepción", "Recepción")))
    told = await client.send_template(to, "update", TemplateLanguage.SPANISH, params=[BodyText.params("Ana", "ya")])
    chat = emulator.platform.chats.chat(ana, NUMBER)
    assert [entry.message["type"] for entry in chat.from_hotel] == ["text", "interactive", "location", "contacts", "template"]
    assert (chat.from_hotel[0].tracker, chat.from_hotel[-1].id) == ("o-1", told.id)
    await client.indicate_typing(chat.entries[0].id)
    assert chat.typing_until is not None


async def test_the_emulators_files_numbers_and_templates_are_read_by_pywa(client: AsyncWhatsApp) -> None:
    uploaded = await client.upload_media(b"\xff\xd8 picture", mime_type="image/jpeg", filename="room.jpg")
    told = await client.get_media_url(uploaded.id)
    assert (told.mime_type, told.file_size) == ("image/jpeg", 10)
    assert await client.get_media_bytes(told.url) == b"\xff\xd8 picture"
    assert await client.delete_media(uploaded.id)
    number = await client.get_business_phone_number()
    assert (number.id, number.display_phone_number) == (NUMBER.id, f"+{NUMBER.display}")
    assert [template.name for template in await client.get_templates()] == ["update"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (190, errors.ExpiredAccessToken),
        (130429, errors.RateLimitHit),
        (131056, errors.TooManyMessages),
        (131048, errors.SpamRateLimitHit),
        (131031, errors.AccountLocked),
        (368, errors.TemporarilyBlocked),
    ],
)
async def test_an_error_on_demand_is_the_one_that_pywa_knows(
    client: AsyncWhatsApp, emulator: WhatsAppEmulator, ana: Guest, code: int, error: type[Exception]
) -> None:
    emulator.add_faults(Fault(FaultKind.ERROR, "messages", code=code))
    with pytest.raises(error):
        await client.send_message(ana.user_id, "hola")


async def test_the_closed_window_and_the_missing_template_are_errors_that_pywa_knows(
    client: AsyncWhatsApp, emulator: WhatsAppEmulator, ana: Guest
) -> None:
    emulator.behave(Behaviour(refusal=Refusal.ANSWER))
    await emulator.platform.agenda.pass_time(timedelta(hours=25))
    with pytest.raises(errors.ReEngagementMessage):
        await client.send_message(ana.user_id, "hola")
    with pytest.raises(errors.TemplateNotExists):
        await client.send_template(ana.user_id, "nothing", TemplateLanguage.SPANISH, params=[])
