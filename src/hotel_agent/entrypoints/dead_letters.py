"""`hotel-agent dead-letters`: what could not be handled, for a person to re-drive or drop."""

import json
import sys

from hotel_agent.domain.ids import EventId, TenantId
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_records
from hotel_agent.ports.dead_letters import DeadLetter

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
    if not found:
        print(f"hotel-agent: no event {redrive or drop} is set aside", file=sys.stderr)
        return FAILED
    if as_json:
        print(json.dumps({"dead_letters": rows}, ensure_ascii=False, indent=2))
        return DONE
    print(f"{len(rows)} dead letters")
    for row in rows:
        print("  {received_at}  {tenant}  {conversation}  {event}  {reason} after {tries} tries".format(**row))
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
