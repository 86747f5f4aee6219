"""Who takes part: the hotel's account with its number and templates, and the guests."""

import hashlib
import re
from typing import Any, Final

from attrs import field, frozen

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


@frozen
class Guest:
    """
    Somebody who writes to the hotel.

    `user_id` is the business-scoped id, which every message carries. `wa_id` is the phone number in digits; None when the guest
    goes by a user name and WhatsApp keeps the number to itself.
    """

    user_id: str
    wa_id: str | None
    name: str
    username: str | None = None

    @property
    def key(self) -> str:
        """What the emulator keeps the guest under."""
        return self.user_id


def guest_of(phone: str, name: str, *, username: str | None = None, hides_phone: bool = False, country: str = "ES") -> Guest:
    """A guest with that phone number (digits, without a plus) and the business-scoped id that belongs to it."""
    digits = int.from_bytes(hashlib.blake2b(phone.encode(), digest_size=7).digest())
    return Guest(f"{country}.{digits}", None if hides_phone else phone, name, username)


@frozen
class Number:
    """A phone number of the hotel."""

    id: str
    display: str
    verified_name: str = "Demo Hotel"


@frozen
class Template:
    """An approved text with placeholders `{{1}}` or `{{name}}`; *buttons* are the labels of its quick replies."""

    name: str
    language: str
    body: str
    category: str = "UTILITY"
    status: str = "APPROVED"
    buttons: tuple[str, ...] = ()

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The placeholders, each once, as they come."""
        return tuple(dict.fromkeys(_PLACEHOLDER.findall(self.body)))

    def filled(self, values: tuple[str, ...]) -> str:
        """The text with its placeholders replaced, in their order."""
        known = dict(zip(self.placeholders, values, strict=True))
        return _PLACEHOLDER.sub(lambda found: known[found.group(1)], self.body)

    def listed(self, number: int) -> dict[str, Any]:
        """As `message_templates` lists it."""
        named = any(not each.isdigit() for each in self.placeholders)
        components: list[dict[str, Any]] = [{"type": "BODY", "text": self.body}]
        if named:
            examples = [{"param_name": each, "example": each} for each in self.placeholders]
            components[0]["example"] = {"body_text_named_params": examples}
        elif self.placeholders:
            components[0]["example"] = {"body_text": [list(self.placeholders)]}
        if self.buttons:
            components.append({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": text} for text in self.buttons]})
        return {
            "name": self.name,
            "parameter_format": "NAMED" if named else "POSITIONAL",
            "components": components,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "id": str(900_000_000_000_000 + number),
        }


@frozen
class Account:
    """
    A WhatsApp Business Account and the app that works for it.

    *token*, *app_secret* and *verify_token* are secrets: the first is what the Graph API is called with, the second signs
    webhooks, the third is asked for when a callback is set up.
    """

    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    waba_id: str = "102290129340398"
    app_id: str = "670843887433847"
    numbers: tuple[Number, ...] = (Number("106540352242922", "15550783881"),)
    templates: tuple[Template, ...] = ()
    callback: str = ""
    """Where webhooks go; empty: nowhere, they are kept for the one who asks."""

    def number(self, number_id: str) -> Number | None:
        """The number with that id."""
        return next((each for each in self.numbers if each.id == number_id), None)

    def template(self, name: str, language: str) -> Template | None:
        """The template in that language."""
        return next((each for each in self.templates if (each.name, each.language) == (name, language)), None)
