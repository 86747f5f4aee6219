"""What `doctor` says of a number: whether it can be sent from, whether Meta tells us of it, whether the template is there."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hotel_agent.adapters.whatsapp.account import WhatsAppAccount
from hotel_agent.adapters.whatsapp.client import GraphClient, GraphRefused
from hotel_agent.adapters.whatsapp.encoding import Json
from hotel_agent.domain.errors import PortError
from hotel_agent.domain.reservations import Finding, Severity

SCOPE: Final = "whatsapp_business_messaging"
_FIELDS: Final = "display_phone_number,verified_name,quality_rating,status"
_SOON: Final = timedelta(days=7)


async def diagnose(graph: GraphClient, account: WhatsAppAccount, now: datetime) -> tuple[Finding, ...]:
    """Look at the token, the number, the webhook's subscription and the template; no message is sent."""
    number = await _look(_ask(graph, account, account.phone_number_id, fields=_FIELDS), "WhatsApp number", _number)
    token = await _look(
        _ask(graph, account, "debug_token", input_token=account.token), "WhatsApp token", lambda answer: _token(answer, now)
    )
    if account.account_id is None:
        missing = "account_id is not set: whether Meta posts to our webhook, and the template, cannot be looked at"
        return (*token, *number, Finding(subject="WhatsApp account", severity=Severity.WARNING, message=missing))
    apps = await _look(_ask(graph, account, f"{account.account_id}/subscribed_apps"), "WhatsApp webhook", _subscription)
    return (*token, *number, *apps, *await _template(graph, account))


def _ask(graph: GraphClient, account: WhatsAppAccount, path: str, **query: str) -> Callable[[], Awaitable[Json]]:
    return lambda: graph.read(account.token, path, query)


async def _look(
    ask: Callable[[], Awaitable[Json]], subject: str, judge: Callable[[Json], tuple[Severity, str]]
) -> tuple[Finding, ...]:
    try:
        severity, message = judge(await ask())
    except GraphRefused as refused:
        severity, message = Severity.FAILURE, str(refused)
    except PortError as exc:
        severity, message = Severity.FAILURE, str(exc)
    return (Finding(subject=subject, severity=severity, message=message),)


def _token(answer: Json, now: datetime) -> tuple[Severity, str]:
    data = answer.get("data")
    if not isinstance(data, dict) or data.get("is_valid") is not True:
        return Severity.FAILURE, "is not valid any more: make a new one for the system user (docs/whatsapp.md)"
    scopes = data.get("scopes")
    if isinstance(scopes, list) and SCOPE not in scopes:
        return Severity.FAILURE, f"lacks the permission {SCOPE}"
    expires = data.get("expires_at")
    if type(expires) is not int or expires == 0:
        return Severity.OK, "is valid and does not expire"
    ends = datetime.fromtimestamp(expires, UTC)
    said = f"is valid until {ends:%Y-%m-%d %H:%M} UTC"
    if ends - now < _SOON:
        return Severity.WARNING, f"{said}: make a permanent one for the system user (docs/whatsapp.md)"
    return Severity.OK, said


def _number(answer: Json) -> tuple[Severity, str]:
    shown, status, quality = (_word(answer, name) for name in ("display_phone_number", "status", "quality_rating"))
    told = f"{shown or '(no number)'}, status {status or 'unknown'}, quality {quality or 'unknown'}"
    if status not in {"", "CONNECTED"}:
        return Severity.FAILURE, f"{told}: register it in WhatsApp Manager"
    return (Severity.WARNING if quality == "RED" else Severity.OK), told


def _subscription(answer: Json) -> tuple[Severity, str]:
    apps = answer.get("data")
    if not isinstance(apps, list) or not apps:
        return Severity.FAILURE, "no app is subscribed to the account: POST /{account_id}/subscribed_apps"
    return Severity.OK, f"{len(apps)} app{'s' if len(apps) > 1 else ''} subscribed to the account"


async def _template(graph: GraphClient, account: WhatsAppAccount) -> tuple[Finding, ...]:
    wanted = account.template
    if wanted is None:
        message = "none is set: staff is told of what is to be said more than 24 h after the guest's last message"
        return (Finding(subject="WhatsApp template", severity=Severity.WARNING, message=message),)
    ask = _ask(graph, account, f"{account.account_id}/message_templates", name=wanted.name, limit="100")

    def judge(answer: Json) -> tuple[Severity, str]:
        rows = answer.get("data")
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        same = [row for row in found if row.get("name") == wanted.name and row.get("language") == wanted.language]
        named = f"{wanted.name} ({wanted.language})"
        if not same:
            return Severity.FAILURE, f"{named} is not there"
        status = _word(same[0], "status")
        return (Severity.OK if status == "APPROVED" else Severity.FAILURE), f"{named} is {status.lower() or 'in no state'}"

    return await _look(ask, "WhatsApp template", judge)


def _word(answer: Any, name: str) -> str:
    found = answer.get(name)
    return found if isinstance(found, str) else ""
