"""`hotel-agent dead-letters`: what could not be handled, for a person to re-drive or drop, and what could not be delivered."""

import json
import sys

from hotel_agent.domain.ids import EventId, TenantId
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_records
from hotel_agent.ports.dead_letters import DeadLetter
from hotel_agent.ports.outbox import Undelivered

DONE, FAILED = 0, 1


async def dead_letters(
    settings: Settings, tenant: TenantId | None, *, redrive: str | None, drop: str | None, as_json: bool
) -> int:
    """Re-drive or drop one event if asked to, then print those that are set aside."""
    async with open_records(settings) as store:
        found = True
        if redrive is not None:
            found = await store.dead_letters.redrive(EventId(redrive))
        if drop is not None:
            found = await store.dead_letters.drop(EventId(drop))
        rows = [_row(letter) for letter in await store.dead_letters.dead_letters(tenant)]
        lost = [_lost(message) for message in await store.outbox.undelivered(tenant)]
    if not found:
        print(f"hotel-agent: no event {redrive or drop} is set aside", file=sys.stderr)
        return FAILED
    if as_json:
        print(json.dumps({"dead_letters": rows, "undelivered": lost}, ensure_ascii=False, indent=2))
        return DONE
    print(f"{len(rows)} dead letters")
    for row in rows:
        print("  {received_at}  {tenant}  {conversation}  {event}  {reason} after {tries} tries".format(**row))
    print(f"{len(lost)} undelivered")
    for row in lost:
        print("  {at}  {tenant}  {conversation}  {message}  {reason} after {tries} tries".format(**row))
    return DONE


def _row(letter: DeadLetter) -> dict[str, object]:
    return {
        "event": letter.event,
        "tenant": letter.tenant,
        "conversation": letter.conversation,
        "reason": letter.reason,
        "tries": letter.tries,
        "received_at": letter.received_at.isoformat(),
    }


def _lost(message: Undelivered) -> dict[str, object]:
    return {
        "message": message.message,
        "tenant": message.tenant,
        "conversation": message.conversation,
        "reason": message.reason,
        "tries": message.tries,
        "at": message.at.isoformat(),
    }
