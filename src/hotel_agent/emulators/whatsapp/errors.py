"""Meta's error codes as the Graph API answers them; titles and HTTP status as its table of error codes has them."""

from typing import Any, Final

from attrs import frozen

OAUTH: Final = "OAuthException"
_HREF: Final = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
_SERVER_ERROR: Final = 500

KNOWN: Final[dict[int, tuple[str, int]]] = {
    0: ("AuthException", 401),
    1: ("API Unknown", 500),
    2: ("API Service", 503),
    3: ("API Method", 500),
    4: ("API Too Many Calls", 429),
    10: ("Permission Denied", 403),
    33: ("Parameter value is not valid", 400),
    100: ("Invalid parameter", 400),
    190: ("Access token has expired", 401),
    200: ("API Permission", 403),
    368: ("Temporarily blocked for policies violations", 403),
    80007: ("Rate limit issues", 429),
    130429: ("Rate limit hit", 429),
    130472: ("User's number is part of an experiment", 400),
    131000: ("Something went wrong", 500),
    131005: ("Access denied", 403),
    131008: ("Required parameter is missing", 400),
    131009: ("Parameter value is not valid", 400),
    131016: ("Service unavailable", 500),
    131021: ("Recipient cannot be sender", 400),
    131026: ("Message undeliverable", 400),
    131030: ("Recipient phone number not in allowed list", 400),
    131031: ("Account has been locked", 403),
    131042: ("Business eligibility payment issue", 400),
    131047: ("Re-engagement message", 400),
    131048: ("Spam rate limit hit", 429),
    131049: ("This message was not delivered to maintain healthy ecosystem engagement", 400),
    131050: ("User has stopped marketing messages", 400),
    131051: ("Unsupported message type", 400),
    131052: ("Media download error", 400),
    131053: ("Media upload error", 400),
    131056: ("(Business Account, Consumer Account) pair rate limit hit", 429),
    131057: ("Account in maintenance mode", 500),
    131062: ("Business-scoped user ID not accepted for this message", 400),
    131064: ("Messaging limit reached", 429),
    132000: ("Number of parameters does not match the expected number of params", 400),
    132001: ("Template name does not exist in the translation", 404),
    132005: ("Translated text too long", 400),
    132007: ("Template format character policy violated", 400),
    132012: ("Template parameter format does not match", 400),
    132015: ("Template is paused", 400),
    132016: ("Template is disabled", 400),
}
"""Code: title and HTTP status."""


@frozen
class GraphError(Exception):
    """A refusal, as an answer or inside a status."""

    code: int
    details: str = ""
    title: str | None = None
    status: int | None = None
    subcode: int | None = None

    @property
    def named(self) -> str:
        """The title of the code."""
        return self.title or KNOWN.get(self.code, ("Something went wrong", _SERVER_ERROR))[0]

    @property
    def http_status(self) -> int:
        """With which status it is answered."""
        return self.status or KNOWN.get(self.code, ("", _SERVER_ERROR))[1]

    def answer(self, trace: str) -> dict[str, Any]:
        """The body of the answer; *trace* is Meta's own id of the request."""
        error: dict[str, Any] = {"message": f"(#{self.code}) {self.named}", "type": OAUTH, "code": self.code}
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["fbtrace_id"] = trace
        return {"error": error}

    def in_webhook(self) -> dict[str, Any]:
        """The same as an element of `errors` in a webhook."""
        return {
            "code": self.code,
            "title": self.named,
            "message": self.named,
            "error_data": {"details": self.details or self.named},
            "href": _HREF,
        }


def missing(what: str) -> GraphError:
    """A required field is not there."""
    return GraphError(131008, f"Parameter '{what}' is mandatory.")


def invalid(details: str) -> GraphError:
    """A field has a value that is not allowed."""
    return GraphError(131009, details)


def parameter(details: str) -> GraphError:
    """The request itself is not right."""
    return GraphError(100, details)


def unknown_object(given: str, method: str = "get") -> GraphError:
    """No such id, or not for this token: Meta does not tell which."""
    return GraphError(
        100,
        title=(
            f"Unsupported {method} request. Object with ID '{given}' does not exist, cannot be loaded due to missing "
            "permissions, or does not support this operation"
        ),
        subcode=33,
    )
