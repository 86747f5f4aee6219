"""Who may do what: keys, resources and methods, refused in QloApps' order (API.md, section 2)."""

import base64
import binascii
import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from hotel_agent.emulators.qloapps.answers import Answer, Refused, WireError
from hotel_agent.emulators.qloapps.directory import DIRECTORY
from hotel_agent.emulators.qloapps.shop import ALL_METHODS, KEY_LENGTH
from hotel_agent.emulators.qloapps.store import Store

REALM: Final = "please enter the authentication key as the login. No password required."
FORBIDDEN: Final[Mapping[str, frozenset[str]]] = {
    "bookings": frozenset({"DELETE"}),
    "hotel_ari": frozenset({"PUT", "DELETE"}),
    "order_invoices": frozenset({"PUT", "POST", "DELETE"}),
    "search": frozenset({"PUT", "POST", "DELETE"}),
}
"""Methods that a resource refuses to any key."""

Rights = Mapping[str, frozenset[str]]


def sent_key(headers: Mapping[str, str], params: Mapping[str, str]) -> str | None:
    """The key of a request: the Basic user name before `ws_key`; None when it names neither."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")[0]
        except binascii.Error:
            return None
    return params.get("ws_key")


def no_credentials() -> Answer:
    """The answer to a request without a key: not from the web service, plain text called HTML."""
    challenge = {"WWW-Authenticate": f'Basic realm="Welcome to PrestaShop Webservice, {REALM}"'}
    return Answer(401, b"401 Unauthorized", "text/html; charset=utf-8", is_api=False, headers=challenge)


def rights_of(store: Store, key: str) -> Rights:
    """
    What a key may do, by resource, in the order of the directory.

    Raises:
        Refused: 401, the key does not open the web service.
    """
    if key == "":
        raise Refused(401, WireError(17, "Authentication key is empty"))
    if len(key) != KEY_LENGTH:
        raise Refused(401, WireError(18, "Invalid authentication key format"))
    row = store.row("SELECT * FROM keys WHERE key = ?", (key,))
    without = WireError(21, "No permission for this authentication key")
    if row is None or not row["active"]:
        raise Refused(401, WireError(20, "Authentification key is not active"), without)
    if row["permissions"] is None:
        return dict.fromkeys(DIRECTORY, ALL_METHODS)
    granted = json.loads(row["permissions"])
    if not granted:
        raise Refused(401, without)
    return {name: frozenset(granted[name]) for name in DIRECTORY if name in granted}


def check_access(rights: Rights, resource: str, method: str) -> None:
    """
    Whether a key with these *rights* may use *method* on *resource*.

    Raises:
        Refused: unknown resource, resource or method not granted, method not known or not possible.
    """
    if resource and resource not in DIRECTORY:
        close = get_close_matches(resource, DIRECTORY, n=1, cutoff=0.0)
        listed = ", ".join(f'"{each}"' for each in DIRECTORY)
        text = f'Resource of type "{resource}" does not exists. Did you mean: "{close[0]}"? The full list is: {listed}'
        raise Refused(400, WireError(27, text))
    if resource and resource not in rights:
        raise Refused(401, WireError(26, f'Resource of type "{resource}" is not allowed with this authentication key'))
    if method not in ALL_METHODS:
        raise Refused(405, WireError(23, f"Method {method} is not valid"))
    if method in FORBIDDEN.get(resource, ()):
        raise Refused(405, WireError(101, f"Method {method} is not allowed for the resource {resource}"))
    if resource and method not in rights[resource]:
        text = f"Method {method} is not allowed for the resource {resource} with this authentication key"
        raise Refused(405, WireError(25, text))
