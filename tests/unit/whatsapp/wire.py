"""Webhooks as Meta documents them, for the tests of reading."""

import json
from typing import Any

NUMBER = "106540352242922"
PHONE = "16505551234"
USER_ID = "US.13491208655302741918"
WAMID = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA="
SECOND = 1749416383


def message(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"from": PHONE, "from_user_id": USER_ID, "id": WAMID, "timestamp": str(SECOND), **content, **more}


def text(body: str = "hola", **more: Any) -> dict[str, Any]:
    return message({"type": "text", "text": {"body": body}}, **more)


def status(name: str = "delivered", **more: Any) -> dict[str, Any]:
    return {"id": WAMID, "status": name, "timestamp": str(SECOND), "recipient_id": PHONE, **more}


def value(
    messages: list[Any] | None = None, statuses: list[Any] | None = None, number: str = NUMBER, **more: Any
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
        **more,
    }
    if messages is not None:
        found["contacts"] = more.get("contacts", [{"profile": {"name": "Sheena"}, "wa_id": PHONE, "user_id": USER_ID}])
        found["messages"] = messages
    if statuses is not None:
        found["statuses"] = statuses
    return found


def change(the_value: Any, field: str = "messages") -> dict[str, Any]:
    return {"value": the_value, "field": field}


def payload(*entries: list[Any]) -> dict[str, Any]:
    """Put changes into entries."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": changes} for changes in entries],
    }


def body(*messages: Any) -> bytes:
    return json.dumps(payload([change(value(list(messages)))])).encode()
