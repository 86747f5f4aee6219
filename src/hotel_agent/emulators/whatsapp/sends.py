"""Reads the body of `POST /{phone number id}/messages` the way Meta does: its limits, its errors where they are not kept."""

import json
from typing import Any, Final

from attrs import frozen

from hotel_agent.emulators.whatsapp.contents import CONTENTS, check_object, check_text
from hotel_agent.emulators.whatsapp.errors import GraphError, missing, parameter

MAX_TRACKER: Final = 512


@frozen
class Send:
    """
    A message that is right in itself.

    Either `to` (a phone number in digits) or `recipient` (a business-scoped id) says to whom. `given` is the recipient as it
    was written. `content` is what is shown: the object under the type's name.
    """

    kind: str
    content: Any
    given: str
    to: str | None
    recipient: str | None
    tracker: str | None
    quotes: str | None
    body: dict[str, Any]

    @property
    def is_template(self) -> bool:
        """Whether it may be sent outside the 24 hour window."""
        return self.kind == "template"


@frozen
class Mark:
    """A message of the guest's was read, and perhaps somebody is typing."""

    message_id: str
    typing: bool


def read_send(raw: bytes) -> Send | Mark:
    """
    Understand a body.

    Raises:
        GraphError: it is not JSON, lacks something, or is over one of Meta's limits.

    """
    try:
        body = json.loads(raw)
    except ValueError:
        raise parameter("The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise parameter("The request body must be a JSON object.")
    if body.get("messaging_product") != "whatsapp":
        raise parameter("The parameter messaging_product is required and must be 'whatsapp'.")
    if body.get("status") is not None:
        return _mark(body)
    kind = body.get("type", "text")
    check = CONTENTS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise GraphError(131051, f"The type of the message is not supported: {kind!r:.40}.")
    if body.get("recipient_type", "individual") != "individual":
        raise parameter("Param recipient_type must be 'individual': groups are not emulated.")
    to, recipient = body.get("to"), body.get("recipient")
    if not to and not recipient:
        raise missing("to")
    content = body.get(kind)
    if content is None:
        raise missing(kind)
    if not isinstance(content, list if kind == "contacts" else dict):
        raise parameter(f"Param {kind} must be a JSON {'array' if kind == 'contacts' else 'object'}.")
    check(content)
    tracker = body.get("biz_opaque_callback_data")
    if tracker is not None:
        check_text(tracker, "biz_opaque_callback_data", MAX_TRACKER)
    context = body.get("context")
    quotes = None
    if context is not None:
        quotes = check_text(check_object(body, "context").get("message_id"), "context['message_id']", MAX_TRACKER)
    return Send(
        kind=kind,
        content=content,
        given=str(to or recipient),
        to=_digits(to) if to else None,
        recipient=None if to else str(recipient),
        tracker=tracker,
        quotes=quotes,
        body=body,
    )


def _mark(body: dict[str, Any]) -> Mark:
    if body["status"] != "read":
        raise parameter("Param status must be one of {READ}.")
    message_id = check_text(body.get("message_id"), "message_id", MAX_TRACKER)
    indicator = body.get("typing_indicator")
    if indicator is not None and (not isinstance(indicator, dict) or indicator.get("type") != "text"):
        raise parameter("Param typing_indicator['type'] must be one of {TEXT}.")
    return Mark(message_id, typing=indicator is not None)


def _digits(to: object) -> str:
    if not isinstance(to, str):
        raise parameter("Param to must be a string.")
    digits = "".join(letter for letter in to if letter.isdigit())
    if not digits:
        raise GraphError(131009, "The recipient is not a phone number.")
    return digits
