"""How many messages a turn's replies are: one where one will do."""

from datetime import timedelta

import pytest
from attrs import evolve

from hotel_agent.application.conversations import _messages
from hotel_agent.domain.events import Channel
from hotel_agent.domain.money import Money
from hotel_agent.domain.rendered import Button, Card, Rendered
from hotel_agent.testing.examples import AT, message

YES, NO = Button(id="yes:1", title="Sí"), Button(id="no:1", title="No")
CARD = Card(button="yes:1", name="Doble", row="1. Doble", total=Money.of("240", "EUR"), nights=2)
EVENT = evolve(message("1"), channel=Channel.WHATSAPP)


def test_all_that_a_turn_says_is_one_message_with_its_choices() -> None:
    rendered = Rendered(text="Buenas.\n\nHay esto:\n1. Doble", buttons=(YES, NO), cards=(CARD,), menu="Ver")
    (said,) = _messages(EVENT, rendered, AT)
    assert (said.text, said.buttons, said.cards, said.menu) == (rendered.text, (YES, NO), (CARD,), "Ver")
    assert (said.id, said.position) == (f"out-{EVENT.id}", 0)


def test_only_what_is_longer_than_a_message_may_be_is_several_and_the_last_has_the_choices() -> None:
    sentences = " ".join(f"Frase {number} de una respuesta larga." for number in range(300))
    said = _messages(EVENT, Rendered(text=sentences, buttons=(YES, NO), menu="Ver"), AT)
    assert [one.position for one in said] == [0, 1, 2]
    assert " ".join(one.text for one in said) == sentences
    assert all(len(one.text) <= 4096 and one.text.endswith(".") for one in said)
    assert [one.buttons for one in said] == [(), (), (YES, NO)]
    assert len({one.id for one in said}) == 3


@pytest.mark.parametrize("channel", [Channel.API, Channel.WEBCHAT])
def test_guests_who_fetch_get_any_length_as_one(channel: Channel) -> None:
    (said,) = _messages(evolve(EVENT, channel=channel), Rendered(text=" x" * 5000), AT + timedelta(seconds=1))
    assert said.text == " x" * 5000
