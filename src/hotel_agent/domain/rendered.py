"""What a renderer makes of replies: a message ready for a channel."""

from attrs import frozen

from hotel_agent.domain.money import Money


@frozen(kw_only=True)
class Button:
    """A choice a guest can press; `id` comes back as the message's `choice`."""

    id: str
    title: str


@frozen(kw_only=True)
class Card:
    """
    An offer as a channel with pictures shows it; `button` is the id of the button that takes it.

    `row` is the line of the message's text that says the same. `left` is how many rooms are left where that is worth saying,
    else 0. `picture` empty: there is none.
    """

    button: str
    name: str
    row: str
    total: Money
    nights: int
    left: int = 0
    picture: str = ""


@frozen(kw_only=True)
class Rendered:
    """
    A message ready for a channel. The text says everything; `cards` say the offers among it once more.

    `menu` is what to call the choices where a channel folds them away; empty where there are none.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    cards: tuple[Card, ...] = ()
    menu: str = ""
