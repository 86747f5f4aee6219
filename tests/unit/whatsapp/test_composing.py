from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.whatsapp.composing import compose
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, EventId, OutboxId, TenantId
from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.turns import OutboxMessage

YES, NO = Button(id="yes:1", title="Sí, reservar"), Button(id="no:1", title="No")


def message(text: str = "¿Qué prefiere?", buttons: tuple[Button, ...] = (), cards: tuple[Card, ...] = ()) -> OutboxMessage:
    return OutboxMessage(
        id=OutboxId("out-1"),
        tenant=TenantId("sol"),
        conversation=ConversationId("c"),
        channel=Channel.WHATSAPP,
        root=EventId("e"),
        position=0,
        text=text,
        buttons=buttons,
        cards=cards,
        menu="Ver opciones" if buttons else "",
        created_at=datetime(2031, 3, 3, tzinfo=UTC),
    )


def offers(count: int) -> tuple[tuple[Button, ...], tuple[Card, ...]]:
    names = [f"Habitación doble con vistas al mar {number}" for number in range(1, count + 1)]
    buttons = tuple(Button(id=f"offer:{n}", title=f"{n}. Habitación dobl…") for n in range(1, count + 1))
    total = Money.of("240", "EUR")
    cards = tuple(
        Card(
            button=f"offer:{n}", name=name, row=f"{n}. {name}: 240 € en total, quedan pocas habitaciones", total=total, nights=2
        )
        for n, name in enumerate(names, start=1)
    )
    return buttons, cards


def test_plain_text_stays_plain_text() -> None:
    assert compose(message("hola")) == {"type": "text", "text": {"body": "hola", "preview_url": False}}


def test_read_back_has_its_yes_and_no_as_buttons() -> None:
    interactive = compose(message(buttons=(YES, NO)))["interactive"]
    assert interactive["type"] == "button"
    assert [button["reply"] for button in interactive["action"]["buttons"]] == [
        {"id": "yes:1", "title": "Sí, reservar"},
        {"id": "no:1", "title": "No"},
    ]


@pytest.mark.parametrize("count", [1, 2, 10])
def test_offers_are_a_list_with_names_and_prices(count: int) -> None:
    interactive = compose(message("Hay esto", *offers(count)))["interactive"]
    assert (interactive["type"], interactive["action"]["button"]) == ("list", "Ver opciones")
    ((section),) = interactive["action"]["sections"]
    assert [row["id"] for row in section["rows"]] == [f"offer:{n}" for n in range(1, count + 1)]
    first = section["rows"][0]
    assert first["title"] == "1. Habitación doble con…"
    assert first["description"].startswith("Habitación doble con vistas al mar 1: 240 €")


def test_more_choices_than_buttons_are_a_list() -> None:
    readings = tuple(Button(id=f"stay:{n}", title=f"{n} dic") for n in range(4))
    interactive = compose(message(buttons=readings))["interactive"]
    assert [row["title"] for row in interactive["action"]["sections"][0]["rows"]] == ["0 dic", "1 dic", "2 dic", "3 dic"]


@pytest.mark.parametrize(
    "said",
    [
        message("Hay esto", *offers(11)),
        message("x" * 1025, (YES, NO)),
        message("x" * 1025, *offers(3)),
        message(buttons=(Button(id="x" * 300, title="Sí"),)),
        message(buttons=(Button(id="1", title=""),)),
        message(buttons=(Button(id="1", title="Sí"), Button(id="2", title="Sí"))),
    ],
)
def test_what_whatsapp_cannot_show_is_the_numbered_text_alone(said: OutboxMessage) -> None:
    assert compose(said) == {"type": "text", "text": {"body": said.text, "preview_url": False}}


@pytest.mark.parametrize("text", ["", "x" * 4097])
def test_text_that_no_message_can_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 4096"):
        compose(message(text))


BUTTONS = st.builds(Button, id=st.text(max_size=300), title=st.text(max_size=40))


@given(st.text(min_size=1, max_size=4096), st.lists(BUTTONS, max_size=12).map(tuple))
def test_whatever_is_said_fits_into_one_message_that_says_it(text: str, buttons: tuple[Button, ...]) -> None:
    content = compose(message(text, buttons))
    shown = content["text"]["body"] if content["type"] == "text" else content["interactive"]["body"]["text"]
    assert shown == text
