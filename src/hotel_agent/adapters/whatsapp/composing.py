"""
From what the agent says to one message that says it: pure.

The text of a turn says everything, choices included and numbered, so a typed answer always works. Where the choices fit what
WhatsApp can show, they ride on the same message; where they do not, the text goes alone: never a second message for them.
"""

import re
from collections.abc import Sequence

from hotel_agent.adapters.whatsapp.encoding import (
    LONGEST_BODY,
    LONGEST_BUTTON,
    LONGEST_BUTTON_ID,
    LONGEST_DESCRIPTION,
    LONGEST_ROW,
    LONGEST_ROW_ID,
    MOST_BUTTONS,
    MOST_ROWS,
    Json,
    Row,
    buttons,
    options,
    text,
)
from hotel_agent.domain.rendered import Button, Card
from hotel_agent.domain.turns import OutboxMessage

_NUMBER = re.compile(r"\d+\. ")


def compose(message: OutboxMessage) -> Json:
    """
    Write *message* as the content of a WhatsApp message: offers as a list, other choices as buttons, more than three as a list.

    Raises:
        ValueError: its text is empty, or longer than a message may be.

    """
    if message.buttons and len(message.text) <= LONGEST_BODY:
        if message.cards or len(message.buttons) > MOST_BUTTONS:
            rows = _rows(message.buttons, message.cards)
            if _fit(rows, MOST_ROWS, LONGEST_ROW_ID) and message.menu:
                return options(message.text, message.menu[:LONGEST_BUTTON], rows)
        else:
            pressed = [Row(id=button.id, title=_cut(button.title, LONGEST_BUTTON)) for button in message.buttons]
            if _fit(pressed, MOST_BUTTONS, LONGEST_BUTTON_ID) and len({row.title for row in pressed}) == len(pressed):
                return buttons(message.text, pressed)
    return text(message.text)


def _rows(choices: Sequence[Button], cards: Sequence[Card]) -> list[Row]:
    by_button = {card.button: card for card in cards}
    return [_row(number, choice, by_button.get(choice.id)) for number, choice in enumerate(choices, start=1)]


def _row(number: int, choice: Button, card: Card | None) -> Row:
    if card is None:
        return Row(id=choice.id, title=_cut(choice.title, LONGEST_ROW))
    title = _cut(f"{number}. {card.name}", LONGEST_ROW)
    return Row(id=choice.id, title=title, description=_cut(_NUMBER.sub("", card.row, count=1), LONGEST_DESCRIPTION))


def _fit(rows: Sequence[Row], most: int, longest_id: int) -> bool:
    unique = len({row.id for row in rows}) == len(rows)
    return unique and len(rows) <= most and all(row.title and 0 < len(row.id) <= longest_id for row in rows)


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
